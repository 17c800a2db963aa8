// The application to open a cohort (开班申请): what it states, and what still keeps it from being handed in (R38, R146, R150).
import { filingInForce, type Filing } from './institution.ts';
import { anyCovers } from './region.ts';
import { shanghaiInstant } from './day.ts';

/** Everything may be missing while it is a draft. Days are `2026-03-02`, of Shanghai, the last one included. */
export interface OpeningApplication {
  region: string | null; plannedFrom: string | null; plannedUntil: string | null; learnerLimit: number | null;
  /** Of the course's dossier. */
  instructorIds: string[];
  /** Of what is taught offline; empty where nothing is. */
  place: string; planText: string; resources: string;
}
export const openingLimits = { place: 200, text: 5000, mostLearners: 100_000, mostInstructors: 50 } as const;
export const emptyOpening: OpeningApplication = { region: null, plannedFrom: null, plannedUntil: null, learnerLimit: null, instructorIds: [], place: '', planText: '', resources: '' };

export const openingProblemCodes = [
  'region_missing', 'region_not_allowed', 'dates_missing', 'dates_backwards', 'filing_not_in_force', 'limit_missing', 'roster_empty', 'roster_over_limit', 'plan_missing',
  'instructor_missing', 'instructor_not_named', 'instructor_unqualified', 'place_missing', 'dossier_missing', 'dossier_blocked',
] as const;
export type OpeningProblemCode = (typeof openingProblemCodes)[number];
/** Where it is mended. */
export const openingPlaces = ['form', 'roster', 'institution', 'dossier', 'instructors'] as const;
export type OpeningPlace = (typeof openingPlaces)[number];
/** `names`: of whom it is said. All of them block. */
export interface OpeningProblem { code: OpeningProblemCode; place: OpeningPlace; n: number; names: string[] }

/** What stands elsewhere, asked of the rows. */
export interface OpeningFacts {
  application: OpeningApplication; filing: Filing; trainingRegions: readonly string[];
  /** Enrolled now; lessons planned and not cancelled. */
  learners: number; lessons: number;
  /** Of the dossier handed in last, null without one. `blocks`: what would keep it from being handed in again. `offline`: it plans units that are. */
  dossier: { blocks: number; offline: boolean; instructors: readonly { instructorId: string; name: string; qualified: boolean }[] } | null;
}

const problem = (code: OpeningProblemCode, place: OpeningPlace, n = 0, names: string[] = []): OpeningProblem => ({ code, place, n, names });
const when = (wrong: boolean, ...one: Parameters<typeof problem>): OpeningProblem[] => (wrong ? [problem(...one)] : []);

function ofRegion({ application: { region }, trainingRegions }: OpeningFacts): OpeningProblem[] {
  if (region === null) return [problem('region_missing', 'form')];
  return when(!anyCovers(trainingRegions, region), 'region_not_allowed', 'institution');
}

function ofDays({ application: { plannedFrom, plannedUntil }, filing }: OpeningFacts): OpeningProblem[] {
  const first = plannedFrom === null ? null : shanghaiInstant(plannedFrom, '00:00');
  if (first === null || plannedFrom === null || plannedUntil === null || shanghaiInstant(plannedUntil, '00:00') === null) return [problem('dates_missing', 'form')];
  return [...when(plannedUntil < plannedFrom, 'dates_backwards', 'form'), ...when(!filingInForce(filing, first), 'filing_not_in_force', 'institution')];
}

function ofRoster({ application: { learnerLimit }, learners }: OpeningFacts): OpeningProblem[] {
  return [
    ...when(learnerLimit === null, 'limit_missing', 'form'), ...when(learners === 0, 'roster_empty', 'roster'),
    ...when(learnerLimit !== null && learners > learnerLimit, 'roster_over_limit', 'roster', learners - (learnerLimit ?? 0)),
  ];
}

function ofDossier({ application: { instructorIds, place }, dossier }: OpeningFacts): OpeningProblem[] {
  const none = when(instructorIds.length === 0, 'instructor_missing', 'form');
  if (!dossier) return [problem('dossier_missing', 'dossier'), ...none];
  const chosen = dossier.instructors.filter(({ instructorId }) => instructorIds.includes(instructorId));
  const unqualified = chosen.filter(({ qualified }) => !qualified).map(({ name }) => name);
  return [
    ...when(dossier.blocks > 0, 'dossier_blocked', 'dossier', dossier.blocks), ...none,
    ...when(chosen.length < instructorIds.length, 'instructor_not_named', 'form', instructorIds.length - chosen.length),
    ...when(unqualified.length > 0, 'instructor_unqualified', 'instructors', unqualified.length, unqualified),
    ...when(dossier.offline && place.trim() === '', 'place_missing', 'form'),
  ];
}

/** All that keeps a cohort from being opened, in the order of the form; empty: nothing does. */
export const openingProblems = (facts: OpeningFacts): OpeningProblem[] => [
  ...ofRegion(facts), ...ofDays(facts), ...ofRoster(facts), ...when(facts.lessons === 0 && facts.application.planText.trim() === '', 'plan_missing', 'form'), ...ofDossier(facts),
];

/** As it is kept: trimmed, nobody named twice. */
export const plainOpening = (given: OpeningApplication): OpeningApplication => ({
  ...given, instructorIds: [...new Set(given.instructorIds)], place: given.place.trim(), planText: given.planText.trim(), resources: given.resources.trim(),
});
