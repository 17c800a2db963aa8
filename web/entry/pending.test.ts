// What is undecided before a lesson, and where a login leads.
import { describe, expect, it } from 'vitest';
import type { ConsentState } from '#contracts/check.ts';
import { placeAfterLogin } from '../account/after-login.ts';
import { cameraFailure } from './camera.ts';
import { openStep, rejectKey } from './pending.ts';

const fresh: ConsentState = { recordingNoticed: false, face: 'undecided', faceEnrolment: 'none', rejectReason: null, checkWay: 'undecided', versions: { recording: 1, face: 1 } };
const noticed = { ...fresh, recordingNoticed: true };
const agreed: ConsentState = { ...noticed, face: 'given', checkWay: 'face' };

describe('openStep', () => {
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

describe('rejectKey', () => {
  it('says what to mend, or that it is not the learner', () => {
    expect([rejectKey('too_small'), rejectKey('engine_failed'), rejectKey(null)]).toEqual(['entry.reject.too_small', 'entry.reject.other', 'entry.reject.other']);
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
