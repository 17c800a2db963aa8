// RTP heads and VP8 key frames, whatever extensions, padding or damage a packet has.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readRtpHead, startsVp8KeyFrame } from './rtp-packet.ts';

function packet(payload: number[], { csrcs = 0, extensionWords = -1, padding = 0, sequence = 7, ssrc = 0xdeadbeef } = {}): Buffer {
  const head = Buffer.alloc(12 + csrcs * 4);
  head[0] = 0x80 | csrcs | (extensionWords >= 0 ? 0x10 : 0) | (padding > 0 ? 0x20 : 0);
  head.writeUInt16BE(sequence, 2);
  head.writeUInt32BE(ssrc, 8);
  const extension = Buffer.alloc(extensionWords >= 0 ? 4 + extensionWords * 4 : 0);
  if (extensionWords >= 0) extension.writeUInt16BE(extensionWords, 2);
  const pad = Buffer.alloc(padding);
  if (padding > 0) pad[padding - 1] = padding;
  return Buffer.concat([head, extension, Buffer.from(payload), pad]);
}
const isKeyFrame = (bytes: Buffer): boolean => {
  const head = readRtpHead(bytes);
  return head !== null && startsVp8KeyFrame(bytes, head);
};

test('key frames through every descriptor form', () => {
  expect(isKeyFrame(packet([0x10, 0x00]))).toBe(true);
  expect(isKeyFrame(packet([0x10, 0x01]))).toBe(false);
  expect(isKeyFrame(packet([0x00, 0x00]))).toBe(false);
  expect(isKeyFrame(packet([0x11, 0x00]))).toBe(false);
  // Extension with 7-bit and 15-bit picture ids, TL0PICIDX, TID.
  expect(isKeyFrame(packet([0x90, 0x80, 0x05, 0x00]))).toBe(true);
  expect(isKeyFrame(packet([0x90, 0x80, 0x85, 0x01, 0x00]))).toBe(true);
  expect(isKeyFrame(packet([0x90, 0xe0, 0x85, 0x01, 0x09, 0x40, 0x10]))).toBe(true);
  expect(isKeyFrame(packet([0x90, 0xe0, 0x85, 0x01, 0x09, 0x40, 0x11]))).toBe(false);
});

test('CSRCs, extensions and padding are stepped over', () => {
  expect(isKeyFrame(packet([0x10, 0x00], { csrcs: 3, extensionWords: 2, padding: 5 }))).toBe(true);
  expect(readRtpHead(packet([1, 2, 3], { csrcs: 1, extensionWords: 1, padding: 4, sequence: 65535, ssrc: 9 }))).toEqual({ ssrc: 9, sequence: 65535, payloadAt: 24, payloadEnd: 27 });
  expect(isKeyFrame(packet([], { padding: 6 }))).toBe(false);
});

test('no bytes make it fail', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => { expect(typeof isKeyFrame(Buffer.from(bytes))).toBe('boolean'); }));
  expect(readRtpHead(Buffer.from([0x40, ...Array<number>(20).fill(0)]))).toBeNull();
  expect(readRtpHead(packet([1], { padding: 0 }).fill(0xbf, 0, 1))).toBeNull();
});
