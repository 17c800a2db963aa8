// The one ever-growing log of RFC 6962: hashes of leaves and nodes, and what a proof must come to. No storage: see db/queries/evidence-tree.ts.

export type Bytes = Uint8Array;
/** SHA-256 of these bytes. */
export type Sha256 = (bytes: Bytes) => Bytes;

export function joined(...parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
export const hexOf = (bytes: Bytes): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
/** 32 bytes, or null where the text is anything else. */
export function hashFrom(hex: unknown): Bytes | null {
  return typeof hex === 'string' && /^[0-9a-f]{64}$/.test(hex) ? Uint8Array.from({ length: 32 }, (_, index) => parseInt(hex.slice(index * 2, index * 2 + 2), 16)) : null;
}
export const sameBytes = (one: Bytes, other: Bytes): boolean => one.length === other.length && one.every((byte, index) => byte === other[index]);

const [leafMark, nodeMark] = [Uint8Array.of(0), Uint8Array.of(1)];
export const leafHash = (sha256: Sha256, leaf: Bytes): Bytes => sha256(joined(leafMark, leaf));
export const nodeHash = (sha256: Sha256, left: Bytes, right: Bytes): Bytes => sha256(joined(nodeMark, left, right));
/** Root of no leaves. */
export const emptyRoot = (sha256: Sha256): Bytes => sha256(new Uint8Array(0));

const half = (value: number): number => Math.floor(value / 2);

/** The root an inclusion path leads to (RFC 9162, 2.1.3.2), or null where the path has not the length this place asks for. `index` from 0. */
export function rootOfPath(sha256: Sha256, leaf: Bytes, index: number, size: number, path: readonly Bytes[]): Bytes | null {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return null;
  let [place, last, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return null;
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(sha256, sibling, hash);
      while (place % 2 === 0 && place > 0) [place, last] = [half(place), half(last)];
    } else {
      hash = nodeHash(sha256, hash, sibling);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 ? hash : null;
}

/** Whether the log of `size` leaves with `root` begins with the `oldSize` leaves of `oldRoot` (RFC 9162, 2.1.4.2). */
export function isConsistent(sha256: Sha256, old: { size: number; root: Bytes }, now: { size: number; root: Bytes }, proof: readonly Bytes[]): boolean {
  if (old.size > now.size || old.size < 0) return false;
  if (old.size === 0) return proof.length === 0 && sameBytes(old.root, emptyRoot(sha256));
  if (old.size === now.size) return proof.length === 0 && sameBytes(old.root, now.root);
  let [place, last] = [old.size - 1, now.size - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  const steps = [...proof];
  // Where the old log is one full tree, it is its own first node.
  const first = Number.isInteger(Math.log2(old.size)) ? old.root : steps.shift();
  if (!first) return false;
  let [oldRoot, root] = [first, first];
  for (const step of steps) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      oldRoot = nodeHash(sha256, step, oldRoot);
      root = nodeHash(sha256, step, root);
      while (place % 2 === 0 && place > 0) [place, last] = [half(place), half(last)];
    } else {
      root = nodeHash(sha256, root, step);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && sameBytes(oldRoot, old.root) && sameBytes(root, now.root);
}

/** A full subtree: the node at `level` above the leaves, counted from 0 at each level. */
export interface NodeAt { level: number; index: number }

/** The full subtrees that leaves `from` to before `to` are made of, left to right; a log of `to` leaves where from is 0. */
export function coverOf(from: number, to: number): NodeAt[] {
  const nodes: NodeAt[] = [];
  let at = from;
  while (at < to) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= to) level++;
    nodes.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return nodes;
}

/** Largest power of two below `size`. */
const splitOf = (size: number): number => 2 ** Math.floor(Math.log2(size - 1));
/** Leaves `from` to before `to`: one hash of a proof, which its cover's nodes fold into. */
export interface Span { from: number; to: number }

/** What the inclusion path of leaf `index` in a log of `size` is made of, from the leaf up. */
export function pathSpans(index: number, size: number, from = 0): Span[] {
  if (size === 1) return [];
  const split = splitOf(size);
  return index < split ? [...pathSpans(index, split, from), { from: from + split, to: from + size }] : [...pathSpans(index - split, size - split, from + split), { from, to: from + split }];
}

/** What the consistency proof from `old` to `size` leaves is made of. */
export function consistencySpans(old: number, size: number, from = 0, whole = true): Span[] {
  if (old === size) return whole ? [] : [{ from, to: from + size }];
  const split = splitOf(size);
  return old <= split
    ? [...consistencySpans(old, split, from, whole), { from: from + split, to: from + size }]
    : [...consistencySpans(old - split, size - split, from + split, false), { from, to: from + split }];
}

/** Nodes of a cover, left to right, into one hash: the right ones first, as RFC 6962 splits at the largest power of two. */
export function folded(sha256: Sha256, hashes: readonly Bytes[]): Bytes {
  const [last, ...rest] = [...hashes].reverse();
  if (!last) return emptyRoot(sha256);
  return rest.reduce((right, left) => nodeHash(sha256, left, right), last);
}
