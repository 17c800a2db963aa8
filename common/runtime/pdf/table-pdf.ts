// Draws tables of any length as PDF: sections that begin on a page of their own, headings again on each page, texts wrapped and never cut off. What is kept does not grow with the rows.
import { a4, colours, newDocument, type Doc, type FontName } from './page-parts.ts';

/** `width` in parts of the page. */
export interface TableColumn { heading: string; width: number; align: 'left' | 'right' }
/** `pageWord` has `{n}`; pages are counted within a section. `footer` stands on each of them. */
export interface TableHead { title: string; day: string; across: boolean; columns: readonly TableColumn[]; pageWord: string; footer: string }
/** A cell is its lines; `bad`: it is to be seen. */
export interface TableCell { lines: readonly string[]; bad?: boolean }
export interface TableRow { cells: readonly TableCell[]; look: 'plain' | 'sub' | 'sum' }
export type TablePiece =
  | { section: { title: string; facts: readonly (readonly [string, string])[] } }
  | { rows: readonly TableRow[] }
  | { closing: { paragraphs: readonly string[]; signs: readonly string[] } };

const edge = 30;
const sizes = { title: 15, fact: 9, cell: 8, head: 7.5, small: 7 } as const;
const leading = 1.4;
const pad = 3;
const factsInLine = 3;

export class TableDrawing {
  readonly doc: Doc;
  readonly #head: TableHead;
  readonly #page: { width: number; height: number };
  /** Left edge and width of each column, in points. */
  readonly #columns: readonly { x: number; width: number }[];
  /** Of single signs, in thousandths of the size: some thousands at most, however many rows there are. */
  readonly #advances = new Map<string, number>();
  #section = '';
  #number = 0;
  #y = 0;
  #open = false;

  constructor(head: TableHead) {
    this.#head = head;
    this.doc = newDocument(head);
    this.#page = head.across ? { width: a4.long, height: a4.short } : { width: a4.short, height: a4.long };
    const parts = head.columns.reduce((sum, { width }) => sum + width, 0);
    let x = edge;
    this.#columns = head.columns.map(({ width }) => {
      const column = { x, width: (width / parts) * (this.#page.width - 2 * edge) };
      x += column.width;
      return column;
    });
  }

  draw(piece: TablePiece): void {
    if ('section' in piece) this.#begin(piece.section.title, piece.section.facts);
    else if ('rows' in piece) for (const row of piece.rows) this.#row(row);
    else this.#close(piece.closing.paragraphs, piece.closing.signs);
  }

  #advance(sign: string, font: FontName): number {
    const key = font + sign;
    let advance = this.#advances.get(key);
    if (advance === undefined) this.#advances.set(key, advance = this.doc.font(font).fontSize(1000).widthOfString(sign, { features: [] }));
    return advance;
  }

  #width(text: string, size: number, font: FontName): number {
    let width = 0;
    for (const sign of text) width += this.#advance(sign, font);
    return (width * size) / 1000;
  }

  /** Broken in words of Latin letters at a space or after a stroke where there is one, else between any two signs. */
  #wrapped(text: string, room: number, size: number, font: FontName): string[] {
    const lines: string[] = [];
    let line = '';
    for (const sign of text.replace(/\s+/g, ' ').trim()) {
      if (line !== '' && this.#width(line + sign, size, font) > room) {
        const last = Math.max(line.lastIndexOf(' '), line.lastIndexOf('/') + 1);
        const at = last > 0 && /[\x21-\x7e]/.test(sign) ? last : line.length;
        lines.push(line.slice(0, at));
        line = line.slice(at).trimStart();
      }
      line += sign;
    }
    return [...lines, line.trimEnd()].filter((one) => one !== '');
  }

  #text(text: string, x: number, y: number, look: { size: number; font: FontName; colour: string; room?: number; align?: 'left' | 'right' }): void {
    const left = look.align === 'right' && look.room !== undefined ? look.room - this.#width(text, look.size, look.font) : 0;
    this.doc.font(look.font).fontSize(look.size).fillColor(look.colour).text(text, x + left, y, { lineBreak: false, features: [] });
  }

  #addPage(): void {
    this.doc.addPage({ size: [this.#page.width, this.#page.height], margin: 0 });
    this.#number++;
    this.#y = edge;
    const { footer, pageWord } = this.#head;
    const y = this.#page.height - edge + 6;
    this.#text(footer, edge, y, { size: sizes.small, font: 'plain', colour: colours.soft });
    this.#text(pageWord.replace('{n}', String(this.#number)), edge, y, { size: sizes.small, font: 'plain', colour: colours.soft, room: this.#page.width - 2 * edge, align: 'right' });
  }

  #begin(title: string, facts: readonly (readonly [string, string])[]): void {
    this.#number = 0;
    this.#open = false;
    this.#section = [title, ...facts.slice(0, 2).map(([, value]) => value)].join(' · ');
    this.#addPage();
    this.#text(title, edge, this.#y, { size: sizes.title, font: 'bold', colour: colours.frame });
    this.#y += sizes.title * leading + 4;
    const room = (this.#page.width - 2 * edge) / factsInLine;
    for (let from = 0; from < facts.length; from += factsInLine) {
      const heights = facts.slice(from, from + factsInLine).map(([name, value], index) => this.#fact(name, value, edge + index * room, room - 8));
      this.#y += Math.max(...heights);
    }
    this.#y += 6;
  }

  /** Answers its height. */
  #fact(name: string, value: string, x: number, room: number): number {
    const label = this.#width(name, sizes.fact, 'plain') + 6;
    this.#text(name, x, this.#y, { size: sizes.fact, font: 'plain', colour: colours.soft });
    const lines = this.#wrapped(value, room - label, sizes.fact, 'plain');
    lines.forEach((line, at) => this.#text(line, x + label, this.#y + at * sizes.fact * leading, { size: sizes.fact, font: 'plain', colour: colours.ink }));
    return Math.max(1, lines.length) * sizes.fact * leading;
  }

  #headings(): void {
    this.#open = true;
    const lines = this.#head.columns.map(({ heading }, index) => this.#wrapped(heading, this.#columns[index]!.width - 2 * pad, sizes.head, 'bold'));
    const height = Math.max(...lines.map((one) => one.length)) * sizes.head * leading + 2 * pad;
    this.doc.rect(edge, this.#y, this.#page.width - 2 * edge, height).fill(colours.head);
    this.#cells(lines.map((one) => ({ lines: one, colour: colours.ink })), sizes.head, 'bold');
    this.#y += height;
  }

  #cells(cells: readonly { lines: readonly string[]; colour: string }[], size: number, font: FontName): void {
    cells.forEach(({ lines, colour }, index) => {
      const { x, width } = this.#columns[index]!;
      lines.forEach((line, at) => this.#text(line, x + pad, this.#y + pad + at * size * leading, { size, font, colour, room: width - 2 * pad, align: this.#head.columns[index]!.align }));
    });
  }

  #row({ cells, look }: TableRow): void {
    const font = look === 'sum' ? 'bold' : 'plain';
    const size = look === 'sub' ? sizes.small : sizes.cell;
    const lines = cells.map((cell, index) => cell.lines.flatMap((line) => this.#wrapped(line, this.#columns[index]!.width - 2 * pad, size, font)));
    const height = Math.max(1, ...lines.map((one) => one.length)) * size * leading + 2 * pad;
    if (!this.#open) this.#headings();
    if (this.#y + height > this.#page.height - edge - pad) this.#next(true);
    if (look === 'sum') this.doc.rect(edge, this.#y, this.#page.width - 2 * edge, height).fill(colours.head);
    this.#cells(lines.map((one, index) => ({ lines: one, colour: cells[index]!.bad ? colours.bad : look === 'sub' ? colours.soft : colours.ink })), size, font);
    this.#y += height;
    this.doc.lineWidth(0.4).moveTo(edge, this.#y).lineTo(this.#page.width - edge, this.#y).stroke(colours.rule);
  }

  /** A page on: whose it is stands above, and the headings again where rows go on. */
  #next(rows: boolean): void {
    this.#addPage();
    const lines = this.#wrapped(this.#section, this.#page.width - 2 * edge, sizes.small, 'plain');
    for (const line of lines) {
      this.#text(line, edge, this.#y, { size: sizes.small, font: 'plain', colour: colours.soft });
      this.#y += sizes.small * leading;
    }
    this.#y += 3;
    if (rows) this.#headings();
  }

  #close(paragraphs: readonly string[], signs: readonly string[]): void {
    this.#y += 6;
    for (const line of paragraphs.flatMap((one) => this.#wrapped(one, this.#page.width - 2 * edge, sizes.head, 'plain'))) {
      if (this.#y + sizes.head * leading > this.#page.height - edge - pad) this.#next(false);
      this.#text(line, edge, this.#y, { size: sizes.head, font: 'plain', colour: colours.soft });
      this.#y += sizes.head * leading;
    }
    if (signs.length === 0) return;
    if (this.#y + 50 > this.#page.height - edge) this.#next(false);
    const room = (this.#page.width - 2 * edge) / signs.length;
    signs.forEach((sign, index) => this.#text(sign, edge + index * room, this.#y + 26, { size: sizes.fact, font: 'plain', colour: colours.ink }));
    this.#y += 50;
  }
}
