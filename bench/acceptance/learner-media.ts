// A learner's media seat, built as the page builds it and built anew after `media:reset`, a lost line, or a picture that stays away; received without decoding.
import { setTimeout as pause } from 'node:timers/promises';
import type { ProducerInfo } from '#contracts/media.ts';
import { LightReceiver, viewerCapabilities, type ReceivedCount } from '../receiver/receiver.ts';
import { ownDtlsParameters } from '#testing/secure-line.ts';
import { backoffMs } from '../../web/classroom/backoff.ts';
import { LineError, type LearnerLine } from './learner-line.ts';

/** A browser calls its connection lost after about so long without any answer. */
const silenceMs = 5000;
const resetSpreadMs = 300;

export interface MediaFigures extends ReceivedCount {
  /** From asking for a seat to the first packet of the picture, each time a seat was built. */
  firstFrameMs: number[]; roundTripMs: number | null; builds: number; /** Of the seat that stands now. */ seatPackets: number; refusals: Record<string, number>;
}
const none: ReceivedCount = { packets: 0, bytes: 0, expected: 0, videoBytes: 0, firstVideoMs: null, lastMs: 0 };

export class LearnerMedia {
  readonly #line: LearnerLine;
  readonly #refusals: Record<string, number> = {};
  readonly #firstFrameMs: number[] = [];
  #receiver: LightReceiver | null = null;
  #past: ReceivedCount = none;
  #builds = 0;
  #askedMs = 0;
  #timed = false;
  #turn = 0;
  #producers = new Map<string, ProducerInfo>();
  #consumed = new Set<string>();
  #capabilities: Parameters<typeof viewerCapabilities>[0] | null = null;

  constructor(line: LearnerLine) { this.#line = line; }

  /** Packets of everything received so far, over all seats. */
  get figures(): MediaFigures {
    const now = this.#receiver?.count ?? none;
    const past = this.#past;
    return {
      packets: past.packets + now.packets, bytes: past.bytes + now.bytes, expected: past.expected + now.expected, videoBytes: past.videoBytes + now.videoBytes,
      firstVideoMs: now.firstVideoMs, lastMs: Math.max(past.lastMs, now.lastMs), firstFrameMs: this.#firstFrameMs, roundTripMs: this.#receiver?.roundTripMs ?? null,
      builds: this.#builds, seatPackets: now.packets, refusals: this.#refusals,
    };
  }

  /** Called about ten times a second. */
  tick(nowMs: number): void {
    const receiver = this.#receiver;
    if (!receiver) return;
    const { firstVideoMs, lastMs } = receiver.count;
    if (!this.#timed && firstVideoMs !== null) {
      this.#timed = true;
      if (this.#firstFrameMs.length < 50) this.#firstFrameMs.push(Math.round(firstVideoMs - this.#askedMs));
    }
    const lost = receiver.ended || (this.#consumed.size > 0 && nowMs - Math.max(lastMs, this.#askedMs) > silenceMs);
    if (lost && this.#line.entered) void this.build();
  }

  feedback(nowMs: number): void { this.#receiver?.tick(nowMs); }

  /** After the line came back: a seat that still gets its packets is kept. */
  entered(producers: readonly ProducerInfo[]): void {
    const flowing = this.#receiver !== null && performance.now() - this.#receiver.count.lastMs < 1000;
    if (!flowing) return void this.build();
    for (const producer of producers) void this.#consume(producer, this.#turn);
  }

  /** Everybody is told at once, and comes at a moment of their own. */
  async reset(): Promise<void> {
    const turn = ++this.#turn;
    this.#drop();
    await pause(Math.random() * resetSpreadMs);
    if (turn === this.#turn) await this.build();
  }

  produced(producer: ProducerInfo): void {
    this.#producers.set(producer.producerId, producer);
    void this.#consume(producer, this.#turn);
  }

  closed(producerId: string): void {
    this.#producers.delete(producerId);
    this.#consumed.delete(producerId);
  }

  close(): void {
    this.#turn++;
    this.#drop();
  }

  /** Tries until it stands, or something newer takes its place. */
  async build(): Promise<void> {
    const turn = ++this.#turn;
    this.#drop();
    for (let failures = 0; turn === this.#turn; failures++) {
      try {
        return await this.#attempt(turn);
      } catch (error) {
        const code = error instanceof LineError ? error.code : 'no_connection';
        this.#refusals[code] = (this.#refusals[code] ?? 0) + 1;
        await pause(backoffMs(failures, 400, 4000, Math.random()));
        // The line comes back by itself and builds then.
        if (!this.#line.entered) return;
      }
    }
  }

  async #attempt(turn: number): Promise<void> {
    this.#askedMs = performance.now();
    this.#timed = false;
    const { rtpCapabilities, producers } = await this.#line.ask('media:join', {});
    const transport = await this.#line.ask('media:createTransport', { direction: 'receive' });
    await this.#line.ask('media:connectTransport', { transportId: transport.transportId, dtlsParameters: await ownDtlsParameters() });
    const receiver = await LightReceiver.open(transport);
    if (turn !== this.#turn) return receiver.close();
    this.#builds++;
    this.#receiver = receiver;
    this.#capabilities = rtpCapabilities;
    for (const producer of producers) this.#producers.set(producer.producerId, producer);
    await Promise.all([...this.#producers.values()].map((producer) => this.#consume(producer, turn)));
  }

  async #consume(producer: ProducerInfo, turn: number): Promise<void> {
    const receiver = this.#receiver;
    if (!receiver || !this.#capabilities || turn !== this.#turn || this.#consumed.has(producer.producerId)) return;
    this.#consumed.add(producer.producerId);
    try {
      const { consumerId, kind, rtpParameters } = await this.#line.ask('media:consume', { producerId: producer.producerId, rtpCapabilities: viewerCapabilities(this.#capabilities) });
      receiver.expect(kind, rtpParameters);
      await this.#line.ask('media:resumeConsumer', { consumerId });
    } catch (error) {
      this.#consumed.delete(producer.producerId);
      const code = error instanceof LineError ? error.code : 'no_connection';
      this.#refusals[code] = (this.#refusals[code] ?? 0) + 1;
      if (code !== 'producer_not_found' && turn === this.#turn && this.#line.entered) void this.build();
    }
  }

  #drop(): void {
    const receiver = this.#receiver;
    this.#receiver = null;
    this.#consumed.clear();
    this.#producers.clear();
    if (!receiver) return;
    const { packets, bytes, expected, videoBytes, lastMs } = receiver.count;
    const past = this.#past;
    this.#past = {
      packets: past.packets + packets, bytes: past.bytes + bytes, expected: past.expected + expected, videoBytes: past.videoBytes + videoBytes,
      firstVideoMs: null, lastMs: Math.max(past.lastMs, lastMs),
    };
    receiver.close();
  }
}
