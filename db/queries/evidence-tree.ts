// The log of RFC 6962 in rows: taking in what waits, roots and proofs from full subtrees.
import { createHash } from 'node:crypto';
import { canonicalJson } from '#domain/evidence/canonical.ts';
import { directoryLeaf, fileLeaf, streamLeaf } from '#domain/evidence/evidence-file.ts';
import { consistencySpans, coverOf, folded, leafHash, nodeHash, pathSpans, type Bytes, type NodeAt, type Span } from '#domain/evidence/tree.ts';
import { platform, unitOfWork, type EntityManager, type Orm } from '../orm.ts';

export const sha256 = (bytes: Bytes): Bytes => createHash('sha256').update(bytes).digest();
const hex = (bytes: Bytes): string => Buffer.from(bytes).toString('hex');

export interface NewLeaf { kind: 'stream' | 'file' | 'directory'; what: string; subject: string; sha256: string; amount: string | number | null }
/** Marks that somebody else holds now are left for later. What became a leaf before is no second one. */
const takeSql = `
with taken as (delete from tree_due d using (select ctid from tree_due order by kind, what, subject limit ? for update skip locked) t where d.ctid = t.ctid returning d.*)
select d.kind, d.what, d.subject, case d.kind when 'stream' then encode(l.hash, 'hex') else d.sha256 end as sha256, l.position as amount
from taken d left join lateral (select position, hash from event_link where d.kind = 'stream' and stream = d.subject order by position desc limit 1) l on true
where (d.kind = 'file' or l.position is not null)
  and not exists (select from tree_leaf t where t.kind = d.kind and t.subject = d.subject and t.what = d.what and (t.amount = l.position or d.kind = 'file' and t.sha256 = d.sha256))`;
const atOnce = 2000;

export async function treeSize(em: EntityManager): Promise<number> {
  const [last] = await em.execute<{ position: string }[]>('select position from tree_leaf order by position desc limit 1');
  return last ? Number(last.position) + 1 : 0;
}

/** Whoever lets the log grow, signs a head of it or changes its key does so alone, until the transaction ends. */
export const holdLog = (em: EntityManager): Promise<unknown> => em.execute(`select pg_advisory_xact_lock(hashtextextended('tree_leaf', 47))`);

const statementOf: Record<NewLeaf['kind'], (what: string, subject: string, amount: number, hash: string) => object> = {
  stream: (_, subject, amount, hash) => streamLeaf(subject, amount, hash), file: (what, subject, _, hash) => fileLeaf(what, subject, hash), directory: (_what, _subject, amount, hash) => directoryLeaf(amount, hash),
};
/** As the log hashes it: from what it stands for. */
export const leafOf = ({ kind, what, subject, sha256: hash, amount }: NewLeaf): Bytes =>
  leafHash(sha256, Buffer.from(canonicalJson(statementOf[kind](what, subject, Number(amount), hash))));

const name = ({ level, index }: NodeAt): string => `${level}/${index}`;

/** Full subtrees that come to be when `hashes` are added behind `size` leaves; `left` are those that were full before. */
function newNodes(size: number, hashes: readonly Bytes[], left: ReadonlyMap<string, Bytes>): (NodeAt & { hash: Bytes })[] {
  const known = new Map(left);
  const made: (NodeAt & { hash: Bytes })[] = [];
  for (const [offset, hash] of hashes.entries()) {
    let at = { level: 0, index: size + offset, hash };
    known.set(name(at), hash);
    while (at.index % 2 === 1) {
      const sibling = known.get(name({ level: at.level, index: at.index - 1 }))!;
      at = { level: at.level + 1, index: (at.index - 1) / 2, hash: nodeHash(sha256, sibling, at.hash) };
      known.set(name(at), at.hash);
      made.push(at);
    }
  }
  return made;
}

/** Takes in what waits, one batch in one transaction; answers how many leaves came. Killed in the middle, it leaves nothing. */
export async function growLog(orm: Orm, now: Date): Promise<{ taken: number; more: boolean }> {
  return unitOfWork(orm, platform, async (em) => {
    await holdLog(em);
    const leaves = await em.execute<NewLeaf[]>(takeSql, [atOnce]);
    if (leaves.length > 0) await addLeaves(em, leaves, now);
    const [left] = await em.execute<{ more: boolean }[]>('select exists (select from tree_due) as more');
    return { taken: leaves.length, more: leaves.length > 0 && left!.more };
  });
}

/** At the end of the log, in this order; ask while it is held. */
export async function addLeaves(em: EntityManager, leaves: readonly NewLeaf[], now: Date): Promise<void> {
  const size = await treeSize(em);
  const hashes = leaves.map(leafOf);
  const before = coverOf(0, size);
  const left = await nodesOf(em, before);
  await em.execute(
    `insert into tree_leaf (position, kind, what, subject, amount, sha256, hash, added_at)
     select ? + n - 1, v.kind, v.what, v.subject, v.amount, v.sha256, decode(v.hash, 'hex'), ?
     from rows from (jsonb_to_recordset(?::jsonb) as (kind text, what text, subject text, amount bigint, sha256 text, hash text)) with ordinality as v(kind, what, subject, amount, sha256, hash, n)`,
    [size, now, JSON.stringify(leaves.map((leaf, index) => ({ ...leaf, hash: hex(hashes[index]!) })))]);
  const nodes = newNodes(size, hashes, left);
  if (nodes.length > 0) {
    await em.execute(`insert into tree_node (level, position, hash) select level, index, decode(hash, 'hex') from jsonb_to_recordset(?::jsonb) as v(level int, index bigint, hash text)`,
      [JSON.stringify(nodes.map(({ hash, ...at }) => ({ ...at, hash: hex(hash) })))]);
  }
}

/** Hashes of full subtrees; throws where one is not there: then the log was tampered with. */
async function nodesOf(em: EntityManager, nodes: readonly NodeAt[]): Promise<Map<string, Bytes>> {
  const found = new Map<string, Bytes>();
  if (nodes.length === 0) return found;
  const rows = await em.execute<{ level: number; position: string; hash: Buffer }[]>(
    `with asked as (select * from jsonb_to_recordset(?::jsonb) as v(level int, index bigint))
     select level, position, hash from asked join tree_node using (level) where position = index and level > 0
     union all select 0, position, hash from asked join tree_leaf on position = index where level = 0`, [JSON.stringify(nodes)]);
  for (const { level, position, hash } of rows) found.set(name({ level, index: Number(position) }), hash);
  const missing = nodes.find((node) => !found.has(name(node)));
  if (missing) throw new Error(`the log has no node ${name(missing)}: it was tampered with, or restored in part`);
  return found;
}

/** One hash for each span. */
async function spanHashes(em: EntityManager, spans: readonly Span[]): Promise<Bytes[]> {
  const covers = spans.map(({ from, to }) => coverOf(from, to));
  const found = await nodesOf(em, covers.flat());
  return covers.map((cover) => folded(sha256, cover.map((node) => found.get(name(node))!)));
}

/** Root of the first `size` leaves. */
export const rootAt = async (em: EntityManager, size: number): Promise<Bytes> => (await spanHashes(em, [{ from: 0, to: size }]))[0]!;
/** Hexadecimal, from the leaf up. */
export const inclusionPath = async (em: EntityManager, position: number, size: number): Promise<string[]> => (await spanHashes(em, pathSpans(position, size))).map(hex);
export const consistencyProof = async (em: EntityManager, old: number, size: number): Promise<string[]> => (await spanHashes(em, consistencySpans(old, size))).map(hex);

/** Several paths in one question to the database. */
export async function inclusionPaths(em: EntityManager, positions: readonly number[], size: number): Promise<string[][]> {
  const spans = positions.map((position) => pathSpans(position, size));
  const hashes = (await spanHashes(em, spans.flat())).map(hex);
  let at = 0;
  return spans.map(({ length }) => hashes.slice(at, (at += length)));
}
