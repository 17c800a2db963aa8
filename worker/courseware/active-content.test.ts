// What acts is found wherever two pieces of a file meet, and what only stands in a stream is not.
import { describe, expect, it } from 'vitest';
import { activeContentOf } from './active-content.ts';
import { RefusedFile } from './refused.ts';

const pdf = (...objects: string[]): Buffer => Buffer.from(`%PDF-1.7\n${objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('')}trailer << /Root 1 0 R >>\n%%EOF\n`, 'latin1');
const streamOf = (bytes: string, dictionary = ''): string => `<< ${dictionary} /Length ${bytes.length} >>\nstream\n${bytes}\nendstream`;
function* cut(bytes: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
const calm = pdf('<< /Type /Catalog /JSON 1 /Lengthy 3 >>', streamOf('/JavaScript /Launch\nstream\n<< /Length 1 >> /EF '));
const acting = pdf('<< /Type /Catalog >>', streamOf('\nstream\nx'), '<< /S /JavaScript /JS (1) >>', streamOf('y'));
const beforeStream = pdf(streamOf('z', '/Type /Other /EF 1'));

describe('a document', () => {
  it('is judged alike however it is cut in two, and in pieces of any size', async () => {
    for (const [bytes, found] of [[calm, null], [acting, 'JavaScript'], [beforeStream, 'EF']] as const) {
      for (let at = 0; at <= bytes.length; at++) expect(await activeContentOf([bytes.subarray(0, at), bytes.subarray(at)]), `cut at ${at}`).toBe(found);
      for (let size = 1; size < 40; size++) expect(await activeContentOf(cut(bytes, size)), `pieces of ${size}`).toBe(found);
    }
  });
  it('may have a stream over many pieces, with what acts right behind it or right before', async () => {
    const long = streamOf('/JS /Launch '.repeat(50_000));
    expect(await activeContentOf(cut(pdf(long), 65_536))).toBe(null);
    expect(await activeContentOf(cut(pdf(long, '<< /S /Launch >>'), 65_536))).toBe('Launch');
    expect(await activeContentOf(cut(pdf('<< /S /Launch >>', long), 65_536))).toBe('Launch');
  });
  it('may have much between its streams: a dictionary is found where it lies in the piece before', async () => {
    const much = Buffer.concat([pdf(`(${'a'.repeat(200_000)})`), Buffer.from('9 0 obj\n<< /Length 20 >>\nstream\n/JavaScript /Launch \nendstream\n')]);
    for (const size of [100, 65_536, 70_001, much.length - 35]) expect(await activeContentOf(cut(much, size)), String(size)).toBe(null);
  });
  it('whose stream has no length, or one beyond its end, is not what qpdf writes', async () => {
    for (const bytes of [pdf('<< /Length 4 0 R >>\nstream\nx\nendstream'), pdf('<< /Length 99999 >>\nstream\nx\nendstream')]) {
      for (const size of [7, 65_536]) await expect(activeContentOf(cut(bytes, size))).rejects.toThrow(RefusedFile);
    }
  });
});
