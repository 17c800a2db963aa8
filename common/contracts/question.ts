// The question bank of a course over REST: questions in versions, sets of them, and import from a workbook (R26, R43, R140).
import Type, { type Static } from 'typebox';
import { bankKinds, questionLimits, setLimits } from '#domain/question.ts';
import { rowProblems, sheetColumns } from '#domain/question-sheet.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** Questions on one page of the list. */
export const questionPageSize = 50;
/** Problems an import tells one by one; its counts are of all. */
export const mostToldProblems = 1000;

const { stem, option, mostOptions, accepted, mostAccepted, knowledgePoint, explanation, leastDifficulty, mostDifficulty } = questionLimits;
/** Lengths are bounded here only so that nothing huge is read; what makes a question sound is `problemsOf` in domain/question.ts. */
const content = {
  kind: OneOf(bankKinds), stem: Type.String({ maxLength: 2 * stem }),
  options: Type.Array(Type.String({ maxLength: 2 * option }), { maxItems: mostOptions + 1 }),
  right: Type.Array(Type.Integer({ minimum: 0, maximum: mostOptions }), { maxItems: mostOptions + 1 }),
  accepted: Type.Array(Type.String({ maxLength: 2 * accepted }), { maxItems: mostAccepted + 1 }),
  knowledgePoint: Type.String({ maxLength: 2 * knowledgePoint }), difficulty: Type.Integer({ minimum: leastDifficulty, maximum: mostDifficulty }),
  explanation: Type.String({ maxLength: 2 * explanation }),
  /** Stands under the stem; from POST question-pictures of the same course. */
  pictureId: Nullable(Uuid),
};
export const QuestionBody = Closed(content);
export type QuestionBody = Static<typeof QuestionBody>;
/** `version`: the one that was on the screen; a newer one in the bank refuses the edit. */
export const QuestionEdit = Closed({ ...content, version: Type.Integer({ minimum: 1 }) });
export type QuestionEdit = Static<typeof QuestionEdit>;

/** `versionId` names the wording for ever: what an answer points at. What is to be ordered stands in its right order: whoever asks mixes it. */
export const BankQuestion = Closed({
  ...content, questionId: Uuid, courseId: Uuid, versionId: Uuid, version: Type.Integer(), by: Type.String(), at: Instant, retired: Type.Boolean(),
});
export type BankQuestion = Static<typeof BankQuestion>;
/** `versions` newest first, the present one included. */
export const BankQuestionDetail = Closed({ question: BankQuestion, courseTitle: Type.String(), versions: Type.Array(BankQuestion) });
export type BankQuestionDetail = Static<typeof BankQuestionDetail>;

/** `text` is looked for in the stem; `page` counts from 1; `retired=yes` shows those out of use instead. */
export const BankQuery = Closed({
  text: Type.Optional(Type.String({ maxLength: 100 })), point: Type.Optional(Type.String({ maxLength: knowledgePoint })), kind: Type.Optional(OneOf(bankKinds)),
  retired: Type.Optional(OneOf(['yes', 'no'] as const)), page: Type.Optional(Type.String({ pattern: '^[1-9]\\d{0,4}$' })),
});
export type BankQuery = Static<typeof BankQuery>;
/** Newest first. `total` of what was looked for; `points` of the whole course, with how many questions in use each has. */
export const BankPage = Closed({
  courseTitle: Type.String(), questions: Type.Array(BankQuestion), total: Type.Integer(), page: Type.Integer(), pageSize: Type.Integer(),
  points: Type.Array(Closed({ point: Type.String(), questions: Type.Integer() })),
});
export type BankPage = Static<typeof BankPage>;

/** Courses whose bank this person keeps. Counts of what is in use. */
export const BankCourses = Closed({
  courses: Type.Array(Closed({ courseId: Uuid, title: Type.String(), institutionName: Type.String(), questions: Type.Integer(), sets: Type.Integer() })),
});
export type BankCourses = Static<typeof BankCourses>;

export const RetireBody = Closed({ retired: Type.Boolean() });
export const PictureKept = Closed({ pictureId: Uuid });

/** `secondsEach`: time for one question when the set is asked. */
export const QuestionSetBody = Closed({
  name: Type.String({ minLength: 1, maxLength: setLimits.name }), secondsEach: Type.Integer({ minimum: setLimits.leastSeconds, maximum: setLimits.mostSeconds }),
  questionIds: Type.Array(Uuid, { minItems: 1, maxItems: setLimits.mostQuestions }),
});
export type QuestionSetBody = Static<typeof QuestionSetBody>;
/** Questions in their order, as they stand now. */
export const QuestionSet = Closed({
  setId: Uuid, courseId: Uuid, name: Type.String(), secondsEach: Type.Integer(), by: Type.String(), at: Instant, questions: Type.Array(BankQuestion),
});
export type QuestionSet = Static<typeof QuestionSet>;
export const QuestionSets = Closed({ courseTitle: Type.String(), sets: Type.Array(QuestionSet) });
export type QuestionSets = Static<typeof QuestionSets>;

/** `look` only tells what would happen. */
export const ImportQuery = Closed({ mode: OneOf(['look', 'import'] as const) });
/** One fault: where (row as the table program numbers it, 1 is the heading; column null for the whole row) and what; `row2`: the other row, of doubles. */
export const ImportProblem = Closed({
  row: Type.Integer(), column: Nullable(OneOf(sheetColumns)), letter: Type.String(), code: OneOf(rowProblems), text: Type.String(), row2: Nullable(Type.Integer()),
});
export type ImportProblem = Static<typeof ImportProblem>;
/** All or nothing: with one bad row nothing is imported. `badRows` counts rows, of which one may have several problems. */
export const ImportReport = Closed({
  rows: Type.Integer(), badRows: Type.Integer(), problems: Type.Array(ImportProblem), more: Type.Boolean(),
  /** Questions that are in the bank now because of this call. */
  imported: Type.Integer(), sample: Type.Array(QuestionBody),
});
export type ImportReport = Static<typeof ImportReport>;
