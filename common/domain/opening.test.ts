// What keeps a cohort from being opened: each thing by itself, with where it is mended.
import { describe, expect, it } from 'vitest';
import { emptyOpening, openingProblems, plainOpening, type OpeningApplication, type OpeningFacts } from './opening.ts';

const [zhou, li] = [{ instructorId: 'z', name: '周建国', qualified: true }, { instructorId: 'l', name: '李娜', qualified: false }];
const application: OpeningApplication = { region: '130304', plannedFrom: '2026-04-01', plannedUntil: '2026-05-31', learnerLimit: 50, instructorIds: ['z'], place: '一号车间', planText: '', resources: '' };
const facts = (change: Partial<OpeningApplication> = {}, other: Partial<OpeningFacts> = {}): OpeningFacts => ({
  application: { ...application, ...change }, filing: { filingFrom: '2025-01-01', filingUntil: '2026-12-31', filingRevokedOn: null }, trainingRegions: ['130300'], learners: 50, lessons: 12,
  dossier: { blocks: 0, offline: true, instructors: [zhou, li] }, ...other,
});
const codes = (change?: Partial<OpeningApplication>, other?: Partial<OpeningFacts>): string[] => openingProblems(facts(change, other)).map(({ code }) => code);

describe('openingProblems', () => {
  it('finds nothing where all is there, a county of an allowed city among it', () => expect(codes()).toEqual([]));
  it('says of an empty application all that it lacks', () => {
    expect(codes(emptyOpening, { filing: { filingFrom: null, filingUntil: null, filingRevokedOn: null }, trainingRegions: [], learners: 0, lessons: 0, dossier: null }))
      .toEqual(['region_missing', 'dates_missing', 'limit_missing', 'roster_empty', 'plan_missing', 'dossier_missing', 'instructor_missing']);
  });
  it('refuses a region the institution may not train in (R150), and one wider than allowed', () => {
    expect(openingProblems(facts({ region: '130400' }))).toEqual([{ code: 'region_not_allowed', place: 'institution', n: 0, names: [] }]);
    expect(codes({ region: '130000' })).toEqual(['region_not_allowed']);
  });
  it.each([['over before', { filingUntil: '2026-03-31' }], ['not begun', { filingFrom: '2026-04-02' }], ['revoked on that day', { filingRevokedOn: '2026-04-01' }]])('wants the filing in force on the first day: %s (R146)', (_what, change) => {
    expect(codes({}, { filing: { filingFrom: '2025-01-01', filingUntil: '2026-12-31', filingRevokedOn: null, ...change } })).toEqual(['filing_not_in_force']);
  });
  it('takes a filing whose last day is the first one', () => expect(codes({}, { filing: { filingFrom: '2025-01-01', filingUntil: '2026-04-01', filingRevokedOn: null } })).toEqual([]));
  it('wants days of a calendar in their order', () => {
    expect(codes({ plannedUntil: '2026-03-31' })).toEqual(['dates_backwards']);
    expect(codes({ plannedFrom: '2026-02-30' })).toEqual(['dates_missing']);
    expect(codes({ plannedUntil: '2026-04-01' })).toEqual([]);
  });
  it('counts the roster against its limit', () => {
    expect(openingProblems(facts({}, { learners: 53 }))).toEqual([{ code: 'roster_over_limit', place: 'roster', n: 3, names: [] }]);
    expect(codes({}, { learners: 0 })).toEqual(['roster_empty']);
  });
  it('takes a plan in words where no lessons are planned', () => {
    expect(codes({}, { lessons: 0 })).toEqual(['plan_missing']);
    expect(codes({ planText: '每周二晚' }, { lessons: 0 })).toEqual([]);
  });
  it('wants every instructor of the dossier, and qualified (R38)', () => {
    expect(openingProblems(facts({ instructorIds: ['z', 'l'] }))).toEqual([{ code: 'instructor_unqualified', place: 'instructors', n: 1, names: ['李娜'] }]);
    expect(codes({ instructorIds: ['gone'] })).toEqual(['instructor_not_named']);
    expect(codes({ instructorIds: [] })).toEqual(['instructor_missing']);
  });
  it('wants a place where something is taught offline, and a dossier without what blocks', () => {
    expect(codes({ place: ' ' })).toEqual(['place_missing']);
    expect(codes({ place: '' }, { dossier: { blocks: 2, offline: false, instructors: [zhou] } })).toEqual(['dossier_blocked']);
  });
});

it('is kept trimmed, nobody named twice', () => {
  expect(plainOpening({ ...application, instructorIds: ['z', 'z'], place: ' 一号车间 ' })).toEqual(application);
});
