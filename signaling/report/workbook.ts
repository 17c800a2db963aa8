// The report as a workbook (XLSX): Chinese or English, ready to print; what looks like a number but names somebody is text.
import ExcelJS, { type Worksheet } from 'exceljs';
import type { LessonQuizzes, LessonReport, ReportRow } from '#contracts/report.ts';
import { addQuizSheet } from './quiz-sheet.ts';
import { correctedWords, headWords, noteWords, wayWords, words, type Locale } from './workbook-words.ts';

type Cell = string | number | null;
interface Column { key: keyof typeof headWords; width: number; format?: string; value: (row: ReportRow) => Cell }

/** Days and times of reports are those of Shanghai, whatever the server's own. */
const shanghai = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' });
const time = (iso: string | null): string | null => iso && shanghai.format(new Date(iso));

function columnsIn(locale: Locale): Column[] {
  const remark = (row: ReportRow): string =>
    [row.joinedAt ? null : words.neverCame[locale], row.attendanceLow ? words.attendanceLow[locale] : null, row.accuracyLow ? words.accuracyLow[locale] : null,
      row.correctedMinutes + row.takenBackMinutes > 0 ? correctedWords[locale] : null, row.inReplay.asked > 0 ? words.inReplay[locale](row.inReplay) : null]
      .filter(Boolean).join(locale === 'zh' ? '；' : '; ');
  return [
    { key: 'login', width: 18, format: '@', value: (row) => row.login },
    { key: 'name', width: 14, format: '@', value: (row) => row.name },
    { key: 'joinedAt', width: 20, format: '@', value: (row) => time(row.joinedAt) },
    { key: 'leftAt', width: 20, format: '@', value: (row) => time(row.leftAt) },
    { key: 'creditedMinutes', width: 11, format: '0.0', value: (row) => row.creditedMinutes },
    { key: 'madeUpMinutes', width: 11, format: '0.0', value: (row) => row.madeUpMinutes },
    { key: 'togetherMinutes', width: 11, format: '0.0', value: (row) => row.togetherMinutes },
    { key: 'heldMinutes', width: 11, format: '0.0', value: (row) => row.heldMinutes },
    { key: 'attendance', width: 10, format: '0.0%', value: (row) => row.attendance },
    { key: 'asked', width: 8, format: '0', value: (row) => row.asked },
    { key: 'answered', width: 8, format: '0', value: (row) => row.answered },
    { key: 'correct', width: 8, format: '0', value: (row) => row.correct },
    { key: 'accuracy', width: 10, format: '0.0%', value: (row) => row.accuracy },
    { key: 'replayMinutes', width: 11, format: '0.0', value: (row) => row.replayMinutes },
    { key: 'checkWay', width: 12, format: '@', value: (row) => wayWords[row.checkWay][locale] },
    { key: 'checksAsked', width: 8, format: '0', value: (row) => row.checks.asked },
    { key: 'checksMatched', width: 8, format: '0', value: (row) => row.checks.matched },
    { key: 'checksFailed', width: 8, format: '0', value: (row) => row.checks.failed },
    { key: 'checksMissed', width: 8, format: '0', value: (row) => row.checks.missed },
    { key: 'checksPending', width: 8, format: '0', value: (row) => row.checks.pending },
    { key: 'correctedMinutes', width: 12, format: '0.0', value: (row) => row.correctedMinutes },
    { key: 'takenBackMinutes', width: 12, format: '0.0', value: (row) => row.takenBackMinutes },
    { key: 'remark', width: 30, format: '@', value: remark },
  ];
}

/** Title and facts of the lesson above the table; answers the number of its last row. */
function addHead(sheet: Worksheet, report: LessonReport, locale: Locale, columnCount: number): number {
  const lines: [string, string | null][] = [
    [words.institution[locale], report.institutionName],
    [words.course[locale], `${report.courseTitle} · ${report.cohortTitle}`],
    [words.planned[locale], `${time(report.startsAt)} · ${report.plannedMinutes} ${words.minutes[locale]}`],
    [words.taught[locale], report.startedAt ? `${time(report.startedAt)} – ${time(report.endedAt) ?? words.running[locale]}` : '—'],
    [words.held[locale], `${report.heldMinutes.toFixed(1)} ${words.minutes[locale]} (${words.interrupted[locale]} ${report.interruptedMinutes.toFixed(1)})`],
    [words.rulePack[locale], report.rulePack],
    [words.generated[locale], `${time(report.generatedAt)} (Asia/Shanghai)`],
  ];
  for (const { ordinal, heldMinutes } of report.heldAgain) lines.push([words.again[locale], words.againText[locale](ordinal, heldMinutes.toFixed(1), report.leastHeldMinutes)]);
  if (report.note) lines.push([words.note[locale], noteWords[report.note][locale]]);
  sheet.addRow([`${words.title[locale]}${locale === 'zh' ? '：' : ': '}${report.title}`]).font = { bold: true, size: 14 };
  sheet.mergeCells(1, 1, 1, columnCount);
  for (const [label, value] of lines) {
    const row = sheet.addRow([label, value]);
    row.getCell(1).font = { bold: true };
    row.getCell(2).numFmt = '@';
    sheet.mergeCells(row.number, 2, row.number, columnCount);
  }
  sheet.addRow([]);
  return sheet.rowCount;
}

const line = { style: 'thin', color: { argb: 'FFBBBBBB' } } as const;
const border = { top: line, left: line, bottom: line, right: line };

function addTable(sheet: Worksheet, report: LessonReport, locale: Locale, columns: readonly Column[]): void {
  const head = sheet.addRow(columns.map(({ key }) => headWords[key][locale]));
  head.eachCell((cell) => {
    Object.assign(cell, { font: { bold: true }, border, alignment: { wrapText: true, vertical: 'middle', horizontal: 'center' }, fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFEFEFEF' } } });
  });
  for (const row of report.rows) {
    const added = sheet.addRow(columns.map(({ value }) => value(row)));
    columns.forEach(({ format, key }, index) => {
      const cell = added.getCell(index + 1);
      Object.assign(cell, { border, numFmt: format ?? 'General', alignment: { vertical: 'middle', wrapText: key === 'remark' } });
      // The remark says it in words; bold carries it in black and white too.
      if ((key === 'attendance' && row.attendanceLow) || (key === 'accuracy' && row.accuracyLow)) cell.font = { bold: true, color: { argb: 'FFB00020' } };
    });
  }
  if (report.rows.length === 0) sheet.addRow([words.nobody[locale]]);
}

/** The finished file. Cells that start like a formula stay text: they are written as strings, never evaluated. */
export async function reportWorkbook(report: LessonReport, quizzes: LessonQuizzes, locale: Locale): Promise<Buffer> {
  const workbook = new ExcelJS.Workbook();
  // Says when the figures were read, so that the same rows give the same workbook.
  workbook.created = workbook.modified = new Date(report.generatedAt);
  const columns = columnsIn(locale);
  const sheet = workbook.addWorksheet(words.sheet[locale], {
    pageSetup: { paperSize: 9, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0, margins: { left: 0.4, right: 0.4, top: 0.5, bottom: 0.6, header: 0.2, footer: 0.3 } },
    headerFooter: { oddFooter: '&L&A&R&P / &N' },
  });
  columns.forEach(({ width }, index) => { sheet.getColumn(index + 1).width = width; });
  const headRows = addHead(sheet, report, locale, columns.length);
  addTable(sheet, report, locale, columns);
  sheet.views = [{ state: 'frozen', xSplit: 2, ySplit: headRows + 1 }];
  sheet.pageSetup.printTitlesRow = `${headRows + 1}:${headRows + 1}`;
  sheet.addRow([]);
  sheet.addRow([words.rule[locale]]).font = { italic: true, size: 9 };
  addQuizSheet(workbook, quizzes, locale);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}
