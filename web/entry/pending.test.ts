// What is undecided before a lesson, and where a login leads.
import { describe, expect, it } from 'vitest';
import type { ConsentState } from '#contracts/check.ts';
import { placeAfterLogin } from '../account/after-login.ts';
import { cameraFailure } from './camera.ts';
import type { LessonRole } from '#domain/roles.ts';
import { openStep as stepOf, rejectKey } from './pending.ts';

const fresh: ConsentState = { recordingNoticed: false, face: 'undecided', faceEnrolment: 'none', rejectReason: null, replacement: null, checkWay: 'undecided', identity: 'registered', versions: { recording: 1, face: 1 } };
const noticed = { ...fresh, recordingNoticed: true };
const agreed: ConsentState = { ...noticed, face: 'given', checkWay: 'face' };

const openStep = (role: LessonRole, state: ConsentState) => stepOf({ role, realNameFirst: true }, state);

describe('openStep', () => {
  it('asks learners for their real names before anything else, where the rules say so', () => {
    for (const identity of ['missing', 'denied'] as const) {
      const unknown = { ...fresh, identity };
      expect([openStep('student', unknown), openStep('teacher', unknown), openStep('observer', unknown)]).toEqual(['identity', 'recording', null]);
      expect(stepOf({ role: 'student', realNameFirst: false }, unknown)).toBe('recording');
    }
  });
  it('leads a learner through notice, decision and pictures', () => {
    expect([openStep('student', fresh), openStep('student', noticed), openStep('student', agreed), openStep('student', { ...agreed, faceEnrolment: 'active' })]).toEqual(['recording', 'face', 'enrolment', null]);
  });
  it('asks staff for the notice only, observers for nothing', () => {
    expect([openStep('teacher', fresh), openStep('assistant', noticed), openStep('proctor', noticed), openStep('observer', fresh)]).toEqual(['recording', null, null, null]);
  });
  it('lets a learner go on who refused or has no camera', () => {
    expect(openStep('student', { ...noticed, face: 'refused', checkWay: 'alternative' })).toBeNull();
    expect(openStep('student', { ...agreed, checkWay: 'alternative' })).toBeNull();
  });
  it('still needs the notice of a learner on the other way', () => {
    expect(openStep('student', { ...fresh, face: 'refused', checkWay: 'alternative' })).toBe('recording');
  });
  it('holds nobody back while pictures are checked, or when the checking failed', () => {
    expect(openStep('student', { ...agreed, faceEnrolment: 'verifying' })).toBeNull();
    expect(openStep('student', { ...agreed, faceEnrolment: 'rejected', rejectReason: 'engine_missing' })).toBeNull();
    expect(openStep('student', { ...agreed, faceEnrolment: 'rejected', rejectReason: 'no_face' })).toBe('enrolment');
  });
});

describe('openStep with a face enrolled before', () => {
  const waiting = { status: 'awaiting_approval', sentAt: '2026-03-02T01:00:00.000Z', decidedAt: null, reason: null } as const;
  it('asks for new pictures where nothing can be compared with the old ones, once', () => {
    const outdated: ConsentState = { ...agreed, faceEnrolment: 'outdated' };
    expect([openStep('student', outdated), openStep('student', { ...outdated, rejectReason: 'blurred' })]).toEqual(['enrolment', 'enrolment']);
    expect(openStep('student', { ...outdated, replacement: waiting })).toBeNull();
    expect(openStep('student', { ...outdated, replacement: { ...waiting, status: 'refused', reason: 'not this person' } })).toBe('enrolment');
  });
  it('holds nobody back whose new pictures were rejected, refused, or wait', () => {
    const active: ConsentState = { ...agreed, faceEnrolment: 'active' };
    for (const change of [{ rejectReason: 'too_dark' }, { replacement: waiting }, { replacement: { ...waiting, status: 'refused' as const, reason: 'x' } }]) {
      expect(openStep('student', { ...active, ...change })).toBeNull();
    }
  });
});

describe('rejectKey', () => {
  it('says what to mend, or that it is not the learner', () => {
    expect([rejectKey('too_small'), rejectKey('not_turned'), rejectKey('engine_failed'), rejectKey(null)]).toEqual(['entry.reject.too_small', 'entry.reject.not_turned', 'entry.reject.other', 'entry.reject.other']);
  });
});

describe('cameraFailure', () => {
  it('tells no from none from busy', () => {
    expect(['NotAllowedError', 'NotFoundError', 'TypeError', 'NotReadableError'].map(cameraFailure)).toEqual(['refused', 'none', 'none', 'busy']);
  });
});

describe('placeAfterLogin', () => {
  it.each([[undefined, '/'], ['/lessons/1?a=b', '/lessons/1?a=b'], ['//evil.example', '/'], ['https://evil.example', '/'], ['/\\evil.example', '/'], ['/login?next=/', '/']])('%j leads to %s', (next, place) => {
    expect(placeAfterLogin(next)).toBe(place);
  });
});
