// Signed heads of the log: one a day, and one whenever a file is to be proven.
import { canonicalJson } from '#domain/evidence/canonical.ts';
import { bareHead, headStatement, printedHead, type HeadLine, type SignedHead } from '#domain/evidence/evidence-file.ts';
import { hexOf } from '#domain/evidence/tree.ts';
import { instantOf, signerInForce, type EvidenceSigner } from '../evidence-key.ts';
import { platform, unitOfWork, type EntityManager, type Orm } from '../orm.ts';
import { directoryAt } from './evidence-directory.ts';
import { addLeaves, consistencyProof, growLog, holdLog, rootAt, treeSize } from './evidence-tree.ts';

interface HeadRow { size: string; root: string; at: string; key_id: string; signature: string; proof: string[] }
const headOf = (row: HeadRow): HeadLine => ({ kind: 'head', size: Number(row.size), root: row.root, at: instantOf(row.at), keyId: row.key_id, signature: row.signature, proof: row.proof });

/** Newest first, `before` a size. `proof`: from the head before it. */
export const headsBefore = async (em: EntityManager, before: number | null, most: number): Promise<HeadLine[]> =>
  (await em.execute<HeadRow[]>('select * from tree_head where ?::bigint is null or size < ? order by size desc limit ?', [before, before, most])).map(headOf);
export const newestHead = async (em: EntityManager): Promise<HeadLine | null> => (await headsBefore(em, null, 1))[0] ?? null;

/** As it is printed on papers; null before there is one. */
export async function printedNewest(em: EntityManager): Promise<string | null> {
  const head = await newestHead(em);
  return head && printedHead(head);
}

/** All heads, or the last of each month, the newest and those `held`; oldest first, each with the proof from the one before it in this list. */
export async function headLines(em: EntityManager, which: 'all' | 'few', held: readonly number[]): Promise<HeadLine[]> {
  const all = (await em.execute<HeadRow[]>('select * from tree_head order by size')).map(headOf);
  if (which === 'all') return all.map((head, index) => (index === 0 ? { ...head, proof: [] } : head));
  const chosen = all.filter(({ size, at }, index) => held.includes(size) || at.slice(0, 7) !== all[index + 1]?.at.slice(0, 7));
  const lines: HeadLine[] = [];
  for (const head of chosen) lines.push({ ...head, proof: lines.length === 0 ? [] : await consistencyProof(em, lines.at(-1)!.size, head.size) });
  return lines;
}

/** Signs what the log is now, its directory being the last leaf; null where it has not grown since the last head, or has nothing. Throws ConfigError when the key is not there. */
export async function signHead(orm: Orm, keyFile: string, now: Date): Promise<SignedHead | null> {
  return unitOfWork(orm, platform, async (em) => {
    await holdLog(em);
    const [size, last] = [await treeSize(em), await newestHead(em)];
    if (size === (last?.size ?? 0)) return null;
    const signer = await signerInForce(em, keyFile, now);
    // A clock that was set back must not make the line of heads run back.
    const at = new Date(Math.max(now.getTime(), last ? Date.parse(last.at) : 0)).toISOString();
    const { count, root } = await directoryAt(em, size);
    await addLeaves(em, [{ kind: 'directory', what: 'directory', subject: String(size), amount: count, sha256: hexOf(root) }], now);
    return putHead(em, signer, { size: size + 1, at }, last);
  });
}

async function putHead(em: EntityManager, signer: EvidenceSigner, { size, at }: { size: number; at: string }, last: HeadLine | null): Promise<SignedHead> {
  const statement = { size, root: hexOf(await rootAt(em, size)), at, keyId: signer.keyId };
  const head = { ...statement, signature: signer.sign(canonicalJson(headStatement(statement))) };
  const proof = last ? await consistencyProof(em, last.size, size) : [];
  await em.execute('insert into tree_head (size, root, at, key_id, signature, proof) values (?, ?, ?, ?, ?, ?::jsonb)', [size, head.root, at, head.keyId, head.signature, JSON.stringify(proof)]);
  return head;
}

/** Takes in all that waits now and signs it: for a file that is to be proven at once. */
export async function sealNow(orm: Orm, keyFile: string, now: Date): Promise<SignedHead | null> {
  while ((await growLog(orm, now)).more) { /* batch by batch */ }
  await signHead(orm, keyFile, now);
  const head = await newestHead(orm.em.fork());
  return head && bareHead(head);
}
