// The rule by which institutions are put in order: each measure at its edges, what little says nothing, and that all of it has a reason.
import { expect, test } from 'vitest';
import { institutionRisk, riskCodes, type RiskCode, type RiskFacts } from './institution-risk.ts';

const calm: RiskFacts = {
  lessons: 100, learnerLessons: 3000, checksAsked: 6000, checksFailed: 60, checksMissed: 60, doubtsOpen: 2, recordingsMissing: 0, recordingsHeld: 1, corrections: 10, appeals: 10, tickets: 10, findingsOpen: 0,
};
const reasonsOf = (facts: Partial<RiskFacts>) => institutionRisk({ ...calm, ...facts }).reasons.map(({ code, level, count, of }) => [code, level, count, of]);

test('an institution that teaches and of which nothing speaks is usual; one that held nothing is unknown', () => {
  expect(institutionRisk(calm)).toEqual({ level: 'usual', points: 0, reasons: [] });
  const nothing = Object.fromEntries(Object.keys(calm).map((key) => [key, 0])) as unknown as RiskFacts;
  expect(institutionRisk(nothing)).toEqual({ level: 'unknown', points: 0, reasons: [] });
});

test.each<[RiskCode, Partial<RiskFacts>, Partial<RiskFacts>, Partial<RiskFacts>]>([
  ['findings', { findingsOpen: 0 }, { findingsOpen: 1 }, { findingsOpen: 3 }],
  ['recordings_missing', { recordingsMissing: 0 }, { recordingsMissing: 4 }, { recordingsMissing: 5 }],
  ['checks', { checksFailed: 300, checksMissed: 299 }, { checksFailed: 300, checksMissed: 300 }, { checksFailed: 1400, checksMissed: 100 }],
  ['doubts', { doubtsOpen: 29 }, { doubtsOpen: 30 }, { doubtsOpen: 150 }],
  ['corrections', { corrections: 59 }, { corrections: 60 }, { corrections: 300 }],
  ['appeals', { appeals: 59 }, { appeals: 60 }, { appeals: 300 }],
  ['recordings_held', { recordingsHeld: 4 }, { recordingsHeld: 5 }, { recordingsHeld: 20 }],
  ['tickets', { tickets: 49 }, { tickets: 50 }, { tickets: 200 }],
])('%s: below, raised, high', (code, below, raised, high) => {
  expect(reasonsOf(below)).toEqual([]);
  expect(reasonsOf(raised).map((one) => one.slice(0, 2))).toEqual([[code, 'raised']]);
  expect(institutionRisk({ ...calm, ...raised }).level).toBe('raised');
  expect(reasonsOf(high).map((one) => one.slice(0, 2))).toEqual([[code, 'high']]);
  expect(institutionRisk({ ...calm, ...high })).toMatchObject({ level: 'high', points: 3 });
});

test('few of few say nothing: two of three checks missed are no risk, and one doubt about one learner is none', () => {
  expect(reasonsOf({ lessons: 1, learnerLessons: 1, checksAsked: 3, checksFailed: 1, checksMissed: 1, doubtsOpen: 1, corrections: 1, appeals: 1, tickets: 1, recordingsHeld: 1 })).toEqual([]);
});

test('three that are raised are high together; what is high stands before what is raised, with its figures', () => {
  const risk = institutionRisk({ ...calm, doubtsOpen: 30, corrections: 60, tickets: 300 });
  expect(risk).toMatchObject({ level: 'high', points: 5 });
  expect(risk.reasons).toEqual([{ code: 'tickets', level: 'high', count: 300, of: 100 }, { code: 'doubts', level: 'raised', count: 30, of: 3000 }, { code: 'corrections', level: 'raised', count: 60, of: 3000 }]);
  expect(institutionRisk({ ...calm, doubtsOpen: 30, corrections: 60, appeals: 60 }).level).toBe('high');
  expect(institutionRisk({ ...calm, doubtsOpen: 30, corrections: 60 }).level).toBe('raised');
});

test('every code is measured', () => {
  const all = institutionRisk({ ...calm, checksFailed: 3000, doubtsOpen: 900, recordingsMissing: 9, recordingsHeld: 50, corrections: 900, appeals: 900, tickets: 900, findingsOpen: 9 });
  expect(all.reasons.map(({ code }) => code).sort()).toEqual([...riskCodes].sort());
});
