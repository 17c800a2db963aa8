// Backups as they go on beside the running product: WAL always, keys and destroyed keys every half minute, files every ten minutes, a base backup every
// day and whenever the WAL since the last one has a gap; then what is older than it must be goes.
import type { Logger } from 'pino';
import { setTimeout as pause } from 'node:timers/promises';
import { platform, unitOfWork, type Orm } from '#db/orm.ts';
import { addBackupRun, noteWal } from '#db/queries/backups.ts';
import { addSecurityEntry } from '#db/queries/security-log.ts';
import { backupLimits } from '#domain/backup.ts';
import { ConfigError } from '#runtime/config.ts';
import { baseStamps, makeBase, readManifest, type BaseManifest } from './base.ts';
import { pruneFiles, saveFiles } from './file-store.ts';
import { saveDeletions } from './deletions.ts';
import { forgottenKeys, masterKeyOf, saveForgotten, saveKeys, type KeySource } from './keys-store.ts';
import { saveLearnerKeys } from './learner-keys.ts';
import { baseDir, BackupRefused, timeOf, walDir, type BackupPlace } from './places.ts';
import { pruneBases } from './prune.ts';
import { receiveWal, type WalReached } from './receiver.ts';
import { lsnOf } from './replication.ts';
import { reachFrom, segmentOf, walFiles } from './wal-store.ts';

export interface BackupDeps { url: string; orm: Orm; place: BackupPlace; keys: KeySource; keepDays: number; now: () => Date }
const [lookMs, filesMs, noteMs] = [30_000, 10 * 60_000, 15_000];
/** New keys are looked for so far back: the times of rows are those of other processes. */
const keysAgoMs = 10 * 60_000;

/** Runs one step and keeps a row of what came of it. Throws what went wrong. */
async function noted<T>({ orm, now }: BackupDeps, kind: 'base' | 'files', step: () => Promise<{ value: T; detail: Record<string, unknown> }>): Promise<T> {
  const startedAt = now();
  const note = (code: string | null, detail: Record<string, unknown>) => unitOfWork(orm, platform, (em) => addBackupRun(em, { kind, startedAt, finishedAt: now(), code, detail }));
  try {
    const { value, detail } = await step();
    await note(null, detail);
    return value;
  } catch (error) {
    await note(error instanceof BackupRefused ? error.code : (error as NodeJS.ErrnoException).code ?? 'failed', {}).catch(() => undefined);
    throw error;
  }
}

/** Several may run at once: the keys' files are written anew by one at a time. `since`: what happened before is copied already; null for all. */
export const backUpKeys = async ({ orm, place, keys, now }: BackupDeps, since: Date | null = null): Promise<void> => {
  const masterKey = await masterKeyOf(keys);
  await unitOfWork(orm, platform, async (em) => {
    await em.execute(`select pg_advisory_xact_lock(hashtextextended('keshi:backup-keys', 53))`);
    if (since === null) await saveKeys(place.keysDir, keys, now());
    await saveForgotten(place.keysDir, em, since);
    await saveLearnerKeys(place.keysDir, em, { masterKey, since, forgotten: await forgottenKeys(place.keysDir) });
    await saveDeletions(place.keysDir, em, since);
  });
};

export const backUpFiles = (deps: BackupDeps) => noted(deps, 'files', async () => {
  const pass = await saveFiles(deps.place.dir, deps.keys.DATA_DIR, deps.now());
  return { value: pass, detail: { ...pass } };
});

/** Keys first: a backup without the keys of its time would be worth nothing. */
export const backUpBase = (deps: BackupDeps): Promise<BaseManifest> => noted(deps, 'base', async () => {
  await backUpKeys(deps);
  const manifest = await makeBase({ url: deps.url, orm: deps.orm, dir: deps.place.dir, now: deps.now });
  const { stamp, startLsn, endLsn, streams, events, files } = manifest;
  return { value: manifest, detail: { stamp, startLsn, endLsn, streams, events, bytes: files['base.tar.gz']?.sizeBytes ?? 0 } };
});

/** Whether the newest base backup is too old, of another database, or cut off from the WAL of now. */
export async function baseIsDue({ place, now }: BackupDeps, reached: WalReached): Promise<boolean> {
  const stamp = (await baseStamps(place.dir)).at(-1);
  if (!stamp || now().getTime() - timeOf(stamp).getTime() > backupLimits.baseMs - 3_600_000) return true;
  const manifest = await readManifest(place.dir, stamp).catch(() => null);
  if (!manifest || manifest.systemId !== reached.systemId || manifest.timeline !== reached.timeline) return true;
  const last = reachFrom(await walFiles(walDir(place.dir, reached.systemId, reached.timeline)), segmentOf(lsnOf(manifest.startLsn)));
  const current = segmentOf(lsnOf(reached.lsn));
  // Exactly at a segment's end the next one has not begun.
  return last === null || last + 1n < current;
}

export async function prune(deps: BackupDeps): Promise<void> {
  const before = new Date(deps.now().getTime() - deps.keepDays * 86_400_000);
  const bases = await pruneBases(deps.place.dir, before);
  const files = await pruneFiles(deps.place.dir, before);
  if (bases.length === 0 && files === 0) return;
  await addSecurityEntry(deps.orm.em.fork(), { kind: 'backup', outcome: 'done', personId: null, institutionId: null, subject: 'removed', address: null, detail: { bases: bases.join(' '), files, before: before.toISOString() } });
}

export interface Keeper { stop(): Promise<void>; done: Promise<void> }

/** Goes on through failures, each of them a line of the log, until it is stopped. `everyMs`: for tests. */
export function keepBackups(deps: BackupDeps, log: Pick<Logger, 'info' | 'warn' | 'error'>, everyMs = lookMs): Keeper {
  const stopping = new AbortController();
  let reached: WalReached | null = null;
  let [filesAt, notedAt] = [0, 0];
  const attempt = async (what: string, step: () => Promise<unknown>): Promise<void> => {
    await step().catch((error: unknown) => log.error({ err: error, reason: error instanceof ConfigError ? error.lines[0] : undefined }, `backup: ${what} failed`));
  };
  const wal = receiveWal({
    url: deps.url, dir: deps.place.dir, signal: stopping.signal,
    reached: async (now) => {
      reached = now;
      if (Date.now() - notedAt < Math.min(noteMs, everyMs)) return;
      notedAt = Date.now();
      await attempt('new keys and deletions', () => backUpKeys(deps, new Date(now.caughtUpAt.getTime() - keysAgoMs)));
      await attempt('noting the WAL', () => unitOfWork(deps.orm, platform, (em) => noteWal(em, now.lsn, now.caughtUpAt)));
    },
    gap: () => log.error('backup: WAL is missing that the server no longer has: a new base backup is taken'),
    warn: (error) => log.warn({ err: error }, 'backup: the WAL is not received; trying again'),
  });
  const rounds = (async () => {
    while (!stopping.signal.aborted) {
      await attempt('keys', () => backUpKeys(deps));
      if (Date.now() - filesAt >= filesMs) {
        filesAt = Date.now();
        await attempt('files', () => backUpFiles(deps));
      }
      const current = reached;
      if (current && await baseIsDue(deps, current)) await attempt('base', async () => {
        const { stamp } = await backUpBase(deps);
        log.info({ stamp, folder: baseDir(deps.place.dir, stamp) }, 'backup: base backup taken');
        await prune(deps);
      });
      await pause(current ? everyMs : 1_000, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  const done = Promise.all([wal, rounds]).then(() => undefined);
  return { done, stop: async () => { stopping.abort(); await done; } };
}
