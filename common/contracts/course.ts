// Course dossiers, instructors and content reviews over REST: their bodies and replies.
import Type, { type Static } from 'typebox';
import { findingLimits, prohibitedClassIds } from '#domain/course/content-review.ts';
import {
  charges, courseLevels, courseSources, dossierFields, dossierLimits as limits, dossierStates, evaluationForms, programmes, resourceKinds, standardKinds, trainingForms,
} from '#domain/course/dossier.ts';
import { planLimits, rowContents, rowForms, rowWays } from '#domain/course/hours-plan.ts';
import { problemCodes } from '#domain/course/validation.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Line = Type.String({ maxLength: limits.line });
const Text = Type.String({ maxLength: limits.text });
export const Day = Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const some = <const T extends readonly string[]>(values: T) => Type.Array(OneOf(values), { maxItems: values.length, uniqueItems: true });

export const PlanRow = Closed({
  rowId: Uuid, title: Type.String({ maxLength: planLimits.title }), keyPoints: Type.String({ maxLength: planLimits.keyPoints }), content: OneOf(rowContents), way: OneOf(rowWays), form: OneOf(rowForms),
  publicSubject: Type.Boolean(), minutes: Type.Integer({ minimum: 0, maximum: planLimits.mostMinutes }), instructorId: Nullable(Uuid), knowledgePoint: Type.String({ maxLength: 100 }),
});
/** A draft may lack anything: what it lacks is told as problems. */
export const DossierContent = Closed({
  title: Type.String({ maxLength: limits.title }), standardKind: Nullable(OneOf(standardKinds)), standardName: Line, standardNumber: Line, enterpriseName: Line, occupationName: Line,
  occupationCode: Type.String({ maxLength: 20 }), level: Nullable(OneOf(courseLevels)), programme: Nullable(OneOf(programmes)), owner: Line, user: Line,
  audience: Text, overview: Text, outline: Text, flow: Text, assessmentPlan: Text, resourceKinds: some(resourceKinds), resourceNote: Type.String({ maxLength: limits.note }),
  source: Nullable(OneOf(courseSources)), sourceNote: Type.String({ maxLength: limits.note }), trainingForms: some(trainingForms), evaluation: Nullable(OneOf(evaluationForms)),
  charge: Nullable(OneOf(charges)), priceFen: Nullable(Type.Integer({ minimum: 0, maximum: limits.mostPriceFen })), periodFrom: Nullable(Day), periodUntil: Nullable(Day),
  instructorIds: Type.Array(Uuid, { maxItems: limits.mostInstructors, uniqueItems: true }), plan: Type.Array(PlanRow, { maxItems: planLimits.mostRows }),
});

export const Problem = Closed({
  code: OneOf(problemCodes), severity: OneOf(['blocks', 'warns'] as const), field: OneOf(dossierFields), row: Nullable(Type.Integer()), figures: Type.Record(Type.String(), Type.Number()), requirement: Type.String(),
});

const course = { courseId: Uuid, institutionId: Uuid, institutionName: Type.String(), title: Type.String(), state: OneOf(dossierStates), mayEdit: Type.Boolean() };
/** `version`: the newest, 0 where nothing is written. `blocks` and `warns`: how many problems it has now. */
export const CourseLine = Closed({ ...course, version: Type.Integer(), blocks: Type.Integer(), warns: Type.Integer(), units: Type.Integer(), changedAt: Nullable(Instant) });
export type CourseLine = Static<typeof CourseLine>;
/** `offices`: institutions the asker may make a course for. */
export const CourseList = Closed({ courses: Type.Array(CourseLine), offices: Type.Array(Closed({ institutionId: Uuid, name: Type.String() })) });
export type CourseList = Static<typeof CourseList>;
export const CourseBody = Closed({ institutionId: Uuid, title: Type.String({ minLength: 1, maxLength: limits.title, pattern: '\\S' }) });
export type CourseBody = Static<typeof CourseBody>;

export const ReviewStanding = OneOf(['none', 'stale', 'findings', 'clean'] as const);
export const NamedInstructor = Closed({ instructorId: Uuid, name: Type.String(), trade: Type.String(), rank: Type.String(), qualified: Nullable(Type.Boolean()) });
export const DossierDetail = Closed({
  ...course,
  /** Of what is shown; `revision` 0: it is handed in (or nothing is written), and the next save begins a new draft. */
  version: Type.Integer(), revision: Type.Integer(), content: DossierContent, problems: Type.Array(Problem), changedBy: Nullable(Type.String()), changedAt: Nullable(Instant),
  /** The newest that was handed in; 0: none. */
  submittedVersion: Type.Integer(),
  /** In use at the institution; `qualified` for the occupation of this course, today; null while that is not said. */
  instructors: Type.Array(NamedInstructor), points: Type.Array(Closed({ point: Type.String(), questions: Type.Integer() })), exams: Type.Integer(), proofs: Type.Integer(),
  rules: Closed({ packId: Type.String(), onlineAtMostPercent: Nullable(Type.Number()), publicAtLeastHours: Type.Number(), unitMinutes: Type.Number() }), review: ReviewStanding,
});
export type DossierDetail = Static<typeof DossierDetail>;
/** `revision`: the one that was on the screen. */
export const DossierEdit = Closed({ revision: Type.Integer({ minimum: 0 }), content: DossierContent });
export type DossierEdit = Static<typeof DossierEdit>;
export const SubmissionBody = Closed({ revision: Type.Integer({ minimum: 1 }) });

const version = { version: Type.Integer(), sha256: Sha256, rulePack: Type.String(), submittedBy: Type.String(), submittedAt: Instant, units: Type.Integer() };
/** Handed in, newest first. */
export const DossierVersions = Closed({ versions: Type.Array(Closed(version)) });
export type DossierVersions = Static<typeof DossierVersions>;
const FrozenInstructor = Closed({ instructorId: Uuid, name: Type.String(), trade: Type.String(), rank: Type.String(), history: Type.String(), awards: Type.String(), credentials: Type.Array(Type.Unknown()) });
/** As it was handed in; the hash is of the canonical JSON (RFC 8785) of all that is frozen with it. */
export const DossierVersion = Closed({ ...version, institutionName: Type.String(), content: DossierContent, instructors: Type.Array(FrozenInstructor) });
export type DossierVersion = Static<typeof DossierVersion>;

export const Finding = Closed({ classId: OneOf(prohibitedClassIds), clean: Type.Boolean(), note: Type.String({ maxLength: findingLimits.note }) });
export const ReviewRecord = Closed({
  reviewId: Uuid, version: Type.Integer(), contentSha256: Sha256, clean: Type.Boolean(), findings: Type.Array(Finding), note: Type.String(), commitmentVersion: Type.Integer(),
  signature: Type.String(), commitmentSha256: Sha256, reviewer: Type.String(), at: Instant,
});
/** `refusal`: why this person may not review it. `files`: courseware of the course that is reviewed with it. Reviews newest first. */
export const ReviewState = Closed({
  courseId: Uuid, title: Type.String(), standing: ReviewStanding, contentSha256: Sha256, refusal: Nullable(OneOf(['reads_only', 'nothing_written', 'own_work'] as const)), signsAs: Type.String(),
  content: DossierContent, files: Type.Array(Closed({ coursewareId: Uuid, title: Type.String(), sha256: Sha256 })), reviews: Type.Array(ReviewRecord),
});
export type ReviewState = Static<typeof ReviewState>;
/** `contentSha256`: of what was looked at. `signature`: one's own name, typed. */
export const ReviewBody = Closed({
  contentSha256: Sha256, findings: Type.Array(Finding, { minItems: prohibitedClassIds.length, maxItems: prohibitedClassIds.length }), note: Type.String({ maxLength: limits.note }),
  commitmentVersion: Type.Literal(1), signature: Type.String({ minLength: 1, maxLength: 60 }),
});
export type ReviewBody = Static<typeof ReviewBody>;
