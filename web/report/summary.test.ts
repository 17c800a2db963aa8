// The line above the report.
import { describe, expect, it } from 'vitest';
import type { LessonReport, ReportRow } from '#contracts/report.ts';
import { hasFigures, noteKey, summarise } from './summary.ts';

const row = (change: Partial<ReportRow>): ReportRow => ({
  personId: 'p', name: '学员', login: 's', joinedAt: '2026-11-21T01:00:00.000Z', leftAt: null, creditedMinutes: 40, madeUpMinutes: 0, togetherMinutes: 40, heldMinutes: 45, correctedMinutes: 0, takenBackMinutes: 0, attendance: 0.9, asked: 2, answered: 2, correct: 2,
  accuracy: 1, checks: { asked: 0, matched: 0, failed: 0, missed: 0, pending: 0 }, replayMinutes: 0, inReplay: { asked: 0, answered: 0, correct: 0 }, checkWay: 'face', attendanceLow: false, accuracyLow: false, ...change,
});
const report = (rows: ReportRow[], note: LessonReport['note'] = null): LessonReport => ({
  lessonId: 'l', title: '', courseTitle: '', cohortTitle: '', institutionName: '', status: 'ended', startsAt: '', plannedMinutes: 45, startedAt: null, endedAt: null, heldMinutes: 45,
  interruptedMinutes: 0, heldAgain: [], leastHeldMinutes: 45, note, threshold: 0.8, rulePack: 'default@1', rows, generatedAt: '',
});

describe('summarise', () => {
  it('counts each learner once', () => {
    const rows = [row({}), row({ attendance: 0.5, attendanceLow: true, accuracy: 0.5, accuracyLow: true }), row({ joinedAt: null, attendance: 0, attendanceLow: true, accuracy: null })];
    expect(summarise(report(rows))).toEqual({ learners: 3, present: 2, low: 2, meanAttendance: 1.4 / 3, meanAccuracy: 0.75 });
  });
  it('has no mean where there is no figure', () => {
    expect(summarise(report([]))).toEqual({ learners: 0, present: 0, low: 0, meanAttendance: null, meanAccuracy: null });
  });
});

describe('noteKey', () => {
  it('tells what is still to come from what nobody started', () => {
    const open = { ...report([], 'never_started'), status: 'open' as const };
    expect([noteKey(open), noteKey({ ...open, status: 'missed' }), noteKey(report([], 'still_live')), noteKey(report([]))]).toEqual(['report.notYet', 'report.note.never_started', 'report.note.still_live', null]);
  });
});

describe('hasFigures', () => {
  it('is false when nobody taught', () => {
    expect(([null, 'still_live', 'never_started', 'cancelled'] as const).map((note) => hasFigures(report([], note)))).toEqual([true, true, false, false]);
  });
});
