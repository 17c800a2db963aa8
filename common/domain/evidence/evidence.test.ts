// Trees, directories and canonical JSON against definitions written another way.
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, NotCanonical } from './canonical.ts';
import { Directory, entryIn } from './directory.ts';
import { heldHead, printedHead } from './evidence-file.ts';
import { evidenceLines } from './evidence-lines.ts';
import { consistencySpans, coverOf, emptyRoot, folded, hashFrom, hexOf, isConsistent, leafHash, nodeHash, pathSpans, rootOfPath, type Bytes, type Span } from './tree.ts';

const sha256 = (bytes: Bytes): Bytes => createHash('sha256').update(bytes).digest();
/** RFC 6962, 2.1, to the letter. */
function mth(leaves: readonly Bytes[]): Bytes {
  if (leaves.length === 0) return sha256(new Uint8Array(0));
  if (leaves.length === 1) return leafHash(sha256, leaves[0]!);
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(sha256, mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}
const leaves = Array.from({ length: 40 }, (_, index) => Buffer.from(`leaf ${index}`));
const root = (size: number): Bytes => mth(leaves.slice(0, size));
const hashOf = ({ from, to }: Span): Bytes => folded(sha256, coverOf(from, to).map(({ level, index }) => mth(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level))));

describe('the tree', () => {
  it('has the roots RFC 6962 has', () => {
    expect(hexOf(emptyRoot(sha256))).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    // The vectors of the reference implementation of Certificate Transparency.
    const vectors = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map((text) => Buffer.from(text, 'hex'));
    expect(hexOf(mth(vectors))).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328');
    for (let size = 1; size <= 40; size++) expect(hexOf(hashOf({ from: 0, to: size }))).toBe(hexOf(root(size)));
  });
  it('proves every leaf in every size, and nothing else', () => {
    for (let size = 1; size <= 40; size++) for (let index = 0; index < size; index++) {
      const path = pathSpans(index, size).map(hashOf);
      const leaf = leafHash(sha256, leaves[index]!);
      expect(hexOf(rootOfPath(sha256, leaf, index, size, path)!)).toBe(hexOf(root(size)));
      expect(rootOfPath(sha256, leaf, index, size, [...path, leaf])).toBeNull();
      if (path.length > 0) expect(rootOfPath(sha256, leaf, index, size, path.slice(1))).not.toEqual(root(size));
      const other = rootOfPath(sha256, leaf, (index + 1) % size, size, path);
      if (size > 1) expect(other && hexOf(other)).not.toBe(hexOf(root(size)));
    }
    for (const [index, size] of [[-1, 4], [4, 4], [0.5, 4], [0, 0]] as const) expect(rootOfPath(sha256, leaves[0]!, index, size, [])).toBeNull();
  });
  it('proves that it only grew, for every pair of sizes, and nothing else', () => {
    for (let size = 1; size <= 40; size++) for (let old = 0; old <= size; old++) {
      const proof = old === 0 ? [] : consistencySpans(old, size).map(hashOf);
      const [was, now] = [{ size: old, root: root(old) }, { size, root: root(size) }];
      expect(isConsistent(sha256, was, now, proof), `${old} ${size}`).toBe(true);
      expect(isConsistent(sha256, was, now, [...proof, was.root])).toBe(false);
      if (proof.length > 0) expect(isConsistent(sha256, was, now, proof.with(0, sha256(proof[0]!)))).toBe(false);
      if (old > 0 && old < size) {
        expect(isConsistent(sha256, { size: old, root: sha256(was.root) }, now, proof)).toBe(false);
        expect(isConsistent(sha256, was, { size, root: sha256(now.root) }, proof)).toBe(false);
        expect(isConsistent(sha256, now, was, proof)).toBe(false);
      }
    }
  });
});

describe('a directory', () => {
  const keys = (count: number): string[] => Array.from({ length: count }, (_, index) => `stream ${String(2 * index + 1).padStart(3, '0')}`);
  const made = (count: number): Directory => new Directory(sha256, keys(count).map((key, position) => ({ key, position, hash: hexOf(sha256(Buffer.from(key))) })));
  it('proves what is in it and what is not, at every size', () => {
    for (let count = 0; count <= 20; count++) {
      const directory = made(count);
      for (let key = 0; key <= 2 * count + 1; key++) {
        const name = `stream ${String(key).padStart(3, '0')}`;
        const place = directory.place(name, hexOf);
        const said = entryIn(sha256, name, place, directory);
        expect(said, `${count} ${key}`).toEqual(key % 2 === 1 && key < 2 * count ? expect.objectContaining({ key: name }) : 'absent');
        expect(entryIn(sha256, `${name}x`, place, made(count + 1))).toBeNull();
      }
    }
  });
  it('takes no neighbours that are not neighbours, and no other shape', () => {
    const directory = made(9);
    const [first, third, last] = ['001', '005', '017'].map((key) => directory.place(`stream ${key}`, hexOf));
    for (const place of [{ before: first, after: third }, { before: null, after: third }, { before: first, after: null }, { before: null, after: null }, { before: last, after: first }, {}, null, [], { ...first, more: 1 }, { entry: null, index: 0, path: [] }]) {
      expect(entryIn(sha256, 'stream 003', place, directory)).toBeNull();
    }
    expect(entryIn(sha256, 'stream 999', { before: last, after: null }, directory)).toBe('absent');
  });
});

it('canonical JSON is what a library of its own makes of it', () => {
  fc.assert(fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
    if (!JSON.stringify(value).isWellFormed() || /\\ud[89a-f]/i.test(JSON.stringify(value))) return;
    expect(canonicalJson(value)).toBe(canonicalize(value));
  }));
  for (const value of [NaN, Infinity, '\ud800', () => 1, undefined, { '\udc00': 1 }]) expect(() => canonicalJson(value)).toThrow(NotCanonical);
});

it('lines end with one line feed and are UTF-8', async () => {
  const of = async (...chunks: (string | number[])[]): Promise<string[]> => {
    const lines: string[] = [];
    for await (const line of evidenceLines((async function* all() { for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : Uint8Array.from(chunk); })())) lines.push(line);
    return lines;
  };
  expect(await of('a\nb', 'c\n', '\n')).toEqual(['a', 'bc', '']);
  expect(await of('é\u2028\r\n')).toEqual(['é\u2028\r']);
  expect(await of([0xc3], [0xa9, 10])).toEqual(['é']);
  expect((await of('a'))[0]).not.toBe('a');
  expect((await of([0xff, 10]))[0]).toBe('\u0000');
});

it('a head is read as it is printed, typed or kept', () => {
  const head = { size: 12, root: 'ab'.repeat(32), at: '2026-03-01T02:00:00.000Z' };
  for (const text of [printedHead(head), `12 ${head.root}`, `12:${head.root.toUpperCase()}`, JSON.stringify(head), `12 · 2026-03-01 · ${head.root.slice(0, 32)} ${head.root.slice(32)}`]) expect(heldHead(text), text).toEqual({ size: 12, root: head.root });
  for (const text of ['', '12', head.root, `12 ${head.root}0`, '{"size":1}', '{"size":1.5,"root":"x"}', 'null']) expect(heldHead(text), text).toBeNull();
  expect(hashFrom(head.root)).toHaveLength(32);
});
