// Everything recorded in one room on this node: a capture per producer, and the timeline that says what happened when.
import { join } from 'node:path';
import type { types as ms } from 'mediasoup';
import { roomCaptureDirectory } from '#contracts/places.ts';
import type { Source } from '#domain/media.ts';
import type { Logger } from '#runtime/log.ts';
import { startClock, type CaptureClock } from './clock.ts';
import { ProducerCapture, type CapturePlace } from './producer-capture.ts';
import type { SegmentRules } from './segment-writer.ts';
import { Timeline } from './timeline.ts';

export interface RoomCaptureOptions {
  dataDirectory: string; place: CapturePlace; router: ms.Router; rules: SegmentRules; log: Logger;
  /** Told on every change: a reason while anything cannot be written, null when all is written again. */
  onHealth: (reason: string | null) => void;
}
export interface Recorded { producer: ms.Producer; peerId: string; source: Source }

export class RoomCapture {
  readonly #options: RoomCaptureOptions;
  readonly #directory: string;
  readonly #transport: ms.DirectTransport;
  readonly #clock: CaptureClock;
  readonly #timeline: Timeline;
  readonly #captures = new Map<string, Promise<ProducerCapture | null>>();
  readonly #failing = new Map<string, string>();
  readonly #ending = new Set<Promise<void>>();
  #started = 0;
  #closing: Promise<number> | null = null;

  private constructor(options: RoomCaptureOptions, directory: string, transport: ms.DirectTransport, clock: CaptureClock, timeline: (onHealth: (reason: string | null) => void) => Timeline) {
    this.#options = options;
    this.#directory = directory;
    this.#transport = transport;
    this.#clock = clock;
    this.#timeline = timeline((reason) => this.#health('timeline', reason));
  }

  static async create(options: RoomCaptureOptions): Promise<RoomCapture> {
    const { lessonId, sessionId, roomId, nodeId, bootId } = options.place;
    const directory = join(options.dataDirectory, roomCaptureDirectory(lessonId, sessionId, roomId, `${nodeId}-${bootId}`));
    const clock = startClock();
    const [transport, start] = await Promise.all([options.router.createDirectTransport(), Timeline.sizeIn(directory)]);
    const capture = new RoomCapture(options, directory, transport, clock, (onHealth) => new Timeline(directory, start, clock, options.rules, onHealth));
    capture.note('node:booted', { nodeId, bootId });
    return capture;
  }

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
    const ended = capture.then((started) => started?.close(reason)).finally(() => {
      this.#ending.delete(ended);
      this.#health(producerId, null);
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
    this.#timeline.note('capture:ended', { reason, captures: this.#started });
    await this.#timeline.close(this.#options.rules.closeMs);
    this.#transport.close();
    return this.#started;
  }

  async #start({ producer, peerId, source }: Recorded): Promise<ProducerCapture | null> {
    const { place, router, rules, log } = this.#options;
    try {
      const capture = await ProducerCapture.create({
        transport: this.#transport, routerCapabilities: router.rtpCapabilities, producer, peerId, source, place, rules, log, clock: this.#clock,
        directory: join(this.#directory, producer.id), onHealth: (reason) => this.#health(producer.id, reason),
      });
      this.#started++;
      log.info({ roomId: place.roomId, producerId: producer.id, source }, 'capture started');
      return capture;
    } catch (error) {
      if (producer.closed) return null;
      log.error({ err: error, roomId: place.roomId, producerId: producer.id }, 'capture not started');
      this.#health(producer.id, 'capture not started');
      return null;
    }
  }

  #health(part: string, reason: string | null): void {
    const before = this.#failing.size;
    if (reason === null) this.#failing.delete(part);
    else this.#failing.set(part, reason);
    const after = this.#failing.size;
    if (before === 0 && after > 0) this.#options.onHealth(reason);
    if (before > 0 && after === 0) this.#options.onHealth(null);
  }
}
