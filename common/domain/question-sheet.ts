// Questions as rows of a table: which columns, and what a row says or what keeps it from being a question.
import {
  optionLetter, problemsOf, questionLimits, questionProblems, sameQuestionKey, tidied, usualDifficulty, type BankKind, type QuestionContent, type QuestionProblem,
} from './question.ts';
import { comparedWord, headingWord, textOfCell, type SheetCell, type SheetRow } from './sheet-cell.ts';

const optionColumns = Array.from({ length: questionLimits.mostOptions }, (_, index) => `option${optionLetter(index)}`) as `option${'A' | 'B' | 'C' | 'D' | 'E' | 'F' | 'G' | 'H' | 'I' | 'J'}`[];
/** In the order of the template; a file may have them in any. */
export const sheetColumns = ['kind', 'stem', ...optionColumns, 'answer', 'knowledgePoint', 'difficulty', 'explanation'] as const;
export type SheetColumn = (typeof sheetColumns)[number];
const neededColumns = ['kind', 'stem', 'answer'] as const satisfies readonly SheetColumn[];

const optionWords = (index: number): [string, string] => [`选项${optionLetter(index)}`, `Option ${optionLetter(index)}`];
export const columnWords: Record<SheetColumn, { zh: string; en: string }> = {
  kind: { zh: '题型', en: 'Kind' }, stem: { zh: '题干', en: 'Question' }, answer: { zh: '正确答案', en: 'Right answer' },
  knowledgePoint: { zh: '知识点', en: 'Knowledge point' }, difficulty: { zh: '难度', en: 'Difficulty' }, explanation: { zh: '解析', en: 'Explanation' },
  ...Object.fromEntries(optionColumns.map((column, index) => [column, { zh: optionWords(index)[0], en: optionWords(index)[1] }])) as Record<(typeof optionColumns)[number], { zh: string; en: string }>,
};
/** The first is what the template writes. */
export const kindWords: Record<BankKind, readonly string[]> = {
  single: ['单选题', '单选', 'single'], multiple: ['多选题', '多选', 'multiple'], trueFalse: ['判断题', '判断', 'true/false', 'truefalse'],
  fillIn: ['填空题', '填空', 'fill in', 'fillin'], ordering: ['排序题', '排序', 'ordering'],
};
/** What a true or false question shows, true first. */
export const trueFalseWords = ['正确', '错误'] as const;
const truths = [['正确', '对', '是', '√', '✓', '✔', 't', 'true', 'a'], ['错误', '错', '否', '×', '✗', '✘', 'x', 'f', 'false', 'b']] as const;

export const rowProblems = [...questionProblems, 'kind_missing', 'kind_unknown', 'answer_unreadable', 'option_gap', 'cell_is_date', 'double_in_file', 'double_in_bank'] as const;
export type RowProblem = (typeof rowProblems)[number];
export interface FoundProblem { row: number; column: SheetColumn | null; code: RowProblem; /** The cell as it stands, cut. */ text: string; row2: number | null }
export interface ReadQuestion { row: number; content: QuestionContent }

const shownChars = 60;

const isDate = (cell: SheetCell | undefined): boolean => typeof cell === 'object' && cell !== null && 'date' in cell;

export type Columns = ReadonlyMap<SheetColumn, number>;
/** Where each column stands, by its heading in either language; null where one that is needed has none, or one stands twice. */
export function columnsOf(heading: readonly SheetCell[]): Columns | null {
  const found = new Map<SheetColumn, number>();
  for (const [at, cell] of heading.entries()) {
    const word = headingWord(cell);
    const column = sheetColumns.find((one) => [columnWords[one].zh, columnWords[one].en].some((name) => comparedWord(name).replace(/\s/g, '') === word));
    if (!column) continue;
    if (found.has(column)) return null;
    found.set(column, at);
  }
  return neededColumns.every((column) => found.has(column)) ? found : null;
}

const kindOf = (text: string): BankKind | null => (Object.keys(kindWords) as BankKind[]).find((kind) => kindWords[kind].some((word) => comparedWord(word) === comparedWord(text))) ?? null;

/** "ABD", "A、B,D" as indexes; null for anything else. */
function lettersOf(text: string): number[] | null {
  const letters = comparedWord(text).replace(/[\s,、;.|/-]/g, '').replace(/>/g, '');
  return /^[a-j]+$/.test(letters) ? [...letters].map((sign) => sign.charCodeAt(0) - 97) : null;
}

function answerOf(kind: BankKind, text: string): Pick<QuestionContent, 'right' | 'accepted'> | null {
  if (kind === 'fillIn') return { right: [], accepted: text.split(/[|｜\n]/).map((one) => one.trim()).filter((one) => one !== '') };
  if (text === '') return { right: [], accepted: [] };
  if (kind === 'trueFalse') {
    const at = truths.findIndex((words) => (words as readonly string[]).includes(comparedWord(text)));
    return at < 0 ? null : { right: [at], accepted: [] };
  }
  const right = lettersOf(text);
  return right && { right, accepted: [] };
}

const columnOfProblem: Record<QuestionProblem, SheetColumn> = {
  stem_missing: 'stem', stem_too_long: 'stem', options_too_few: 'optionA', options_too_many: 'optionA', option_empty: 'optionA', option_too_long: 'optionA', options_same: 'optionA', options_not_wanted: 'optionA',
  right_missing: 'answer', right_invalid: 'answer', accepted_too_many: 'answer', accepted_too_long: 'answer', point_too_long: 'knowledgePoint', difficulty_invalid: 'difficulty', explanation_too_long: 'explanation',
};

function contentOf(kind: BankKind, text: (column: SheetColumn) => string): { content: QuestionContent; gap: boolean } | null {
  const answer = answerOf(kind, text('answer'));
  if (!answer) return null;
  const written = optionColumns.map(text);
  const last = written.findLastIndex((option) => option !== '');
  const options = kind === 'trueFalse' ? [...trueFalseWords] : written.slice(0, last + 1);
  const difficulty = text('difficulty') === '' ? usualDifficulty : Number(comparedWord(text('difficulty')));
  const content = { kind, stem: text('stem'), options, ...answer, knowledgePoint: text('knowledgePoint'), difficulty, explanation: text('explanation') };
  return { content: tidied(content), gap: options.includes('') };
}

/** One row: a question, or what is wrong with it; null for an empty one. */
export function readRow(columns: Columns, { row, cells }: SheetRow): ReadQuestion | FoundProblem[] | null {
  const text = (column: SheetColumn): string => textOfCell(cells[columns.get(column) ?? -1]);
  const problem = (code: RowProblem, column: SheetColumn): FoundProblem => ({ row, column, code, text: text(column).slice(0, shownChars), row2: null });
  const dates = [...columns].filter(([, at]) => isDate(cells[at])).map(([column]) => problem('cell_is_date', column));
  if (dates.length > 0) return dates;
  if ([...columns.keys()].every((column) => text(column) === '')) return null;
  const kind = kindOf(text('kind'));
  if (!kind) return [problem(text('kind') === '' ? 'kind_missing' : 'kind_unknown', 'kind')];
  const read = contentOf(kind, text);
  if (!read) return [problem('answer_unreadable', 'answer')];
  const gaps = read.gap ? [problem('option_gap', optionColumns[read.content.options.indexOf('')]!)] : [];
  const found = problemsOf(read.content).filter((code) => !(read.gap && code === 'option_empty')).map((code) => problem(code, columnOfProblem[code]));
  return gaps.length + found.length > 0 ? [...gaps, ...found] : { row, content: read.content };
}

export interface ReadSheet { rows: number; good: ReadQuestion[]; problems: FoundProblem[] }
/** All rows below the heading. A question that stands twice is told of its second row. */
export function readSheet(columns: Columns, rows: readonly SheetRow[]): ReadSheet {
  const good: ReadQuestion[] = [];
  const problems: FoundProblem[] = [];
  const seen = new Map<string, number>();
  let count = 0;
  for (const one of rows) {
    const read = readRow(columns, one);
    if (!read) continue;
    count++;
    if (Array.isArray(read)) {
      problems.push(...read);
      continue;
    }
    const key = sameQuestionKey(read.content);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, one.row);
      good.push(read);
    } else problems.push({ row: one.row, column: null, code: 'double_in_file', text: read.content.stem.slice(0, shownChars), row2: first });
  }
  return { rows: count, good, problems };
}
