// Files of the ledger that somebody asked for: how far each is, and for how long it is kept.
import type { ExportBody, LedgerExport } from '#contracts/ledger.ts';
import type { LedgerFormat } from '#domain/ledger.ts';
import type { EntityManager } from '../orm.ts';

/** What was asked for, as kept with the file. */
export type ExportFilter = Omit<ExportBody, 'format' | 'locale'>;
export interface ExportRow {
  id: string; institution_id: string; asked_by: string; asked_at: string; format: LedgerFormat; locale: 'zh' | 'en'; filter: ExportFilter; status: LedgerExport['status']; done_rows: number; all_rows: number;
  begun_at: string | null; storage_key: string | null; size_bytes: string | null; sha256: string | null; delete_after: string;
}

export const exportRows = (em: EntityManager, where: string, values: readonly unknown[]): Promise<ExportRow[]> =>
  em.execute<ExportRow[]>(`select * from ledger_export x where ${where} order by x.asked_at desc, x.id desc limit 50`, [...values]);

/** One whose time is over is told as gone, whether or not its file was taken away yet. */
export function exportOf(row: ExportRow, now: Date): LedgerExport {
  const over = new Date(row.delete_after) <= now;
  const status = over ? 'gone' : row.status;
  const progress = status === 'ready' ? 1 : row.all_rows === 0 ? 0 : Math.min(0.99, row.done_rows / row.all_rows);
  const tookMs = row.begun_at ? now.getTime() - Date.parse(row.begun_at) : 0;
  return {
    exportId: row.id, format: row.format, status, progress, rows: row.all_rows, sizeBytes: row.size_bytes === null ? null : Number(row.size_bytes),
    secondsLeft: status === 'making' && row.done_rows > 0 ? Math.max(0, Math.ceil(((row.all_rows - row.done_rows) * tookMs) / row.done_rows / 1000)) : null,
    askedAt: new Date(row.asked_at).toISOString(), deleteAfter: new Date(row.delete_after).toISOString(),
  };
}
