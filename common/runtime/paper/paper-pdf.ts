// Writes a paper as PDF: A4 across, fonts embedded, headings of tables again on each page, what is missing in red and in words (R46).
import { shanghaiDay } from '#domain/day.ts';
import type { Paper, PaperCell, PaperPart } from '#domain/paper/paper.ts';
import { a4, colours, newDocument, type Doc } from '../pdf/page-parts.ts';
import { headLines, markColours, tableOf } from './paper-layout.ts';

const [width, height, edge] = [a4.long, a4.short, 40];
const room = width - 2 * edge;
const bottom = height - edge - 14;
const [pad, size] = [4, 9];
const { ink, soft, rule: line, head: shade } = colours;
interface Look { font: 'plain' | 'bold'; fill: string | null }
/** Where the next line goes, and what a page begins with. */
interface Cursor { y: number }

const textHeight = (doc: Doc, text: string, space: number): number => doc.font('plain').fontSize(size).heightOfString(text || ' ', { width: space - 2 * pad }) + 2 * pad;

/** The longest beginning of a text that is not higher than `most`; a line break is a good place. */
function fitting(doc: Doc, text: string, space: number, most: number): number {
  if (textHeight(doc, text, space) <= most) return text.length;
  let [least, tooMuch] = [1, text.length];
  while (tooMuch - least > 1) {
    const middle = (least + tooMuch) >> 1;
    if (textHeight(doc, text.slice(0, middle), space) <= most) least = middle;
    else tooMuch = middle;
  }
  const breakAt = text.lastIndexOf('\n', least);
  const cut = breakAt > least / 2 ? breakAt + 1 : least;
  // Not through a sign of two halves.
  return /[\ud800-\udbff]/.test(text[cut - 1] ?? '') && cut > 1 ? cut - 1 : cut;
}

function drawRow(doc: Doc, cells: readonly PaperCell[], widths: readonly number[], at: Cursor, { font, fill }: Look, origin: string): void {
  const tall = Math.max(...cells.map(({ text }, index) => textHeight(doc, text, widths[index]!)));
  let x = edge;
  for (const [index, { text, mark, evidence }] of cells.entries()) {
    const space = widths[index]!;
    if (fill) doc.rect(x, at.y, space, tall).fill(fill);
    doc.lineWidth(0.5).rect(x, at.y, space, tall).stroke(line);
    doc.font(mark === 'plain' ? font : 'bold').fontSize(size).fillColor(markColours[mark] ?? ink).text(text || ' ', x + pad, at.y + pad, { width: space - 2 * pad, link: evidence ? `${origin}${evidence}` : null });
    x += space;
  }
  at.y += tall;
}

function newPage(doc: Doc, at: Cursor): void {
  doc.addPage({ size: [width, height], margin: 0 });
  at.y = edge;
}

/** A row that is higher than a page goes on on the next one. */
function row(doc: Doc, cells: readonly PaperCell[], widths: readonly number[], at: Cursor, look: Look, origin: string, begin: () => void): void {
  let rest = [...cells];
  const whole = Math.max(...rest.map(({ text }, index) => textHeight(doc, text, widths[index]!)));
  if (at.y + whole > bottom && (whole <= bottom - edge - 40 || bottom - at.y < 60)) begin();
  while (rest.some(({ text }) => text !== '')) {
    const most = bottom - at.y;
    const cuts = rest.map(({ text }, index) => fitting(doc, text, widths[index]!, most));
    drawRow(doc, rest.map((cell, index) => ({ ...cell, text: cell.text.slice(0, cuts[index]) })), widths, at, look, origin);
    rest = rest.map((cell, index) => ({ ...cell, text: cell.text.slice(cuts[index]) }));
    if (rest.some(({ text }) => text !== '')) begin();
  }
}

function drawPart(doc: Doc, part: PaperPart, at: Cursor, origin: string): void {
  const { headings, shares, rows, empty } = tableOf(part);
  const sum = shares.reduce((total, share) => total + share, 0);
  const widths = shares.map((share) => (room * share) / sum);
  const head = (): void => { if (headings) drawRow(doc, headings, widths, at, { font: 'bold', fill: shade }, origin); };
  if (at.y + 70 > bottom) newPage(doc, at);
  doc.font('bold').fontSize(11).fillColor(ink).text(part.heading, edge, at.y + 8, { width: room });
  at.y += 28;
  head();
  const begin = (): void => { newPage(doc, at); head(); };
  for (const cells of rows) row(doc, cells, widths, at, { font: 'plain', fill: null }, origin, begin);
  if (rows.length === 0 && empty) row(doc, [empty], [room], at, { font: 'plain', fill: null }, origin, begin);
}

function foot(doc: Doc, { title, subtitle }: Paper): void {
  const { start, count } = doc.bufferedPageRange();
  for (let page = start; page < start + count; page++) {
    doc.switchToPage(page);
    doc.font('plain').fontSize(8).fillColor(soft).text(`${title} · ${subtitle} · ${page + 1} / ${count}`, edge, height - edge, { width: room, align: 'center', lineBreak: false, height: 10, ellipsis: true });
  }
}

/** `origin`: of the platform, for links to evidence. The same bytes for the same paper. */
export async function paperPdf(paper: Paper, origin: string): Promise<Buffer> {
  const doc = newDocument({ title: `${paper.title} ${paper.subtitle}`, day: shanghaiDay(new Date(paper.madeAt)), across: true, kept: true });
  const pieces: Buffer[] = [];
  doc.on('data', (piece: Buffer) => pieces.push(piece));
  const over = new Promise<void>((resolve, reject) => { doc.once('end', resolve); doc.once('error', reject); });
  const at: Cursor = { y: edge };
  newPage(doc, at);
  doc.font('bold').fontSize(18).fillColor(ink).text(paper.title, edge, at.y, { width: room, align: 'center' });
  at.y += 30;
  for (const text of headLines(paper)) {
    doc.font('plain').fontSize(size).fillColor(soft).text(text, edge, at.y, { width: room, align: 'center' });
    at.y = doc.y + 2;
  }
  for (const part of paper.parts) drawPart(doc, part, at, origin);
  for (const note of paper.notes) {
    const tall = doc.font('plain').fontSize(size).heightOfString(note, { width: room });
    if (at.y + tall + 8 > bottom) newPage(doc, at);
    doc.fillColor(soft).text(note, edge, at.y + 8, { width: room });
    at.y += tall + 8;
  }
  foot(doc, paper);
  doc.end();
  await over;
  return Buffer.concat(pieces);
}
