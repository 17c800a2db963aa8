// An evidence file in lines, from its bytes: a line ends with one line feed and nothing else, and all of it is UTF-8.
import { joined, type Bytes } from './tree.ts';

const lineFeed = 10;
/** What is no UTF-8, and what a last line without its line feed ends with: no check takes it. */
const broken = '\u0000';

function textOf(bytes: Bytes): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return broken;
  }
}

/** Lines without their line feeds. Memory grows with the longest line, not with the file. */
export async function* evidenceLines(chunks: AsyncIterable<Bytes>): AsyncGenerator<string> {
  let rest: Bytes = new Uint8Array(0);
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, from)) {
      const piece = chunk.subarray(from, end);
      yield textOf(rest.length > 0 ? joined(rest, piece) : piece);
      rest = new Uint8Array(0);
      from = end + 1;
    }
    if (from < chunk.length) rest = joined(rest, chunk.subarray(from));
  }
  if (rest.length > 0) yield textOf(rest) + broken;
}
