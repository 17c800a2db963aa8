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
/** Behind red words: a link is blue in some programs, whatever colour its cell says. */
const markFill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFDE7EA' } } as const;
/** Height of a line in points, and the most a row may have. */
const [lineHeight, mostHeight] = [15, 409];

/** Lines a text takes in a column so many characters wide; a Chinese sign is as wide as two others. */
const linesOf = (text: string, width: number): number =>
  text.split('\n').reduce((lines, part) => lines + Math.max(1, Math.ceil(([...part].reduce((units, sign) => units + (sign > '\u00ff' ? 2 : 1), 0) * 1.15) / width)), 0);

function fill(cell: Cell, { text, mark, evidence }: PaperCell, origin: string): void {
  const value = xmlText(text);
  cell.value = evidence ? { text: value, hyperlink: `${origin}${evidence}` } : value;
  const colour = markColours[mark];
  Object.assign(cell, { border, numFmt: '@', alignment: { wrapText: true, vertical: 'top' }, font: { ...font, bold: colour !== null, ...(colour && { color: { argb: `FF${colour.slice(1).toUpperCase()}` } }), ...(evidence && { underline: true }) }, ...(colour && { fill: markFill }) });
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
  addHead(sheet, [...head, part.heading], shares.length);
  const add = (cells: readonly PaperCell[], bold = false): void => {
    const row = sheet.addRow([]);
    cells.forEach((cell, index) => {
      fill(row.getCell(index + 1), cell, origin);
      if (bold) Object.assign(row.getCell(index + 1), { font: { ...font, bold: true }, fill: { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFEEF2F6' } } });
    });
    // Said, as not every program finds it by itself: a row that is too low hides what is in it.
    row.height = Math.min(mostHeight, 3 + lineHeight * Math.max(...cells.map(({ text }, index) => linesOf(text, cells.length === 1 ? sheetWidth : widths[index]!))));
    if (cells.length === 1 && shares.length > 1) sheet.mergeCells(row.number, 1, row.number, shares.length);
  };
  if (headings) {
    add(headings, true);
    sheet.views = [{ state: 'frozen', ySplit: sheet.rowCount }];
    sheet.pageSetup.printTitlesRow = `${sheet.rowCount}:${sheet.rowCount}`;
  }
  for (const cells of rows) add(cells);
  if (rows.length === 0 && empty) add([empty]);
  for (const note of notes) sheet.addRow([xmlText(note)]).font = { ...font, italic: true, size: 9 };
}

/** `origin`: of the platform, for links to evidence. */
export async function paperWorkbook(paper: Paper, origin: string): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  book.created = book.modified = new Date(paper.madeAt);
  paper.parts.forEach((part, at) => addPart(book, part, at === 0 ? [paper.title, ...headLines(paper)] : [`${paper.title} · ${paper.subtitle}`], at === paper.parts.length - 1 ? paper.notes : [], origin));
  return Buffer.from(await book.xlsx.writeBuffer());
}
