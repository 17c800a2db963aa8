// Scores as a workbook (XLSX), in Chinese or English: rates per class, then every learner; what looks like a number but names somebody is text.
import ExcelJS, { type Worksheet } from 'exceljs';
import type { ExamScores, PassRate, ScoreRow } from '#contracts/exam.ts';
import type { AttemptResult } from '#domain/exam.ts';

export type Locale = 'zh' | 'en';
type Word = Record<Locale, string>;
type Cell = string | number | null;

const words = {
  sheet: { zh: '考试成绩', en: 'Scores' }, institution: { zh: '培训机构', en: 'Institution' }, course: { zh: '课程', en: 'Course' }, window: { zh: '开放时间', en: 'Open' },
  pass: { zh: '及格线', en: 'Pass mark' }, generated: { zh: '生成时间', en: 'Generated' }, all: { zh: '全部', en: 'All' }, nobody: { zh: '没有学员', en: 'No learners' },
  rule: {
    zh: '每位学员取计入成绩中最好的一次；及格率 = 及格 ÷（及格 + 不及格），待批阅、待核验和作废的不计入。',
    en: 'Of each learner the best attempt that counts is taken; pass rate = passed ÷ (passed + failed), without what waits for a mark or a decision and what was annulled.',
  },
} as const satisfies Record<string, Word>;
const rateHeads: Word[] = [
  { zh: '班级', en: 'Class' }, { zh: '学员', en: 'Learners' }, { zh: '参加', en: 'Taken' }, { zh: '及格', en: 'Passed' }, { zh: '不及格', en: 'Failed' }, { zh: '待定', en: 'Waiting' }, { zh: '及格率', en: 'Pass rate' }, { zh: '平均得分率', en: 'Mean' },
];
const heads: Word[] = [
  { zh: '账号', en: 'Login' }, { zh: '姓名', en: 'Name' }, { zh: '班级', en: 'Class' }, { zh: '结果', en: 'Result' }, { zh: '最好得分', en: 'Best points' }, { zh: '满分', en: 'Of' }, { zh: '得分率', en: 'Share' }, { zh: '次数', en: 'Attempts' }, { zh: '交卷时间', en: 'Handed in' },
];
const widths = [18, 14, 22, 12, 12, 10, 12, 12, 20];
const resultWords: Record<AttemptResult | 'none', Word> = {
  none: { zh: '未参加', en: 'not taken' }, open: { zh: '考试中', en: 'running' }, to_mark: { zh: '待批阅', en: 'to be marked' }, held: { zh: '待核验', en: 'held' }, passed: { zh: '及格', en: 'passed' }, failed: { zh: '不及格', en: 'failed' },
  annulled: { zh: '作废', en: 'annulled' },
};

/** Days and times of reports are those of Shanghai, whatever the server's own. */
const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'short' });
const time = (iso: string): string => shanghai.format(new Date(iso));

const rateCells = ({ cohortTitle, learners, taken, passed, failed, waiting, rate, meanShare }: PassRate, locale: Locale): Cell[] => [cohortTitle ?? words.all[locale], learners, taken, passed, failed, waiting, rate, meanShare];
function rowCells({ login, name, cohortTitle, result, best, attempts }: ScoreRow, maxPoints: number, locale: Locale): Cell[] {
  return [login, name, cohortTitle, resultWords[result][locale], best?.points ?? null, maxPoints, best?.share ?? null, attempts.length, best?.submittedAt ? time(best.submittedAt) : null];
}

function addTable(sheet: Worksheet, columns: readonly string[], rows: readonly Cell[][], percents: readonly number[]): void {
  sheet.addRow([...columns]).font = { bold: true };
  for (const cells of rows) {
    const row = sheet.addRow(cells);
    cells.forEach((cell, at) => { row.getCell(at + 1).numFmt = typeof cell === 'string' ? '@' : percents.includes(at) ? '0.0%' : '0'; });
  }
}

/** The finished file. Cells that start like a formula stay text: they are written as strings, never evaluated. */
export async function scoresWorkbook(scores: ExamScores, locale: Locale): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  workbook.created = workbook.modified = new Date(scores.generatedAt);
  const sheet = workbook.addWorksheet(words.sheet[locale], { pageSetup: { paperSize: 9, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 }, headerFooter: { oddFooter: '&L&A&R&P / &N' } });
  widths.forEach((width, at) => { sheet.getColumn(at + 1).width = width; });
  sheet.addRow([scores.title]).font = { bold: true, size: 14 };
  for (const [label, value] of [
    [words.institution, scores.institutionName], [words.course, scores.courseTitles.join(locale === 'zh' ? '、' : ', ')], [words.window, `${time(scores.opensAt)} – ${time(scores.closesAt)}`],
    [words.pass, `${scores.passPercent} %`], [words.generated, `${time(scores.generatedAt)} (Asia/Shanghai)`],
  ] as const) sheet.addRow([label[locale], value]).getCell(1).font = { bold: true };
  sheet.addRow([]);
  addTable(sheet, rateHeads.map((word) => word[locale]), scores.rates.map((rate) => rateCells(rate, locale)), [6, 7]);
  sheet.addRow([]);
  addTable(sheet, heads.map((word) => word[locale]), scores.rows.map((row) => rowCells(row, scores.maxPoints, locale)), [6]);
  if (scores.rows.length === 0) sheet.addRow([words.nobody[locale]]);
  sheet.addRow([]);
  sheet.addRow([words.rule[locale]]).font = { italic: true, size: 9 };
  return Buffer.from(await workbook.xlsx.writeBuffer());
}
