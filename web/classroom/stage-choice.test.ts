// Who is large, in the corner, beside; what arrives before the lesson is live.
import { describe, expect, test } from 'vitest';
import type { ProducerInfo } from '#contracts/media.ts';
import type { Source } from '#domain/media.ts';
import { fromSnapshot, type ClassroomState } from './classroom-state.ts';
import { arrivingProducers, publishes, stageOf } from './stage-choice.ts';

const producer = (personId: string, source: Source): ProducerInfo =>
  ({ producerId: `${personId}-${source}`, personId, source, kind: source === 'microphone' || source === 'screenAudio' ? 'audio' : 'video', paused: false });
const time = '2026-03-02T01:00:00.000Z';

function classroom(change: { role?: 'teacher' | 'assistant' | 'student'; status?: ClassroomState['lesson']['status']; leading?: boolean; onStage?: boolean; lead?: string | null; producers?: ProducerInfo[] }): ClassroomState {
  const { role = 'student', status = 'live', leading = false, onStage = false, lead = 't', producers = [] } = change;
  return fromSnapshot({
    lesson: {
      lessonId: 'l', title: '', courseTitle: '', cohortTitle: '', institutionId: 'i', institutionName: '', startsAt: time, plannedMinutes: 45, status, role,
      teachers: [{ personId: 't', name: '周' }], recording: null, recorded: true, realNameFirst: true, units: [], learnerCount: 1, startedAt: null, endedAt: null,
    },
    me: { personId: 'me', role, onStage, stageInvited: false, checkWay: 'face', faceEnrolled: true, recordingNoticed: true, leading },
    lead: lead ? { personId: lead, name: '', present: true } : null,
    participants: [], presentCount: 1, hands: [], messages: [], chat: { version: 0, mutedAll: false, slowSeconds: 0, pinned: null, muted: false, lastSentAt: null, mutedPeople: [], privateCount: 0 }, quiz: null, answeredOfSets: [], picked: null, check: null, signIn: null, producers, speakerId: null, mediaAvailable: true, broadcastOffered: true, groupRecording: 'ask', recordingLayout: 'inset', recordingTroubles: [], courseware: { turn: 0, shown: null },
    selfEndsAt: null, door: null, microphonesLocked: false, breakout: null, serverNowMs: 0,
  }, null);
}
const both = [producer('t', 'camera'), producer('t', 'screen'), producer('t', 'microphone'), producer('s', 'camera'), producer('s', 'microphone')];

describe('stage', () => {
  test('camera alone is large', () => {
    const stage = stageOf(classroom({ producers: [producer('t', 'camera')] }), [], false);
    expect([stage.main?.source, stage.corner, stage.guests]).toEqual(['camera', null, []]);
  });
  test('screen large, camera in the corner, learner beside; swapped the other way round', () => {
    const stage = stageOf(classroom({ producers: both }), [], false);
    expect([stage.main?.key, stage.corner?.key, stage.guests.map(({ key }) => key)]).toEqual(['t-screen', 't-camera', ['s-camera']]);
    const swapped = stageOf(classroom({ producers: both }), [], true);
    expect([swapped.main?.key, swapped.corner?.key]).toEqual(['t-camera', 't-screen']);
    expect(stageOf(classroom({ producers: [producer('t', 'camera')] }), [], true).main?.key).toBe('t-camera');
  });
  test('the document camera is large, before a screen, which stays beside; where the lead chose so the camera is large', () => {
    const documents = [producer('t', 'camera'), producer('t', 'screen'), producer('t', 'documentCamera')];
    const shape = (state: ClassroomState, swapped = false) => { const { main, corner, guests } = stageOf(state, [], swapped); return [main?.source, corner?.source, guests.map(({ source }) => source)]; };
    expect(shape(classroom({ producers: documents }))).toEqual(['documentCamera', 'camera', ['screen']]);
    expect(shape(classroom({ producers: documents }), true)).toEqual(['camera', 'documentCamera', ['screen']]);
    const chosen: ClassroomState = { ...classroom({ producers: documents }), recordingLayout: 'cameraLarge' };
    expect(shape(chosen)).toEqual(['camera', 'documentCamera', ['screen']]);
    expect(shape(chosen, true)).toEqual(['documentCamera', 'camera', ['screen']]);
    expect(shape({ ...classroom({ producers: [producer('t', 'documentCamera')] }), recordingLayout: 'cameraLarge' })).toEqual(['documentCamera', undefined, []]);
  });
  test('the lead sees what the own phone sends as everybody does', () => {
    const state = classroom({ role: 'teacher', leading: true, lead: 'me', producers: [producer('me', 'camera'), producer('me', 'documentCamera')] });
    const stage = stageOf(state, ['camera', 'microphone'], false);
    expect([stage.main?.key, stage.main?.own, stage.corner?.key]).toEqual(['me-documentCamera', false, 'own-camera']);
  });
  test('the lead sees the own picture large, a learner on stage the own one beside', () => {
    expect(stageOf(classroom({ role: 'teacher', leading: true, lead: 'me' }), ['camera', 'microphone'], false).main?.key).toBe('own-camera');
    const stage = stageOf(classroom({ onStage: true, producers: both }), ['camera', 'microphone'], false);
    expect(stage.main?.key).toBe('t-screen');
    expect(stage.guests.map(({ key }) => key)).toEqual(['own-camera', 's-camera']);
  });
});

describe('what flows', () => {
  test('learners get nothing before the lesson is live, staff do; nobody gets the own tracks', () => {
    expect(arrivingProducers(classroom({ status: 'open', producers: both }))).toEqual([]);
    expect(arrivingProducers(classroom({ status: 'open', role: 'assistant', lead: null, producers: both }))).toHaveLength(5);
    expect(arrivingProducers(classroom({ producers: [producer('me', 'camera'), ...both] }))).toHaveLength(5);
    expect(arrivingProducers(classroom({ producers: [producer('me', 'documentCamera'), ...both] }))).toHaveLength(6);
    expect(arrivingProducers(classroom({ status: 'ended', producers: both }))).toEqual([]);
  });
  test('who sends by themselves', () => {
    expect(publishes(classroom({ role: 'teacher', status: 'open', lead: null }))).toBe(true);
    expect(publishes(classroom({ role: 'teacher', leading: true, lead: 'me' }))).toBe(true);
    expect(publishes(classroom({ role: 'teacher' }))).toBe(false);
    expect(publishes(classroom({ role: 'assistant', status: 'open', lead: null }))).toBe(false);
    expect(publishes(classroom({ onStage: true }))).toBe(true);
    expect(publishes(classroom({}))).toBe(false);
    expect(publishes(classroom({ role: 'teacher', leading: true, status: 'ended' }))).toBe(false);
  });
});
