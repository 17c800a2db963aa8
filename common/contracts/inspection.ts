// Inspections as they are shown to whoever inspects and to the office of an institution (R10, R106, R113).
import Type, { type Static } from 'typebox';
import { checkKinds, verdicts } from '#domain/check.ts';
import { evidenceKinds, findingStates, replyKinds, severities } from '#domain/inspection/finding.ts';
import { inspectionStates, inspectionTitle, inspectionWords, lookPurpose, mostInstitutions, ownWordsMost, rectificationDays, risks, sampleSize } from '#domain/inspection/inspection.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Words = Type.String({ minLength: inspectionWords.least, maxLength: inspectionWords.most, pattern: '\\S' });
const Named = Closed({ institutionId: Uuid, name: Type.String() });

/** Recordings of lessons that began on these days (of Shanghai, both included). Null: of all courses, of all cohorts. */
const scope = { courseId: Nullable(Uuid), cohortId: Nullable(Uuid), from: Day, to: Day, risks: Type.Array(OneOf(risks), { minItems: 1, maxItems: risks.length, uniqueItems: true }) };
export const InspectionScope = Closed(scope);
export type InspectionScope = Static<typeof InspectionScope>;
export const InspectionBody = Closed({
  title: Type.String({ minLength: inspectionTitle.least, maxLength: inspectionTitle.most, pattern: '\\S' }), announced: Type.Boolean(), size: Type.Integer({ minimum: sampleSize.least, maximum: sampleSize.most }),
  institutionIds: Type.Array(Uuid, { minItems: 1, maxItems: mostInstitutions, uniqueItems: true }), scope: InspectionScope,
});
export type InspectionBody = Static<typeof InspectionBody>;
/** What the inspector adds to the seed, such as the numbers of a lottery. */
export const DrawBody = Closed({ words: Type.String({ maxLength: ownWordsMost }) });
export const FindingBody = Closed({ atMs: Type.Integer({ minimum: 0, maximum: 86_400_000 }), severity: OneOf(severities), evidence: Type.Array(OneOf(evidenceKinds), { minItems: 1, maxItems: evidenceKinds.length, uniqueItems: true }), words: Words });
export type FindingBody = Static<typeof FindingBody>;
export const HandOverBody = Closed({ days: Type.Integer({ minimum: rectificationDays.least, maximum: rectificationDays.most }) });
export const AnswerBody = Closed({ words: Words });
/** `days`: a new deadline for what is returned, from now; the old one without it. */
export const FindingDecisionBody = Closed({ outcome: OneOf(['accepted', 'returned'] as const), words: Type.String({ maxLength: inspectionWords.most }), days: Nullable(HandOverBody.properties.days) });
export type FindingDecisionBody = Static<typeof FindingDecisionBody>;
export const ClosingWords = Closed({ words: Type.String({ maxLength: inspectionWords.most }) });
export const LookBody = Closed({ checkId: Uuid, purpose: Type.String({ minLength: lookPurpose.least, maxLength: lookPurpose.most, pattern: '\\S' }) });

const brief = {
  inspectionId: Uuid, title: Type.String(), announced: Type.Boolean(), status: OneOf(inspectionStates),
  /** Those the asker may see it for. */
  institutions: Type.Array(Named), size: Type.Integer(), drawn: Type.Integer(), findings: Type.Integer(), /** Not accepted yet. */ open: Type.Integer(), /** What the asker has to do something about. */ waiting: Type.Integer(),
  overdue: Type.Integer(), dueAt: Nullable(Instant), madeAt: Instant, maker: Type.String(),
  /** What the asker is to it. */
  part: OneOf(['inspector', 'office'] as const),
};
export const InspectionBrief = Closed(brief);
export type InspectionBrief = Static<typeof InspectionBrief>;
export const InspectionList = Closed({ mayDraw: Type.Boolean(), inspections: Type.Array(InspectionBrief) });
export type InspectionList = Static<typeof InspectionList>;
/** Where one may draw. */
export const InspectionChoices = Closed({
  institutions: Type.Array(Closed({ ...Named.properties, courses: Type.Array(Closed({ courseId: Uuid, title: Type.String(), cohorts: Type.Array(Closed({ cohortId: Uuid, title: Type.String() })) })) })),
});
export type InspectionChoices = Static<typeof InspectionChoices>;

export const InspectedUnit = Closed({
  drawnId: Uuid, ordinal: Type.Integer(), ...Named.properties, courseTitle: Type.String(), cohortTitle: Type.String(), lessonId: Uuid, lessonTitle: Type.String(), startsAt: Instant, unitOrdinal: Type.Integer(),
  replayId: Uuid, part: Type.Integer(), parts: Type.Integer(), durationMs: Type.Integer(), risk: OneOf(risks), sha256: Hash,
  /** The file is another one than was drawn, or is no longer shown. */
  changed: Type.Boolean(), /** Somebody who inspects has played it since. */ looked: Type.Boolean(), findings: Type.Integer(),
});
export type InspectedUnit = Static<typeof InspectedUnit>;
export const Finding = Closed({
  findingId: Uuid, drawnId: Uuid, institutionId: Uuid, ordinal: Type.Integer(), atMs: Type.Integer(), severity: OneOf(severities), evidence: Type.Array(OneOf(evidenceKinds)), words: Type.String(), madeAt: Instant, maker: Type.String(),
  state: OneOf(findingStates), dueAt: Nullable(Instant), overdue: Type.Boolean(), replies: Type.Array(Closed({ kind: OneOf(replyKinds), words: Type.String(), at: Instant, by: Type.String(), dueAt: Nullable(Instant) })),
  mayAnswer: Type.Boolean(), mayDecide: Type.Boolean(), mayWithdraw: Type.Boolean(),
});
export type Finding = Static<typeof Finding>;
export const Inspection = Closed({
  ...brief, scope: InspectionScope, courseTitle: Nullable(Type.String()), cohortTitle: Nullable(Type.String()), seedHash: Hash,
  /** Told with the draw. */
  seed: Nullable(Hash), ownWords: Type.String(), populationHash: Nullable(Hash), populationCount: Nullable(Type.Integer()),
  /** Units of the scope that were held and recorded, and have no film that is shown. */
  withoutFilm: Nullable(Type.Integer()),
  drawnAt: Nullable(Instant), handedAt: Nullable(Instant), closedAt: Nullable(Instant), closingWords: Type.String(), units: Type.Array(InspectedUnit), findingList: Type.Array(Finding),
  looks: Type.Array(Closed({ ordinal: Type.Integer(), at: Instant, by: Type.String(), purpose: Type.String() })),
  may: Closed({ draw: Type.Boolean(), find: Type.Boolean(), handOver: Type.Boolean(), close: Type.Boolean() }),
});
export type Inspection = Static<typeof Inspection>;

/** What there is to jump to besides what the film's own marks say; ms from the film's start, by time. */
export const InspectionMark = Type.Union([
  Closed({
    kind: OneOf(checkKinds), atMs: Type.Integer(), checkId: Uuid, name: Type.String(), way: OneOf(['face', 'alternative'] as const), verdict: Nullable(OneOf(verdicts)), passed: Nullable(Type.Boolean()),
    /** `gone`: there was one, and it is deleted by now. */
    picture: OneOf(['kept', 'gone', 'none'] as const),
  }),
  Closed({ kind: Type.Literal('presence'), atMs: Type.Integer(), came: Type.Integer(), left: Type.Integer() }),
]);
export type InspectionMark = Static<typeof InspectionMark>;
export const InspectedFilm = Closed({
  inspectionId: Uuid, title: Type.String(), unit: InspectedUnit, marks: Type.Array(InspectionMark), /** Checks that passed and are too many to list. */ leftOut: Type.Integer(),
  findings: Type.Array(Finding), mayFind: Type.Boolean(), mayLook: Type.Boolean(),
});
export type InspectedFilm = Static<typeof InspectedFilm>;
