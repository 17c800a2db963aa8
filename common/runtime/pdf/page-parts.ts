// What every printed page is made of: a document with its fonts as embedded subsets, lines of text that are never cut off, codes to scan. Nothing of the clock goes in, so the same pages give the same bytes.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import PDFDocument from 'pdfkit';
import encodeQR from 'qr';

export type Doc = InstanceType<typeof PDFDocument>;
export type FontName = 'plain' | 'bold';
const require = createRequire(import.meta.url);
const fontFile = (name: string): Buffer => readFileSync(require.resolve(`@expo-google-fonts/noto-sans-sc/${name}.ttf`));
/** The two weights the image keeps; the Dockerfile names them too. */
const fontFiles: Record<FontName, string> = { plain: '400Regular/NotoSansSC_400Regular', bold: '700Bold/NotoSansSC_700Bold' };
/** A4 in points. */
export const a4 = { short: 595.28, long: 841.89 } as const;
export const colours = { ink: '#1b1b1b', soft: '#5a5a5a', frame: '#1f4e79', rule: '#b8b8b8', head: '#eef2f6', bad: '#a61b1b' } as const;
/** Words and glyphs are laid out anew each time: what is kept of each word would grow with the names of a cohort. */
const uncached = { features: [] };

/** Without pages. `day`, `2026-03-02`, stands in the file as when it was made; `across`: the long side lies; `kept`: pages stay open until the end, so that each can tell how many there are. */
export function newDocument({ title, day, across, kept = false }: { title: string; day: string; across: boolean; kept?: boolean }): Doc {
  const made = new Date(`${day}T00:00:00Z`);
  const size: [number, number] = across ? [a4.long, a4.short] : [a4.short, a4.long];
  const doc = new PDFDocument({ autoFirstPage: false, bufferPages: kept, size, margin: 0, lang: 'zh-CN', info: { Title: title, CreationDate: made, ModDate: made } });
  for (const name of ['plain', 'bold'] as const) doc.registerFont(name, fontFile(fontFiles[name]));
  return doc;
}

interface Coverage { font: { hasGlyphForCodePoint(point: number): boolean } }
/** Of signs that were looked up: as they are printed. Some thousands at most. */
const printed = new Map<string, string>();
/** What the font has. A sign it lacks is told by its code, `〔U+212E4〕`, so that nobody hands out a box for a name; what only changes how the sign before it looks is left out. */
export function printable(doc: Doc, text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  doc.font('plain');
  if (!('_font' in doc)) throw new TypeError('pdfkit no longer tells which font is in use');
  const { font } = doc._font as Coverage;
  return [...text.replace(/[\ufe00-\ufe0f\u{e0100}-\u{e01ef}\p{Cf}\p{Cc}]/gu, '')].map((sign) => {
    let as = printed.get(sign);
    if (as === undefined) printed.set(sign, as = font.hasGlyphForCodePoint(sign.codePointAt(0)!) ? sign : `〔U+${sign.codePointAt(0)!.toString(16).toUpperCase()}〕`);
    return as;
  }).join('');
}

export interface Place { x: number; y: number; width: number; align?: 'left' | 'center' | 'right'; size: number; font: FontName; colour: string }
const [smallest, wrapped] = [7, 6] as const;
/** On one line, smaller where it is long; on several small ones where that would be too small to read. Never cut off. */
export function line(doc: Doc, given: string, { x, y, width: room, align = 'left', size, font, colour }: Place): void {
  const text = printable(doc, given);
  doc.font(font).fontSize(size).fillColor(colour);
  const needed = doc.widthOfString(text, uncached);
  const fitting = Math.min(size, (size * room) / Math.max(1, needed));
  if (fitting < smallest) {
    doc.fontSize(wrapped).text(text, x, y, { width: room, align, lineGap: -1.5 });
    return;
  }
  const left = room - (needed * fitting) / size;
  const from = x + (align === 'center' ? left / 2 : align === 'right' ? left : 0);
  doc.fontSize(fitting).text(text, from, y + (size - fitting) / 2, { lineBreak: false, ...uncached });
}

/** `size` points wide, with its white edge. */
export function code(doc: Doc, link: string, x: number, y: number, size: number): void {
  const modules = encodeQR(link, 'raw', { ecc: 'medium', border: 2 });
  const step = size / modules.length;
  for (const [row, dark] of modules.entries()) for (const [column, on] of dark.entries()) if (on) doc.rect(x + column * step, y + row * step, step, step);
  doc.fill('#000');
}
