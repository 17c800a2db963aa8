// What was backed up, tried and restored, and up to when WAL lies in the backup (R157).
import type { EntityManager } from '../orm.ts';
import type { BackupAges } from '#domain/backup.ts';
import { newId } from '#domain/id.ts';

export interface BackupRun { kind: 'base' | 'files' | 'drill' | 'restore'; startedAt: Date; finishedAt: Date; code: string | null; detail: Record<string, unknown> }

export const addBackupRun = (em: EntityManager, { kind, startedAt, finishedAt, code, detail }: BackupRun): Promise<unknown> => em.execute(
  'insert into backup_run (id, kind, started_at, finished_at, ok, code, detail) values (?, ?, ?, ?, ?, ?, ?::jsonb)', [newId(), kind, startedAt, finishedAt, code === null, code, JSON.stringify(detail)]);

/** `caughtUpAt`: the database's time at which nothing was written that is not in the backup. */
export const noteWal = (em: EntityManager, lsn: string, caughtUpAt: Date): Promise<unknown> => em.execute(
  `insert into backup_wal (lsn, caught_up_at) values (?, ?) on conflict (one) do update set lsn = excluded.lsn, caught_up_at = excluded.caught_up_at, heard_at = now()`, [lsn, caughtUpAt]);

export interface BackupState extends BackupAges {
  /** Something was backed up at some time: the platform was told where to. */
  ever: boolean;
  lastBase: { at: string; detail: Record<string, unknown> } | null;
  lastFiles: { at: string; detail: Record<string, unknown> } | null;
  lastDrill: { at: string; ok: boolean; code: string | null; detail: Record<string, unknown> } | null;
  /** Of the newest try that failed after the newest that did not. */
  failing: { kind: string; at: string; code: string | null } | null;
}
interface Row { kind: BackupRun['kind']; ok: boolean; code: string | null; detail: Record<string, unknown>; at: string; ageMs: number }

/** Ages by the database's clock. */
export async function backupState(em: EntityManager): Promise<BackupState> {
  const rows = await em.execute<Row[]>(
    `select distinct on (kind, ok) kind, ok, code, detail, to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, (extract(epoch from now() - finished_at) * 1000)::float8 as "ageMs"
     from backup_run order by kind, ok, finished_at desc`);
  const [wal] = await em.execute<{ ageMs: number }[]>('select (extract(epoch from now() - caught_up_at) * 1000)::float8 as "ageMs" from backup_wal');
  const of = (kind: Row['kind'], ok: boolean): Row | null => rows.find((row) => row.kind === kind && row.ok === ok) ?? null;
  const newest = (kind: Row['kind']): Row | null => [of(kind, true), of(kind, false)].filter((row) => row !== null).sort((one, other) => one.ageMs - other.ageMs)[0] ?? null;
  const [base, files, drill] = [of('base', true), of('files', true), newest('drill')];
  const failing = (['base', 'files', 'drill'] as const).map(newest).find((row) => row !== null && !row.ok) ?? null;
  return {
    ever: rows.length > 0 || wal !== undefined, baseMs: base?.ageMs ?? null, walMs: wal?.ageMs ?? null, drillMs: drill?.ok ? drill.ageMs : null,
    lastBase: base && { at: base.at, detail: base.detail }, lastFiles: files && { at: files.at, detail: files.detail },
    lastDrill: drill && { at: drill.at, ok: drill.ok, code: drill.code, detail: drill.detail }, failing: failing && { kind: failing.kind, at: failing.at, code: failing.code },
  };
}
