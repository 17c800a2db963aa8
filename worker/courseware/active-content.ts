// Looks for what a document could do by itself: scripts, programs, files inside, forms that send. Reads a PDF as qpdf writes it: objects plain, names plain, lengths right.
import { RefusedFile } from './refused.ts';

/** Names (PDF 32000-1) that stand for something that acts, or for another file inside. */
const active = /\/(JavaScript|JS|Launch|EmbeddedFiles?|EF|RichMedia|Rendition|XFA|SubmitForm|ImportData|GoToE)(?=[\s/<>[\]()%])/;
const opening = Buffer.from('\nstream\n');
/** A stream's dictionary stands right before it. */
const dictionaryReach = 64 * 1024;

/** The first such name outside of streams; null where there is none. Throws damaged where a stream has no length: then it is not what qpdf writes. */
export function activeContentOf(pdf: Buffer): string | null {
  let from = 0;
  for (;;) {
    const at = pdf.indexOf(opening, from);
    const text = pdf.toString('latin1', from, at < 0 ? pdf.length : at + 1);
    const found = active.exec(text);
    if (found) return found[1] ?? null;
    if (at < 0) return null;
    const lengths = [...text.slice(-dictionaryReach).matchAll(/\/Length (\d+)(?! \d+ R)(?=[\s/>])/g)];
    const length = Number(lengths.at(-1)?.[1] ?? Number.NaN);
    if (!Number.isSafeInteger(length)) throw new RefusedFile('damaged', 'a stream without a length');
    from = at + opening.length + length;
  }
}
