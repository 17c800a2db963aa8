// The directory of the log at a head: of every stream and file its newest state, sorted, in a tree of its own whose root is a leaf of the log.
// It is what keeps a platform from adding a second, forged state of a stream behind the true one: at each head there is one.
import { canonicalJson } from './canonical.ts';
import { leafHash, nodeHash, rootOfPath, sameBytes, hashFrom, type Bytes, type Sha256 } from './tree.ts';

/** `position`: events of a stream, null of a file. `hash`: of the stream's last event, or of the file. */
export interface Entry { key: string; position: number | null; hash: string }
/** Where an entry stands, from 0, with its inclusion path. */
export interface Found { entry: Entry; index: number; path: readonly string[] }
/** Neighbours between which the key would stand; null where it would be the first or the last. */
export interface Absent { before: Found | null; after: Found | null }
export type Place = Found | Absent;
export interface DirectoryRoot { count: number; root: Bytes }

export const streamKey = (stream: string): string => `stream ${stream}`;
export const fileKey = (what: string, subject: string): string => `${what} ${subject}`;
export const isFound = (place: Place): place is Found => Object.hasOwn(place, 'entry');

const utf8 = new TextEncoder();
export const entryHash = (sha256: Sha256, { key, position, hash }: Entry): Bytes => leafHash(sha256, utf8.encode(canonicalJson({ key, position, hash })));

const isText = (value: unknown): value is string => typeof value === 'string';
const isPosition = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const hasExactly = (value: unknown, names: readonly string[]): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && Object.keys(value).length === names.length && names.every((name) => Object.hasOwn(value, name));

function isEntry(value: unknown): value is Entry {
  if (!hasExactly(value, ['key', 'position', 'hash'])) return false;
  const { key, position, hash } = value;
  return isText(key) && hashFrom(hash) !== null && (position === null || isPosition(position));
}

function stands(sha256: Sha256, found: unknown, { count, root }: DirectoryRoot): found is Found {
  if (!hasExactly(found, ['entry', 'index', 'path']) || !Array.isArray(found['path']) || !isPosition(found['index'])) return false;
  const entry = found['entry'];
  if (!isEntry(entry)) return false;
  const path = found['path'].map(hashFrom);
  if (path.some((hash) => hash === null)) return false;
  const reached = rootOfPath(sha256, entryHash(sha256, entry), found['index'], count, path as Bytes[]);
  return reached !== null && sameBytes(reached, root);
}

/** The entry of `key` in a directory, 'absent' where it is proven to have none, null where nothing is proven. */
export function entryIn(sha256: Sha256, key: string, place: unknown, directory: DirectoryRoot): Entry | 'absent' | null {
  if (hasExactly(place, ['entry', 'index', 'path'])) return stands(sha256, place, directory) && place.entry.key === key ? place.entry : null;
  if (!hasExactly(place, ['before', 'after'])) return null;
  const { before, after } = place;
  if (before !== null && !(stands(sha256, before, directory) && before.entry.key < key)) return null;
  if (after !== null && !(stands(sha256, after, directory) && key < after.entry.key)) return null;
  const [left, right] = [before === null ? -1 : (before as Found).index, after === null ? directory.count : (after as Found).index];
  return left + 1 === right ? 'absent' : null;
}

/** A tree over sorted entries, all levels kept: for whoever makes proofs. */
export class Directory {
  readonly #entries: readonly Entry[];
  readonly #levels: Bytes[][];

  constructor(sha256: Sha256, entries: readonly Entry[]) {
    this.#entries = entries;
    this.#levels = [entries.map((entry) => entryHash(sha256, entry))];
    for (let level = this.#levels[0]!; level.length > 1; this.#levels.push(level)) {
      const below = level;
      // The last one of an odd level goes up as it is: the shape of RFC 6962.
      level = Array.from({ length: Math.ceil(below.length / 2) }, (_, index) => (2 * index + 1 < below.length ? nodeHash(sha256, below[2 * index]!, below[2 * index + 1]!) : below[2 * index]!));
    }
    this.#empty = sha256(new Uint8Array(0));
  }
  readonly #empty: Bytes;

  get count(): number { return this.#entries.length; }
  get root(): Bytes { return this.#levels.at(-1)![0] ?? this.#empty; }

  #found(index: number, hex: (bytes: Bytes) => string): Found {
    const path: string[] = [];
    for (let [level, at] = [0, index]; level < this.#levels.length - 1; level++, at = Math.floor(at / 2)) {
      const sibling = this.#levels[level]![at % 2 === 1 ? at - 1 : at + 1];
      if (sibling) path.push(hex(sibling));
    }
    return { entry: this.#entries[index]!, index, path };
  }

  /** Proof that `key` has its entry, or has none. */
  place(key: string, hex: (bytes: Bytes) => string): Place {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries[middle]!.key < key) low = middle + 1;
      else high = middle;
    }
    if (this.#entries[low]?.key === key) return this.#found(low, hex);
    return { before: low > 0 ? this.#found(low - 1, hex) : null, after: low < this.#entries.length ? this.#found(low, hex) : null };
  }
}
