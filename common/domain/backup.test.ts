// Ages of backups: what is warned of at which limit.
import { expect, it } from 'vitest';
import { backupWarnings } from './backup.ts';

const day = 86_400_000;
it.each([
  [{ baseMs: day, walMs: 120_000, drillMs: day }, []],
  [{ baseMs: day + 1, walMs: 0, drillMs: day }, ['base_old']],
  [{ baseMs: 0, walMs: 120_001, drillMs: day }, ['wal_old']],
  [{ baseMs: 0, walMs: 0, drillMs: 191 * day }, ['drill_old']],
  [{ baseMs: null, walMs: null, drillMs: null }, ['base_old', 'wal_old', 'drill_old']],
])('warns of %j: %j', (ages, warnings) => expect(backupWarnings(ages)).toEqual(warnings));
