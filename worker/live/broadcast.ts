// One broadcast, segment after segment: waits for the captures, makes, stores, tells the row, lists. Ends with its session, or when it is told to.
import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { playlistSegments, streamSegmentMs } from '#contracts/live-stream.ts';
import { liveStreamDirectory, liveStreamKey } from '#contracts/places.ts';
import type { Orm } from '#db/orm.ts';
import type { Logger } from '#runtime/log.ts';
import type { Storage } from '#runtime/storage.ts';
import { capturedUntilMs } from '../recording/horizon.ts';
import { firstState, readState, writeState, type BroadcastState } from './broadcast-state.ts';
import { cleared, playlistText, segmentName, slid, type SegmentWindow } from './playlist.ts';
import { makeSegment, segmentFolder, type SegmentSource } from './segment.ts';
import { noteSegments, type OpenStream } from './stream-rows.ts';
import { TailReader } from './tail-reader.ts';
import { firstStartMs, isDue, nextStartMs } from './window.ts';

export interface BroadcastDeps {
  orm: Orm; log: Logger; storage: Storage; dataDir: string; ffmpegBin: string; now: () => Date; worker: string;
  /** Hears of each segment that is listed how long ago its last moment was. */
  onSegment?: ((behindMs: number) => void) | undefined;
}
/** `lost`: another worker has it. */
export type Outcome = 'over' | 'stopped' | 'lost';

const lookEveryMs = 200;
/** Fewer segments let a player begin and stop again. */
const fewestListed = 2;
/** Segments that left the list stay so many segments longer: a slow player may still be reading one. */
const stays = 4;
/** Segments in the storage at any time; removing one that was never there is fine. */
const keptSegments = playlistSegments + stays;
const mostFailures = 3;
const listName = 'playlist.m3u8';

export const streamFolder = (dataDir: string, id: string): string => join(dataDir, liveStreamDirectory(id));

/** Mean of the last segments, so that one odd one does not count for much. */
const smoothed = (before: number | null, now: number): number => Math.round(before === null ? now : before * 0.8 + now * 0.2);

export class Broadcast {
  readonly #deps: BroadcastDeps;
  readonly #stream: OpenStream;
  readonly #source: SegmentSource;
  readonly #reader = new TailReader();
  readonly #signal: AbortSignal;
  #endedMs: number | null;
  #failures = 0;
  /** Percent of one core, measured; null before the first segment of a broadcast. */
  costPercent: number | null;

  constructor(deps: BroadcastDeps, stream: OpenStream, signal: AbortSignal) {
    this.#deps = deps;
    this.#stream = stream;
    this.#signal = signal;
    this.#endedMs = stream.sessionEndedAt?.getTime() ?? null;
    this.costPercent = stream.costPercent;
    const { lessonId, sessionId, leadPersonId, staff } = stream;
    this.#source = {
      place: { dataDir: deps.dataDir, lessonId, sessionId, roomId: lessonId }, folder: streamFolder(deps.dataDir, stream.id),
      rank: (peerId) => (peerId === leadPersonId ? 0 : staff.has(peerId) ? 1 : 2),
    };
  }

  /** The session is over: what was captured until then is still broadcast. */
  sessionEnded(at: Date): void { this.#endedMs = at.getTime(); }

  /** Throws what cannot be mended by going on. */
  async run(): Promise<Outcome> {
    let state = await this.#begin();
    while (!this.#signal.aborted) {
      if (this.#endedMs !== null && state.startMs >= this.#endedMs) {
        await this.#list(state.window, true);
        return 'over';
      }
      if (!(await this.#due(state.startMs))) {
        await pause(lookEveryMs, undefined, { signal: this.#signal }).catch(() => undefined);
        continue;
      }
      const next = await this.#next(state).catch((error: unknown) => this.#leftOut(state, error));
      if (next === 'lost') return this.#signal.aborted ? 'stopped' : 'lost';
      state = this.#caughtUp(next);
    }
    return 'stopped';
  }

  /** A window that cannot be made or stored is left out, for the next one may be well; several in a row are not. */
  #leftOut(state: BroadcastState, error: unknown): BroadcastState {
    if (this.#signal.aborted) return state;
    if (++this.#failures >= mostFailures) throw error;
    this.#deps.log.warn({ err: error, streamId: this.#stream.id, number: state.number }, 'segment left out');
    return { ...state, startMs: state.startMs + streamSegmentMs, run: null };
  }

  /**
   * Where the composer before stood, where that is known; else anew at the row's number. One killed between row and state is a segment behind: it was
   * not listed, and is made again. What was listed long ago is no beginning for anybody.
   */
  async #begin(): Promise<BroadcastState> {
    const { id, segments, sessionStartedAt } = this.#stream;
    const known = await readState(this.#source.folder);
    const resumed = known && known.number >= segments - 1 ? this.#caughtUp(known) : null;
    if (resumed && resumed === known) return resumed;
    await this.#deps.storage.remove(liveStreamKey(id, listName));
    if (resumed) return { ...resumed, window: cleared(resumed.window) };
    await rm(this.#source.folder, { recursive: true, force: true });
    return firstState(segments, firstStartMs(sessionStartedAt.getTime(), this.#deps.now().getTime()));
  }

  #caughtUp(state: BroadcastState): BroadcastState {
    const startMs = nextStartMs(state.startMs, this.#deps.now().getTime());
    if (startMs === state.startMs) return state;
    this.#deps.log.warn({ streamId: this.#stream.id, leftOutMs: startMs - state.startMs }, 'broadcast too far behind, goes on later');
    return { ...state, startMs, run: null };
  }

  async #due(startMs: number): Promise<boolean> {
    const nowMs = this.#deps.now().getTime();
    if (nowMs < startMs + streamSegmentMs) return false;
    return isDue(startMs, { nowMs, capturedMs: await capturedUntilMs(this.#source.place, nowMs) });
  }

  /** One segment more. Stored and told before it is listed, so that no list names what is not there. */
  async #next(state: BroadcastState): Promise<BroadcastState | 'lost'> {
    const { deps, number, startMs } = { deps: this.#deps, ...state };
    const { id } = this.#stream;
    const made = await makeSegment({ ffmpegBin: deps.ffmpegBin, signal: this.#signal, read: this.#reader.read }, this.#source, state);
    this.costPercent = smoothed(this.costPercent, made.cpuMs / (streamSegmentMs / 100));
    await deps.storage.move(liveStreamKey(id, segmentName(number)), made.file);
    if (!(await noteSegments(deps.orm, id, deps.worker, number + 1, this.costPercent))) return 'lost';
    const { window } = slid(state.window, { number, fromMs: startMs, jump: number > 0 && made.state.run?.segments === 1 });
    const next: BroadcastState = { ...state, ...made.state, number: number + 1, startMs: startMs + streamSegmentMs, window };
    await writeState(this.#source.folder, next);
    await this.#list(window, false);
    await this.#tidy(number);
    this.#failures = 0;
    const behindMs = deps.now().getTime() - next.startMs;
    deps.onSegment?.(behindMs);
    deps.log.debug({ streamId: id, number, cpuMs: Math.round(made.cpuMs), behindMs }, 'segment made');
    return next;
  }

  async #list(window: SegmentWindow, over: boolean): Promise<void> {
    if (window.segments.length < fewestListed && !over) return;
    await this.#deps.storage.putBytes(liveStreamKey(this.#stream.id, listName), Buffer.from(playlistText(window, over)));
  }

  async #tidy(number: number): Promise<void> {
    await rm(segmentFolder(this.#source.folder, number - 1), { recursive: true, force: true });
    await this.#deps.storage.remove(liveStreamKey(this.#stream.id, segmentName(number - keptSegments)));
  }
}

/** Everything of a broadcast that is over, wherever it was composed. */
export async function removeBroadcast({ storage, dataDir }: Pick<BroadcastDeps, 'storage' | 'dataDir'>, id: string, segments: number): Promise<void> {
  await storage.remove(liveStreamKey(id, listName));
  // One more at each end: the row may be a segment behind.
  for (let number = Math.max(0, segments - keptSegments - 1); number <= segments; number++) await storage.remove(liveStreamKey(id, segmentName(number)));
  await rm(streamFolder(dataDir, id), { recursive: true, force: true });
}
