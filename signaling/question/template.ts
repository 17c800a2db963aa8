// The table to fill in: headings an import knows, and beside it how each kind is written.
import ExcelJS, { type Worksheet } from 'exceljs';
import { bankKinds } from '#domain/question.ts';
import { columnWords, kindWords, sheetColumns, type SheetColumn } from '#domain/question-sheet.ts';
import type { FileAnswer } from '../http/file-answer.ts';

// Not in its types; cell by cell, which is, it writes ranges that overlap, and the table program mends them with a warning.
declare module 'exceljs' {
  interface Worksheet { dataValidations: { add(range: string, validation: DataValidation): void } }
}

/** Questions in one import. */
export const mostImportRows = 10_000;

type Locale = 'zh' | 'en';
type Filled = Partial<Record<SheetColumn, string | number>>;
const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const widths: Partial<Record<SheetColumn, number>> = { stem: 48, answer: 18, knowledgePoint: 18, explanation: 40, kind: 12, difficulty: 8 };
const words = {
  sheet: { zh: '题目', en: 'Questions' }, notes: { zh: '填写说明', en: 'How to' }, file: { zh: '题目导入模板.xlsx', en: 'question-template.xlsx' },
  pickKind: { zh: '请从列表中选择题型。', en: 'Please choose a kind from the list.' },
} as const satisfies Record<string, Record<Locale, string>>;

const examples: readonly Filled[] = [
  { kind: 'single', stem: '使用干粉灭火器前，首先应当做什么？', optionA: '拔下保险销', optionB: '按下压把', optionC: '对准火焰上部', optionD: '倒置摇晃', answer: 'A', knowledgePoint: '消防器材', difficulty: 2, explanation: '不拔保险销，压把按不下去。' },
  { kind: 'multiple', stem: '动火作业前必须具备哪些条件？', optionA: '办理动火票', optionB: '清除可燃物', optionC: '专人监护', optionD: '关闭照明', answer: 'ABC', knowledgePoint: '动火作业', difficulty: 3 },
  { kind: 'trueFalse', stem: '电气设备着火时，可以用水扑救。', answer: '错误', knowledgePoint: '电气火灾', difficulty: 1 },
  { kind: 'fillIn', stem: '安全电压的上限是交流____伏。', answer: '50|50V|五十', knowledgePoint: '用电安全', difficulty: 3 },
  { kind: 'ordering', stem: '按先后顺序排列干粉灭火器的使用步骤。', optionA: '按下压把', optionB: '提起灭火器', optionC: '拔下保险销', answer: 'BCA', knowledgePoint: '消防器材', difficulty: 4 },
];
const notes: Record<Locale, readonly string[]> = {
  zh: [
    '在“题目”表中从第二行开始填写，每行一道题；不要改动第一行的标题。下面的例子可以整行复制过去。', '题型：单选题、多选题、判断题、填空题、排序题。', '选项：单选、多选、排序题从选项A开始依次填写，至少两个；判断题和填空题不填。',
    '正确答案：单选填一个字母，多选填全部字母（如 ABD）；判断填“正确”或“错误”；填空填答案，几种写法都算对时用 | 隔开（全角半角、大小写不影响判分）；排序按正确顺序写字母（如 BCA）。',
    '难度：1（易）到 5（难）的整数，空着按 3。知识点、解析可以空着。', '有一行不对，整个文件都不会导入；系统会列出每一处错误所在的行和列。',
  ],
  en: [
    'Fill in the sheet “Questions” from its second row on, one question a row; leave the headings as they are. Rows of the examples below can be copied.', `Kind: ${bankKinds.map((kind) => kindWords[kind][0]).join('、')}, or in English: single, multiple, true/false, fill in, ordering.`,
    'Options: from option A on without gaps, at least two; none for true/false and fill in.', 'Right answer: one letter; all letters (such as ABD); true or false; spellings taken for right, separated by |; the letters in the right order (such as BCA).',
    'Difficulty: a whole number from 1 (easy) to 5 (hard), 3 if empty. Knowledge point and explanation may stay empty.', 'One wrong row, and nothing is imported; each fault is told with its row and column.',
  ],
};

const cellsOf = (filled: Filled): (string | number | null)[] => sheetColumns.map((column) => {
  const value = filled[column] ?? null;
  return column === 'kind' && value !== null ? kindWords[value as (typeof bankKinds)[number]][0]! : value;
});

/** Every column is text, so that an answer like 1/2 does not become a date while it is typed. */
function addHeading(sheet: Worksheet, locale: Locale): void {
  sheetColumns.forEach((column, index) => Object.assign(sheet.getColumn(index + 1), { width: widths[column] ?? 16, numFmt: '@' }));
  sheet.addRow(sheetColumns.map((column) => columnWords[column][locale])).font = { bold: true };
}

/** Two sheets: the one to fill in, with the list of kinds to choose from, and how it is filled in. */
export async function questionTemplate(locale: Locale): Promise<FileAnswer> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet(words.sheet[locale], { views: [{ state: 'frozen', ySplit: 1 }] });
  addHeading(sheet, locale);
  const kinds = `"${bankKinds.map((kind) => kindWords[kind][0]).join(',')}"`;
  sheet.dataValidations.add(`A2:A${mostImportRows + 1}`, { type: 'list', allowBlank: true, formulae: [kinds], showErrorMessage: true, error: words.pickKind[locale] });
  const how = workbook.addWorksheet(words.notes[locale]);
  for (const note of notes[locale]) how.addRow([note]);
  how.addRow([]);
  addHeading(how, locale);
  for (const example of examples) how.addRow(cellsOf(example));
  const bytes = Buffer.from(await workbook.xlsx.writeBuffer());
  return { type: workbookType, sizeBytes: bytes.length, fileName: words.file[locale], open: () => bytes };
}
