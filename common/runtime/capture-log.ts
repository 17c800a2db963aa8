// The capture log: append-only frames that survive a kill at any byte. Written by sfu, read by worker.
//
// file   = header frame, then frames
// frame  = sync A5 5A | u32le length of body | body | u32le CRC-32 (IEEE) of body
// body   = u8 type | u48le monotonic microseconds since the capture's start | payload
// Types: 0 header (JSON), 1 RTP packet as received, 2 Sender Report (JSON), 3 event (JSON).
import { crc32 } from 'node:zlib';
import type { Source } from '#domain/media.ts';

export const captureLogVersion = 1;
export const frameTypes = { header: 0, rtp: 1, senderReport: 2, event: 3 } as const;
export type FrameType = (typeof frameTypes)[keyof typeof frameTypes];
const syncBytes = Buffer.from([0xa5, 0x5a]);
const overhead = 2 + 4 + 4;
const bodyHead = 1 + 6;
/** Larger bodies are damage: RTP packets fit an MTU, JSON frames are small. */
const maxBody = 256 * 1024;

/** First frame of every segment file. `startWallMs` is the server's clock when monotonic time was 0. */
export interface CaptureHeader {
  version: number; lessonId: string; sessionId: string; roomId: string; nodeId: string; bootId: string;
  producerId: string; peerId: string; source: Source; kind: 'audio' | 'video'; segment: number;
  mimeType: string; clockRate: number; channels?: number; payloadType: number; rtxPayloadType?: number;
  /** As the pipe consumer sends them, lowest layer first; `producerSsrc` is what Sender Reports name. */
  encodings: { ssrc: number; rid?: string; producerSsrc?: number }[];
  cname?: string; startWallMs: number;
}
/** One RTCP Sender Report of the producer: RTP time `rtpTs` was at NTP `ntpSec` + `ntpFrac`/2^32. */
export interface SenderReport { ssrc: number; ntpSec: number; ntpFrac: number; rtpTs: number; packetCount?: number }
/** Lifecycle inside a capture: opened, paused, resumed, closed, keyframeRequested, layers {encodings}. */
export interface CaptureEvent { type: string; data?: Record<string, unknown> }

export interface Frame { type: FrameType; atUs: number; payload: Buffer; offset: number }

/** Appends nothing by itself: answers the bytes of one frame. */
export function encodeFrame(type: FrameType, atUs: number, payload: Uint8Array): Buffer {
  const bodyLength = bodyHead + payload.length;
  const frame = Buffer.allocUnsafe(overhead + bodyLength);
  syncBytes.copy(frame, 0);
  frame.writeUInt32LE(bodyLength, 2);
  frame[6] = type;
  frame.writeUIntLE(atUs, 7, 6);
  frame.set(payload, 13);
  frame.writeUInt32LE(crc32(frame.subarray(6, 6 + bodyLength)), 6 + bodyLength);
  return frame;
}

export const encodeJsonFrame = (type: FrameType, atUs: number, value: CaptureHeader | SenderReport | CaptureEvent): Buffer =>
  encodeFrame(type, atUs, Buffer.from(JSON.stringify(value)));

function frameAt(bytes: Buffer, offset: number): Frame | null {
  if (offset + overhead + bodyHead > bytes.length || bytes[offset] !== 0xa5 || bytes[offset + 1] !== 0x5a) return null;
  const bodyLength = bytes.readUInt32LE(offset + 2);
  if (bodyLength < bodyHead || bodyLength > maxBody || offset + overhead + bodyLength > bytes.length) return null;
  const body = bytes.subarray(offset + 6, offset + 6 + bodyLength);
  if (crc32(body) !== bytes.readUInt32LE(offset + 6 + bodyLength)) return null;
  return { type: body[0] as FrameType, atUs: body.readUIntLE(1, 6), payload: body.subarray(bodyHead), offset };
}

/** Every whole frame in order. Damage is skipped to the next valid frame; `damagedBytes` says how much was skipped. */
export function decodeFrames(bytes: Buffer): { frames: Frame[]; damagedBytes: number; endOfLastFrame: number } {
  const frames: Frame[] = [];
  let offset = 0;
  let damagedBytes = 0;
  let endOfLastFrame = 0;
  while (offset < bytes.length) {
    const frame = frameAt(bytes, offset);
    if (frame) {
      frames.push(frame);
      offset += overhead + bodyHead + frame.payload.length;
      endOfLastFrame = offset;
      continue;
    }
    const next = bytes.indexOf(syncBytes, offset + 1);
    damagedBytes += (next < 0 ? bytes.length : next) - offset;
    offset = next < 0 ? bytes.length : next;
  }
  return { frames, damagedBytes, endOfLastFrame };
}
