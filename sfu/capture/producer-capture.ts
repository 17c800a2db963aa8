// Records one producer: every packet of every layer, its Sender Reports and its lifecycle, from creation to close.
import type { types as ms } from 'mediasoup';
import type { Source } from '#domain/media.ts';
import {
  captureLogVersion, encodeFrame, encodeJsonFrame, frameTypes, type CaptureEvent, type CaptureHeader, type FrameType, type SenderReport,
} from '#runtime/capture-log.ts';
import type { Logger } from '#runtime/log.ts';
import type { CaptureClock } from './clock.ts';
import { KeyFrameWatch } from './keyframe-watch.ts';
import { declaredLayers, learnedLayers, unknownLayers, type Layer } from './layer-map.ts';
import type { OnTrouble } from './capture-health.ts';
import { recordingCapabilities } from './recording-capabilities.ts';
import { readRtpHead, startsVp8KeyFrame } from './rtp-packet.ts';
import { SegmentWriter, type SegmentRules } from './segment-writer.ts';

export interface CapturePlace { lessonId: string; sessionId: string; roomId: string; nodeId: string; bootId: string }
export interface ProducerCaptureOptions {
  transport: ms.DirectTransport; routerCapabilities: ms.RtpCapabilities;
  producer: ms.Producer; peerId: string; source: Source;
  place: CapturePlace; directory: string; clock: CaptureClock; rules: SegmentRules; onTrouble: OnTrouble; log: Logger;
  /** The captures of the room that may have unwritten frames: this one is among them from before its first packet until it is sealed. */
  open: Set<ProducerCapture>;
}

const watchEveryMs = 200;
/** A slide stands still for long; a face moves. */
const cadenceMs = (source: Source): number => (source === 'screen' ? 15_000 : 10_000);

/**
 * How long an unpaused source is silent before something is wrong. Measured with Chromium on a busy machine: silent or disabled sound sends a
 * packet at least every 0.6 s (DTX), a disabled camera several a second. A screen that stands still sends no packet at all, but a Sender Report
 * every 0.4 to 1.5 s, sound one every 5 to 8 s: there reports are a sign of life.
 */
const silence: Record<Source, { afterMs: number; byReports: boolean }> = {
  microphone: { afterMs: 3000, byReports: false }, camera: { afterMs: 3000, byReports: false }, documentCamera: { afterMs: 3000, byReports: false },
  screen: { afterMs: 8000, byReports: true }, screenAudio: { afterMs: 20_000, byReports: true },
};

export class ProducerCapture {
  readonly #options: ProducerCaptureOptions;
  readonly #consumer: ms.Consumer;
  readonly #startedMs: number;
  readonly #writer: SegmentWriter;
  readonly #watch: KeyFrameWatch;
  readonly #timer: NodeJS.Timeout | null;
  #layers: Layer[];
  /** Last sign of life, or when the first was to be expected from. */
  #heardMs: number;
  #anyPacket = false;
  #asking = false;
  #closing: Promise<boolean> | null = null;

  private constructor(options: ProducerCaptureOptions, consumer: ms.Consumer) {
    this.#options = options;
    this.#consumer = consumer;
    this.#startedMs = options.clock.nowMs();
    this.#layers = declaredLayers(options.producer, consumer);
    this.#writer = new SegmentWriter({
      directory: options.directory, rules: options.rules, onTrouble: options.onTrouble,
      nowUs: () => this.#nowUs(), header: (segment) => this.#header(segment),
    });
    this.#watch = new KeyFrameWatch(this.#layers.map(({ ssrc }) => ssrc), cadenceMs(options.source));
    this.#timer = consumer.kind === 'video' ? setInterval(() => this.#watchKeyFrames(), watchEveryMs) : null;
    this.#heardMs = this.#startedMs;
    options.open.add(this);
    this.#listen();
    this.#event('opened', { paused: options.producer.paused });
  }

  /** Resolves when packets are being recorded. Starts paused so that no packet comes before somebody listens. */
  static async create(options: ProducerCaptureOptions): Promise<ProducerCapture> {
    const consumer = await options.transport.consume({
      producerId: options.producer.id, rtpCapabilities: recordingCapabilities(options.routerCapabilities), pipe: true, paused: true, enableRtx: false,
    });
    const capture = new ProducerCapture(options, consumer);
    try {
      await options.producer.enableTraceEvent(['sr']);
      await consumer.resume();
      capture.#requestKeyFrame('start');
      return capture;
    } catch (error) {
      await capture.close('startFailed');
      throw error;
    }
  }

  /** When the oldest frame that is not on file yet arrived, on the room's clock; Infinity when all are. */
  get oldestMs(): number { return this.#startedMs + this.#writer.oldestUs / 1000; }
  get failing(): boolean { return this.#writer.failing; }

  /** Whether an unpaused source has delivered nothing for longer than such a source ever does. */
  silent(nowMs: number): boolean {
    return !this.#closing && !this.#options.producer.paused && nowMs - this.#heardMs > silence[this.#options.source].afterMs;
  }

  /** Writes the last event and seals the files; idempotent. Answers when they are on disk: true; or given up (SegmentRules.closeMs): false. */
  close(reason: string): Promise<boolean> {
    this.#closing ??= this.#finish(reason);
    return this.#closing;
  }

  async #finish(reason: string): Promise<boolean> {
    if (this.#timer) clearInterval(this.#timer);
    this.#consumer.close();
    this.#event('closed', { reason });
    const whole = await this.#writer.close();
    const about = { roomId: this.#options.place.roomId, producerId: this.#options.producer.id, segments: this.#writer.segments, reason };
    if (whole) this.#options.log.info(about, 'capture sealed');
    else this.#options.log.error(about, 'the end of a capture could not be written');
    this.#options.open.delete(this);
    return whole;
  }

  #listen(): void {
    const { producer } = this.#options;
    this.#consumer.on('rtp', (packet) => this.#packet(packet));
    producer.on('trace', ({ type, info }) => { if (type === 'sr') this.#senderReport(info); });
    producer.observer.on('pause', () => this.#event('paused'));
    producer.observer.on('resume', () => {
      this.#watch.restart(performance.now());
      this.#heardMs = this.#options.clock.nowMs();
      this.#event('resumed');
    });
  }

  #packet(packet: Buffer): void {
    if (this.#closing) return;
    const atUs = this.#nowUs();
    this.#writer.append(encodeFrame(frameTypes.rtp, atUs, packet), atUs);
    this.#heardMs = this.#startedMs + atUs / 1000;
    this.#anyPacket = true;
    const head = readRtpHead(packet);
    if (!head) return;
    const keyFrame = this.#consumer.kind === 'video' && startsVp8KeyFrame(packet, head);
    const first = this.#watch.packet(head, keyFrame, performance.now());
    if (first && unknownLayers(this.#layers)) this.#learnLayers();
  }

  #senderReport(info: Record<string, unknown>): void {
    if (this.#closing) return;
    const report: SenderReport = {
      ssrc: Number(info['ssrc']), ntpSec: Number(info['ntpSec']), ntpFrac: Number(info['ntpFrac']), rtpTs: Number(info['rtpTs']), packetCount: Number(info['packetCount']),
    };
    this.#frame(frameTypes.senderReport, report);
    // A picture that never came is missing, however alive its sender is.
    const { byReports } = silence[this.#options.source];
    if (byReports && (this.#anyPacket || this.#consumer.kind === 'audio')) this.#heardMs = this.#options.clock.nowMs();
    if (!this.#layers.some(({ producerSsrc }) => producerSsrc === report.ssrc)) this.#learnLayers();
  }

  #learnLayers(): void {
    if (this.#asking) return;
    this.#asking = true;
    this.#options.producer.getStats()
      .then((streams) => {
        const layers = learnedLayers(this.#layers, streams);
        if (!layers) return;
        this.#layers = layers;
        this.#event('layers', { encodings: layers });
      })
      .catch((error: unknown) => { if (!this.#closing) this.#options.log.warn({ err: error, producerId: this.#options.producer.id }, 'layers of a capture not known yet'); })
      .finally(() => { this.#asking = false; });
  }

  #watchKeyFrames(): void {
    if (this.#options.producer.paused) return;
    const reason = this.#watch.due(performance.now());
    if (reason) this.#requestKeyFrame(reason);
  }

  #requestKeyFrame(reason: string): void {
    if (this.#consumer.kind !== 'video' || this.#consumer.closed) return;
    this.#watch.requested(performance.now());
    this.#event('keyframeRequested', { reason });
    this.#consumer.requestKeyFrame().catch((error: unknown) => {
      if (!this.#consumer.closed) this.#options.log.warn({ err: error, producerId: this.#options.producer.id }, 'key frame not requested');
    });
  }

  #event(type: string, data?: Record<string, unknown>): void {
    this.#frame(frameTypes.event, { type, ...(data && { data }) });
  }

  #frame(type: FrameType, value: SenderReport | CaptureEvent): void {
    const atUs = this.#nowUs();
    this.#writer.append(encodeJsonFrame(type, atUs, value), atUs);
  }

  #nowUs(): number { return Math.max(0, Math.round((this.#options.clock.nowMs() - this.#startedMs) * 1000)); }

  #header(segment: number): CaptureHeader {
    const { place, producer, peerId, source } = this.#options;
    const codec = this.#consumer.rtpParameters.codecs[0]!;
    const cname = producer.rtpParameters.rtcp?.cname;
    return {
      version: captureLogVersion, ...place, producerId: producer.id, peerId, source, kind: producer.kind, segment,
      mimeType: codec.mimeType, clockRate: codec.clockRate, ...(codec.channels && { channels: codec.channels }), payloadType: codec.payloadType,
      encodings: this.#layers, ...(cname && { cname }), startWallMs: this.#startedMs,
    };
  }
}
