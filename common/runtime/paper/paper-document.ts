// Writes a paper as DOCX, for authorities that want a form they can write on.
import { AlignmentType, Document, ExternalHyperlink, Footer, HeadingLevel, Packer, PageNumber, PageOrientation, Paragraph, ShadingType, Table, TableCell, TableLayoutType, TableRow, TextRun, WidthType, type ParagraphChild } from 'docx';
import type { Paper, PaperCell, PaperPart } from '#domain/paper/paper.ts';
import { xmlText } from '../xml-text.ts';
import { headLines, markColours, tableOf } from './paper-layout.ts';

const font = { ascii: 'Calibri', hAnsi: 'Calibri', eastAsia: 'SimSun', cs: 'SimSun' };
/** A4 across without its edges, in twentieths of a point. */
const [long, short, edge] = [16838, 11906, 850];
const room = long - 2 * edge;

const run = (text: string, options: { bold?: boolean; color?: string; size?: number } = {}): TextRun => new TextRun({ text, font, size: 18, ...options });
function paragraphsOf({ text, mark, evidence }: PaperCell, origin: string, bold: boolean): Paragraph[] {
  const colour = markColours[mark];
  return xmlText(text).split('\n').map((part) => {
    const said = run(part, { bold: bold || colour !== null, ...(colour && { color: colour.slice(1) }) });
    const children: ParagraphChild[] = [evidence ? new ExternalHyperlink({ link: `${origin}${evidence}`, children: [said] }) : said];
    return new Paragraph({ children });
  });
}

function rowOf(cells: readonly PaperCell[], widths: readonly number[], origin: string, head: boolean): TableRow {
  return new TableRow({
    tableHeader: head,
    children: cells.map((cell, index) => new TableCell({
      width: { size: widths[index] ?? room, type: WidthType.DXA }, columnSpan: cells.length === 1 ? widths.length : 1, margins: { left: 80, right: 80, top: 40, bottom: 40 },
      ...(head && { shading: { type: ShadingType.CLEAR, color: 'auto', fill: 'EEF2F6' } }), children: paragraphsOf(cell, origin, head),
    })),
  });
}

function partOf(part: PaperPart, origin: string): (Paragraph | Table)[] {
  const { headings, shares, rows, empty } = tableOf(part);
  const sum = shares.reduce((total, share) => total + share, 0);
  const widths = shares.map((share) => Math.floor((room * share) / sum));
  const lines = [...(headings ? [rowOf(headings, widths, origin, true)] : []), ...rows.map((cells) => rowOf(cells, widths, origin, false)), ...(rows.length === 0 && empty ? [rowOf([empty], widths, origin, false)] : [])];
  return [
    new Paragraph({ heading: HeadingLevel.HEADING_2, spacing: { before: 240, after: 120 }, children: [run(part.heading, { bold: true, size: 24 })] }),
    new Table({ width: { size: room, type: WidthType.DXA }, columnWidths: widths, layout: TableLayoutType.FIXED, rows: lines }),
  ];
}

/** `origin`: of the platform, for links to evidence. */
export async function paperDocument(paper: Paper, origin: string): Promise<Buffer> {
  const centred = (child: TextRun): Paragraph => new Paragraph({ alignment: AlignmentType.CENTER, children: [child] });
  const foot = new TextRun({ font, size: 16, color: '5A5A5A', children: [xmlText(`${paper.title} · ${paper.subtitle} · `), PageNumber.CURRENT, ' / ', PageNumber.TOTAL_PAGES] });
  const document = new Document({
    creator: 'Keshi', title: paper.title,
    sections: [{
      properties: { page: { size: { width: short, height: long, orientation: PageOrientation.LANDSCAPE }, margin: { top: edge, bottom: edge, left: edge, right: edge } } },
      footers: { default: new Footer({ children: [centred(foot)] }) },
      children: [
        centred(run(paper.title, { bold: true, size: 36 })), ...headLines(paper).map((text) => centred(run(xmlText(text), { color: '5A5A5A' }))),
        ...paper.parts.flatMap((part) => partOf(part, origin)), ...paper.notes.map((note) => new Paragraph({ spacing: { before: 120 }, children: [run(note, { color: '5A5A5A' })] })),
      ],
    }],
  });
  return Packer.toBuffer(document);
}
