// A question while it is being written: options carry their own mark, so that moving or removing one never moves the answer.
import type { QuestionBody } from '#contracts/question.ts';
import { questionLimits, usualDifficulty, type BankKind, type QuestionProblem } from '#domain/question.ts';

export interface OptionRow { text: string; right: boolean }
export interface QuestionSketch {
  kind: BankKind; stem: string; rows: OptionRow[];
  /** Of true or false; null while nothing is marked. */
  truth: boolean | null;
  /** Spellings taken for right, one a line. */
  spellings: string;
  knowledgePoint: string; difficulty: number; explanation: string; pictureId: string | null;
}
export interface TruthWords { true: string; false: string }

const freshRows = (): OptionRow[] => Array.from({ length: 4 }, () => ({ text: '', right: false }));

/** The next question of somebody who writes many: kind, point and difficulty stay. */
export const freshQuestion = ({ kind = 'single', knowledgePoint = '', difficulty = usualDifficulty }: Partial<Pick<QuestionSketch, 'kind' | 'knowledgePoint' | 'difficulty'>> = {}): QuestionSketch =>
  ({ kind, stem: '', rows: freshRows(), truth: null, spellings: '', knowledgePoint, difficulty, explanation: '', pictureId: null });

export function sketchOf({ kind, stem, options, right, accepted, knowledgePoint, difficulty, explanation, pictureId }: QuestionBody): QuestionSketch {
  const listed = kind !== 'trueFalse' && kind !== 'fillIn';
  return {
    kind, stem, rows: listed ? options.map((text, index) => ({ text, right: kind !== 'ordering' && right.includes(index) })) : freshRows(),
    truth: kind === 'trueFalse' ? right[0] === 0 : null, spellings: accepted.join('\n'), knowledgePoint, difficulty, explanation, pictureId,
  };
}

/** One right answer only, where there may be one only: the first stays. */
const oneRight = (rows: readonly OptionRow[]): OptionRow[] => {
  const first = rows.findIndex(({ right }) => right);
  return rows.map((row, index) => ({ ...row, right: index === first }));
};
export const ofKind = (sketch: QuestionSketch, kind: BankKind): QuestionSketch => ({ ...sketch, kind, rows: kind === 'single' ? oneRight(sketch.rows) : sketch.rows });

export function withRight(sketch: QuestionSketch, at: number): QuestionSketch {
  const rows = sketch.rows.map((row, index) => ({ ...row, right: index === at ? sketch.kind !== 'multiple' || !row.right : sketch.kind === 'multiple' && row.right }));
  return { ...sketch, rows };
}
export const withText = (sketch: QuestionSketch, at: number, text: string): QuestionSketch => ({ ...sketch, rows: sketch.rows.map((row, index) => (index === at ? { ...row, text } : row)) });
export const mayGrow = ({ rows }: QuestionSketch): boolean => rows.length < questionLimits.mostOptions;
export const oneMore = (sketch: QuestionSketch): QuestionSketch => (mayGrow(sketch) ? { ...sketch, rows: [...sketch.rows, { text: '', right: false }] } : sketch);
export const without = (sketch: QuestionSketch, at: number): QuestionSketch =>
  (sketch.rows.length <= questionLimits.leastOptions ? sketch : { ...sketch, rows: sketch.rows.filter((_row, index) => index !== at) });

/** One step up (-1) or down (1); at the end nothing happens. */
export function moved<T>(list: readonly T[], at: number, by: -1 | 1): T[] {
  const next = [...list];
  const to = at + by;
  if (to < 0 || to >= next.length) return next;
  [next[at], next[to]] = [next[to]!, next[at]!];
  return next;
}

/** What is sent. Lines left empty are no options, unless they are marked as right. */
export function bodyOf(sketch: QuestionSketch, words: TruthWords): QuestionBody {
  const { kind, stem, truth, knowledgePoint, difficulty, explanation, pictureId } = sketch;
  const rows = sketch.rows.filter(({ text, right }) => text.trim() !== '' || (right && kind !== 'ordering'));
  const spellings = sketch.spellings.split('\n').map((line) => line.trim()).filter((line) => line !== '');
  const shown = { stem: stem.trim(), knowledgePoint: knowledgePoint.trim(), difficulty, explanation: explanation.trim(), pictureId };
  if (kind === 'fillIn') return { kind, ...shown, options: [], right: [], accepted: spellings };
  if (kind === 'trueFalse') return { kind, ...shown, options: [words.true, words.false], right: truth === null ? [] : [truth ? 0 : 1], accepted: [] };
  const right = kind === 'ordering' ? rows.map((_row, index) => index) : rows.flatMap((row, index) => (row.right ? [index] : []));
  return { kind, ...shown, options: rows.map(({ text }) => text.trim()), right, accepted: [] };
}

export type SketchField = 'stem' | 'options' | 'answer' | 'knowledgePoint' | 'explanation' | 'difficulty';
const fields: Record<QuestionProblem, SketchField> = {
  stem_missing: 'stem', stem_too_long: 'stem', options_too_few: 'options', options_too_many: 'options', option_empty: 'options', option_too_long: 'options', options_same: 'options', options_not_wanted: 'options',
  right_missing: 'answer', right_invalid: 'answer', accepted_too_many: 'answer', accepted_too_long: 'answer', point_too_long: 'knowledgePoint', difficulty_invalid: 'difficulty', explanation_too_long: 'explanation',
};
/** The first problem of a field; null where it has none. */
export const problemAt = (problems: readonly QuestionProblem[], field: SketchField): QuestionProblem | null => problems.find((problem) => fields[problem] === field) ?? null;
