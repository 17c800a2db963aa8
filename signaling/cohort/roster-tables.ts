// Tables of learners that are handed out: the one to fill in, and one that came back with what is wrong beside each row.
import ExcelJS, { type Worksheet } from 'exceljs';
import { RosterImport, type PlacedProblem } from '#db/entities/cohort.ts';
import { documentKinds } from '#domain/identity/document.ts';
import { learnerCategories } from '#domain/identity/learner-category.ts';
import { categoryWords, documentWords, rosterColumns, rosterWords, type RosterColumn } from '#domain/roster-sheet.ts';
import { rosterProblemText, type RosterLocale } from '#domain/roster-words.ts';
import { DomainError } from '#domain/errors.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { aboutNow, rosterFile, type ImportDeps, type OneImport } from './roster-import.ts';

// Not in its types; cell by cell, which is, it writes ranges that overlap, and the table program mends them with a warning.
declare module 'exceljs' {
  interface Worksheet { dataValidations: { add(range: string, validation: DataValidation): void } }
}

const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const widths: Record<RosterColumn, number> = { name: 14, document: 24, number: 24, phone: 16, category: 20, employer: 28, note: 24 };
const words = {
  sheet: { zh: '学员名单', en: 'Learners' }, notes: { zh: '填写说明', en: 'How to' }, file: { zh: '学员名单模板.xlsx', en: 'roster-template.xlsx' }, marked: { zh: '学员名单-待修改.xlsx', en: 'roster-to-mend.xlsx' },
  pick: { zh: '请从列表中选择。', en: 'Please choose from the list.' }, wrong: { zh: '需要修改的地方', en: 'What to mend' },
} as const satisfies Record<string, Record<RosterLocale, string>>;
const notes: Record<RosterLocale, readonly string[]> = {
  zh: [
    '在“学员名单”表中从第二行开始填写，每行一位学员；不要改动第一行的标题，不要合并单元格。', '证件类型空着按居民身份证。证件号码和手机号请直接输入，这两列已设为“文本”；从别处复制时请选择“粘贴为数值”。',
    `人员类别：${learnerCategories.map((one) => categoryWords[one][0]).join('、')}。企业职工和高危行业从业人员要填写单位。`, '每位学员要有自己的手机号：学员用它注册，注册时的姓名、证件号码、手机号要和名单一致。',
    '有一行不对，整个名单都不会导入；系统会列出每一处问题，并可下载标好问题的表格。',
  ],
  en: [
    'Fill in the sheet “Learners” from its second row on, one learner a row. Leave the headings as they are and join no cells.', 'Without a kind of document it is an identity card. Type numbers and phones as they are: both columns are set to text. When you copy, paste values only.',
    `Categories: ${learnerCategories.map((one) => `${categoryWords[one][0]} (${categoryWords[one].at(-1)!})`).join(', ')}. Staff and people in high-risk work need an employer.`,
    'Each learner needs a phone of their own: they register with it, and name, number and phone have to be those of the roster.', 'One wrong row, and nothing is imported. Each fault is told, and the table can be had with its marks.',
  ],
};

const text = { numFmt: '@' };
function addHeading(sheet: Worksheet, locale: RosterLocale): void {
  rosterColumns.forEach((column, index) => Object.assign(sheet.getColumn(index + 1), { ...text, width: widths[column] }));
  sheet.addRow(rosterColumns.map((column) => rosterWords[column][locale][0])).font = { bold: true };
}
function addChoices(sheet: Worksheet, column: RosterColumn, choices: readonly string[], mostRows: number, locale: RosterLocale): void {
  const letter = String.fromCharCode(65 + rosterColumns.indexOf(column));
  sheet.dataValidations.add(`${letter}2:${letter}${mostRows + 1}`, { type: 'list', allowBlank: true, formulae: [`"${choices.join(',')}"`], showErrorMessage: true, error: words.pick[locale] });
}

async function answerOf(workbook: ExcelJS.Workbook, fileName: string): Promise<FileAnswer> {
  const bytes = Buffer.from(await workbook.xlsx.writeBuffer());
  return { type: workbookType, sizeBytes: bytes.length, fileName, open: () => bytes };
}

export function rosterTemplate(locale: RosterLocale, mostRows: number): Promise<FileAnswer> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet(words.sheet[locale], { views: [{ state: 'frozen', ySplit: 1 }] });
  addHeading(sheet, locale);
  addChoices(sheet, 'document', documentKinds.map((kind) => documentWords[kind][0]!), mostRows, locale);
  addChoices(sheet, 'category', learnerCategories.map((category) => categoryWords[category][0]!), mostRows, locale);
  const how = workbook.addWorksheet(words.notes[locale]);
  for (const note of notes[locale]) how.addRow([note]);
  return answerOf(workbook, words.file[locale]);
}

/** By row. */
function gathered(problems: readonly PlacedProblem[]): Map<number, PlacedProblem[]> {
  const byRow = new Map<number, PlacedProblem[]>();
  for (const problem of problems) byRow.set(problem.row, [...(byRow.get(problem.row) ?? []), problem]);
  return byRow;
}
const red = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFF8D7DA' } } as const;

/** Rows stand where they stood, so that a number in the report is a number in the table. Throws not_found where the file is not kept any more. */
export async function markedRoster({ deps, reader }: ImportDeps, one: OneImport, locale: RosterLocale): Promise<FileAnswer> {
  const bytes = await rosterFile(deps, one);
  const row = await deps.orm.em.fork().findOne(RosterImport, { id: one.importId }, { disableIdentityMap: true });
  const { lines, places } = await reader(bytes, aboutNow(deps));
  if (!row || lines.length === 0) throw new DomainError('not_found', 'nothing to mark');
  const byRow = gathered(row.problems);
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet(words.sheet[locale], { views: [{ state: 'frozen', ySplit: lines[0]!.row }] });
  const width = Math.max(...lines.map(({ texts }) => texts.length));
  for (let at = 1; at <= width; at++) Object.assign(sheet.getColumn(at), { ...text, width: 20 });
  sheet.getColumn(width + 1).width = 80;
  for (const [index, { row: number, texts }] of lines.entries()) {
    const problems = byRow.get(number) ?? [];
    const line = sheet.getRow(number);
    line.values = [...texts, ...Array.from({ length: width - texts.length }, () => ''), index === 0 ? words.wrong[locale] : problems.map(({ code, row2 }) => rosterProblemText(code, row2, locale)).join(' ')];
    if (index === 0) line.font = { bold: true };
    for (const { column } of problems) {
      const at = places.find(([place]) => place === column)?.[1];
      line.getCell(at === undefined ? width + 1 : at + 1).fill = red;
    }
  }
  return answerOf(workbook, words.marked[locale]);
}
