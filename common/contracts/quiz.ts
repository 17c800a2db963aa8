// In-class quizzes: opened by a leader with a deadline, answered once, closed, results shown.
import Type, { type Static } from 'typebox';
import { bankKinds, questionLimits, type QuestionAnswer } from '#domain/question.ts';
import { questionKinds, quizSeconds } from '#domain/quiz.ts';
import { leadingRoles, staffRoles } from '#domain/roles.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

export const Choices = Type.Array(Type.Integer({ minimum: 0, maximum: 9 }), { minItems: 1, maxItems: 10 });
const QuizSeconds = Type.Integer({ minimum: quizSeconds.min, maximum: quizSeconds.max });
export const QuestionDraft = Closed({
  kind: OneOf(questionKinds),
  prompt: Type.String({ minLength: 1, maxLength: 1000 }),
  /** 2 to 10 texts; for `trueFalse` exactly two: true first. */
  options: Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { minItems: 2, maxItems: 10 }),
  right: Choices,
  seconds: QuizSeconds,
  /** Shown to everybody after closing. */
  explanation: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
});
export type QuestionDraft = Static<typeof QuestionDraft>;

/** What was typed into a gap. */
const TypedAnswer = Type.String({ minLength: 1, maxLength: questionLimits.accepted });
/** Indexes of `options` (for `ordering` all of them, the first one first), or what was typed (`fillIn`). */
export const GivenAnswer = Type.Unsafe<QuestionAnswer>(Type.Union([Closed({ choices: Choices }), Closed({ text: TypedAnswer })]));

/** Where a question stands in the set it is asked from, for everybody alike: `asked` of the set in this lesson up to now, itself among them; `number` from 1 to `total`, the same when one is asked again. */
export const SetPlace = Closed({ total: Type.Integer({ minimum: 1 }), asked: Type.Array(Closed({ quizId: Uuid, number: Type.Integer({ minimum: 1 }) })) });
export type SetPlace = Static<typeof SetPlace>;

/** An open quiz as everybody sees it: never says what is right. */
export const OpenQuiz = Closed({
  quizId: Uuid, kind: OneOf(bankKinds), prompt: Type.String(), options: Type.Array(Type.String()),
  /** From GET question-pictures of the lesson; null without. */
  pictureId: Nullable(Uuid),
  openedAt: Instant, deadlineAt: Instant,
  /** Null where it is asked from no set. */
  set: Nullable(SetPlace),
  /** This person's own answer, null while there is none. */
  answered: Nullable(GivenAnswer),
});
export type OpenQuiz = Static<typeof OpenQuiz>;

export const QuizResult = Closed({
  quizId: Uuid, prompt: Type.String(), kind: OneOf(bankKinds), options: Type.Array(Type.String()), pictureId: Nullable(Uuid),
  /** The first asking of the same wording in this lesson; its own id where it is the first. */
  firstQuizId: Uuid,
  /** Why it is right, told to everybody when it is closed; null without. */
  explanation: Nullable(Type.String()),
  /** For `ordering` all options in the right order; empty for `fillIn`. `accepted`: spellings taken for right, `fillIn` only. */
  right: Type.Array(Type.Integer()), accepted: Type.Array(Type.String()), knowledgePoint: Type.String(),
  /** What was typed or ordered most often, the most frequent first; for staff alone, and only of these two kinds. */
  frequent: Type.Array(Closed({ answer: GivenAnswer, count: Type.Integer(), right: Type.Boolean() })),
  /** By option, how many chose it; empty for `fillIn` and `ordering`. */
  counts: Type.Array(Type.Integer()), answeredCount: Type.Integer(), correctCount: Type.Integer(),
  closedAt: Instant,
});
export type QuizResult = Static<typeof QuizResult>;

/** How a question is answered up to now. `presentLearners`: who of the learners is here. */
export const QuizCount = Closed({
  quizId: Uuid, counts: Type.Array(Type.Integer()), answeredCount: Type.Integer(), correctCount: Type.Integer(), presentLearners: Type.Integer(),
});
export type QuizCount = Static<typeof QuizCount>;

/** A question of the bank as a leader chooses it. `asked`: in this lesson, in whichever wording. */
export const BankBrief = Closed({
  questionId: Uuid, kind: OneOf(bankKinds), stem: Type.String(), pictureId: Nullable(Uuid), knowledgePoint: Type.String(), retired: Type.Boolean(), asked: Type.Boolean(),
});
export type BankBrief = Static<typeof BankBrief>;
/** Sets of the lesson's course, the last changed first. `lastSetId`: something was asked from it last. */
export const QuizSets = Closed({
  lastSetId: Nullable(Uuid), sets: Type.Array(Closed({ setId: Uuid, name: Type.String(), secondsEach: Type.Integer(), questions: Type.Array(BankBrief) })),
});
export type QuizSets = Static<typeof QuizSets>;

export const quizRequests = {
  /** Errors: quiz_open_already, quiz_choice_invalid, lesson_not_live. */
  'quiz:open': { by: leadingRoles, data: QuestionDraft, reply: OpenQuiz },
  /** Asks the same wording once more: a new quiz of the same question, its result beside the first (R26). Errors: not_found, wrong_lesson, quiz_open_already, lesson_not_live. */
  'quiz:again': { by: leadingRoles, data: Closed({ quizId: Uuid, seconds: QuizSeconds }), reply: OpenQuiz },
  /**
   * `choices`, or `text` for `fillIn`. A retry with the same answer gets the same acknowledgement; another one gets answer_differs. `chosenAt`: when it was chosen, by the server's clock as the device knows
   * it; without it nothing is taken late after a cut. Errors: not_found, quiz_closed, quiz_not_asked, wrong_lesson, quiz_choice_invalid.
   */
  'quiz:answer': {
    by: ['student'],
    data: Closed({ quizId: Uuid, choices: Type.Optional(Choices), text: Type.Optional(TypedAnswer), chosenAt: Type.Optional(Instant) }),
    reply: Closed({ quizId: Uuid, answeredAt: Instant }),
  },
  /**
   * Asks a question of the bank of the lesson's course in its present wording: the next of a set that was not asked in this lesson and is in use, one of a set, or any one (R26, R43, R140).
   * `seconds`: those of the set without, 60 without a set. Errors: bad_request (neither named), not_found (another course's too), question_retired, quiz_set_done, quiz_open_already, lesson_not_live.
   */
  'quiz:openFromBank': { by: leadingRoles, data: Closed({ setId: Type.Optional(Uuid), questionId: Type.Optional(Uuid), seconds: Type.Optional(QuizSeconds) }), reply: OpenQuiz },
  'quiz:sets': { by: leadingRoles, data: Empty, reply: QuizSets },
  /** Questions in use whose stem has these words, the newest twenty; all without words. */
  'quiz:bank': { by: leadingRoles, data: Closed({ text: Type.String({ maxLength: 100 }) }), reply: Closed({ questions: Type.Array(BankBrief), total: Type.Integer() }) },
  'quiz:close': { by: leadingRoles, data: Closed({ quizId: Uuid }), reply: QuizResult },
  /** Closed quizzes of this session with results, oldest first. */
  'quiz:results': { by: staffRoles, data: Empty, reply: Closed({ results: Type.Array(QuizResult) }) },
} as const satisfies RequestTable;
export const quizEvents = {
  'quiz:opened': OpenQuiz,
  /** To staff, at most once a second, where it changed; also for a minute after the end, while late answers may come. `counts`: by option, how many chose it. */
  'quiz:counted': QuizCount,
  'quiz:closed': QuizResult,
} as const satisfies EventTable;
