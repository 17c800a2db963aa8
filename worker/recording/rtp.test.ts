// RTP headers with everything they may carry, and order out of any disorder.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inOrder, parseRtp } from './rtp.ts';

const head = (first: number): Buffer => Buffer.from([first, 0xe5, 0x12, 0x34, 0, 0, 0, 9, 0, 0, 0, 7]);

describe('RTP', () => {
  it('reads a plain packet', () => {
    expect(parseRtp(Buffer.concat([head(0x80), Buffer.from([1, 2, 3])]))).toEqual({
      payloadType: 101, marker: true, sequence: 0x1234, timestamp: 9, ssrc: 7, payloadOffset: 12, payloadLength: 3,
    });
  });

  it('steps over contributing sources and extension, and leaves padding out', () => {
    const packet = Buffer.concat([head(0xb1), Buffer.alloc(4), Buffer.from([0xbe, 0xde, 0, 1, 1, 1, 1, 1]), Buffer.from([42, 0, 0, 3])]);
    expect(parseRtp(packet)).toMatchObject({ payloadOffset: 24, payloadLength: 1 });
  });

  it.each([
    ['too short', Buffer.alloc(5)], ['another version', head(0x40)], ['an extension beyond the end', head(0x90)],
    ['more padding than packet', Buffer.concat([head(0xa0), Buffer.from([200])])],
  ])('refuses %s', (_, packet) => expect(parseRtp(packet)).toBeNull());

  it('never throws', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const header = parseRtp(Buffer.from(bytes));
      if (header) expect(header.payloadOffset + header.payloadLength).toBeLessThanOrEqual(bytes.length);
    }));
  });

  it('restores order over the wrap and drops doubles', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 65_535 }), fc.array(fc.nat({ max: 9 }), { minLength: 20, maxLength: 300 }), (first, delays) => {
      const sent = delays.map((delay, index) => ({ sequence: (first + index) & 0xffff, at: index + delay, index }));
      const arrived = [...sent, sent[3]!].sort((one, other) => one.at - other.at);
      expect(inOrder(arrived).map((packet) => packet.index)).toEqual(sent.map((packet) => packet.index));
    }));
  });
});
