// What still keeps a course dossier from being handed in: each lack with its place, its figures and the requirement it comes from.
import type { CourseRules } from '../rules/rule-pack.ts';
import type { DossierContent, DossierField } from './dossier.ts';
import { planTotals, type PlanRow } from './hours-plan.ts';
import { isQualified, occupationCodePattern, type InstructorRecord } from './instructor.ts';

export const problemCodes = [
  'title_missing', 'level_missing', 'occupation_missing', 'occupation_code_missing', 'occupation_code_form', 'programme_missing', 'standard_missing', 'standard_name_missing', 'enterprise_missing', 'owner_missing',
  'user_missing', 'audience_missing', 'overview_missing', 'outline_missing', 'flow_missing', 'assessment_missing', 'exam_missing', 'resources_missing', 'source_missing', 'proof_missing', 'forms_missing',
  'evaluation_missing', 'charge_missing', 'price_missing', 'period_missing', 'period_backwards', 'instructor_missing', 'instructor_gone', 'instructor_none_qualified', 'instructor_unqualified', 'instructor_copy_missing', 'plan_empty',
  'online_share', 'public_hours', 'row_title_missing', 'unit_short', 'key_points_missing', 'questions_missing', 'practice_online', 'row_instructor_unknown', 'review_missing', 'review_stale', 'review_findings',
] as const;
export type ProblemCode = (typeof problemCodes)[number];
export type Severity = 'blocks' | 'warns';
/** `row`: of the hours plan, from 1; null where the whole field is meant. `requirement`: R40 and the like. */
export interface Problem { code: ProblemCode; severity: Severity; field: DossierField; row: number | null; figures: Record<string, number>; requirement: string }

/** What stands elsewhere: asked of the real rows of bank, exams, instructors, files and review. */
export interface DossierFacts {
  rules: CourseRules;
  /** Minutes a unit has at least (R42). */
  unitMinutes: number;
  /** Those of the institution in use. */
  instructors: readonly InstructorRecord[];
  /** Questions in use, by knowledge point. */
  questions: ReadonlyMap<string, number>;
  /** Exams after the whole course that are not withdrawn; and classes, without which an exam cannot be made. */
  exams: number; cohorts: number;
  /** Files that prove lawful use; and instructors whose qualification lies there as a file. */
  proofs: number; copies: ReadonlySet<string>;
  /** `none`; `stale`: something changed since; `findings`: prohibited content was found; `clean`. */
  review: 'none' | 'stale' | 'findings' | 'clean';
  /** Today in Shanghai, `2026-03-02`. */
  day: string;
}

type Lack = [lacks: boolean, code: ProblemCode, field: DossierField, requirement: string, severity?: Severity];
const empty = (text: string): boolean => text.trim() === '';
const problem = (code: ProblemCode, field: DossierField, requirement: string, more: Partial<Problem> = {}): Problem => ({ code, severity: 'blocks', field, row: null, figures: {}, requirement, ...more });
const lacking = (lacks: readonly Lack[]): Problem[] => lacks.flatMap(([is, code, field, requirement, severity = 'blocks']) => (is ? [problem(code, field, requirement, { severity })] : []));

/** Levels 1 to 5 are those of an occupation; the others have no code in the national list. */
const hasCode = ({ level }: DossierContent): boolean => level !== null && /^\d$/.test(level);

/** Whether it is said what the course teaches: before, nobody can be told to be qualified for it or not. */
export const knowsOccupation = (content: DossierContent): boolean =>
  !empty(content.occupationName) && (content.occupationCode === '' ? !hasCode(content) : occupationCodePattern.test(content.occupationCode));

const ofForm = (content: DossierContent): Problem[] => lacking([
  [empty(content.title), 'title_missing', 'title', 'R50'], [content.level === null, 'level_missing', 'level', 'R50'],
  [empty(content.occupationName), 'occupation_missing', 'occupation', 'R87'], [hasCode(content) && empty(content.occupationCode), 'occupation_code_missing', 'occupation', 'R87'],
  [!empty(content.occupationCode) && !occupationCodePattern.test(content.occupationCode), 'occupation_code_form', 'occupation', 'R87'],
  [content.programme === null, 'programme_missing', 'programme', 'R149', 'warns'],
  [content.standardKind === null, 'standard_missing', 'standard', 'R50'], [content.standardKind !== null && empty(content.standardName), 'standard_name_missing', 'standard', 'R3'],
  [content.standardKind === 'enterprise' && empty(content.enterpriseName), 'enterprise_missing', 'enterprise', 'R50'],
  [empty(content.owner), 'owner_missing', 'owner', 'R50'], [empty(content.user), 'user_missing', 'user', 'R50'], [empty(content.audience), 'audience_missing', 'audience', 'R56'],
  [empty(content.overview), 'overview_missing', 'overview', 'R50'], [empty(content.outline), 'outline_missing', 'outline', 'R39'], [empty(content.flow), 'flow_missing', 'flow', 'R76', 'warns'],
  [empty(content.assessmentPlan), 'assessment_missing', 'assessment', 'R50'],
]);

const ofUse = (content: DossierContent, { proofs, exams, cohorts }: DossierFacts): Problem[] => lacking([
  // An exam names the classes it is for: before there is one it can only be called to mind.
  [exams === 0, 'exam_missing', 'exam', 'R43', cohorts > 0 ? 'blocks' : 'warns'],
  [content.resourceKinds.length === 0, 'resources_missing', 'resources', 'R90'], [content.source === null, 'source_missing', 'source', 'R108'],
  [content.source === 'imported' && proofs === 0, 'proof_missing', 'source', 'R51'], [(content.source === 'bought' || content.source === 'cooperation') && proofs === 0, 'proof_missing', 'source', 'R134', 'warns'],
  [content.trainingForms.length === 0, 'forms_missing', 'forms', 'R87'], [content.evaluation === null, 'evaluation_missing', 'evaluation', 'R87'],
  [content.charge === null, 'charge_missing', 'charge', 'R36'], [content.charge === 'paid' && !content.priceFen, 'price_missing', 'charge', 'R36'],
  [content.charge === 'paid' && (content.periodFrom === null || content.periodUntil === null), 'period_missing', 'charge', 'R36'],
  [content.periodFrom !== null && content.periodUntil !== null && content.periodFrom > content.periodUntil, 'period_backwards', 'charge', 'R36'],
]);

function ofInstructors(content: DossierContent, { instructors, copies, day }: DossierFacts): Problem[] {
  if (content.instructorIds.length === 0) return [problem('instructor_missing', 'instructors', 'R50')];
  const named = instructors.filter(({ instructorId }) => content.instructorIds.includes(instructorId));
  const known = knowsOccupation(content);
  const fitting = named.filter(({ credentials }) => isQualified(credentials, content, day)).length;
  const uncopied = named.filter(({ instructorId }) => !copies.has(instructorId)).length;
  const gone = content.instructorIds.length - named.length;
  return [
    ...(gone > 0 ? [problem('instructor_gone', 'instructors', 'R50', { figures: { n: gone } })] : []),
    ...(known && fitting === 0 ? [problem('instructor_none_qualified', 'instructors', 'R38')] : []),
    ...(known && fitting > 0 && fitting < named.length ? [problem('instructor_unqualified', 'instructors', 'R38', { severity: 'warns', figures: { n: named.length - fitting } })] : []),
    ...(uncopied > 0 ? [problem('instructor_copy_missing', 'instructors', 'R51', { severity: 'warns', figures: { n: uncopied } })] : []),
  ];
}

function ofTotals({ plan }: DossierContent, { rules }: DossierFacts): Problem[] {
  if (plan.length === 0) return [problem('plan_empty', 'plan', 'R39')];
  const { units, online, onlinePercent, publicUnits } = planTotals(plan);
  const { onlineAtMostPercent: most, publicAtLeastHours: least } = rules;
  return [
    ...(most !== null && onlinePercent > most ? [problem('online_share', 'plan', 'R40', { figures: { online, units, percent: Math.ceil(onlinePercent), most } })] : []),
    ...(publicUnits < least ? [problem('public_hours', 'plan', 'R41', { figures: { n: publicUnits, least, short: least - publicUnits } })] : []),
  ];
}

function ofRow(row: PlanRow, at: number, content: DossierContent, { unitMinutes, questions }: DossierFacts): Problem[] {
  const place = { row: at + 1 };
  const asked = row.knowledgePoint === '' ? 0 : questions.get(row.knowledgePoint) ?? 0;
  return [
    ...(empty(row.title) ? [problem('row_title_missing', 'plan', 'R39', place)] : []),
    ...(row.minutes < unitMinutes ? [problem('unit_short', 'plan', 'R42', { ...place, figures: { minutes: row.minutes, least: unitMinutes } })] : []),
    ...(empty(row.keyPoints) ? [problem('key_points_missing', 'plan', 'R43', place)] : []),
    // Offline nobody answers on the platform: there it is only called to mind.
    ...(asked === 0 ? [problem('questions_missing', 'plan', 'R43', { ...place, severity: row.way === 'online' ? 'blocks' : 'warns' })] : []),
    ...(row.content === 'practice' && row.way === 'online' ? [problem('practice_online', 'plan', 'R151', { ...place, severity: 'warns' })] : []),
    ...(row.instructorId !== null && !content.instructorIds.includes(row.instructorId) ? [problem('row_instructor_unknown', 'plan', 'R50', { ...place, severity: 'warns' })] : []),
  ];
}

const reviewLacks = { none: 'review_missing', stale: 'review_stale', findings: 'review_findings' } as const;

/** In the order of the form. Empty: it may be handed in, and nothing is odd about it. */
export const problemsOf = (content: DossierContent, facts: DossierFacts): Problem[] => [
  ...ofForm(content), ...ofUse(content, facts), ...ofInstructors(content, facts), ...ofTotals(content, facts), ...content.plan.flatMap((row, at) => ofRow(row, at, content, facts)),
  ...(facts.review === 'clean' ? [] : [problem(reviewLacks[facts.review], 'review', 'R122')]),
];
export const blocking = (problems: readonly Problem[]): Problem[] => problems.filter(({ severity }) => severity === 'blocks');
