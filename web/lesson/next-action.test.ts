// The next action by role, state and time.
import { describe, expect, it } from 'vitest';
import { lessonStatuses } from '#domain/lesson.ts';
import { lessonRoles, type LessonRole } from '#domain/roles.ts';
import { actionRoute, nextAction, otherActions } from './next-action.ts';

const startsAt = '2026-11-21T11:00:00.000Z';
const start = Date.parse(startsAt);
const at = (role: LessonRole, status: (typeof lessonStatuses)[number], nowMs = start, recording: 'processing' | 'ready' | null = null) =>
  nextAction({ role, status, startsAt, recording }, nowMs);

describe('nextAction', () => {
  it('lets leaders start half an hour before, others enter', () => {
    expect([at('teacher', 'scheduled', start - 30 * 60_000), at('assistant', 'open'), at('student', 'scheduled', start - 30 * 60_000)]).toEqual(['start', 'start', 'enter']);
    expect([at('teacher', 'scheduled', start - 31 * 60_000), at('student', 'scheduled', start - 31 * 60_000)]).toEqual(['prepare', 'prepare']);
  });
  it('lets everybody into a live lesson, observers as observers', () => {
    expect([at('teacher', 'live'), at('student', 'live'), at('proctor', 'live'), at('observer', 'live')]).toEqual(['enter', 'enter', 'enter', 'observe']);
  });
  it('offers a learner the replay once it is there, staff the report', () => {
    expect([at('student', 'ended', start, 'ready'), at('student', 'ended', start, 'processing'), at('teacher', 'ended', start, 'ready'), at('observer', 'ended')]).toEqual(['replay', 'report', 'report', 'report']);
  });
  it('offers nothing in a cancelled lesson, and nobody a way to teach a missed one', () => {
    expect(lessonRoles.map((role) => at(role, 'cancelled'))).toEqual([null, null, null, null, null]);
    expect([at('student', 'missed'), at('teacher', 'missed')]).toEqual([null, 'report']);
  });
  it('leads nobody into a lesson held at a place', () => {
    expect(lessonRoles.map((role) => nextAction({ role, status: 'scheduled', startsAt, recording: null, kind: 'offline' }, start))).toEqual(lessonRoles.map(() => 'wait'));
  });
  it('leads somewhere, or says that there is nothing to do', () => {
    for (const role of lessonRoles) for (const status of lessonStatuses) {
      const action = at(role, status);
      expect(actionRoute(action) === null).toBe(action === null || action === 'wait');
    }
  });
  it('offers the page after class to those who teach or oversee, once the lesson is over', () => {
    const offered = (role: LessonRole, status: (typeof lessonStatuses)[number]): boolean => otherActions({ role, status, startsAt, recording: null }, at(role, status)).includes('afterClass');
    expect(lessonRoles.filter((role) => offered(role, 'ended'))).toEqual(['teacher', 'assistant', 'proctor', 'observer']);
    expect(lessonStatuses.filter((status) => offered('teacher', status))).toEqual(['ended']);
  });
  it('has a learner study a lesson of films while it is open, and never leads into a classroom', () => {
    const closesAt = '2026-11-28T11:00:00.000Z';
    const dated = (role: LessonRole, status: (typeof lessonStatuses)[number], nowMs: number) => nextAction({ role, status, startsAt, closesAt, kind: 'recorded', recording: 'ready' }, nowMs);
    expect([dated('student', 'scheduled', start - 60_000), dated('student', 'ended', start), dated('student', 'ended', Date.parse(closesAt))]).toEqual(['wait', 'study', 'report']);
    expect([dated('teacher', 'scheduled', start - 60_000), dated('teacher', 'ended', start), dated('observer', 'ended', start), dated('teacher', 'cancelled', start)]).toEqual(['replay', 'report', 'report', null]);
    expect(actionRoute('study')).toBe('replay');
    expect(otherActions({ role: 'student', status: 'ended', startsAt, closesAt, kind: 'recorded', recording: 'ready' }, 'study')).toEqual(['report']);
    expect(otherActions({ role: 'teacher', status: 'ended', startsAt, closesAt, kind: 'recorded', recording: 'ready' }, 'report')).toEqual(['replay']);
  });
  it('never offers the same twice', () => {
    for (const recording of ['processing', 'ready', null] as const) {
      const first = at('student', 'ended', start, recording);
      expect(otherActions({ role: 'student', status: 'ended', startsAt, recording }, first)).not.toContain(first);
    }
    expect(otherActions({ role: 'student', status: 'live', startsAt, recording: null }, 'enter')).toEqual([]);
  });
});
