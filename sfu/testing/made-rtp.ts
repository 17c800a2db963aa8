// Made RTP, sent in real time without an encoder: every packet carries its number, video begins with a key frame and sends one when asked.
import type { types as ms } from 'mediasoup';
import { readRtpHead } from '../capture/rtp-packet.ts';
import type { MediaProducer } from '../media-producer.ts';
import { audioLevelId, payloadTypes } from './rtp-relay.ts';

export interface Direct { producer: MediaProducer; transport: ms.DirectTransport }
const everyMs = 20;
/** VP8 payload descriptor, then the frame's first bytes: a key frame of 160 x 90, or a frame between. */
const keyFrame = [0x10, 0x10, 0x00, 0x00, 0x9d, 0x01, 0x2a, 160, 0, 90, 0];
const interFrame = [0x10, 0x11, 0x00, 0x00];

export class MadeRtp {
  /** Numbers sent, by SSRC. */
  readonly sent = new Map<number, number[]>();
  readonly keyFrameAsked: number[] = [];
  /** In dBov, 0 loudest; of sound. */
  level = -30;
  readonly #direct: Direct;
  readonly #ssrcs: number[];
  readonly #timer: NodeJS.Timeout;
  #number = 0;
  #keyFrameDue = true;

  constructor(direct: Direct, ssrcs: number[]) {
    this.#direct = direct;
    this.#ssrcs = ssrcs;
    for (const ssrc of ssrcs) this.sent.set(ssrc, []);
    direct.transport.on('rtcp', (packet) => {
      if (packet[1] !== 206 || (packet[0]! & 0x1f) !== 1) return;
      this.keyFrameAsked.push(performance.now());
      this.#keyFrameDue = true;
    });
    this.#timer = setInterval(() => this.#send(), everyMs);
  }

  stop(): void { clearInterval(this.#timer); }

  #send(): void {
    const { producer } = this.#direct;
    if (producer.closed) return this.stop();
    if (producer.paused) return;
    for (const ssrc of this.#ssrcs) {
      this.sent.get(ssrc)!.push(this.#number);
      producer.send(this.#packet(ssrc));
    }
    this.#keyFrameDue = false;
    this.#number++;
  }

  #packet(ssrc: number): Buffer {
    const { kind } = this.#direct.producer;
    const head = Buffer.alloc(12);
    head[0] = kind === 'audio' ? 0x90 : 0x80;
    head[1] = payloadTypes[kind] | (kind === 'video' ? 0x80 : 0);
    head.writeUInt16BE(this.#number & 0xffff, 2);
    head.writeUInt32BE(this.#number * everyMs * (kind === 'audio' ? 48 : 90), 4);
    head.writeUInt32BE(ssrc, 8);
    const level = kind === 'audio' ? Buffer.from([0xbe, 0xde, 0, 1, audioLevelId << 4, 0x80 | -this.level, 0, 0]) : Buffer.alloc(0);
    const body = Buffer.alloc(8);
    body.writeDoubleBE(this.#number);
    return Buffer.concat([head, level, Buffer.from(kind === 'audio' ? [] : this.#keyFrameDue ? keyFrame : interFrame), body, Buffer.alloc(100)]);
  }
}

export const numberIn = (packet: Buffer, kind: ms.MediaKind): number => {
  const at = readRtpHead(packet)!.payloadAt;
  if (kind === 'audio') return packet.readDoubleBE(at);
  return packet.readDoubleBE(at + ((packet[at + 1]! & 1) === 0 ? keyFrame.length : interFrame.length));
};
