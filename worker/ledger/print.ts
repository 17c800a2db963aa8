// The ledger to print: its rows as a table that says all the other files say, and the full lists of hours of everybody in it (R65); drawn while they are read.
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { LearnerLedger, LedgerRow } from '#contracts/ledger.ts';
import { shanghaiDay, shanghaiTime } from '#domain/day.ts';
import { drawPdf } from '#runtime/pdf/draw-pdf.ts';
import { examText, hoursHead, hoursPieces, judged, minutesText, plain, shareText } from '#runtime/pdf/hours-list.ts';
import { paperWords, type Locale, type Words } from '#runtime/pdf/ledger-words.ts';
import type { TableCell, TableColumn, TablePiece, TableRow } from '#runtime/pdf/table-pdf.ts';
import { notesOf, sheetNames, type Noted } from './columns.ts';

interface PrintColumn { heading: Words; width: number; align: TableColumn['align']; cell: (row: LedgerRow, locale: Locale) => TableCell }
const column = (zh: string, en: string, width: number, align: TableColumn['align'], cell: PrintColumn['cell']): PrintColumn => ({ heading: { zh, en }, width, align, cell });
const day = (at: string): string => shanghaiDay(new Date(at));
const lines = (...some: readonly (string | null | false)[]): string[] => some.filter((one) => one !== null && one !== false);

function correctedLines({ correctedMinutes: more, takenBackMinutes: less }: LedgerRow, locale: Locale): string[] {
  return more + less > 0 ? [`${locale === 'zh' ? '更正' : 'corrected'} +${minutesText(more)} −${minutesText(less)}`] : [];
}
function checkLines({ checks }: LedgerRow, locale: Locale): string[] {
  const part = (n: number, zh: string, en: string): string | false => n > 0 && (locale === 'zh' ? `${zh} ${n}` : `${n} ${en}`);
  return lines(`${checks.matched}/${checks.asked}`, part(checks.failed, '未通过', 'failed'), part(checks.missed, '错过', 'missed'), part(checks.pending, '待定', 'pending'));
}

const columns: readonly PrintColumn[] = [
  column('学员', 'Learner', 14, 'left', (row, locale) => plain(...lines(row.name, row.login, row.numberMask ?? paperWords.noIdentity[locale], row.phoneMask))),
  column('班级、课程、报名', 'Cohort, course, enrolled', 15.5, 'left', (row) => plain(row.cohortTitle, row.courseTitle, `${day(row.enrolledAt)}${row.endedAt ? ` – ${day(row.endedAt)}` : ''}`)),
  column('签到/已授（节）', 'Lessons come to/held', 6.5, 'right', (row) => plain(`${row.came}/${row.lessons}`)),
  column('已授课时', 'Units held', 5.5, 'right', (row) => plain(String(row.units))),
  column('应学分钟', 'Minutes held', 7, 'right', (row) => plain(minutesText(row.heldMinutes))),
  column('直播计入分钟', 'Credited live', 8, 'right', (row, locale) => plain(minutesText(row.creditedMinutes), ...correctedLines(row, locale))),
  column('回放补学分钟', 'Made up', 7, 'right', (row) => plain(minutesText(row.madeUpMinutes))),
  column('到课率', 'Attendance', 8.2, 'right', (row) => judged(row.attendanceLow, shareText(row.attendance))),
  column('核验通过/次数', 'Checks passed/asked', 7.6, 'right', (row, locale) => plain(...checkLines(row, locale))),
  column('答对/作答/提问', 'Correct/answered/asked', 7.6, 'right', (row) => plain(`${row.correct}/${row.answered}/${row.asked}`)),
  column('正确率', 'Accuracy', 7.2, 'right', (row) => judged(row.accuracyLow, shareText(row.accuracy))),
  column('考试', 'Exams', 7.6, 'right', (row, locale) => plain(...examText(row, locale))),
  column('待处理', 'Unsettled', 7.2, 'right', (row) => judged(row.unsettled > 0, String(row.unsettled))),
  column('证书编号', 'Certificate', 12.2, 'left', (row) => plain(...(row.certificate ? [row.certificate.slice(0, 14), row.certificate.slice(14)] : []))),
  column('规则、数据时间', 'Rules, as of', 9, 'left', (row) => plain(row.rulePack, shanghaiTime(new Date(row.asOf)))),
];
const rowOf = (row: LedgerRow, locale: Locale): TableRow => ({ look: 'plain', cells: columns.map(({ cell }) => cell(row, locale)) });

/** Notes stand behind the rows, as on the second sheet of a workbook: they say what was seen in them. */
export async function printLedger(path: string, locale: Locale, pieces: AsyncIterable<LedgerRow[]>, noted: () => Promise<Noted>): Promise<void> {
  const before = await noted();
  async function* told(): AsyncGenerator<TablePiece> {
    yield { section: { title: sheetNames.ledger[locale], facts: notesOf(before, locale).slice(0, 2).concat([[locale === 'zh' ? '制表时间' : 'Made at', shanghaiTime(new Date(before.madeAt))]]) } };
    for await (const piece of pieces) yield { rows: piece.map((row) => rowOf(row, locale)) };
    yield { closing: { paragraphs: notesOf(await noted(), locale).map(([name, says]) => `${name}${locale === 'zh' ? '：' : ': '}${says}`), signs: [] } };
  }
  const head = {
    title: sheetNames.ledger[locale], day: day(before.madeAt), across: true, pageWord: paperWords.page[locale], footer: before.institutionName, columns: columns.map(({ heading, width, align }) => ({ heading: heading[locale], width, align })),
  };
  await pipeline(drawPdf('table', head, told()), createWriteStream(path));
}

/** `evidence`: the newest head of the evidence log, as it is printed. */
interface Lists { now: Date; institutionName: string; evidence: string | null; listOf: (who: { cohortId: string; personId: string }) => Promise<LearnerLedger> }
/** One list after the other, each from the rows its page is made of. */
export async function printHours(path: string, locale: Locale, pieces: AsyncIterable<LedgerRow[]>, { now, institutionName, evidence, listOf }: Lists): Promise<void> {
  async function* told(): AsyncGenerator<TablePiece> {
    for await (const piece of pieces) for (const row of piece) yield* hoursPieces(await listOf(row), locale, evidence);
  }
  await pipeline(drawPdf('table', hoursHead(locale, { footer: institutionName, made: now }), told()), createWriteStream(path));
}
