// The course dossier (课程资料): what an institution writes down of a course before a class of it is opened (R50, R76, R87, R108).
import type { PlanRow } from './hours-plan.ts';

/** Whose standard the course is held by (执行标准). */
export const standardKinds = ['national', 'provincial', 'trade', 'enterprise'] as const;
export type StandardKind = (typeof standardKinds)[number];
/** 职业技能等级 1 to 5, 专项职业能力, 创业, or none of them. */
export const courseLevels = ['5', '4', '3', '2', '1', 'special', 'startup', 'other'] as const;
export type CourseLevel = (typeof courseLevels)[number];
/** What its hours may be used for (R149). */
export const programmes = ['skill', 'special', 'apprenticeship', 'project', 'startup'] as const;
export type Programme = (typeof programmes)[number];
export const resourceKinds = ['video', 'ebook', 'courseware', 'animation'] as const;
export type ResourceKind = (typeof resourceKinds)[number];
/** 自有、购买、合作、引进、主管部门提供. */
export const courseSources = ['own', 'bought', 'cooperation', 'imported', 'authority'] as const;
export type CourseSource = (typeof courseSources)[number];
export const trainingForms = ['live', 'recorded', 'interactive', 'offline'] as const;
export type TrainingForm = (typeof trainingForms)[number];
/** 结业考核、职业技能等级认定、专项职业能力考核、职业资格. */
export const evaluationForms = ['completion', 'skillLevel', 'specialAbility', 'qualification'] as const;
export type EvaluationForm = (typeof evaluationForms)[number];
export const charges = ['free', 'paid'] as const;
export type Charge = (typeof charges)[number];

/** Everything may be missing while it is a draft: empty texts, null choices. Days are `2026-03-02`, of Shanghai. */
export interface DossierContent {
  title: string; standardKind: StandardKind | null; standardName: string; standardNumber: string; enterpriseName: string;
  occupationName: string; occupationCode: string; level: CourseLevel | null; programme: Programme | null;
  /** 课程归属人 and 使用人. */
  owner: string; user: string;
  audience: string; overview: string; outline: string; flow: string; assessmentPlan: string;
  resourceKinds: readonly ResourceKind[]; resourceNote: string; source: CourseSource | null; sourceNote: string;
  trainingForms: readonly TrainingForm[]; evaluation: EvaluationForm | null;
  /** `priceFen`: per learner, in fen; the period in which charge and price hold (R36). */
  charge: Charge | null; priceFen: number | null; periodFrom: string | null; periodUntil: string | null;
  instructorIds: readonly string[]; plan: readonly PlanRow[];
}
export const dossierLimits = { title: 120, line: 200, text: 20_000, note: 2000, mostPriceFen: 100_000_000, mostInstructors: 50 } as const;

export const dossierFields = [
  'title', 'level', 'occupation', 'programme', 'standard', 'enterprise', 'owner', 'user', 'audience', 'overview', 'outline', 'flow', 'assessment', 'exam', 'resources', 'source', 'forms', 'evaluation', 'charge',
  'instructors', 'plan', 'review',
] as const;
export type DossierField = (typeof dossierFields)[number];

export const emptyDossier = (title: string): DossierContent => ({
  title, standardKind: null, standardName: '', standardNumber: '', enterpriseName: '', occupationName: '', occupationCode: '', level: null, programme: null, owner: '', user: '',
  audience: '', overview: '', outline: '', flow: '', assessmentPlan: '', resourceKinds: [], resourceNote: '', source: null, sourceNote: '', trainingForms: [], evaluation: null,
  charge: null, priceFen: null, periodFrom: null, periodUntil: null, instructorIds: [], plan: [],
});

/** Of a course: nothing written yet, a first draft, handed in, or handed in and changed since. */
export const dossierStates = ['none', 'draft', 'submitted', 'changed'] as const;
export type DossierState = (typeof dossierStates)[number];
