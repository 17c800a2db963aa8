// The whole evidence log of a database computed again: every leaf from what it stands for, every stored subtree, every signed head, its key, its directory, and heads held elsewhere.
// What `npm run verify` shows of a file, shown of the log itself; for restores and drills, as it reads every leaf.
import { canonicalJson } from '#domain/evidence/canonical.ts';
import { headStatement, keyStatement, type HeadLine } from '#domain/evidence/evidence-file.ts';
import { GrowingRoot } from '#domain/evidence/growing-root.ts';
import { hashFrom, hexOf, isConsistent, sameBytes, type Bytes } from '#domain/evidence/tree.ts';
import { nodeTools } from '#runtime/evidence-tools.ts';
import { evidenceKeys, keyIdOf } from '../evidence-key.ts';
import type { EntityManager } from '../orm.ts';
import { directoryAt } from './evidence-directory.ts';
import { consistencyProof, leafOf, sha256, treeSize, type NewLeaf } from './evidence-tree.ts';
import { headLines } from './tree-heads.ts';

export interface HeldHead { size: number; root: string }
/** Codes as docs/evidence.md has them for files, and those of the log's own rows. */
export type LogFaultCode = 'leaf_differs' | 'leaf_missing' | 'node_differs' | 'root_differs' | 'key_wrong' | 'key_not_endorsed' | 'signature_wrong' | 'time_runs_back' | 'head_not_consistent' | 'directory_wrong' | 'stream_not_in_log'
  | 'held_head_missing' | 'held_head_differs' | 'held_head_newer';
export interface LogFault { code: LogFaultCode; record: string }
export interface LogState { leaves: number; heads: number; directories: number; held: number; newest: HeldHead | null; fault: LogFault | null }

class Wrong extends Error {
  readonly fault: LogFault;
  constructor(code: LogFaultCode, record: string) {
    super(code);
    this.fault = { code, record };
  }
}
const wrong = (code: LogFaultCode, record: string): never => { throw new Wrong(code, record); };

/** Keys in their line of succession; answers public keys by id. */
async function verifyKeys(em: EntityManager): Promise<Map<string, string>> {
  const keys = await evidenceKeys(em);
  for (const [index, key] of keys.entries()) {
    const before = keys[index - 1];
    if (keyIdOf(key.publicKey) !== key.keyId) wrong('key_wrong', `key ${key.keyId}`);
    const endorsed = before ? key.endorsedBy === before.keyId && key.endorsement !== null && await nodeTools.signed(before.publicKey, canonicalJson(keyStatement(key)), key.endorsement) : key.endorsedBy === null;
    if (!endorsed) wrong('key_not_endorsed', `key ${key.keyId}`);
  }
  return new Map(keys.map(({ keyId, publicKey }) => [keyId, publicKey]));
}

async function verifyHeads(heads: readonly HeadLine[], keys: ReadonlyMap<string, string>): Promise<void> {
  for (const [index, head] of heads.entries()) {
    const [before, publicKey] = [heads[index - 1], keys.get(head.keyId)];
    if (!publicKey || !await nodeTools.signed(publicKey, canonicalJson(headStatement(head)), head.signature)) wrong('signature_wrong', `head ${head.size}`);
    if (!before) continue;
    if (head.at < before.at) wrong('time_runs_back', `head ${head.size}`);
    requireConsistent(before, head, head.proof);
  }
}

function requireConsistent(old: HeldHead, now: HeldHead, proof: readonly string[]): void {
  const hashes = proof.map((text) => hashFrom(text) ?? wrong('head_not_consistent', `head ${now.size}`));
  if (!isConsistent(sha256, { size: old.size, root: hashFrom(old.root)! }, { size: now.size, root: hashFrom(now.root)! }, hashes)) wrong('head_not_consistent', `head ${old.size} to ${now.size}`);
}

type LeafRow = NewLeaf & { position: string; hash: Buffer };
const pageSize = 5000;
async function* leavesOf(em: EntityManager): AsyncGenerator<LeafRow[]> {
  for (let from = 0; ; from += pageSize) {
    const rows = await em.execute<LeafRow[]>('select position, kind, what, subject, amount, sha256, hash from tree_leaf where position >= ? and position < ? order by position', [from, from + pageSize]);
    if (rows.length > 0) yield rows;
    if (rows.length < pageSize) return;
  }
}

/** Every subtree that is full has its row, with the hash it must have. */
async function requireNodes(em: EntityManager, made: readonly { level: number; position: number; hash: string }[]): Promise<void> {
  const [row] = await em.execute<{ level: number | null; position: string | null }[]>(
    `select v.level, v.position from jsonb_to_recordset(?::jsonb) as v(level int, position bigint, hash text) left join tree_node n on n.level = v.level and n.position = v.position
     where n.hash is distinct from decode(v.hash, 'hex') limit 1`, [JSON.stringify(made)]);
  if (row) wrong('node_differs', `node ${row.level}/${row.position}`);
}

/** Every leaf again, from what it stands for; at the size of each head the root must be what was signed. */
async function verifyLeaves(em: EntityManager, heads: readonly HeadLine[]): Promise<number> {
  const roots = new Map(heads.map(({ size, root }) => [size, hashFrom(root)!]));
  const log = new GrowingRoot(sha256);
  for await (const rows of leavesOf(em)) {
    const made: { level: number; position: number; hash: string }[] = [];
    for (const row of rows) {
      if (Number(row.position) !== log.size) wrong('leaf_missing', `leaf ${log.size}`);
      const hash: Bytes = leafOf(row);
      if (!sameBytes(hash, row.hash)) wrong('leaf_differs', `leaf ${row.position} (${row.what} ${row.subject})`);
      log.add(hash, (level, position, node) => made.push({ level, position, hash: hexOf(node) }));
      const root = roots.get(log.size);
      if (root && !sameBytes(root, log.root)) wrong('root_differs', `head ${log.size}`);
    }
    await requireNodes(em, made);
  }
  const newest = heads.at(-1);
  if (newest && newest.size > log.size) wrong('leaf_missing', `leaf ${log.size}`);
  return log.size;
}

/** A leaf of a stream says which link was its last then: that link must be there. */
async function requireStreams(em: EntityManager): Promise<void> {
  const [row] = await em.execute<{ subject: string; amount: string }[]>(
    `select t.subject, t.amount from tree_leaf t left join event_link l on l.stream = t.subject and l.position = t.amount where t.kind = 'stream' and encode(l.hash, 'hex') is distinct from t.sha256 order by t.position limit 1`);
  if (row) wrong('stream_not_in_log', `stream ${row.subject} at ${row.amount}`);
}

/** Each directory costs a sort of all that is in the log: those of the last head, of the end of each month and of held heads are made again. */
async function verifyDirectories(em: EntityManager, heads: readonly HeadLine[], held: readonly HeldHead[]): Promise<number> {
  const shown = heads.filter(({ size, at }, index) => at.slice(0, 7) !== heads[index + 1]?.at.slice(0, 7) || held.some((one) => one.size === size));
  for (const { size } of shown) {
    const { count, root } = await directoryAt(em, size - 1);
    const [leaf] = await em.execute<{ kind: string; amount: string; sha256: string }[]>('select kind, amount, sha256 from tree_leaf where position = ?', [size - 1]);
    if (leaf?.kind !== 'directory' || Number(leaf.amount) !== count || leaf.sha256 !== hexOf(root)) wrong('directory_wrong', `head ${size}`);
  }
  return shown.length;
}

/** What somebody holds is a head of this log, and the newest one goes on from it. */
function requireHeld(heads: readonly HeadLine[], held: readonly HeldHead[]): void {
  for (const { size, root } of held) {
    const found = heads.find((head) => head.size === size);
    if (found && found.root !== root) wrong('held_head_differs', `head ${size}`);
    if (!found) wrong(size > (heads.at(-1)?.size ?? 0) ? 'held_head_newer' : 'held_head_missing', `head ${size}`);
  }
}

/** Never throws for what is wrong with the log: the first fault is in the answer. `held`: heads from outside. */
export async function verifyLog(em: EntityManager, held: readonly HeldHead[] = []): Promise<LogState> {
  const heads = await headLines(em, 'all', []);
  const newest = heads.at(-1) ?? null;
  const state: LogState = { leaves: await treeSize(em), heads: heads.length, directories: 0, held: held.length, newest: newest && { size: newest.size, root: newest.root }, fault: null };
  try {
    requireHeld(heads, held);
    await verifyHeads(heads, await verifyKeys(em));
    await verifyLeaves(em, heads);
    await requireStreams(em);
    if (newest) for (const old of heads.slice(0, -1)) requireConsistent(old, newest, await consistencyProof(em, old.size, newest.size));
    state.directories = await verifyDirectories(em, heads, held);
    return state;
  } catch (error) {
    if (error instanceof Wrong) return { ...state, fault: error.fault };
    throw error;
  }
}
