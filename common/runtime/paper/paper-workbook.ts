// Writes a paper as XLSX: a sheet for each part, every cell a text, document numbers among them, links to evidence.
import ExcelJS, { type Cell, type Worksheet } from 'exceljs';
import type { Paper, PaperCell, PaperPart } from '#domain/paper/paper.ts';
import { xmlText } from '../xml-text.ts';
import { headLines, markColours, tableOf } from './paper-layout.ts';

const line = { style: 'thin', color: { argb: 'FF9AA5B1' } } as const;
const border = { top: line, left: line, bottom: line, right: line };
/** Of the whole sheet, in characters. */
const sheetWidth = 150;
const font = { name: '宋体', size: 11 } as const;
/** Behind red words, so that they are found by looking over a sheet. */
const markFill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFDE7EA' } } as const;
/** Height of a line in points, and lines of the highest row: more than 409 points no program shows. */
const [lineHeight, mostLines] = [15, 26];

/** Lines a text takes in a column so many characters wide; a Chinese sign is as wide as two others. */
const linesOf = (text: string, width: number): number =>
  text.split('\n').reduce((lines, part) => lines + Math.max(1, Math.ceil(([...part].reduce((units, sign) => units + (sign > '\u00ff' ? 2 : 1), 0) * 1.15) / width)), 0);
/** Of a text that is higher than a row may be: its parts, each for a row of its own. */
function rowsOfText(text: string, width: number): string[] {
  const most = Math.max(1, Math.floor((mostLines * width) / 2.3));
  const lines = text.split('\n').flatMap((line) => {
    const signs = [...line];
    return Array.from({ length: Math.max(1, Math.ceil(signs.length / most)) }, (_one, at) => signs.slice(at * most, (at + 1) * most).join(''));
  });
  const rows: string[] = [];
  for (const line of lines) {
    const longer = rows.length > 0 ? `${rows.at(-1)!}\n${line}` : null;
    if (longer !== null && linesOf(longer, width) <= mostLines) rows[rows.length - 1] = longer;
    else rows.push(line);
  }
  return rows;
}

function fill(cell: Cell, { text, mark }: PaperCell): void {
  cell.value = xmlText(text);
  const colour = markColours[mark];
  Object.assign(cell, { border, numFmt: '@', alignment: { wrapText: true, vertical: 'top' }, font: { ...font, bold: colour !== null, ...(colour && { color: { argb: `FF${colour.slice(1).toUpperCase()}` } }) }, ...(colour && { fill: markFill }) });
}

/** A cell of its own behind the row, not printed: programs show a link blue and in one line, whatever else its cell says. */
function addLink(cell: Cell, cells: readonly PaperCell[], origin: string): void {
  const evidence = cells.find((one) => one.evidence !== null)?.evidence;
  if (!evidence) return;
  Object.assign(cell, { value: { text: '查看', hyperlink: `${origin}${evidence}` }, font: { ...font, underline: true, color: { argb: 'FF0B5CAD' } }, alignment: { vertical: 'top' } });
}

function addHead(sheet: Worksheet, lines: readonly string[], columns: number): void {
  for (const [index, text] of lines.entries()) {
    const row = sheet.addRow([xmlText(text)]);
    row.getCell(1).numFmt = '@';
    row.font = index === 0 ? { ...font, bold: true, size: 16 } : { ...font, size: 10, color: { argb: 'FF5A5A5A' } };
    sheet.mergeCells(row.number, 1, row.number, columns);
  }
}

function addPart(book: ExcelJS.Workbook, part: PaperPart, head: readonly string[], notes: readonly string[], origin: string): void {
  const { headings, shares, rows, empty } = tableOf(part);
  // Not allowed in names of sheets: * ? : \ / [ ]
  const sheet = book.addWorksheet(part.heading.replace(/[*?:\\/[\]]/g, ' ').slice(0, 31), { pageSetup: { paperSize: 9, orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 }, headerFooter: { oddFooter: '&L&A&R&P / &N' } });
  const sum = shares.reduce((total, share) => total + share, 0);
  const widths = shares.map((share) => Math.max(8, (sheetWidth * share) / sum));
  widths.forEach((width, index) => { sheet.getColumn(index + 1).width = width; });
  const widthOf = ({ length }: readonly PaperCell[], index: number): number => (length === 1 ? sheetWidth : widths[index]!);
  addHead(sheet, [...head, part.heading], shares.length);
  const addRow = (cells: readonly PaperCell[], bold: boolean): void => {
    const row = sheet.addRow([]);
    cells.forEach((cell, index) => {
      fill(row.getCell(index + 1), cell);
      if (bold) Object.assign(row.getCell(index + 1), { font: { ...font, bold: true }, fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFEEF2F6' } } });
    });
    if (!bold) addLink(row.getCell(shares.length + 1), cells, origin);
    // Said, as not every program finds it by itself: a row that is too low hides what is in it.
    row.height = 3 + lineHeight * Math.max(...cells.map(({ text }, index) => linesOf(text, widthOf(cells, index))));
    if (cells.length === 1 && shares.length > 1) sheet.mergeCells(row.number, 1, row.number, shares.length);
  };
  const add = (cells: readonly PaperCell[], bold = false): void => {
    const texts = cells.map(({ text }, index) => rowsOfText(text, widthOf(cells, index)));
    for (let at = 0; at < Math.max(...texts.map(({ length }) => length)); at++) addRow(cells.map((cell, index) => ({ ...cell, text: texts[index]![at] ?? '' })), bold);
  };
  if (headings) {
    add(headings, true);
    sheet.views = [{ state: 'frozen', ySplit: sheet.rowCount }];
    sheet.pageSetup.printTitlesRow = `${sheet.rowCount}:${sheet.rowCount}`;
  }
  for (const cells of rows) add(cells);
  if (rows.length === 0 && empty) add([empty]);
  for (const note of notes) sheet.addRow([xmlText(note)]).font = { ...font, italic: true, size: 9 };
  sheet.pageSetup.printArea = `A$1:${sheet.getColumn(shares.length).letter}$${sheet.rowCount}`;
}

/** `origin`: of the platform, for links to evidence. */
export async function paperWorkbook(paper: Paper, origin: string): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.created = book.modified = new Date(paper.madeAt);
  paper.parts.forEach((part, at) => addPart(book, part, at === 0 ? [paper.title, ...headLines(paper)] : [`${paper.title} · ${paper.subtitle}`], at === paper.parts.length - 1 ? paper.notes : [], origin));
  return Buffer.from(await book.xlsx.writeBuffer());
}
