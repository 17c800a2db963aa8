// The real forger: whoever runs the platform and holds its key. Facts are changed, and chain, leaves, directories, roots, proofs and signatures are all made anew with that key,
// by trees of its own over the whole log, so that the forged file agrees with itself in everything.
import { createHash } from 'node:crypto';
import { canonicalJson } from '#domain/evidence/canonical.ts';
import { Directory, streamKey, fileKey, type Entry } from '#domain/evidence/directory.ts';
import {
  directoryLeaf, endStatement, fileLeaf, headStatement, streamLeaf, type EventLine, type EvidenceLine, type HeadLine,
} from '#domain/evidence/evidence-file.ts';
import type { EvidenceSigner } from '#db/evidence-key.ts';

/** All leaves of the log, as the forger's database has them. */
export interface LogLeaf { kind: 'stream' | 'file' | 'directory'; what: string; subject: string; amount: number | null; sha256: string }
const hash = (...parts: Uint8Array[]): Buffer => parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest();
const sha256 = (bytes: Uint8Array): Buffer => hash(bytes);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const text = (value: unknown): Buffer => Buffer.from(canonicalJson(value));
const [zero, one] = [Buffer.of(0), Buffer.of(1)];

const leafText = ({ kind, what, subject, amount, sha256: of }: LogLeaf): Buffer =>
  text(kind === 'stream' ? streamLeaf(subject, amount!, of) : kind === 'file' ? fileLeaf(what, subject, of) : directoryLeaf(amount!, of));

/** RFC 6962 by its definition, each subtree computed once. */
class Tree {
  readonly #leaves: Buffer[];
  readonly #known = new Map<string, Buffer>();
  constructor(leaves: readonly LogLeaf[]) {
    this.#leaves = leaves.map((leaf) => hash(zero, leafText(leaf)));
  }
  static #split(size: number): number {
    let split = 1;
    while (split * 2 < size) split *= 2;
    return split;
  }
  root(from: number, to: number): Buffer {
    if (to - from === 1) return this.#leaves[from]!;
    const key = `${from} ${to}`;
    const found = this.#known.get(key);
    if (found) return found;
    const middle = from + Tree.#split(to - from);
    const made = hash(one, this.root(from, middle), this.root(middle, to));
    this.#known.set(key, made);
    return made;
  }
  path(index: number, to: number, from = 0): Buffer[] {
    if (to - from === 1) return [];
    const middle = from + Tree.#split(to - from);
    return index < middle ? [...this.path(index, middle, from), this.root(middle, to)] : [...this.path(index, to, middle), this.root(from, middle)];
  }
  consistency(old: number, to: number, from = 0, whole = true): Buffer[] {
    if (old === to) return whole ? [] : [this.root(from, to)];
    const middle = from + Tree.#split(to - from);
    return old <= middle ? [...this.consistency(old, middle, from, whole), this.root(middle, to)] : [...this.consistency(old, to, middle, false), this.root(from, middle)];
  }
}

const directoryOf = (leaves: readonly LogLeaf[]): Directory => {
  const newest = new Map<string, Entry>();
  for (const { kind, what, subject, amount, sha256: of } of leaves) {
    if (kind === 'directory' || what === 'capture' || what === 'picture') continue;
    const key = kind === 'stream' ? streamKey(subject) : fileKey(what, subject);
    newest.set(key, { key, position: kind === 'stream' ? amount : null, hash: of });
  }
  return new Directory(sha256, [...newest.values()].sort((a, b) => (a.key < b.key ? -1 : 1)));
};

/** Events of the file with their chain made anew; answers every hash by stream and position. */
function rechained(lines: readonly EvidenceLine[]): { lines: EvidenceLine[]; hashes: Map<string, string> } {
  const hashes = new Map<string, string>();
  let [previous, position]: [Buffer, number] = [Buffer.alloc(32), 0];
  const made = lines.map((line) => {
    if (line.kind === 'stream') [previous, position] = [Buffer.alloc(32), 0];
    if (line.kind !== 'event') return line;
    const { id, stream, type, at, payload, institutionId, actorId } = line;
    previous = hash(previous, text({ id, stream, type, at, payload, institutionId, actorId }));
    position++;
    hashes.set(`${line.stream} ${position}`, hex(previous));
    return { ...line, hash: hex(previous) } satisfies EventLine;
  });
  return { lines: made, hashes };
}

/**
 * The file with `change` made to its events, everything else recomputed and signed. `from`: leaves below it are left as they were (a forger who keeps what others hold and puts a forged
 * state behind it), 0: the whole log is made anew.
 */
export function forge(original: readonly EvidenceLine[], log: readonly LogLeaf[], signer: EvidenceSigner, change: (lines: EvidenceLine[]) => EvidenceLine[], from = 0): string {
  const { lines, hashes } = rechained(change([...original]));
  const leaves: LogLeaf[] = [];
  for (const [index, leaf] of log.entries()) {
    if (index < from) leaves.push(leaf);
    else if (leaf.kind === 'stream') leaves.push({ ...leaf, sha256: hashes.get(`${leaf.subject} ${leaf.amount}`) ?? leaf.sha256 });
    else if (leaf.kind === 'directory') {
      const directory = directoryOf(leaves);
      leaves.push({ ...leaf, amount: directory.count, sha256: hex(directory.root) });
    } else leaves.push(leaf);
  }
  return written(lines, leaves, new Tree(leaves), signer);
}

function written(lines: readonly EvidenceLine[], leaves: readonly LogLeaf[], tree: Tree, signer: EvidenceSigner): string {
  let before: HeadLine | null = null;
  const last = Math.max(...lines.map((line) => (line.kind === 'head' ? line.size : 0)));
  const directories = new Map<number, Directory>();
  const out: string[] = [];
  const headOf = (line: HeadLine): HeadLine => {
    const statement = { size: line.size, root: hex(tree.root(0, line.size)), at: line.at, keyId: signer.keyId };
    const proof = before ? tree.consistency(before.size, line.size).map(hex) : [];
    return (before = { kind: 'head', ...statement, signature: signer.sign(canonicalJson(headStatement(statement))), proof });
  };
  const remade = (line: EvidenceLine): EvidenceLine => {
    if (line.kind === 'head') return headOf(line);
    if (line.kind === 'directory') {
      const directory = directoryOf(leaves.slice(0, line.size - 1));
      directories.set(line.size, directory);
      return { ...line, count: directory.count, root: hex(directory.root), path: tree.path(line.size - 1, line.size).map(hex) };
    }
    if (line.kind === 'stream' || line.kind === 'file') {
      const key = line.kind === 'stream' ? streamKey(line.stream) : fileKey(line.what, line.subject);
      return { ...line, path: tree.path(line.leaf, last).map(hex), places: [...directories.values()].map((directory) => directory.place(key, hex)) };
    }
    if (line.kind === 'absent') return { ...line, places: [...directories.values()].map((directory) => directory.place(line.key, hex)) };
    return line;
  };
  for (const line of lines) if (line.kind !== 'end') out.push(`${canonicalJson(remade(line))}\n`);
  const statement = { lines: out.length + 1, sha256: hex(hash(Buffer.from(out.join('')))), keyId: signer.keyId };
  return `${out.join('')}${canonicalJson({ kind: 'end', ...statement, signature: signer.sign(canonicalJson(endStatement(statement))) })}\n`;
}
