// Writes an evidence file: facts of streams and hashes of files, with the proof that each is in the log under signed heads. Read piece by piece.
import { createHash } from 'node:crypto';
import { canonicalJson } from '#domain/evidence/canonical.ts';
import { endStatement, evidenceVersion, type EvidenceLine, type FileKind, type HeadLine, type SignedHead } from '#domain/evidence/evidence-file.ts';
import { fileKey, streamKey, type Directory } from '#domain/evidence/directory.ts';
import { hexOf } from '#domain/evidence/tree.ts';
import { DomainError } from '#domain/errors.ts';
import { evidenceKeys, type EvidenceSigner } from '../evidence-key.ts';
import type { EntityManager } from '../orm.ts';
import { chainedColumns, type ChainedEvent } from './event-chain.ts';
import { directoryAt } from './evidence-directory.ts';
import { inclusionPaths } from './evidence-tree.ts';
import { headLines } from './tree-heads.ts';

/** `content`: what was hashed, where the file may carry it. */
export interface WantedFile { what: FileKind; subject: string; content?: unknown }
export interface WantedEvidence {
  about: Record<string, string>; streams: readonly string[]; files: readonly WantedFile[];
  /** All heads, or the last of each month and the newest. */
  heads: 'all' | 'few';
  /** Sizes of heads somebody holds: they stand in the file with their directories. */
  held: readonly number[];
}
interface Leaf { position: number; kind: string; what: string; subject: string; amount: string | null; sha256: string }

const streamLeavesSql = `select distinct on (subject) position, kind, what, subject, amount, sha256 from tree_leaf
  where kind = 'stream' and subject = any(?::text[]) and position < ? order by subject, amount desc`;
const fileLeavesSql = `select distinct on (t.what, t.subject) t.position, t.kind, t.what, t.subject, t.amount, t.sha256 from jsonb_to_recordset(?::jsonb) as w(what text, subject text)
  join tree_leaf t on t.kind = 'file' and t.what = w.what and t.subject = w.subject where t.position < ? order by t.what, t.subject, t.position desc`;

const pageSize = 1000;
/** Events of a stream in the order of their links, up to `count`. */
async function* eventLines(em: EntityManager, stream: string, count: number): AsyncGenerator<EvidenceLine> {
  for (let done = 0; done < count;) {
    const rows = await em.execute<(ChainedEvent & { hash: string })[]>(
      `select encode(l.hash, 'hex') as hash, ${chainedColumns} from event_link l join event e on e.id = l.event_id and e.stream = l.stream
       where l.stream = ? and l.position > ? and l.position <= ? order by l.position limit ${pageSize}`, [stream, done, count]);
    for (const { hash, id, stream: of, type, at, payload, institutionId, actorId } of rows) yield { kind: 'event', hash, id, stream: of, type, at, payload, institutionId, actorId };
    if (rows.length === 0) throw new Error(`${stream} has no link ${done + 1}`);
    done += rows.length;
  }
}

async function* contentLines(em: EntityManager, wanted: WantedEvidence, head: SignedHead, directories: readonly Directory[]): AsyncGenerator<EvidenceLine> {
  const streams = await em.execute<Leaf[]>(streamLeavesSql, [`{${wanted.streams.join(',')}}`, head.size]);
  const files = await em.execute<Leaf[]>(fileLeavesSql, [JSON.stringify(wanted.files.map(({ what, subject }) => ({ what, subject }))), head.size]);
  const paths = await inclusionPaths(em, [...streams, ...files].map(({ position }) => Number(position)), head.size);
  for (const [index, { subject, position, amount: at }] of streams.entries()) {
    const count = Number(at);
    yield { kind: 'stream', stream: subject, count, leaf: Number(position), path: paths[index]!, places: directories.map((one) => one.place(streamKey(subject), hexOf)) };
    yield* eventLines(em, subject, count);
  }
  const contents = new Map(wanted.files.map((file) => [`${file.what} ${file.subject}`, file]));
  for (const [index, { what, subject, position, sha256 }] of files.entries()) {
    const wantedOne = contents.get(`${what} ${subject}`)!;
    yield { kind: 'file', what: what as FileKind, subject, sha256, leaf: Number(position), path: paths[streams.length + index]!, places: directories.map((one) => one.place(fileKey(what, subject), hexOf)), ...('content' in wantedOne && { content: wantedOne.content }) };
  }
  const there = new Set(streams.map(({ subject }) => subject));
  for (const stream of wanted.streams) if (!there.has(stream)) yield { kind: 'absent', key: streamKey(stream), places: directories.map((one) => one.place(streamKey(stream), hexOf)) };
}

const monthsShown = 12;
/** Directories cost a little each: those of held heads, of the ends of the last months, and of the newest head. */
function directorySizes(heads: readonly HeadLine[], held: readonly number[]): number[] {
  const ends = heads.filter(({ at }, index) => at.slice(0, 7) !== heads[index + 1]?.at.slice(0, 7)).slice(-monthsShown);
  return heads.map(({ size }) => size).filter((size) => held.includes(size) || ends.some((end) => end.size === size));
}
/** Of each head the path of its last leaf. */
async function inclusionPathsBelow(em: EntityManager, sizes: readonly number[]): Promise<string[][]> {
  const paths: string[][] = [];
  for (const size of sizes) paths.push(...await inclusionPaths(em, [size - 1], size));
  return paths;
}

/** The file line by line, each with its line feed. What is asked for and not under a head yet is left out. Throws evidence_not_yet where no head was signed, not_found for a held head nobody signed. */
export async function* evidenceFile(em: EntityManager, signer: EvidenceSigner, wanted: WantedEvidence, now: Date): AsyncGenerator<string> {
  const heads = await headLines(em, wanted.heads, wanted.held);
  const head = heads.at(-1);
  if (!head) throw new DomainError('evidence_not_yet', 'no head was signed yet');
  for (const size of wanted.held) if (!heads.some((one) => one.size === size)) throw new DomainError('not_found', `no head of size ${size}`);
  const running = createHash('sha256');
  let lines = 0;
  const written = (line: EvidenceLine): string => {
    const text = `${canonicalJson(line)}\n`;
    running.update(text);
    lines++;
    return text;
  };
  yield written({ kind: 'evidence', version: evidenceVersion, madeAt: now.toISOString(), about: wanted.about });
  for (const key of await evidenceKeys(em)) yield written(key);
  for (const one of heads) yield written(one);
  const sizes = directorySizes(heads, wanted.held);
  const [directories, paths] = [[] as Directory[], await inclusionPathsBelow(em, sizes)];
  for (const [index, size] of sizes.entries()) {
    const directory = await directoryAt(em, size - 1);
    directories.push(directory);
    yield written({ kind: 'directory', size, count: directory.count, root: hexOf(directory.root), path: paths[index]! });
  }
  for await (const line of contentLines(em, wanted, head, directories)) yield written(line);
  const statement = { lines: lines + 1, sha256: running.digest('hex'), keyId: signer.keyId };
  yield `${canonicalJson({ kind: 'end', ...statement, signature: signer.sign(canonicalJson(endStatement(statement))) } satisfies EvidenceLine)}\n`;
}
