// A capture log as the sfu writes it, made from a minute of media that is repeated: at once up to a moment, or little by little as time passes.
import { appendFile, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { bootCaptureDirectory, segmentFile, timelineFile } from '#contracts/places.ts';
import { kindOfSource, type Source } from '#domain/media.ts';
import { encodeFrame, encodeJsonFrame, frameTypes, type CaptureHeader } from '#runtime/capture-log.ts';
import { rtpPacket, vp8Payloads, type MediaPacket, type Place } from '../worker/testing/make-capture.ts';

/** Media of `loopMs`, repeated as long as the log grows; times in ms. */
export interface Looped { source: Source; peerId: string; packets: readonly MediaPacket[]; loopMs: number }

const networkMs = 30;
const segmentMs = 60_000;
const reportEveryMs = { video: 1000, audio: 5000 } as const;
const ntpEpochMs = 2_208_988_800_000;

interface Logged { atMs: number; bytes: Buffer }

/** Frames of one producer in the order of their arrival, without end. */
function* loggedFrames({ source, packets, loopMs }: Looped, startMs: number, ssrc: number): Generator<Logged> {
  const video = kindOfSource(source) === 'video';
  const clockRate = video ? 90 : 48;
  const rtpAt = (ms: number): number => (1_000_000 + Math.round(ms * clockRate)) % 2 ** 32;
  let sequence = 0;
  let nextReport = 500;
  for (let index = 0; ; index++) {
    const packet = packets[index % packets.length]!;
    const ms = Math.floor(index / packets.length) * loopMs + packet.ms;
    const atMs = ms + networkMs;
    const atUs = Math.round(atMs * 1000);
    for (; nextReport <= ms; nextReport += reportEveryMs[video ? 'video' : 'audio']) {
      const ntpMs = startMs + nextReport + ntpEpochMs;
      const report = { ssrc: ssrc + 1, ntpSec: Math.floor(ntpMs / 1000), ntpFrac: Math.floor(((ntpMs % 1000) / 1000) * 2 ** 32), rtpTs: rtpAt(nextReport) };
      yield { atMs, bytes: encodeJsonFrame(frameTypes.senderReport, atUs, report) };
    }
    const payloads = video ? vp8Payloads(packet.data, index & 0x7fff) : [packet.data];
    for (const [part, payload] of payloads.entries()) {
      const bytes = rtpPacket(sequence++, rtpAt(ms), ssrc, video ? 101 : 100, video && part === payloads.length - 1, payload);
      yield { atMs, bytes: encodeFrame(frameTypes.rtp, atUs, bytes) };
    }
  }
}

/** One producer's files. */
class MadeCapture {
  readonly producerId: string;
  readonly media: Looped;
  readonly #folder: string;
  readonly #header: (segment: number) => CaptureHeader;
  readonly #frames: Generator<Logged>;
  #next: Logged;
  #segment = 0;

  constructor(room: string, place: Place, startMs: number, media: Looped, index: number) {
    this.producerId = `made-${media.source}-${index}`;
    this.media = media;
    this.#folder = join(room, this.producerId);
    const ssrc = 5000 + index * 10;
    const { lessonId, sessionId, roomId, nodeId, bootId } = place;
    const video = kindOfSource(media.source) === 'video';
    this.#header = (segment) => ({
      version: 1, lessonId, sessionId, roomId, nodeId, bootId, producerId: this.producerId, peerId: media.peerId, source: media.source, kind: video ? 'video' : 'audio', segment,
      mimeType: video ? 'video/VP8' : 'audio/opus', clockRate: video ? 90_000 : 48_000, ...(!video && { channels: 2 }), payloadType: video ? 101 : 100,
      encodings: [{ ssrc, producerSsrc: ssrc + 1 }], cname: media.peerId, startWallMs: startMs,
    });
    this.#frames = loggedFrames(media, startMs, ssrc);
    this.#next = this.#frames.next().value as Logged;
  }

  #path(sealed: boolean): string {
    return join(this.#folder, `${segmentFile(this.#segment)}${sealed ? '' : '.part'}`);
  }

  /** All that arrives before `untilMs` after the start is in the files when it answers. */
  async write(untilMs: number): Promise<void> {
    if (this.#segment === 0) {
      await mkdir(this.#folder, { recursive: true });
      await this.#begin(0, [encodeJsonFrame(frameTypes.event, 0, { type: 'opened' })]);
    }
    while (this.#next.atMs < untilMs) {
      const edgeMs = Math.min(untilMs, this.#segment * segmentMs);
      const bytes: Buffer[] = [];
      for (; this.#next.atMs < edgeMs; this.#next = this.#frames.next().value as Logged) bytes.push(this.#next.bytes);
      if (bytes.length > 0) await appendFile(this.#path(false), Buffer.concat(bytes));
      if (this.#next.atMs >= this.#segment * segmentMs) await this.#rotate();
    }
  }

  async close(atMs: number): Promise<void> {
    await this.write(atMs);
    await appendFile(this.#path(false), encodeJsonFrame(frameTypes.event, Math.round(atMs * 1000), { type: 'closed', data: { reason: 'roomClosed' } }));
    await rename(this.#path(false), this.#path(true));
  }

  async #rotate(): Promise<void> {
    const atMs = this.#segment * segmentMs;
    await rename(this.#path(false), this.#path(true));
    await this.#begin(atMs, []);
  }

  async #begin(atMs: number, frames: readonly Buffer[]): Promise<void> {
    this.#segment += 1;
    await appendFile(this.#path(false), Buffer.concat([encodeJsonFrame(frameTypes.header, Math.round(atMs * 1000), this.#header(this.#segment)), ...frames]));
  }
}

export class MadeLog {
  readonly #startMs: number;
  readonly #captures: MadeCapture[];
  readonly #room: string;
  readonly #place: Place;
  #begun = false;

  /** `startMs`: when the session began, on the machine's clock. */
  constructor(place: Place, startMs: number, media: readonly Looped[]) {
    this.#startMs = startMs;
    this.#place = place;
    this.#room = join(place.dataDir, bootCaptureDirectory(place.lessonId, place.sessionId, place.roomId, `${place.nodeId}-${place.bootId}`));
    this.#captures = media.map((one, index) => new MadeCapture(this.#room, place, startMs, one, index + 1));
  }

  /** Everything up to `untilMs` after the start, and the note that it is there. */
  async write(untilMs: number): Promise<void> {
    if (!this.#begun) {
      this.#begun = true;
      await mkdir(this.#room, { recursive: true });
      await this.#note(0, 'node:booted', { nodeId: this.#place.nodeId, bootId: this.#place.bootId });
      for (const { producerId, media: { source, peerId } } of this.#captures) await this.#note(0, 'producer:opened', { producerId, peerId, source, kind: kindOfSource(source), paused: false });
    }
    for (const capture of this.#captures) await capture.write(untilMs);
    await this.#note(untilMs, 'capture:flushed', { untilMs: this.#startMs + untilMs });
  }

  async close(atMs: number): Promise<void> {
    for (const capture of this.#captures) {
      await capture.close(atMs);
      await this.#note(atMs, 'producer:closed', { producerId: capture.producerId, reason: 'roomClosed' });
    }
    await this.#note(atMs, 'capture:ended', { reason: 'roomClosed', captures: this.#captures.length });
  }

  async #note(ms: number, type: string, data: Record<string, unknown>): Promise<void> {
    await appendFile(join(this.#room, timelineFile), `${JSON.stringify({ atMs: this.#startMs + ms, type, data })}\n`);
  }
}
