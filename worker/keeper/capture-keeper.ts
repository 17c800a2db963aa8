// Keeps raw captures safe while lessons run and after: sealed segments get rows, hashes and a second copy, and end with their time.
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CaptureSegment, recordedRoom, Recording } from '#db/entities/recording.ts';
import { listFolder, type Kept, type SegmentPlace } from './capture-folder.ts';
import { copySegment, copyTimeline } from './copies.ts';
import type { KeeperDeps } from './deps.ts';
import { registerSegment } from './register.ts';
import { removeExpired } from './retention.ts';

const lookEveryMs = 2000;
/** Every so often, and at start, every capture folder is looked at and nothing is taken as known. */
const sweepEveryMs = 60_000;
const retentionEveryMs = 60 * 60_000;

export class CaptureKeeper {
  readonly #deps: KeeperDeps;
  readonly #keepDays: number;
  /** Paths whose row and copy this process has seen since the last sweep. */
  readonly #safe = new Set<string>();
  /** What failed since the last sweep: told once. */
  readonly #failed = new Set<string>();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #sweptMs = -Infinity;
  #expiredMs = -Infinity;
  #closed = false;

  private constructor(deps: KeeperDeps, keepDays: number) {
    this.#deps = deps;
    this.#keepDays = keepDays;
  }

  /** `keepDays`: RAW_CAPTURE_DAYS. Several workers may run one each. */
  static async create(deps: KeeperDeps, keepDays: number): Promise<CaptureKeeper> {
    const keeper = new CaptureKeeper(deps, keepDays);
    keeper.#next();
    return keeper;
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await this.#running;
  }

  #next(): void {
    this.#running = this.#look().catch((error: unknown) => this.#deps.log.error({ err: error }, 'captures could not be looked after'))
      .finally(() => { if (!this.#closed) this.#timer = setTimeout(() => this.#next(), lookEveryMs); });
  }

  async #look(): Promise<void> {
    const { now } = this.#deps;
    const nowMs = now().getTime();
    const sweep = nowMs - this.#sweptMs >= sweepEveryMs;
    if (sweep) {
      this.#safe.clear();
      this.#failed.clear();
      this.#sweptMs = nowMs;
    }
    for (const kept of await (sweep ? recordingsOnDisk(this.#deps) : recordingsAtWork(this.#deps))) {
      if (this.#closed) return;
      await this.#keep(kept, sweep);
    }
    if (nowMs - this.#expiredMs < retentionEveryMs) return;
    this.#expiredMs = nowMs;
    await removeExpired(this.#deps, now(), this.#keepDays);
  }

  async #keep(kept: Kept, sweep: boolean): Promise<void> {
    const { segments, timelines } = await listFolder(this.#deps.dataDir, kept);
    const unsafe = segments.filter(({ path }) => !this.#safe.has(path));
    const rows = unsafe.length > 0 ? await rowsOf(this.#deps, kept.id) : new Map<string, CaptureSegment>();
    for (const place of unsafe) {
      if (this.#closed) return;
      await this.#attempt(place.path, () => this.#keepSegment(kept, place, rows.get(place.path)));
    }
    for (const path of timelines) await this.#attempt(path, () => this.#keepTimeline(kept, path, sweep));
  }

  async #keepSegment(kept: Kept, place: SegmentPlace, known: CaptureSegment | undefined): Promise<void> {
    if (!known) await registerSegment(this.#deps, kept, place);
    const row = known ?? await this.#deps.orm.em.fork().findOne(CaptureSegment, { path: place.path });
    if (!row) return;
    if (row.removedAt || row.copiedAt || await copySegment(this.#deps, row)) this.#safe.add(place.path);
    else this.#complain(place.path, null, 'capture file is not what was sealed: no copy of it');
  }

  /** While it grows a timeline is copied with each sweep, and at once when its capture has ended. */
  async #keepTimeline(kept: Kept, path: string, sweep: boolean): Promise<void> {
    if (this.#safe.has(path)) return;
    const ended = kept.status !== 'recording' || await endsCapture(join(this.#deps.dataDir, path));
    if (!sweep && !ended) return;
    await copyTimeline(this.#deps, path);
    if (ended) this.#safe.add(path);
  }

  async #attempt(path: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#complain(path, error, 'capture file could not be registered or copied: tried again');
    }
  }

  #complain(path: string, error: unknown, words: string): void {
    if (!this.#failed.has(path)) this.#deps.log.error({ ...(error !== null && { err: error }), path }, words);
    this.#failed.add(path);
  }
}

const keptRow = (row: Recording): Kept =>
  ({ id: row.id, institutionId: row.institutionId, lessonId: row.lessonId, sessionId: row.sessionId, roomId: recordedRoom(row), status: row.status });

async function rowsOf({ orm }: KeeperDeps, recordingId: string): Promise<Map<string, CaptureSegment>> {
  const rows = await orm.em.fork().find(CaptureSegment, { recordingId });
  return new Map(rows.map((row) => [row.path, row]));
}

/** Recordings that grow, are being derived, or have segments without a copy. */
async function recordingsAtWork({ orm }: KeeperDeps): Promise<Kept[]> {
  const em = orm.em.fork();
  const uncopied = await em.find(CaptureSegment, { copiedAt: null, removedAt: null }, { fields: ['recordingId'] });
  const ids = [...new Set(uncopied.map(({ recordingId }) => recordingId))];
  return (await em.find(Recording, { $or: [{ status: { $in: ['recording', 'processing'] } }, { id: { $in: ids } }] })).map(keptRow);
}

async function folders(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** Recordings that have a capture folder; a folder without a recording is somebody else's. */
async function recordingsOnDisk({ orm, dataDir }: KeeperDeps): Promise<Kept[]> {
  const root = join(dataDir, 'capture');
  const sessions: string[] = [];
  for (const lesson of await folders(root)) sessions.push(...(await folders(join(root, lesson))).filter((name) => isId(name)));
  if (sessions.length === 0) return [];
  return (await orm.em.fork().find(Recording, { sessionId: { $in: sessions } })).map(keptRow);
}

const isId = (name: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name);

/** Longer than any last line. */
const tailBytes = 16 * 1024;
/** Whether the last line says that the capture is over. Only the end of the file is read: this is asked every two seconds. */
async function endsCapture(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(tailBytes), 0, tailBytes, Math.max(0, size - tailBytes));
    const text = buffer.subarray(0, bytesRead).toString().trimEnd();
    return text.slice(text.lastIndexOf('\n') + 1).includes('"type":"capture:ended"');
  } finally {
    await handle.close();
  }
}
