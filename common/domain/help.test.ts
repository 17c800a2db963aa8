// Rules of help: how urgent, when due, from new to solved and back, and what an incident may say (R30, R66, R67).
import { describe, expect, it } from 'vitest';
import { answerDueAt, answerLeftMs, helpStates, incidentFault, severityOf, stateAfterPost, stateAfterSolved } from './help.ts';

const at = (text: string): Date => new Date(`2026-03-02T${text}:00.000Z`);

describe('a report', () => {
  it('is urgent where somebody is kept out, or from a class that runs', () => {
    expect(severityOf('sign_in', false)).toBe('urgent');
    expect((['picture', 'sound', 'face'] as const).map((category) => [severityOf(category, true), severityOf(category, false)])).toEqual(Array(3).fill(['urgent', 'normal']));
    expect((['hours', 'other'] as const).map((category) => severityOf(category, true))).toEqual(['normal', 'normal']);
  });
  it('is due by its severity, and late from then on until somebody answers', () => {
    const minutes = { urgent: 15, normal: 480 };
    expect(answerDueAt('urgent', at('01:00'), minutes)).toEqual(at('01:15'));
    expect(answerDueAt('normal', at('01:00'), minutes)).toEqual(at('09:00'));
    const open = { state: 'new', answered: false, dueAt: at('01:15') } as const;
    expect(answerLeftMs(open, at('01:10'))).toBe(300_000);
    expect(answerLeftMs(open, at('01:16'))).toBe(-60_000);
    expect(answerLeftMs({ ...open, answered: true, state: 'answered' }, at('01:16'))).toBeNull();
    expect(answerLeftMs({ ...open, state: 'solved' }, at('01:16'))).toBeNull();
  });
  it('goes from new to answered, is opened again by its asker alone', () => {
    expect(helpStates.map((state) => stateAfterPost(state, true))).toEqual(['answered', 'answered', 'solved', 'answered']);
    expect(helpStates.map((state) => stateAfterPost(state, false))).toEqual(['new', 'answered', 'reopened', 'reopened']);
    expect(helpStates.map((state) => stateAfterSolved(state, true))).toEqual(['solved', 'solved', 'solved', 'solved']);
    expect(helpStates.map((state) => stateAfterSolved(state, false))).toEqual(['new', 'answered', 'reopened', 'reopened']);
  });
});

it('an incident says what, and nothing of the future', () => {
  const good = { from: at('01:00'), until: at('02:00'), what: '录像中断', reportedAt: at('03:00') };
  const now = at('04:00');
  expect(incidentFault(good, now)).toBeNull();
  expect(incidentFault({ ...good, until: null, reportedAt: null }, now)).toBeNull();
  expect(incidentFault({ ...good, what: ' ' }, now)).toBe('what');
  expect(incidentFault({ ...good, from: at('05:00') }, now)).toBe('from');
  expect(incidentFault({ ...good, until: at('00:59') }, now)).toBe('until');
  expect(incidentFault({ ...good, until: at('04:01') }, now)).toBe('until');
  expect(incidentFault({ ...good, reportedAt: at('00:59') }, now)).toBe('reported');
});
