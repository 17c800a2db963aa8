// Draws certificates as PDF: A4 across, a page each, fonts embedded as subsets, the same bytes for the same certificates (R29).
import PDFDocument from 'pdfkit';
import encodeQR from 'qr';
import type { PrintedCertificate } from '#domain/certificate.ts';
import { levelWords, programmeWords, type TwoWords } from '#domain/paper/paper-words.ts';
import { sheetWords } from './certificate-words.ts';
import { fontBytes } from './fonts.ts';

type Doc = InstanceType<typeof PDFDocument>;
const [width, height] = [841.89, 595.28];
const [ink, soft, frame] = ['#1b1b1b', '#5a5a5a', '#1f4e79'];
const [edge, columns, columnGap] = [64, 3, 18];
const columnWidth = (width - 2 * edge - (columns - 1) * columnGap) / columns;

const percent = (thousandths: number | null): string => (thousandths === null ? '—' : `${thousandths / 10}%`);
const or = (text: string): string => text || '—';

function fieldsOf(one: PrintedCertificate): [TwoWords, string][] {
  const w = sheetWords;
  return [
    [w.number, one.numberMask], [w.course, one.course], [w.occupation, or([one.occupation, one.occupationCode].filter(Boolean).join(' '))],
    [w.level, one.level ? levelWords[one.level].zh : '—'], [w.cohort, one.cohort], [w.programme, one.programme ? programmeWords[one.programme].zh : '—'],
    [w.hours, `${one.units} 课时 · ${one.minutes} 分钟`], [w.period, `${one.firstDay} 至 ${one.lastDay}`], [w.exam, percent(one.examScore)],
    [w.attendance, percent(one.attendance)], [w.accuracy, percent(one.accuracy)], [w.issued, one.issuedOn],
    [w.institution, one.institution], [w.creditCode, or(one.creditCode)], [w.filing, or(one.filingNumber)],
  ];
}

interface Place { x: number; y: number; width: number; align?: 'left' | 'center'; size: number; font: 'plain' | 'bold'; colour: string }
const [smallest, wrapped] = [7, 6] as const;
/** On one line, smaller where it is long; on several small ones where that would be too small to read. Never cut off. */
function line(doc: Doc, text: string, { x, y, width: room, align = 'left', size, font, colour }: Place): void {
  doc.font(font).fontSize(size).fillColor(colour);
  const fitting = Math.min(size, (size * room) / Math.max(1, doc.widthOfString(text)));
  if (fitting < smallest) {
    doc.fontSize(wrapped).text(text, x, y, { width: room, align, lineGap: -1.5 });
    return;
  }
  const from = align === 'center' ? x + (room - doc.fontSize(fitting).widthOfString(text)) / 2 : x;
  doc.fontSize(fitting).text(text, from, y + (size - fitting) / 2, { lineBreak: false });
}

/** `size` points wide, with its white edge. */
function code(doc: Doc, link: string, x: number, y: number, size: number): void {
  const modules = encodeQR(link, 'raw', { ecc: 'medium', border: 2 });
  const step = size / modules.length;
  for (const [row, dark] of modules.entries()) for (const [column, on] of dark.entries()) if (on) doc.rect(x + column * step, y + row * step, step, step);
  doc.fill('#000');
}

function page(doc: Doc, one: PrintedCertificate, origin: string): void {
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
  code(doc, `${origin}/certificates/${one.serial}`, width - edge - 84, 462, 84);
  line(doc, `${sheetWords.scan.zh}  ${sheetWords.scan.en}`, { x: width - edge - 114, width: 114, align: 'center', y: 546, size: 7.5, font: 'plain', colour: soft });
}

/** `origin`: where the check page is, such as `https://keshi.example.cn`. Takes some 50 ms a page and is meant for a thread (`drawCertificates`). */
export async function certificatesPdf(certificates: readonly PrintedCertificate[], origin: string): Promise<Buffer> {
  // Nothing of the clock goes into the file: the day is that of the newest certificate in it.
  const day = new Date(`${certificates.map(({ issuedOn }) => issuedOn).sort().at(-1) ?? '2000-01-01'}T00:00:00Z`);
  const title = certificates.length === 1 ? `${sheetWords.title.zh} ${certificates[0]!.serial}` : sheetWords.title.zh;
  const doc = new PDFDocument({ autoFirstPage: false, size: [width, height], margin: 0, lang: 'zh-CN', info: { Title: title, CreationDate: day, ModDate: day } });
  const pieces: Buffer[] = [];
  doc.on('data', (piece: Buffer) => pieces.push(piece));
  const over = new Promise<void>((resolve, reject) => { doc.once('end', resolve); doc.once('error', reject); });
  doc.registerFont('plain', fontBytes('plain'));
  doc.registerFont('bold', fontBytes('bold'));
  for (const one of certificates) page(doc, one, origin);
  doc.end();
  await over;
  return Buffer.concat(pieces);
}
