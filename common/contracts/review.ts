// What people decide about checks: the queue, one learner's case in one lesson, decisions, and learners' appeals (R103, R155, R158).
import Type, { type Static } from 'typebox';
import { askedWays, checkKinds, checkStatuses, codeStates, verdicts } from '#domain/check.ts';
import { presenceReasons } from '#domain/presence/facts.ts';
import { appealLengths, appealStates, reasonLengths, reviewKinds, reviewOutcomes, reviewSubjects } from '#domain/review.ts';
import { lineReasons, signalKinds } from '#domain/signals.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

export const ReviewQuery = Closed({ lessonId: Type.Optional(Uuid), kind: Type.Optional(OneOf(reviewKinds)) });

/** One thing that waits for a person. */
export const ReviewItem = Closed({
  /** The check's, the appeal's, or `<lesson>/<person>` of signals. */
  itemId: Type.String(), kind: OneOf(reviewKinds), lessonId: Uuid, lessonTitle: Type.String(), cohortTitle: Type.String(), personId: Uuid, name: Type.String(), at: Instant,
  verdict: Nullable(OneOf(verdicts)), checkKind: Nullable(OneOf(checkKinds)),
  /** The check was asked while something was made up in the replay. */
  inReplay: Type.Boolean(),
  /** Of signals: 0..1 as they are ranked, and which kinds. */
  weight: Nullable(Type.Number()), signals: Type.Array(OneOf(signalKinds)),
});
export type ReviewItem = Static<typeof ReviewItem>;
/** Appeals first, then signals by weight, then checks, the oldest first; `counts` of all, also of what `items` had no room for. */
export const ReviewQueue = Closed({
  items: Type.Array(ReviewItem), counts: Closed({ appeal: Type.Integer(), check: Type.Integer(), signals: Type.Integer() }), more: Type.Boolean(),
});
export type ReviewQueue = Static<typeof ReviewQueue>;

export const ReviewDecisionView = Closed({
  decisionId: Uuid, subject: OneOf(reviewSubjects), outcome: OneOf(reviewOutcomes), reason: Type.String(), deciderName: Type.String(), at: Instant,
  /** A later decision takes its place; it stays on record. */
  replaced: Type.Boolean(),
});
export type ReviewDecisionView = Static<typeof ReviewDecisionView>;

export const AppealView = Closed({
  appealId: Uuid, text: Type.String(), at: Instant, decidedAt: Nullable(Instant),
  /** What was decided on it, newest first. */
  decisions: Type.Array(ReviewDecisionView),
});
export type AppealView = Static<typeof AppealView>;
export const SpanAppealView = Closed({ ...AppealView.properties, unitId: Uuid, unitOrdinal: Type.Integer(), from: Instant, to: Instant });
export type SpanAppealView = Static<typeof SpanAppealView>;

export const ReviewCheck = Closed({
  checkId: Uuid, kind: OneOf(checkKinds), way: OneOf(askedWays), status: OneOf(checkStatuses), unitOrdinal: Nullable(Type.Integer()), attempt: Type.Integer(),
  /** A further attempt followed; of a spot check only the last counts. */
  askedAgain: Type.Boolean(),
  /** Asked while something was made up in the replay, not in class. */
  inReplay: Type.Boolean(),
  askedAt: Nullable(Instant), answeredAt: Nullable(Instant),
  /** Of the other way: what became of the phone code, and who of the staff looked; null on the way of the face, and where nobody looked. */
  code: Nullable(OneOf(codeStates)), look: Nullable(Closed({ seen: Type.Boolean(), by: Type.String(), at: Instant })),
  /** The machine's, and as it counts after what people decided. */
  verdict: Nullable(OneOf(verdicts)), counted: Nullable(OneOf(verdicts)),
  /** Of the picture: none, kept, or past its time. */
  picture: OneOf(['none', 'kept', 'gone'] as const),
  /** The reader may ask for it. */
  mayLook: Type.Boolean(),
  /** The reader may decide about this check; an open appeal against what they said themselves is for somebody else. */
  mayDecide: Type.Boolean(),
  measures: Nullable(Type.Record(Type.String(), Type.Number())),
  /** Code of a program that pretends to be a camera, as the browser named it. */
  camera: Nullable(Type.String()),
  appeal: Nullable(AppealView), decisions: Type.Array(ReviewDecisionView),
});
export type ReviewCheck = Static<typeof ReviewCheck>;

export const SignalView = Closed({
  signalId: Uuid, kind: OneOf(signalKinds), strength: Type.Number(), weight: Type.Number(), why: OneOf(lineReasons), count: Type.Integer(), firstSeenAt: Instant, lastSeenAt: Instant,
  checkId: Nullable(Uuid), settled: Type.Boolean(),
  /** Name null where the person has nothing to do with this institution. */
  others: Type.Array(Closed({ personId: Uuid, name: Nullable(Type.String()) })),
  facts: Type.Record(Type.String(), Nullable(Type.Union([Type.String(), Type.Number(), Type.Boolean()]))),
});
export type SignalView = Static<typeof SignalView>;

/** Everything about one learner in one lesson that a person needs to decide; pictures only by their own route, which writes down who looked. */
export const ReviewCase = Closed({
  lessonId: Uuid, lessonTitle: Type.String(), cohortTitle: Type.String(), institutionName: Type.String(), startsAt: Instant, rulePack: Type.String(), personId: Uuid, name: Type.String(),
  /** False for regulators, and for one's own case. */
  mayDecide: Type.Boolean(),
  weight: Type.Number(), signals: Type.Array(SignalView), signalDecisions: Type.Array(ReviewDecisionView),
  checks: Type.Array(ReviewCheck), spans: Type.Array(SpanAppealView),
});
export type ReviewCase = Static<typeof ReviewCase>;

/** `replaces`: the decision that counts now, which this one takes the place of; null for the first. */
export const DecisionBody = Closed({
  outcome: OneOf(reviewOutcomes), reason: Type.String({ minLength: reasonLengths.least, maxLength: reasonLengths.most }), replaces: Nullable(Uuid),
});
export type DecisionBody = Static<typeof DecisionBody>;

/** What a learner may do about a check or a stretch. */
const Appealable = { state: OneOf(appealStates), until: Instant, appeal: Nullable(AppealView) };
export const OwnCheck = Closed({
  checkId: Uuid, kind: OneOf(checkKinds), unitOrdinal: Nullable(Type.Integer()), inReplay: Type.Boolean(), at: Instant, verdict: OneOf(verdicts), counted: OneOf(verdicts),
  /** What staff decided, newest first, also without an appeal. */
  decisions: Type.Array(ReviewDecisionView), ...Appealable,
});
export type OwnCheck = Static<typeof OwnCheck>;
export const OwnSpan = Closed({ unitId: Uuid, unitOrdinal: Type.Integer(), from: Instant, to: Instant, reason: Nullable(OneOf(presenceReasons)), ...Appealable });
export type OwnSpan = Static<typeof OwnSpan>;
export const OwnAppeals = Closed({
  lessonId: Uuid, lessonTitle: Type.String(), startsAt: Instant, appealDays: Type.Integer(), rulePack: Type.String(), checks: Type.Array(OwnCheck), spans: Type.Array(OwnSpan),
});
export type OwnAppeals = Static<typeof OwnAppeals>;

const AppealText = Type.String({ minLength: appealLengths.least, maxLength: appealLengths.most });
/** The same of one attempt at an exam, once it is handed in. `checks`: only those that may hold its score, and those that were appealed. */
export const OwnExamAppeals = Closed({ attemptId: Uuid, examTitle: Type.String(), number: Type.Integer(), appealDays: Type.Integer(), rulePack: Type.String(), checks: Type.Array(OwnCheck) });
export type OwnExamAppeals = Static<typeof OwnExamAppeals>;
export const ExamAppealBody = Closed({ checkId: Uuid, text: AppealText });
export type ExamAppealBody = Static<typeof ExamAppealBody>;
/** Of a check, or of a stretch exactly as it was told. */
export const AppealBody = Type.Union([
  Closed({ checkId: Uuid, text: AppealText }),
  Closed({ unitId: Uuid, from: Instant, to: Instant, text: AppealText }),
]);
export type AppealBody = Static<typeof AppealBody>;
