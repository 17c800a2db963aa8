// The list of deletions beside the keys: what was deleted by time or on request, so that a restore of an older state deletes it again (docs/retention.md, docs/backup.md).
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { EntityManager } from '#db/orm.ts';
import type { DeletionLine } from '#db/queries/repeat-deletion.ts';
import { appendLines, readLines } from './places.ts';

const fileOf = (keysDir: string): string => join(keysDir, 'deletions.jsonl');
const instant = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
/** `before_at` may not be there yet: this runs on every schema that has certificates. */
const linesSql = `
select id, class, subject_id as "subjectId", institution_id as "institutionId", to_jsonb(c) ->> 'before_at' as "beforeAt", counts, ids_hash as "idsHash", rule, ${instant('due_at')} as "dueAt", ${instant('deleted_at')} as "deletedAt", asked_by as "askedBy"
from deletion_certificate c where ?::timestamptz is null or deleted_at >= ? order by id`;

/** In the order of ids. */
export const savedDeletions = async (keysDir: string): Promise<DeletionLine[]> => (await readLines<DeletionLine>(fileOf(keysDir))).sort((one, other) => (one.id < other.id ? -1 : 1));

/** Adds what was deleted since then (null: ever), on disk when it answers; answers how many were new. */
export async function saveDeletions(keysDir: string, em: EntityManager, since: Date | null): Promise<number> {
  const rows = await em.execute<DeletionLine[]>(linesSql, [since, since]);
  if (rows.length === 0) return 0;
  const known = new Set((await readLines<DeletionLine>(fileOf(keysDir))).map(({ id }) => id));
  const fresh = rows.filter(({ id }) => !known.has(id));
  if (fresh.length === 0) return 0;
  await mkdir(keysDir, { recursive: true, mode: 0o700 });
  await appendLines(fileOf(keysDir), fresh);
  return fresh.length;
}
