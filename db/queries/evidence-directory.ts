// The directory of the log: of each stream and file its newest leaf below some size, sorted by key.
import { Directory, fileKey, streamKey, type Entry } from '#domain/evidence/directory.ts';
import type { EntityManager } from '../orm.ts';
import { sha256 } from './evidence-tree.ts';

/** Pieces of raw captures and pictures are leaves, but no file carries them: their newest state is nobody's question. Of a year with half a million streams this takes some seconds. */
const newestSql = `
select distinct on (kind, what, subject) kind, what, subject, amount, sha256 from tree_leaf
where position < ? and kind <> 'directory' and what not in ('capture', 'picture') order by kind, what, subject, position desc`;

/** As of the first `size` leaves. */
export async function directoryAt(em: EntityManager, size: number): Promise<Directory> {
  const rows = await em.execute<{ kind: string; what: string; subject: string; amount: string | null; sha256: string }[]>(newestSql, [size]);
  const entries = rows.map(({ kind, what, subject, amount, sha256: hash }): Entry =>
    (kind === 'stream' ? { key: streamKey(subject), position: Number(amount), hash } : { key: fileKey(what, subject), position: null, hash }));
  return new Directory(sha256, entries.sort((one, other) => (one.key < other.key ? -1 : 1)));
}
