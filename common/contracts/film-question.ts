// Questions in a replay over REST: their moments, one put to a viewing, its answer; and placing them in a film (R26, R140).
import Type, { type Static } from 'typebox';
import { filmQuestionSources, filmQuestionStands } from '#domain/film-question.ts';
import { bankKinds, questionLimits, setLimits } from '#domain/question.ts';
import { replayAnswerRules } from '#domain/rules/rule-pack.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const AtMs = Type.Integer({ minimum: 0, maximum: 86_400_000 });
const Indexes = Type.Array(Type.Integer({ minimum: 0, maximum: questionLimits.mostOptions - 1 }), { maxItems: questionLimits.mostOptions });

/** Questions of one file, by time. What they ask is told to staff, and to a learner once it is put to them; what is right only after an answer. */
export const FilmQuestions = Closed({
  questions: Type.Array(Closed({
    questionId: Uuid, source: OneOf(filmQuestionSources), atMs: AtMs, seconds: Type.Integer(),
    /** For learners; null for others. */
    stand: Nullable(OneOf(filmQuestionStands)),
    /** For staff: what it asks, and how it was answered in the replay. */
    staff: Nullable(Closed({ kind: OneOf(bankKinds), stem: Type.String(), answers: Type.Integer(), correct: Type.Integer() })),
  })),
  rule: OneOf(replayAnswerRules),
  /** For staff: whose bank questions are placed from. */
  courseId: Nullable(Uuid),
});
export type FilmQuestions = Static<typeof FilmQuestions>;

export const PlacedBody = Closed({ versionId: Uuid, atMs: AtMs, seconds: Type.Integer({ minimum: setLimits.leastSeconds, maximum: setLimits.mostSeconds }) });
export const MovedBody = Closed({ atMs: AtMs });

/** Indexes are those of the options as they are shown. `accepted`: spellings taken for right. */
export const FilmResult = Closed({
  correct: Type.Boolean(), choices: Nullable(Indexes), text: Nullable(Type.String()), right: Indexes, accepted: Type.Array(Type.String()), explanation: Type.String(),
  /** Whether it is part of accuracy (rule pack). */
  counts: Type.Boolean(),
});
export type FilmResult = Static<typeof FilmResult>;

/** A question as it is put to one viewing. What is to be ordered stands mixed. `result`: this person has answered it before, and there is no time to answer. */
export const ShownQuestion = Closed({
  questionId: Uuid, kind: OneOf(bankKinds), stem: Type.String(), options: Type.Array(Type.String()), pictureUrl: Nullable(Type.String()),
  shownAt: Instant, deadlineAt: Instant, result: Nullable(FilmResult),
});
export type ShownQuestion = Static<typeof ShownQuestion>;

/** One of `choices` and `text`. `chosenAt`: when it was chosen, by the server's clock as the device knows it; without it nothing is taken late after a cut. */
export const FilmAnswerBody = Closed({
  choices: Type.Optional(Indexes), text: Type.Optional(Type.String({ maxLength: 2 * questionLimits.accepted })), chosenAt: Type.Optional(Instant),
});
export type FilmAnswerBody = Static<typeof FilmAnswerBody>;
