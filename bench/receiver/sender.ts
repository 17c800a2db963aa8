// A teacher without a camera: sends a clip over and over in real time as a browser would, in layers, with Sender Reports, and gives a key frame when asked.
import { RtpHeader } from 'werift';
import type { types as ms } from 'mediasoup';
import type { TransportInfo } from '#contracts/media.ts';
import { vp8Payloads, type MediaPacket } from '../../worker/testing/make-capture.ts';
import type { Clip } from './clip.ts';
import { SecureLine } from '#testing/secure-line.ts';

const tickMs = 5;
/** A browser spreads the packets of a large frame; so many of one layer in a tick. */
const perTick = 4;
const reportEveryMs = 1000;
const transportSequence = { uri: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01', id: 5 } as const;
const payloadTypes = { video: 96, audio: 111 } as const;
const ntpEpochMs = 2_208_988_800_000;

/** Parameters of the two producers; SSRCs count up from `firstSsrc`, lowest layer first, sound last. */
export function senderParameters(layers: number, firstSsrc: number): Record<ms.MediaKind, ms.RtpParameters> {
  const headerExtensions = [{ ...transportSequence }];
  const rtcp = { cname: `teacher-${firstSsrc}`, reducedSize: true };
  return {
    video: {
      codecs: [{
        mimeType: 'video/VP8', payloadType: payloadTypes.video, clockRate: 90_000, parameters: {},
        rtcpFeedback: [{ type: 'nack', parameter: '' }, { type: 'nack', parameter: 'pli' }, { type: 'ccm', parameter: 'fir' }, { type: 'transport-cc', parameter: '' }],
      }],
      headerExtensions, rtcp, encodings: Array.from({ length: layers }, (_, index) => ({ ssrc: firstSsrc + index })),
    },
    audio: {
      codecs: [{ mimeType: 'audio/opus', payloadType: payloadTypes.audio, clockRate: 48_000, channels: 2, parameters: {}, rtcpFeedback: [{ type: 'transport-cc', parameter: '' }] }],
      headerExtensions, rtcp, encodings: [{ ssrc: firstSsrc + layers }],
    },
  };
}

interface Outgoing {
  ssrc: number; kind: ms.MediaKind; packets: readonly MediaPacket[];
  /** Next frame of the clip, and frames sent in all: a restart for a key frame does not turn time back. */
  next: number; frames: number;
  queue: { payload: Uint8Array; marker: boolean; timestamp: number }[];
  sequence: number; sent: number; bytes: number;
}

export class ClipSender {
  readonly #streams: Outgoing[];
  readonly #startedMs = performance.now();
  #line: SecureLine | null = null;
  #timer: NodeJS.Timeout | null = null;
  #reportedMs = 0;
  #transportSequence = 0;
  #asked = 0;

  private constructor(clip: Clip, firstSsrc: number) {
    const stream = (kind: ms.MediaKind, packets: readonly MediaPacket[], index: number): Outgoing =>
      ({ ssrc: firstSsrc + index, kind, packets, next: 0, frames: 0, queue: [], sequence: 1000 * (index + 1), sent: 0, bytes: 0 });
    this.#streams = [...clip.layers.map(({ packets }, index) => stream('video', packets, index)), stream('audio', clip.sound, clip.layers.length)];
  }

  /** Connected; nothing is sent before `start`. */
  static async open(transport: TransportInfo, clip: Clip, firstSsrc: number): Promise<ClipSender> {
    const sender = new ClipSender(clip, firstSsrc);
    sender.#line = await SecureLine.open(transport, { onRtp: () => undefined, onRtcp: (packet) => sender.#rtcp(packet), onEnd: () => sender.close() });
    return sender;
  }

  /** Key frames asked for so far. */
  get asked(): number { return this.#asked; }

  start(): void {
    this.#timer ??= setInterval(() => this.#tick(), tickMs);
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#line?.close();
  }

  #tick(): void {
    const elapsedMs = performance.now() - this.#startedMs;
    for (const stream of this.#streams) {
      this.#frames(stream, elapsedMs);
      for (const one of stream.queue.splice(0, perTick)) this.#send(stream, one);
    }
    if (elapsedMs - this.#reportedMs < reportEveryMs) return;
    this.#reportedMs = elapsedMs;
    for (const stream of this.#streams) if (stream.sent > 0) this.#line?.sendRtcp(this.#report(stream));
  }

  /** Frames that are due; after a pause of the process the ones missed are left out, as a camera would. */
  #frames(stream: Outgoing, elapsedMs: number): void {
    const { kind, packets } = stream;
    const everyMs = kind === 'video' ? 40 : 20;
    if (stream.frames === 0 || elapsedMs - stream.frames * everyMs > 500) stream.frames = Math.floor(elapsedMs / everyMs);
    for (; stream.frames * everyMs <= elapsedMs; stream.frames++) {
      const { data } = packets[stream.next]!;
      stream.next = (stream.next + 1) % packets.length;
      const timestamp = this.#rtpTime(kind, stream.frames * everyMs);
      const payloads = kind === 'video' ? vp8Payloads(data, stream.frames & 0x7fff) : [data];
      payloads.forEach((payload, index) => stream.queue.push({ payload, timestamp, marker: kind === 'video' && index === payloads.length - 1 }));
    }
  }

  #rtpTime(kind: ms.MediaKind, elapsedMs: number): number {
    return Math.round(elapsedMs * (kind === 'video' ? 90 : 48)) % 2 ** 32;
  }

  #send(stream: Outgoing, { payload, marker, timestamp }: Outgoing['queue'][number]): void {
    const counter = Buffer.alloc(2);
    counter.writeUInt16BE(this.#transportSequence = (this.#transportSequence + 1) & 0xffff);
    const header = new RtpHeader({
      payloadType: payloadTypes[stream.kind], sequenceNumber: stream.sequence, timestamp, ssrc: stream.ssrc, marker,
      extension: true, extensionProfile: 0xbede, extensions: [{ id: transportSequence.id, payload: counter }],
    });
    stream.sequence = (stream.sequence + 1) & 0xffff;
    stream.sent++;
    stream.bytes += payload.length;
    this.#line?.sendRtp(Buffer.from(payload), header);
  }

  #report({ ssrc, kind, sent, bytes }: Outgoing): Buffer {
    const elapsedMs = performance.now() - this.#startedMs;
    const ntpMs = performance.timeOrigin + performance.now() + ntpEpochMs;
    const packet = Buffer.alloc(28);
    packet[0] = 0x80;
    packet[1] = 200;
    packet.writeUInt16BE(6, 2);
    packet.writeUInt32BE(ssrc, 4);
    packet.writeUInt32BE(Math.floor(ntpMs / 1000), 8);
    packet.writeUInt32BE(Math.floor(((ntpMs % 1000) / 1000) * 2 ** 32), 12);
    packet.writeUInt32BE(this.#rtpTime(kind, elapsedMs), 16);
    packet.writeUInt32BE(sent % 2 ** 32, 20);
    packet.writeUInt32BE(bytes % 2 ** 32, 24);
    return packet;
  }

  /** Picture loss and full intra requests (RFC 4585, RFC 5104). */
  #rtcp(compound: Buffer): void {
    for (let at = 0; at + 12 <= compound.length; at += 4 + compound.readUInt16BE(at + 2) * 4) {
      if (compound[at + 1] !== 206) continue;
      const format = compound[at]! & 0x1f;
      if (format === 1) this.#restart(compound.readUInt32BE(at + 8));
      if (format === 4 && at + 20 <= compound.length) this.#restart(compound.readUInt32BE(at + 12));
    }
  }

  #restart(ssrc: number): void {
    const stream = this.#streams.find((one) => one.ssrc === ssrc && one.kind === 'video');
    if (!stream) return;
    this.#asked++;
    stream.next = 0;
  }
}
