// In-class quizzes: opened by a leader with a deadline, answered once, closed, results shown.
import Type, { type Static } from 'typebox';
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

/** An open quiz as everybody sees it: never says what is right. */
export const OpenQuiz = Closed({
  quizId: Uuid, kind: OneOf(questionKinds), prompt: Type.String(), options: Type.Array(Type.String()),
  openedAt: Instant, deadlineAt: Instant,
  /** This person's own answer, null while there is none. */
  answered: Nullable(Choices),
});
export type OpenQuiz = Static<typeof OpenQuiz>;

export const QuizResult = Closed({
  quizId: Uuid, prompt: Type.String(), kind: OneOf(questionKinds), options: Type.Array(Type.String()),
  /** The first asking of the same wording in this lesson; its own id where it is the first. */
  firstQuizId: Uuid,
  /** Why it is right, told to everybody when it is closed; null without. */
  explanation: Nullable(Type.String()),
  right: Choices, counts: Type.Array(Type.Integer()), answeredCount: Type.Integer(), correctCount: Type.Integer(),
  closedAt: Instant,
});
export type QuizResult = Static<typeof QuizResult>;

/** How a question is answered up to now. `presentLearners`: who of the learners is here. */
export const QuizCount = Closed({
  quizId: Uuid, counts: Type.Array(Type.Integer()), answeredCount: Type.Integer(), correctCount: Type.Integer(), presentLearners: Type.Integer(),
});
export type QuizCount = Static<typeof QuizCount>;

export const quizRequests = {
  /** Errors: quiz_open_already, quiz_choice_invalid, lesson_not_live. */
  'quiz:open': { by: leadingRoles, data: QuestionDraft, reply: OpenQuiz },
  /** Asks the same wording once more: a new quiz of the same question, its result beside the first (R26). Errors: not_found, wrong_lesson, quiz_open_already, lesson_not_live. */
  'quiz:again': { by: leadingRoles, data: Closed({ quizId: Uuid, seconds: QuizSeconds }), reply: OpenQuiz },
  /**
   * A retry with the same choices gets the same acknowledgement; other choices get answer_differs. `chosenAt`: when it was chosen, by the server's clock as the device knows
   * it; without it nothing is taken late after a cut. Errors: not_found, quiz_closed, quiz_not_asked, wrong_lesson, quiz_choice_invalid.
   */
  'quiz:answer': {
    by: ['student'],
    data: Closed({ quizId: Uuid, choices: Choices, chosenAt: Type.Optional(Instant) }),
    reply: Closed({ quizId: Uuid, answeredAt: Instant }),
  },
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
