// The order of the home page.
import { describe, expect, it } from 'vitest';
import type { LessonBrief } from '#contracts/lesson.ts';
import { arrange, isOverdue } from './arrange.ts';

const now = Date.parse('2026-11-21T04:00:00.000Z');
const lesson = (lessonId: string, startsAt: string, status: LessonBrief['status']): LessonBrief => ({
  lessonId, startsAt, status, title: lessonId, courseTitle: '', cohortTitle: '', institutionId: '', institutionName: '', plannedMinutes: 90, role: 'student', teachers: [], recording: null,
});
const ended = lesson('ended-today', '2026-11-21T01:00:00.000Z', 'ended');
const tomorrow = lesson('tomorrow', '2026-11-22T01:00:00.000Z', 'scheduled');
const tonight = lesson('tonight', '2026-11-21T11:00:00.000Z', 'scheduled');
const old = lesson('old', '2026-11-18T01:00:00.000Z', 'ended');
const older = lesson('older', '2026-11-17T01:00:00.000Z', 'missed');

describe('arrange', () => {
  it('puts the next lesson first, days ahead in order, the past newest first', () => {
    const { first, coming, past } = arrange([tomorrow, older, ended, tonight, old], now);
    expect(first?.lessonId).toBe('tonight');
    expect(coming.map((day) => day.lessons.map((one) => one.lessonId))).toEqual([['ended-today', 'tonight'], ['tomorrow']]);
    expect(past.map((day) => day.key)).toEqual(['2026-11-18', '2026-11-17']);
  });
  it('puts live before open before scheduled, whatever the time', () => {
    const live = lesson('live', '2026-11-21T03:30:00.000Z', 'live');
    const open = lesson('open', '2026-11-21T03:45:00.000Z', 'open');
    expect(arrange([tonight, open, live], now).first?.lessonId).toBe('live');
    expect(arrange([tonight, open], now).first?.lessonId).toBe('open');
  });
  it('takes a lesson at a place for over once its plan is, though its sheet is still to come', () => {
    const place = { ...lesson('place', '2026-11-21T03:00:00.000Z', 'scheduled'), place: '一号实训室', kind: 'offline' as const };
    expect(arrange([place, tomorrow], now).first?.lessonId).toBe('place');
    expect(arrange([place, tomorrow], now + 60 * 60_000).first?.lessonId).toBe('tomorrow');
  });
  it('keeps a lesson that is live since yesterday in sight', () => {
    const long = lesson('long', '2026-11-20T15:30:00.000Z', 'live');
    expect(arrange([long], now).coming[0]?.lessons[0]?.lessonId).toBe('long');
  });
  it('keeps lessons of films that are open apart, the first to close first, and counts down to none of them', () => {
    const recorded = (lessonId: string, closesAt: string, some: Partial<LessonBrief> = {}): LessonBrief => ({ ...lesson(lessonId, '2026-11-10T00:00:00.000Z', 'ended'), kind: 'recorded', closesAt, ...some });
    const closed = recorded('closed', '2026-11-20T00:00:00.000Z');
    const soon = recorded('soon', '2026-11-30T00:00:00.000Z', { status: 'scheduled', startsAt: '2026-11-21T05:00:00.000Z' });
    const { first, studying, coming, past } = arrange([recorded('later', '2026-12-10T00:00:00.000Z'), recorded('sooner', '2026-12-01T00:00:00.000Z'), closed, soon, tonight], now);
    expect(studying.map((one) => one.lessonId)).toEqual(['sooner', 'later']);
    expect(first?.lessonId).toBe('tonight');
    expect(coming.flatMap((day) => day.lessons.map((one) => one.lessonId))).toEqual(['soon', 'tonight']);
    expect(past.flatMap((day) => day.lessons.map((one) => one.lessonId))).toEqual(['closed']);
  });
  it('has nothing to put first when all is over', () => expect(arrange([ended, old], now).first).toBeNull());
});

describe('isOverdue', () => {
  it('is between planned start and planned end, unless live', () => {
    const due = lesson('due', '2026-11-21T03:59:00.000Z', 'scheduled');
    expect([isOverdue(due, now), isOverdue(tonight, now), isOverdue({ ...due, status: 'live' }, now), isOverdue(ended, now)]).toEqual([true, false, false, false]);
  });
});
