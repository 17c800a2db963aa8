// A PDF becomes pictures: rewritten by qpdf, looked at, measured and drawn by Poppler, each as a program of its own with limits.
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { mostPages, pagePoints, pageSidePixels } from '#domain/courseware.ts';
import { activeContentOf } from './active-content.ts';
import type { DocumentTools } from './deps.ts';
import { runLimited, type RunEnd } from './limited-run.ts';
import { RefusedFile } from './refused.ts';

type PdfTools = Pick<DocumentTools, 'pdftoppm' | 'qpdf'>;
const quick = { cpuSeconds: 60, memoryMb: 1536, wallMs: 120_000 };
/** Of one run of a few pages. */
const drawing = { cpuSeconds: 90, memoryMb: 2048, wallMs: 180_000 };
const pagesAtOnce = 8;
/** A file that grows so much when rewritten is made to. */
const mostRewritten = 1.1 * 2 ** 30;
/** In memory at a time while it is looked at. */
const pieceBytes = 2 ** 20;
const beside = (bin: string, name: string): string => (bin.includes('/') ? join(dirname(bin), name) : name);

function requireRun({ end, words }: RunEnd): void {
  if (end === 'missing') throw new RefusedFile('pdf_unavailable', 'qpdf or Poppler is not installed here');
  if (end === 'stopped') throw new RefusedFile('too_heavy', 'it took too long or too much memory');
  if (/bad_alloc|out of memory|memory exhausted/i.test(words)) throw new RefusedFile('too_heavy', 'too much memory');
}

/** Objects out of their packed streams, names written plainly, revisions nobody can reach dropped. Throws encrypted, damaged, too_heavy, pdf_unavailable. */
async function rewritten({ qpdf }: PdfTools, path: string, folder: string, signal: AbortSignal): Promise<string> {
  const clean = join(folder, 'clean.pdf');
  const run = await runLimited({ bin: qpdf, args: ['--decrypt', '--object-streams=disable', '--stream-data=preserve', '--', path, clean], cwd: folder, ...quick, signal });
  requireRun(run);
  if (/invalid password/i.test(run.words)) throw new RefusedFile('encrypted', 'it opens with a password only');
  // 3: mended with warnings.
  if (run.end === 'failed' && run.code !== 3) throw new RefusedFile('damaged', run.words.slice(-300));
  if ((await stat(clean)).size > mostRewritten) throw new RefusedFile('too_heavy', 'it grows when unpacked');
  return clean;
}

/** How many pages. Throws too_many_pages, page_size, damaged, too_heavy. */
async function measured({ pdftoppm }: PdfTools, path: string, folder: string, signal: AbortSignal): Promise<number> {
  const run = await runLimited({ bin: beside(pdftoppm, basename(pdftoppm).replace('pdftoppm', 'pdfinfo')), args: ['-f', '1', '-l', String(mostPages + 1), path], cwd: folder, ...quick, signal });
  requireRun(run);
  const count = Number(/^Pages:\s+(\d+)$/m.exec(run.out)?.[1] ?? 0);
  if (count > mostPages) throw new RefusedFile('too_many_pages', `${count} pages`);
  const sizes = [...run.out.matchAll(/^Page\s.*size:\s+([\d.e+]+) x ([\d.e+]+) pts/gm)].map(([, width, height]) => [Number(width), Number(height)] as const);
  if (run.end !== 'done' || count === 0 || sizes.length !== count) throw new RefusedFile('damaged', 'its pages cannot be counted');
  for (const [width, height] of sizes) {
    const [short, long] = [Math.min(width, height), Math.max(width, height)];
    if (!(short >= pagePoints.min && long <= pagePoints.max && long / short <= pagePoints.mostRatio)) throw new RefusedFile('page_size', `a page of ${width} x ${height} points`);
  }
  return count;
}

/** Throws active_content, damaged. */
async function requireCalm(path: string): Promise<void> {
  const found = await activeContentOf(createReadStream(path, { highWaterMark: pieceBytes }));
  if (found) throw new RefusedFile('active_content', `/${found} in it`);
}

/** Pictures of its pages (TIFF), in order, in `folder`. Throws what a file is refused for. */
export async function drawPdf(tools: PdfTools, path: string, folder: string, signal: AbortSignal): Promise<string[]> {
  const clean = await rewritten(tools, path, folder, signal);
  await requireCalm(clean);
  const count = await measured(tools, clean, folder, signal);
  for (let first = 1; first <= count; first += pagesAtOnce) {
    const last = Math.min(count, first + pagesAtOnce - 1);
    const args = ['-f', String(first), '-l', String(last), '-cropbox', '-scale-to', String(pageSidePixels), '-tiff', '-tiffcompression', 'packbits', clean, join(folder, 'page')];
    const run = await runLimited({ bin: tools.pdftoppm, args, cwd: folder, ...drawing, signal });
    requireRun(run);
    if (run.end !== 'done') throw new RefusedFile('damaged', run.words.slice(-300));
  }
  // Numbers are padded to the same length.
  const pictures = (await readdir(folder)).filter((name) => /^page-\d+\.tif$/.test(name)).sort().map((name) => join(folder, name));
  if (pictures.length !== count) throw new RefusedFile('damaged', 'pages are missing');
  return pictures;
}
