// Draws certificates as PDF: A4 across, a page each, fonts embedded as subsets, the same bytes for the same certificates (R29).
import type { PrintedCertificate } from '#domain/certificate.ts';
import { levelWords, programmeWords, type TwoWords } from '#domain/paper/paper-words.ts';
import { sheetWords } from './certificate-words.ts';
import { a4, code, colours, line, newDocument, type Doc } from './page-parts.ts';

const [width, height] = [a4.long, a4.short];
const { ink, soft, frame } = colours;
const [edge, columns, columnGap] = [64, 3, 18];
const columnWidth = (width - 2 * edge - (columns - 1) * columnGap) / columns;

const percent = (thousandths: number | null): string => (thousandths === null ? '—' : `${thousandths / 10}%`);
const period = ({ firstDay, lastDay }: PrintedCertificate): string => (firstDay === lastDay ? firstDay : `${firstDay} 至 ${lastDay}`);
const or = (text: string): string => text || '—';

function fieldsOf(one: PrintedCertificate): [TwoWords, string][] {
  const w = sheetWords;
  return [
    [w.number, one.numberMask], [w.course, one.course], [w.occupation, or([one.occupation, one.occupationCode].filter(Boolean).join(' '))],
    [w.level, one.level ? levelWords[one.level].zh : '—'], [w.cohort, one.cohort], [w.programme, one.programme ? programmeWords[one.programme].zh : '—'],
    [w.hours, `${one.units} 课时 · ${one.minutes} 分钟`], [w.period, period(one)], [w.exam, percent(one.examScore)],
    [w.attendance, percent(one.attendance)], [w.accuracy, percent(one.accuracy)], [w.issued, one.issuedOn],
    [w.institution, one.institution], [w.creditCode, or(one.creditCode)], [w.filing, or(one.filingNumber)],
  ];
}

function page(doc: Doc, one: PrintedCertificate, origin: string, evidence: string | null): void {
  doc.addPage({ size: [width, height], margin: 0 });
  doc.lineWidth(3).rect(26, 26, width - 52, height - 52).stroke(frame);
  doc.lineWidth(0.8).rect(33, 33, width - 66, height - 66).stroke(frame);
  const across = { x: edge, width: width - 2 * edge, align: 'center' } as const;
  line(doc, sheetWords.title.zh, { ...across, y: 54, size: 32, font: 'bold', colour: frame });
  line(doc, sheetWords.title.en, { ...across, y: 100, size: 11, font: 'plain', colour: soft });
  line(doc, one.name, { ...across, y: 130, size: 28, font: 'bold', colour: ink });
  line(doc, sheetWords.passed.zh, { ...across, y: 176, size: 13, font: 'plain', colour: ink });
  line(doc, sheetWords.passed.en, { ...across, y: 197, size: 9, font: 'plain', colour: soft });
  for (const [index, [label, value]] of fieldsOf(one).entries()) {
    const at = { x: edge + (index % columns) * (columnWidth + columnGap), width: columnWidth };
    const y = 232 + Math.floor(index / columns) * 46;
    line(doc, `${label.zh}  ${label.en}`, { ...at, y, size: 8.5, font: 'plain', colour: soft });
    line(doc, value, { ...at, y: y + 14, size: 13, font: 'bold', colour: ink });
  }
  line(doc, `${sheetWords.serial.zh}  ${sheetWords.serial.en}`, { x: edge, width: 400, y: 492, size: 8.5, font: 'plain', colour: soft });
  line(doc, one.serial, { x: edge, width: 400, y: 506, size: 15, font: 'bold', colour: ink });
  line(doc, `${sheetWords.seal.zh}  ${sheetWords.seal.en}`, { x: 400, width: 160, align: 'center', y: 546, size: 8.5, font: 'plain', colour: soft });
  code(doc, `${origin}/certificates/${one.serial}`, width - edge - 84, 462, 84);
  if (evidence) line(doc, `${sheetWords.evidence.zh}  ${evidence}`, { ...across, y: 564.5 - 4, size: 5.5, font: 'plain', colour: soft });
  line(doc, `${sheetWords.scan.zh}  ${sheetWords.scan.en}`, { x: width - edge - 84 - 13, width: 84 + 2 * 13, align: 'center', y: 546, size: 7.5, font: 'plain', colour: soft });
}

/** `origin`: where the check page is, such as `https://keshi.example.cn`. `day`: of the newest certificate in the file. */
/** `evidence`: the newest signed head of the evidence log, as it is printed (docs/evidence.md). */
export interface CertificateHead { title: string; day: string; origin: string; evidence: string | null }

/** Takes some 50 ms a page and is meant for the thread (draw-pdf.ts). */
export class CertificateDrawing {
  readonly doc: Doc;
  readonly #origin: string;
  readonly #evidence: string | null;

  constructor({ title, day, origin, evidence }: CertificateHead) {
    this.doc = newDocument({ title, day, across: true });
    this.#origin = origin;
    this.#evidence = evidence;
  }

  draw(certificates: readonly PrintedCertificate[]): void {
    for (const one of certificates) page(this.doc, one, this.#origin, this.#evidence);
  }
}
