// Everything recorded in one room on this node: a capture per producer, and the timeline that says what happened when.
import { join } from 'node:path';
import type { types as ms } from 'mediasoup';
import { bootCaptureDirectory } from '#contracts/places.ts';
import type { CaptureTrouble } from '#contracts/recording.ts';
import type { Source } from '#domain/media.ts';
import type { Logger } from '#runtime/log.ts';
import { CaptureHealth, type HealthChange } from './capture-health.ts';
import { startClock, type CaptureClock } from './clock.ts';
import type { DiskSpace } from './disk-space.ts';
import { ProducerCapture, type CapturePlace } from './producer-capture.ts';
import type { SegmentRules } from './segment-writer.ts';
import { Timeline } from './timeline.ts';

export interface RoomCaptureOptions {
  dataDirectory: string; place: CapturePlace; router: ms.Router; rules: SegmentRules; disk: DiskSpace; log: Logger;
  /** Told on every change; with no troubles left at the end. */
  onHealth: (change: HealthChange) => void;
}
export interface Recorded { producer: ms.Producer; peerId: string; source: Source }

const watchEveryMs = 500;
const flushedEveryMs = 2000;
/** Writes that lag longer than this are told. */
const slowAfterMs = 2000;

export class RoomCapture {
  readonly #options: RoomCaptureOptions;
  readonly #directory: string;
  readonly #transport: ms.DirectTransport;
  readonly #clock: CaptureClock;
  readonly #timeline: Timeline;
  readonly #health: CaptureHealth;
  readonly #captures = new Map<string, Promise<ProducerCapture | null>>();
  /** Those that may have unwritten frames: also while they start and while they are sealed. */
  readonly #open = new Set<ProducerCapture>();
  readonly #ending = new Set<Promise<void>>();
  readonly #timers: NodeJS.Timeout[];
  readonly #unwatchDisk: () => void;
  readonly #unsealed: string[] = [];
  #flushedMs = -Infinity;
  #started = 0;
  #closing: Promise<number> | null = null;

  private constructor(options: RoomCaptureOptions, directory: string, transport: ms.DirectTransport, start: number) {
    this.#options = options;
    this.#directory = directory;
    this.#transport = transport;
    this.#clock = startClock();
    this.#health = new CaptureHealth((change) => this.#healthChanged(change));
    this.#timeline = new Timeline(directory, start, this.#clock, options.rules, (trouble, cause) => this.#health.set('timeline', trouble, cause));
    this.#timeline.note('node:booted', { nodeId: options.place.nodeId, bootId: options.place.bootId });
    this.#unwatchDisk = options.disk.watch((low) => this.#health.set('space', low ? 'disk_low' : null));
    this.#timers = [setInterval(() => this.#watch(), watchEveryMs), setInterval(() => this.#noteFlushed(), flushedEveryMs)];
  }

  static async create(options: RoomCaptureOptions): Promise<RoomCapture> {
    const { lessonId, sessionId, roomId, nodeId, bootId } = options.place;
    const directory = join(options.dataDirectory, bootCaptureDirectory(lessonId, sessionId, roomId, `${nodeId}-${bootId}`));
    const [transport, start] = await Promise.all([options.router.createDirectTransport(), Timeline.sizeIn(directory)]);
    void options.disk.look();
    return new RoomCapture(options, directory, transport, start);
  }

  get troubles(): CaptureTrouble[] { return this.#health.troubles; }

  note(type: string, data: Record<string, unknown>): void {
    if (!this.#closing) this.#timeline.note(type, data);
  }

  /** Resolves when the producer is being recorded, or when that failed: then health is told, and the lesson goes on. */
  async record(recorded: Recorded): Promise<void> {
    const { id, kind } = recorded.producer;
    if (this.#closing || recorded.producer.closed || this.#captures.has(id)) return;
    const capture = this.#start(recorded);
    this.#captures.set(id, capture);
    this.note('producer:opened', { producerId: id, peerId: recorded.peerId, source: recorded.source, kind, paused: recorded.producer.paused });
    await capture;
  }

  /** Ends one capture; resolves when its files are sealed. */
  async end(producerId: string, reason: string): Promise<void> {
    const capture = this.#captures.get(producerId);
    if (!capture) return;
    this.#captures.delete(producerId);
    this.#timeline.note('producer:closed', { producerId, reason });
    const ended = capture.then(async (started) => {
      if (started && !(await started.close(reason))) this.#unsealed.push(producerId);
    }).finally(() => {
      this.#ending.delete(ended);
      for (const part of ['start', 'silent']) this.#health.set(`${part}:${producerId}`, null);
    });
    this.#ending.add(ended);
    await ended;
  }

  /** Seals everything; answers how many captures there were. */
  close(reason: string): Promise<number> {
    this.#closing ??= this.#finish(reason);
    return this.#closing;
  }

  async #finish(reason: string): Promise<number> {
    for (const producerId of [...this.#captures.keys()]) void this.end(producerId, reason);
    await Promise.all(this.#ending);
    this.#timers.forEach((timer) => clearInterval(timer));
    this.#unwatchDisk();
    this.#health.clear();
    this.#timeline.note('capture:ended', { reason, captures: this.#started, sealed: this.#unsealed.length === 0, unsealed: this.#unsealed });
    await this.#timeline.close(this.#options.rules.closeMs);
    this.#transport.close();
    return this.#started;
  }

  async #start({ producer, peerId, source }: Recorded): Promise<ProducerCapture | null> {
    const { place, router, rules, log } = this.#options;
    try {
      const capture = await ProducerCapture.create({
        transport: this.#transport, routerCapabilities: router.rtpCapabilities, producer, peerId, source, place, rules, log, clock: this.#clock,
        directory: join(this.#directory, producer.id), onTrouble: this.#health.set, open: this.#open,
      });
      this.#started++;
      log.info({ roomId: place.roomId, producerId: producer.id, source }, 'capture started');
      return capture;
    } catch (error) {
      if (producer.closed) return null;
      log.error({ err: error, roomId: place.roomId, producerId: producer.id }, 'capture not started');
      this.#health.set(`start:${producer.id}`, 'capture_not_started');
      return null;
    }
  }

  /** Who is silent without being paused, and whether writes lag though nothing refuses them. */
  #watch(): void {
    const nowMs = this.#clock.nowMs();
    for (const [producerId, starting] of this.#captures) {
      void starting.then((capture) => {
        if (this.#captures.get(producerId) === starting) this.#health.set(`silent:${producerId}`, capture?.silent(nowMs) ? 'capture_silent' : null);
      });
    }
    const lagging = [this.#timeline, ...this.#open].some((one) => !one.failing && nowMs - one.oldestMs > slowAfterMs);
    this.#health.set('lag', lagging ? 'disk_slow' : null);
  }

  /** Says up to when everything that arrived is on file; while the disk stands still it says nothing. */
  #noteFlushed(): void {
    const oldestMs = Math.min(this.#clock.nowMs(), ...[...this.#open].map((capture) => capture.oldestMs));
    // Rounded down: a frame that arrived in the very microsecond named is not promised.
    const untilMs = Math.floor(oldestMs * 1000) / 1000;
    if (untilMs <= this.#flushedMs) return;
    this.#flushedMs = untilMs;
    this.#timeline.note('capture:flushed', { untilMs });
  }

  #healthChanged(change: HealthChange): void {
    this.#timeline.note('capture:troubles', { troubles: change.troubles });
    this.#options.onHealth(change);
  }
}
