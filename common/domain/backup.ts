// When a backup is too old to rely on, and what may be wrong with one (R157).

/** A base backup is due every day; WAL follows within seconds, and more than a minute of facts must never be at risk. */
export const backupLimits = { baseMs: 24 * 3_600_000, walMs: 120_000, drillMs: 190 * 86_400_000 } as const;

/** Why a backup is not restored, or not taken. */
export const backupRefusals = ['no_backup', 'not_empty', 'damaged', 'wal_missing', 'keys_missing', 'keys_other', 'time_not_covered', 'other_version', 'same_place', 'not_set_up', 'evidence_broken', 'interrupted', 'disk_full'] as const;
export type BackupRefusal = (typeof backupRefusals)[number];

/** Ages in ms; null where there is none yet. */
export interface BackupAges { baseMs: number | null; walMs: number | null; drillMs: number | null }
export type BackupWarning = 'base_old' | 'wal_old' | 'drill_old';

/** What to warn of; nothing for a platform that was never told where to put backups is no warning but a missing setting, which the self-test says. */
export function backupWarnings({ baseMs, walMs, drillMs }: BackupAges): BackupWarning[] {
  const old = (age: number | null, limit: number): boolean => age === null || age > limit;
  return [
    ...(old(baseMs, backupLimits.baseMs) ? ['base_old' as const] : []), ...(old(walMs, backupLimits.walMs) ? ['wal_old' as const] : []),
    ...(old(drillMs, backupLimits.drillMs) ? ['drill_old' as const] : []),
  ];
}
