// Exams over REST: what staff define, what an attempt gets and sends, results, marks, and what is decided about held ones (R26, R43, R104, R143).
import Type, { type Static } from 'typebox';
import { checkKinds, verdicts } from '#domain/check.ts';
import {
  attemptResults, attemptStands, attemptStatuses, examKinds, examLimits as limits, examPhases, examProblems, examStatuses, holdOutcomes, startHindrances, submitReasons,
} from '#domain/exam.ts';
import { bankKinds, questionLimits } from '#domain/question.ts';
import { AskedCheck } from './check.ts';
import { AppealView, ReviewDecisionView } from './review.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Points = Type.Integer({ minimum: 1, maximum: limits.mostPoints });
const Difficulty = Type.Integer({ minimum: questionLimits.leastDifficulty, maximum: questionLimits.mostDifficulty });

// --- what staff define ---

/** After one unit of a lesson, one course, or several courses of one institution. */
export const ExamFollows = Type.Union([
  Closed({ kind: Type.Literal('unit'), unitId: Uuid }), Closed({ kind: Type.Literal('course'), courseId: Uuid }),
  Closed({ kind: Type.Literal('courses'), courseIds: Type.Array(Uuid, { minItems: 2, maxItems: limits.mostCourses }) }),
]);
export type ExamFollows = Static<typeof ExamFollows>;
/** `count` questions of that course's bank, each once in a paper. `kinds` empty: any; `knowledgePoint` null: any. */
export const ExamPart = Closed({
  courseId: Uuid, kinds: Type.Array(OneOf(bankKinds), { maxItems: bankKinds.length }), knowledgePoint: Nullable(Type.String({ minLength: 1, maxLength: questionLimits.knowledgePoint })),
  leastDifficulty: Difficulty, mostDifficulty: Difficulty, count: Type.Integer({ minimum: 1, maximum: limits.mostQuestions }), pointsEach: Points,
});
export type ExamPart = Static<typeof ExamPart>;
/** Asked of everybody, as the bank has it when the exam is published. */
export const FixedQuestion = Closed({ questionId: Uuid, points: Points });
/** Answered in own words, at the end of the paper. `guidance` is for whoever marks. `taskId` is chosen by the page and stays. */
export const FreeTextTask = Closed({ taskId: Uuid, prompt: Type.String({ minLength: 1, maxLength: limits.prompt }), guidance: Type.String({ maxLength: limits.guidance }), points: Points });
export type FreeTextTask = Static<typeof FreeTextTask>;

const settings = {
  title: Type.String({ minLength: 1, maxLength: limits.title }), instructions: Type.String({ maxLength: limits.instructions }), follows: ExamFollows,
  /** Cohorts of the courses it follows; whoever is enrolled in one of them may take it. */
  cohortIds: Type.Array(Uuid, { minItems: 1, maxItems: limits.mostCohorts }),
  parts: Type.Array(ExamPart, { maxItems: limits.mostParts }), fixed: Type.Array(FixedQuestion, { maxItems: limits.mostFixed }), freeText: Type.Array(FreeTextTask, { maxItems: limits.mostFreeText }),
  opensAt: Instant, closesAt: Instant, durationMinutes: Type.Integer({ minimum: limits.leastMinutes, maximum: limits.mostMinutes }),
  passPercent: Type.Integer({ minimum: 1, maximum: 100 }), attempts: Type.Integer({ minimum: 1, maximum: limits.mostAttempts }),
  /** From the end of an attempt to the next. */
  waitMinutes: Type.Integer({ minimum: 0, maximum: limits.mostWaitMinutes }),
  shuffleQuestions: Type.Boolean(), shuffleOptions: Type.Boolean(),
  /** Learners see what was right once the window is over (never before). */
  showRight: Type.Boolean(),
};
export const ExamBody = Closed(settings);
export type ExamBody = Static<typeof ExamBody>;
/** `revision`: the one that was on the screen; a newer one refuses the edit. */
export const ExamEdit = Closed({ ...settings, revision: Type.Integer({ minimum: 1 }) });
export type ExamEdit = Static<typeof ExamEdit>;

const Counts = { learners: Type.Integer(), taken: Type.Integer(), passed: Type.Integer(), toMark: Type.Integer(), held: Type.Integer() };

/** `courseTitles` of what it follows. `learners` enrolled now; `taken`: began at least once; `toMark` and `held` count attempts. */
export const ExamBrief = Closed({
  examId: Uuid, title: Type.String(), institutionId: Uuid, institutionName: Type.String(), courseTitles: Type.Array(Type.String()), cohortTitles: Type.Array(Type.String()),
  status: OneOf(examStatuses), phase: OneOf(examPhases), opensAt: Instant, closesAt: Instant, durationMinutes: Type.Integer(), ...Counts,
  /** May be edited, published, closed, marked by the reader; false for regulators. */
  mayManage: Type.Boolean(),
});
export type ExamBrief = Static<typeof ExamBrief>;
/** The newest first. */
export const ExamList = Closed({ exams: Type.Array(ExamBrief) });
export type ExamList = Static<typeof ExamList>;

/** `wanted` of a rule, `fitting` in the bank now, `short`: how many are missing for a paper with no question twice. For a published exam of what was put aside for it then. */
export const PartSupply = Closed({ wanted: Type.Integer(), fitting: Type.Integer(), short: Type.Integer() });
export const ExamDetail = Closed({
  ...ExamBrief.properties, ...settings, revision: Type.Integer(),
  /** In the order of `parts`. */
  supply: Type.Array(PartSupply),
  /** In the order of `fixed`, as they stand now, or stood when it was published. */
  fixedQuestions: Type.Array(Closed({ questionId: Uuid, kind: OneOf(bankKinds), stem: Type.String(), retired: Type.Boolean() })),
  problems: Type.Array(OneOf(examProblems)), questionCount: Type.Integer(), maxPoints: Type.Integer(),
  courses: Type.Array(Closed({ courseId: Uuid, title: Type.String() })), cohorts: Type.Array(Closed({ cohortId: Uuid, title: Type.String(), learners: Type.Integer() })),
  /** Face checks by the rule packs of its cohorts. */
  checks: Closed({ signIn: Type.Boolean(), spot: Type.Boolean() }),
  copiedFrom: Nullable(Uuid), changedBy: Type.String(), changedAt: Instant, publishedAt: Nullable(Instant), endedAt: Nullable(Instant), endReason: Nullable(Type.String()),
});
export type ExamDetail = Static<typeof ExamDetail>;

/** Which paper: the same number is the same paper, as long as bank and rules are the same. */
export const PreviewQuery = Closed({ draw: Type.String({ pattern: '^[1-9]\\d{0,5}$' }) });
/** A rule that cannot be met, by its number from 1: `short` questions are missing. Where `fitting` would be enough, other rules want the same questions. */
export const RuleLack = Closed({ ordinal: Type.Integer(), courseTitle: Type.String(), part: ExamPart, fitting: Type.Integer(), short: Type.Integer() });
export type RuleLack = Static<typeof RuleLack>;

/** Courses whose bank this person keeps, and what an exam can follow and be for. Units: of lessons not cancelled, the newest 200 of a course. */
export const ExamOptions = Closed({
  courses: Type.Array(Closed({
    courseId: Uuid, title: Type.String(), institutionId: Uuid, institutionName: Type.String(), questions: Type.Integer(),
    points: Type.Array(Closed({ point: Type.String(), questions: Type.Integer() })), cohorts: Type.Array(Closed({ cohortId: Uuid, title: Type.String() })),
    units: Type.Array(Closed({ unitId: Uuid, cohortId: Uuid, lessonTitle: Type.String(), ordinal: Type.Integer(), startsAt: Instant })),
  })),
});
export type ExamOptions = Static<typeof ExamOptions>;
/** Later than before, and while the window is not over. */
export const WindowBody = Closed({ closesAt: Instant });
const Reason = Type.String({ minLength: limits.reasonLeast, maxLength: limits.reason });
/** `withdraw`: nothing of it counts any more, attempts that run end; else nobody begins any more. */
export const ExamEndBody = Closed({ withdraw: Type.Boolean(), reason: Reason });
export type ExamEndBody = Static<typeof ExamEndBody>;

// --- what a learner gets and sends ---

/** Choices are places among the options as they were shown, from 0; for `ordering` all of them in the order chosen. */
export const ExamAnswer = Type.Union([
  Closed({ choices: Type.Array(Type.Integer({ minimum: 0, maximum: questionLimits.mostOptions - 1 }), { minItems: 1, maxItems: questionLimits.mostOptions }) }),
  Closed({ text: Type.String({ minLength: 1, maxLength: limits.text }) }),
]);
export type ExamAnswer = Static<typeof ExamAnswer>;
/** `points` null while they are not told. `share`: points of the most, 0..1. */
export const AttemptBrief = Closed({
  attemptId: Uuid, number: Type.Integer(), status: OneOf(attemptStatuses), startedAt: Nullable(Instant), submittedAt: Nullable(Instant), submitReason: Nullable(OneOf(submitReasons)),
  points: Nullable(Type.Integer()), maxPoints: Type.Integer(), share: Nullable(Type.Number()), result: OneOf(attemptResults),
});
export type AttemptBrief = Static<typeof AttemptBrief>;
/** An exam as a learner sees it before and after. The best attempt that counts is theirs. */
export const OwnExam = Closed({
  examId: Uuid, title: Type.String(), instructions: Type.String(), institutionName: Type.String(), courseTitles: Type.Array(Type.String()), phase: OneOf(examPhases),
  opensAt: Instant, closesAt: Instant, durationMinutes: Type.Integer(), passPercent: Type.Integer(), attemptsAllowed: Type.Integer(), waitMinutes: Type.Integer(),
  questionCount: Type.Integer(), maxPoints: Type.Integer(), showRight: Type.Boolean(), checks: Closed({ signIn: Type.Boolean(), spot: Type.Boolean() }),
  /** Oldest first; `open` among them may be gone on with. */
  attempts: Type.Array(AttemptBrief), best: Nullable(AttemptBrief), openAttemptId: Nullable(Uuid),
  /** Null: they may begin (or go on) now. With `wait`: from `nextStartAt`. */
  hindrance: Nullable(OneOf(startHindrances)), nextStartAt: Nullable(Instant),
});
export type OwnExam = Static<typeof OwnExam>;
/** Drafts are not told. Open ones first, by their end, then upcoming ones, then the rest, newest first. */
export const OwnExams = Closed({ exams: Type.Array(OwnExam), serverAt: Instant });
export type OwnExams = Static<typeof OwnExams>;

/** `deviceId`: drawn once per open page. The same one goes on where it was; another one takes the attempt over. */
export const AttemptBody = Closed({ deviceId: Uuid });
export const PaperItem = Closed({
  ordinal: Type.Integer({ minimum: 1 }), kind: OneOf(examKinds), stem: Type.String(), hasPicture: Type.Boolean(), /** As they are to be shown. */ options: Type.Array(Type.String()), points: Type.Integer(),
  /** What is saved, and under which revision; 0: nothing was ever. */
  answer: Nullable(ExamAnswer), revision: Type.Integer({ minimum: 0 }),
});
export type PaperItem = Static<typeof PaperItem>;
/**
 * A paper as a learner could get it: of a draft as it would be drawn now, of a published one as it is drawn. Nothing is written, and nobody gets this one. `items` are fewer than `questionCount` where
 * `lacks` says so.
 */
export const PaperPreview = Closed({
  examId: Uuid, title: Type.String(), phase: OneOf(examPhases), draw: Type.Integer(), durationMinutes: Type.Integer(), questionCount: Type.Integer(), maxPoints: Type.Integer(),
  shuffleQuestions: Type.Boolean(), shuffleOptions: Type.Boolean(), lacks: Type.Array(RuleLack), problems: Type.Array(OneOf(examProblems)),
  /** The picture from GET /api/question-pictures/:pictureId. */
  items: Type.Array(Closed({ ...PaperItem.properties, pictureId: Nullable(Uuid) })),
});
export type PaperPreview = Static<typeof PaperPreview>;
/** How an attempt stands by the server's clock; asked every five seconds, which is also how the server knows that the device is there. */
export const AttemptPulse = Closed({
  attemptId: Uuid, turn: Type.Integer(), stand: OneOf(attemptStands), serverAt: Instant, /** Null before the questions are given out. */ deadlineAt: Nullable(Instant),
  /** Waits for its answer: a picture (POST /api/checks/:checkId/snapshot), or the phone code. */
  check: Nullable(AskedCheck),
  /** The one before it; `verdict` null while nobody has judged it yet. */
  last: Nullable(Closed({ checkId: Uuid, kind: OneOf(checkKinds), verdict: Nullable(OneOf(verdicts)) })),
});
export type AttemptPulse = Static<typeof AttemptPulse>;
/** The whole attempt: for the beginning, and for coming back. `items` null before the sign-in, and after the end. */
export const AttemptState = Closed({ ...AttemptPulse.properties, examId: Uuid, title: Type.String(), number: Type.Integer(), maxPoints: Type.Integer(), items: Nullable(Type.Array(PaperItem)) });
export type AttemptState = Static<typeof AttemptState>;

/** `turn`: as the last AttemptState said; an older one is refused with exam_elsewhere. */
const Turn = Type.Integer({ minimum: 1 });
export const TurnBody = Closed({ turn: Turn });
/**
 * `revision` rises with each change of that question on this page, beginning above the one in the paper; what is not above the saved one is left out, so that saves may be repeated and overtake
 * each other. `answer` null takes it back. `chosenAt`: when it was chosen, by the server's clock as the device knows it; without it nothing is taken late after a cut.
 */
export const SavedAnswer = Closed({ ordinal: Type.Integer({ minimum: 1, maximum: limits.mostQuestions }), revision: Type.Integer({ minimum: 1, maximum: 1_000_000 }), answer: Nullable(ExamAnswer), chosenAt: Type.Optional(Instant) });
export type SavedAnswer = Static<typeof SavedAnswer>;
const Answers = Type.Array(SavedAnswer, { maxItems: limits.mostQuestions });
export const AnswersBody = Closed({ turn: Turn, answers: Answers });
export type AnswersBody = Static<typeof AnswersBody>;
/** The revisions that are saved now, of what was sent. */
export const AnswersSaved = Closed({ saved: Type.Array(Closed({ ordinal: Type.Integer(), revision: Type.Integer() })), serverAt: Instant, deadlineAt: Instant });
export type AnswersSaved = Static<typeof AnswersSaved>;
/** `answers`: what is not saved yet. */
export const SubmitBody = AnswersBody;

/** One question of an attempt that is over. What is right, the explanation and what was awarded are null until they may be told. */
export const ResultItem = Closed({
  ...PaperItem.properties, versionId: Nullable(Uuid), awarded: Nullable(Type.Integer()), /** Of bank questions. */ correct: Nullable(Type.Boolean()),
  /** Places among `options` as shown. */
  right: Nullable(Type.Array(Type.Integer())), accepted: Nullable(Type.Array(Type.String())), explanation: Nullable(Type.String()),
  /** Came after the end, of somebody who was cut off at it (docs/decisions/047). */
  afterCut: Type.Boolean(), /** Of free text, once it is marked. */ comment: Nullable(Type.String()),
});
export type ResultItem = Static<typeof ResultItem>;
/** For the learner. `items` null until what is right may be told (`showRight` and the window over): `rightAt`, null where it never is. */
export const OwnResult = Closed({
  examId: Uuid, title: Type.String(), passPercent: Type.Integer(), attempt: AttemptBrief, rightAt: Nullable(Instant), items: Nullable(Type.Array(ResultItem)),
  /** Given by hand, the newest first: why a held one counts or does not. */
  decisions: Type.Array(Closed({ outcome: OneOf(holdOutcomes), reason: Type.String(), at: Instant })),
});
export type OwnResult = Static<typeof OwnResult>;

// --- results, marks, decisions ---

/** One learner: the best attempt that counts, and all of them. */
export const ScoreRow = Closed({
  personId: Uuid, name: Type.String(), login: Type.String(), cohortId: Uuid, cohortTitle: Type.String(), attempts: Type.Array(AttemptBrief), best: Nullable(AttemptBrief),
  /** `none`: never began; else of the best attempt, or of the last one where none counts yet. */
  result: OneOf([...attemptResults, 'none'] as const),
});
export type ScoreRow = Static<typeof ScoreRow>;
/** `rate`: passed among `passed` and `failed`, 0..1; null while there are none. `learners`: enrolled now, or taken part. */
export const PassRate = Closed({
  cohortId: Nullable(Uuid), cohortTitle: Nullable(Type.String()), learners: Type.Integer(), taken: Type.Integer(), passed: Type.Integer(), failed: Type.Integer(), waiting: Type.Integer(), rate: Nullable(Type.Number()),
  /** Mean share of the best attempts, 0..1. */
  meanShare: Nullable(Type.Number()),
});
export type PassRate = Static<typeof PassRate>;
/** The first of `rates` is of all together. */
export const ExamScores = Closed({
  examId: Uuid, title: Type.String(), institutionName: Type.String(), courseTitles: Type.Array(Type.String()), phase: OneOf(examPhases), passPercent: Type.Integer(), maxPoints: Type.Integer(),
  opensAt: Instant, closesAt: Instant, rates: Type.Array(PassRate), rows: Type.Array(ScoreRow), mayManage: Type.Boolean(), generatedAt: Instant,
});
export type ExamScores = Static<typeof ExamScores>;

/** A free text that waits for its mark, or has one. Names are not told: nobody marks by a name. */
export const MarkItem = Closed({
  attemptId: Uuid, ordinal: Type.Integer(), taskId: Uuid, prompt: Type.String(), guidance: Type.String(), /** Null: left empty. */ text: Nullable(Type.String()), maxPoints: Type.Integer(), submittedAt: Instant,
  mark: Nullable(Closed({ markId: Uuid, points: Type.Integer(), comment: Type.String(), by: Type.String(), at: Instant })),
});
export type MarkItem = Static<typeof MarkItem>;
/** By task, those that waited longest first. `waiting` and `marked` of all; at most 200 items are told. */
export const MarkQueue = Closed({ examId: Uuid, title: Type.String(), items: Type.Array(MarkItem), waiting: Type.Integer(), marked: Type.Integer(), more: Type.Boolean() });
export type MarkQueue = Static<typeof MarkQueue>;
/** Without `show`: what waits. */
export const MarkQuery = Closed({ show: Type.Optional(OneOf(['waiting', 'marked'] as const)) });
export type MarkQuery = Static<typeof MarkQuery>;
/** `replaces`: the mark that counts now, which this one takes the place of; null for the first. */
export const MarkBody = Closed({ ordinal: Type.Integer({ minimum: 1 }), points: Type.Integer({ minimum: 0, maximum: limits.mostPoints }), comment: Type.String({ maxLength: limits.comment }), replaces: Nullable(Uuid) });
export type MarkBody = Static<typeof MarkBody>;

export const ExamCheck = Closed({
  checkId: Uuid, kind: OneOf(checkKinds), attempt: Type.Integer(), askedAt: Instant, answeredAt: Nullable(Instant), verdict: Nullable(OneOf(verdicts)), picture: OneOf(['none', 'kept', 'gone'] as const),
  /** After what people decided. */ counted: Nullable(OneOf(verdicts)), appeal: Nullable(AppealView), decisions: Type.Array(ReviewDecisionView),
  /** The reader may decide the appeal. */ mayDecide: Type.Boolean(),
});
export type ExamCheck = Static<typeof ExamCheck>;
export const HoldDecision = Closed({ decisionId: Uuid, outcome: OneOf(holdOutcomes), reason: Type.String(), by: Type.String(), at: Instant });
/** One attempt for staff, with everything. */
export const AttemptReview = Closed({
  examId: Uuid, title: Type.String(), personId: Uuid, name: Type.String(), cohortTitle: Type.String(), rulePack: Type.String(), attempt: AttemptBrief, items: Type.Array(ResultItem),
  checks: Type.Array(ExamCheck), /** Newest first; only the first counts. */ decisions: Type.Array(HoldDecision), mayDecide: Type.Boolean(),
});
export type AttemptReview = Static<typeof AttemptReview>;
/** `replaces`: the decision that counts now; null for the first. */
export const HoldBody = Closed({ outcome: OneOf(holdOutcomes), reason: Reason, replaces: Nullable(Uuid) });
export type HoldBody = Static<typeof HoldBody>;
/** Attempts of all exams one manages that wait: held ones, oldest first, and exams with free text to mark. */
export const ExamQueue = Closed({
  held: Type.Array(Closed({ attemptId: Uuid, examId: Uuid, title: Type.String(), personId: Uuid, name: Type.String(), cohortTitle: Type.String(), submittedAt: Instant, /** An appeal waits. */ appealedAt: Nullable(Instant) })),
  toMark: Type.Array(Closed({ examId: Uuid, title: Type.String(), texts: Type.Integer(), oldestAt: Instant })),
});
export type ExamQueue = Static<typeof ExamQueue>;
