// Subsidy files that were asked for: how far each is, for how long it is kept, and what its hashes are.
import type { SubsidyFile } from '#contracts/subsidy.ts';
import type { SubsidyState } from '#domain/paper/subsidy.ts';
import type { EntityManager } from '../orm.ts';

export interface SubsidyRow {
  id: string; institution_id: string; cohort_id: string; asked_by: string; asker: string; asked_at: string; origin: string; status: SubsidyState; done_parts: number; all_parts: number; storage_key: string | null; size_bytes: string | null;
  sha256: string | null; manifest_sha256: string | null; learners: number | null; delete_after: string;
}
/** `where` speaks of file `s`; newest first. */
export const subsidyRows = (em: EntityManager, where: string, values: readonly unknown[], most = 20): Promise<SubsidyRow[]> =>
  em.execute<SubsidyRow[]>(`select s.*, p.name as asker from subsidy_file s join person p on p.id = s.asked_by where ${where} order by s.asked_at desc, s.id desc limit ${most}`, [...values]);

/** One whose time is over is told as gone, whether or not it was taken away yet. */
export function subsidyOf(row: SubsidyRow, now: Date): SubsidyFile {
  const status = row.status !== 'failed' && new Date(row.delete_after) <= now ? 'gone' : row.status;
  return {
    fileId: row.id, status, askedAt: new Date(row.asked_at).toISOString(), askedBy: row.asker, progress: status === 'ready' ? 1 : row.all_parts === 0 ? 0 : Math.min(0.99, row.done_parts / row.all_parts), learners: row.learners,
    sizeBytes: row.size_bytes === null ? null : Number(row.size_bytes), sha256: row.sha256, manifestSha256: row.manifest_sha256, deleteAfter: new Date(row.delete_after).toISOString(),
  };
}
