// Looks for what a document could do by itself: scripts, programs, files inside, forms that send. Reads a PDF as qpdf writes it: objects plain, names plain, lengths right.
// Piece by piece, so that a file of a gigabyte takes no more memory than a small one.
import { RefusedFile } from './refused.ts';

/** Names (PDF 32000-1) that stand for something that acts, or for another file inside. */
const active = /\/(JavaScript|JS|Launch|EmbeddedFiles?|EF|RichMedia|Rendition|XFA|SubmitForm|ImportData|GoToE)(?=[\s/<>[\]()%])/;
const opening = Buffer.from('\nstream\n');
/** A stream's dictionary stands right before it. So much of what was read is kept: names and the opening of a stream are far shorter, and one that two pieces share is seen whole. */
const dictionaryReach = 64 * 1024;

/** Bytes of the stream that this text leads to. */
function lengthAfter(text: string): number {
  const lengths = [...text.slice(-dictionaryReach).matchAll(/\/Length (\d+)(?! \d+ R)(?=[\s/>])/g)];
  const length = Number(lengths.at(-1)?.[1] ?? Number.NaN);
  if (!Number.isSafeInteger(length)) throw new RefusedFile('damaged', 'a stream without a length');
  return length;
}

/** The first such name outside of streams; null where there is none. Throws damaged where a stream has no length or is longer than the file: then it is not what qpdf writes. */
export async function activeContentOf(pieces: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<string | null> {
  let kept: Buffer = Buffer.alloc(0);
  /** Bytes to come that belong to a stream. */
  let within = 0;
  for await (const piece of pieces) {
    const skipped = Math.min(within, piece.length);
    within -= skipped;
    if (skipped === piece.length) continue;
    let rest = Buffer.concat([kept, piece.subarray(skipped)]);
    for (;;) {
      const at = rest.indexOf(opening);
      const text = rest.toString('latin1', 0, at < 0 ? rest.length : at + 1);
      const found = active.exec(text);
      if (found) return found[1] ?? null;
      if (at < 0) break;
      const next = at + opening.length + lengthAfter(text);
      within = Math.max(0, next - rest.length);
      rest = rest.subarray(next);
      if (within > 0) break;
    }
    kept = rest.subarray(-dictionaryReach);
  }
  if (within > 0) throw new RefusedFile('damaged', 'a stream longer than the file');
  return null;
}
