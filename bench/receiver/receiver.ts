// A viewer without a screen: connects as a browser does, counts what arrives by its clear headers, and answers with the RTCP of a browser. Decodes nothing.
import type { types as ms } from 'mediasoup';
import type { TransportInfo } from '#contracts/media.ts';
import { pictureLoss, receiverReport, TransportFeedback } from './feedback.ts';
import { ReceivedStream } from './received-stream.ts';
import { SecureLine } from '#testing/secure-line.ts';

/** As libwebrtc at these bitrates: feedback every 50 ms, a report a second. */
export const feedbackEveryMs = 50;
const reportEveryMs = 1000;
const transportSequence = 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01';
const ownSsrc = 1;
const probationSsrc = 1234;
const tagBytes = 16;

/** What a browser says it can receive, as far as the SFU asks: VP8 and Opus with transport-wide feedback. */
export const viewerCapabilities = (router: ms.RtpCapabilities): ms.RtpCapabilities => ({
  codecs: (router.codecs ?? []).map((codec) => ({ ...codec, rtcpFeedback: (codec.rtcpFeedback ?? []).filter(({ type }) => type !== 'goog-remb') })),
  headerExtensions: (router.headerExtensions ?? []).filter(({ uri }) => uri !== 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time'),
});

/** Of one header extension (RFC 8285, one byte each) its two bytes as a number; null where the packet has none. */
export function twoByteExtension(packet: Buffer, id: number): number | null {
  if (!(packet[0]! & 0x10)) return null;
  let at = 12 + (packet[0]! & 0x0f) * 4;
  if (packet.readUInt16BE(at) !== 0xbede) return null;
  const end = at + 4 + packet.readUInt16BE(at + 2) * 4;
  for (at += 4; at < end;) {
    const head = packet[at]!;
    if (head === 0) at += 1;
    else if (head >> 4 === id) return packet.readUInt16BE(at + 1);
    else at += 2 + (head & 0x0f);
  }
  return null;
}

/** Fixed part, contributing sources and extensions. */
const headerBytes = (packet: Buffer): number => {
  const fixed = 12 + (packet[0]! & 0x0f) * 4;
  return packet[0]! & 0x10 ? fixed + 4 + packet.readUInt16BE(fixed + 2) * 4 : fixed;
};

/** `videoBytes`: of the picture alone, without headers. */
export interface ReceivedCount { packets: number; bytes: number; expected: number; videoBytes: number; firstVideoMs: number | null; lastMs: number }

let toldMs: number | null = null;
/**
 * When the packets that are read in this turn of the loop were there: the moment at which the process was told of them, one for all. Those that wait
 * while others are read are not late, as they would not be by a browser's time stamp from the kernel.
 */
function arrivalMs(): number {
  if (toldMs === null) {
    toldMs = performance.now();
    setImmediate(() => { toldMs = null; });
  }
  return toldMs;
}

export class LightReceiver {
  readonly #streams = new Map<number, ReceivedStream>();
  readonly #kinds = new Map<number, ms.MediaKind>();
  readonly #feedback = new TransportFeedback();
  #extension = 0;
  #line: SecureLine | null = null;
  #lastReportMs = 0;
  #closed = false;
  /** The server ended the connection. */
  ended = false;

  /** Connects; what it consumes is told afterwards. */
  static async open(transport: TransportInfo, patienceMs?: number): Promise<LightReceiver> {
    const receiver = new LightReceiver();
    receiver.#line = await SecureLine.open(transport, {
      onRtp: (packet) => receiver.#rtp(packet), onRtcp: (packet) => receiver.#rtcp(packet), onEnd: () => { receiver.ended = true; },
    }, patienceMs);
    if (receiver.#closed) receiver.#line.close();
    return receiver;
  }

  expect(kind: ms.MediaKind, parameters: ms.RtpParameters): void {
    for (const { ssrc } of parameters.encodings ?? []) if (ssrc !== undefined) this.#kinds.set(ssrc, kind);
    this.#extension = parameters.headerExtensions?.find(({ uri }) => uri === transportSequence)?.id ?? this.#extension;
  }

  /** Called by the process for all its receivers in turn, about every `feedbackEveryMs`. */
  tick(nowMs: number): void {
    const line = this.#line;
    if (!line || this.#closed) return;
    const [first] = this.#streams.values();
    const feedback = this.#feedback.take(ownSsrc, first?.ssrc ?? 0);
    if (feedback) line.sendRtcp(feedback);
    if (nowMs - this.#lastReportMs < reportEveryMs) return;
    this.#lastReportMs = nowMs;
    const blocks = [...this.#streams.values()].filter(({ ssrc }) => ssrc !== probationSsrc).map((stream) => stream.block(nowMs));
    if (blocks.length > 0) line.sendRtcp(receiverReport(ownSsrc, blocks));
  }

  /** Asks for a key frame of what it sees. */
  askPicture(): void {
    for (const [ssrc, kind] of this.#kinds) if (kind === 'video') this.#line?.sendRtcp(pictureLoss(ownSsrc, ssrc));
  }

  /** From here to the SFU and back, at the last consent check. */
  get roundTripMs(): number | null { return this.#line?.roundTripMs ?? null; }

  /** Of what was asked for; probation packets of the bandwidth estimation are left out. */
  get count(): ReceivedCount {
    const streams = [...this.#streams.values()].filter(({ ssrc }) => this.#kinds.has(ssrc));
    const sum = (value: (stream: ReceivedStream) => number): number => streams.reduce((total, stream) => total + value(stream), 0);
    const video = streams.find(({ ssrc }) => this.#kinds.get(ssrc) === 'video');
    return {
      packets: sum(({ packets }) => packets), bytes: sum(({ bytes }) => bytes), expected: sum(({ expected }) => expected),
      videoBytes: video?.payloadBytes ?? 0, firstVideoMs: video?.firstMs ?? null, lastMs: Math.max(0, ...streams.map(({ lastMs }) => lastMs)),
    };
  }

  close(): void {
    this.#closed = true;
    this.#line?.close();
  }

  #rtp(packet: Buffer): void {
    const nowMs = arrivalMs();
    const ssrc = packet.readUInt32BE(8);
    let stream = this.#streams.get(ssrc);
    if (!stream) this.#streams.set(ssrc, stream = new ReceivedStream(ssrc));
    stream.came(packet.readUInt16BE(2), packet.length, packet.length - headerBytes(packet) - tagBytes, nowMs);
    const sequence = this.#extension ? twoByteExtension(packet, this.#extension) : null;
    if (sequence !== null) this.#feedback.came(sequence, Math.round(nowMs * 1000));
  }

  #rtcp(compound: Buffer): void {
    for (let at = 0; at + 20 <= compound.length; at += 4 + compound.readUInt16BE(at + 2) * 4) {
      if (compound[at + 1] === 200) this.#streams.get(compound.readUInt32BE(at + 4))?.senderReported(compound.readUInt32BE(at + 10), performance.now());
    }
  }
}
