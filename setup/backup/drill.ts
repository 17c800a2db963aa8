// The restore drill: the newest backup is restored into a folder of its own beside the running platform, every chain of events is computed again, every
// file held against its row, what was lost is counted, and all of it is taken away again. The result is a row for the self-test.
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { platform, unitOfWork, type Orm } from '#db/orm.ts';
import { addBackupRun } from '#db/queries/backups.ts';
import { verifyStream } from '#db/queries/event-chain.ts';
import type { HeldHead } from '#db/queries/evidence-log.ts';
import { addSecurityEntry } from '#db/queries/security-log.ts';
import { headLines } from '#db/queries/tree-heads.ts';
import { readIndex } from './file-store.ts';
import { compareFiles, fileRows, type FilesState } from './file-rows.ts';
import { BackupRefused, timeOf, type BackupPlace } from './places.ts';
import { clearRestored, restoreBackup, type Restored } from './restore.ts';

export interface Drill {
  restored: Restored; streams: number; links: number; unlinked: number; files: FilesState | null;
  /** Facts of the running platform that the restored one does not have, and the age of the oldest of them. */
  lostFacts: number; lostSeconds: number;
  tookMs: number;
}
export interface DrillOptions {
  orm: Orm; place: BackupPlace; now: () => Date; say: (line: string) => void;
  /** An object store holds the files: they are not in the backup. */
  filesElsewhere: boolean;
  /** Heads of the evidence log from elsewhere. */
  held?: readonly HeldHead[];
}

/** Throws BackupRefused naming the first stream that does not verify. */
export async function verifyAllStreams(orm: Orm): Promise<{ streams: number; links: number; unlinked: number }> {
  const em = orm.em.fork();
  const sums = { streams: 0, links: 0, unlinked: 0 };
  for (let last = ''; ;) {
    const streams = await em.execute<{ stream: string }[]>('select distinct stream from event where stream > ? order by stream limit 1000', [last]);
    for (const { stream } of streams) {
      const { ok, linked, unlinked, fault } = await verifyStream(em, stream);
      if (!ok) throw new BackupRefused('evidence_broken', `${stream}: ${fault?.reason} at position ${fault?.position}.`);
      sums.streams++;
      sums.links += linked;
      sums.unlinked += unlinked;
    }
    if (streams.length < 1000) return sums;
    last = streams.at(-1)!.stream;
  }
}

/** The last fact the running platform knows by `at`, and how far the restored one has come. Ids of facts grow with time. */
async function lostSince(running: Orm, restored: Orm, at: Date): Promise<{ lostFacts: number; lostSeconds: number }> {
  const [known] = await restored.em.fork().execute<{ id: string | null }[]>('select max(id::text) as id from event');
  const [lost] = await running.em.fork().execute<{ count: number; oldest: string | null }[]>(
    `select count(*)::int as count, min(id::text) as oldest from event where id > ?::uuid and id < ?::uuid`, [known?.id ?? '00000000-0000-0000-0000-000000000000', idAt(at)]);
  if (!lost?.oldest) return { lostFacts: 0, lostSeconds: 0 };
  return { lostFacts: lost.count, lostSeconds: Math.max(0, (at.getTime() - parseInt(lost.oldest.replaceAll('-', '').slice(0, 12), 16)) / 1000) };
}
/** The smallest id (UUIDv7) of an instant. */
const idAt = (at: Date): string => {
  const hex = at.getTime().toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
};

/** Heads the running platform shows must be those of its backup, as far as the backup reaches. Throws BackupRefused. */
async function requireRunningHeads(running: Orm, restored: Orm): Promise<void> {
  const headsOf = (orm: Orm) => headLines(orm.em.fork(), 'all', []);
  const [shown, kept] = [await headsOf(running), await headsOf(restored)];
  const roots = new Map(kept.map(({ size, root }) => [size, root]));
  const other = shown.find(({ size, root }) => size <= (kept.at(-1)?.size ?? 0) && roots.get(size) !== root);
  if (other) throw new BackupRefused('evidence_broken', `the running platform shows another head of ${other.size} leaves than its backup has.`);
  const missing = kept.find(({ size }) => !shown.some((one) => one.size === size));
  if (missing) throw new BackupRefused('evidence_broken', `the running platform has no head of ${missing.size} leaves any more, and its backup does.`);
}

async function drill({ orm: running, place, now, say, filesElsewhere, held = [] }: DrillOptions, to: string, began: Date): Promise<Drill> {
  let found: Pick<Drill, 'streams' | 'links' | 'unlinked' | 'files' | 'lostFacts' | 'lostSeconds'> | null = null;
  const restored = await restoreBackup({
    place, to, at: null, now, say, held,
    inspect: async (orm, { index }) => {
      say('Computing every chain again …');
      const streams = await verifyAllStreams(orm);
      const entries = index ? await readIndex(place.dir, index) : [];
      const files = filesElsewhere ? null : compareFiles(await fileRows(orm.em.fork()), new Map(entries.map(({ path, sha256 }) => [path, sha256])), index ? timeOf(index) : null);
      if (files && files.wrong.length > 0) throw new BackupRefused('damaged', `${files.wrong.length} files are missing or not as their rows say, the first is ${files.wrong[0]}.`);
      await requireRunningHeads(running, orm);
      found = { ...streams, files, ...await lostSince(running, orm, began) };
    },
  });
  return { restored, ...found!, tookMs: now().getTime() - began.getTime() };
}

/** Keeps a row of what came of it, good or not. Throws BackupRefused or ConfigError. `folder`: where it is tried; has to hold the whole platform once more. */
export async function runDrill(options: DrillOptions, folder = tmpdir()): Promise<Drill> {
  const { orm, now } = options;
  const startedAt = now();
  const parent = await mkdtemp(join(folder, 'keshi-drill-'));
  const to = join(parent, 'data');
  const note = (code: string | null, detail: Record<string, unknown>) => unitOfWork(orm, platform, async (em) => {
    await addBackupRun(em, { kind: 'drill', startedAt, finishedAt: now(), code, detail });
    // All of the platform lay open in another folder for a while.
    await addSecurityEntry(em, { kind: 'restore', outcome: code === null ? 'done' : 'failed', personId: null, institutionId: null, subject: 'drill', address: null, detail: code === null ? {} : { code } });
  });
  try {
    await chmod(parent, 0o711);
    const result = await drill(options, to, startedAt);
    await clearRestored(to, true);
    await note(null, { ...result, files: result.files && { ...result.files, wrong: result.files.wrong.length } });
    return result;
  } catch (error) {
    await note(error instanceof BackupRefused ? error.code : 'failed', { message: error instanceof Error ? error.message.slice(0, 500) : '' });
    throw error;
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}
