// VP8 descriptors, whole frames only, and which frames a decoder can take after a loss.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assembleFrames, type VideoPacket } from './frames.ts';
import { parseVp8 } from './vp8.ts';

const keyHead = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x00, 0x05, 0xd0, 0x02];

describe('VP8 payload descriptor', () => {
  it('reads a bare start with a key frame', () => {
    expect(parseVp8(Buffer.from([0x10, ...keyHead]))).toMatchObject({ start: true, headLength: 1, keyFrame: { width: 1280, height: 720 } });
  });

  it('reads every extension field', () => {
    expect(parseVp8(Buffer.from([0x90, 0xf0, 0x81, 0x02, 33, 0xa5, 0x11]))).toEqual({
      start: true, headLength: 6, pictureId: 258, baseIndex: 33, temporalLayer: 2, layerSync: true, keyFrame: null,
    });
  });

  it('has the layer byte with T or K, and none with L alone', () => {
    expect(parseVp8(Buffer.from([0x90, 0x40, 5, 0x01]))).toMatchObject({ headLength: 3, baseIndex: 5, temporalLayer: null });
    expect(parseVp8(Buffer.from([0x90, 0x10, 0x1f, 0x01]))).toMatchObject({ headLength: 3, temporalLayer: null });
    expect(parseVp8(Buffer.from([0x90, 0x20, 0x40, 0x01]))).toMatchObject({ headLength: 3, temporalLayer: 1 });
  });

  it('takes only partition 0 for a start', () => expect(parseVp8(Buffer.from([0x11, 0x01]))?.start).toBe(false));

  it('refuses what ends inside its descriptor, and never throws', () => {
    expect(parseVp8(Buffer.from([0x90, 0xf0, 0x81]))).toBeNull();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => { parseVp8(Buffer.from(bytes)); }));
  });
});

interface Made { key?: boolean; parts?: number; layer?: number; base?: number; sync?: boolean }
/** Packets of frames at 3000 ticks each; frame n has RTP time n * 3000. */
function packetsOf(frames: Made[]): VideoPacket[] {
  let sequence = 65_530;
  return frames.flatMap((frame, index) => Array.from({ length: frame.parts ?? 2 }, (_, part): VideoPacket => ({
    atMs: index * 33, sequence: sequence++ & 0xffff, timestamp: (index * 3000 + 4_294_960_000) % 2 ** 32, marker: part === (frame.parts ?? 2) - 1,
    file: 0, offset: index * 100 + part * 10, length: 10,
    described: { vp8: {
      start: part === 0, headLength: 4, pictureId: index, baseIndex: frame.base ?? null, temporalLayer: frame.layer ?? null, layerSync: frame.sync ?? false,
      keyFrame: frame.key && part === 0 ? { width: 640, height: 360 } : null,
    } },
  })));
}
/** Where the first packets are lost, times are counted from behind the wrap. */
const numberOf = ({ rtp }: { rtp: number }): number => ((rtp - 4_294_960_000 + 2 ** 32) % 2 ** 32) / 3000;
const shown = (packets: VideoPacket[]): number[] => assembleFrames(packets).frames.map(numberOf);
const plain = (count: number, keyEvery: number): Made[] => Array.from({ length: count }, (_, index) => ({ key: index % keyEvery === 0 }));

describe('frames', () => {
  it('puts disordered and doubled packets together over both wraps', () => {
    fc.assert(fc.property(fc.array(fc.nat({ max: 6 }), { minLength: 60, maxLength: 60 }), (delays) => {
      const packets = packetsOf(plain(30, 10));
      const order = packets.map((packet, index) => ({ packet, at: index + delays[index]! })).sort((one, other) => one.at - other.at).map(({ packet }) => packet);
      expect(shown([...order, order[5]!])).toEqual(Array.from({ length: 30 }, (_, index) => index));
    }));
  });

  it('shows nothing before the first key frame and nothing from a loss to the next one', () => {
    const packets = packetsOf([{}, { key: true }, {}, {}, {}, { key: true }, {}]);
    packets.splice(6, 1);
    const { frames, lostPackets } = assembleFrames(packets);
    expect(frames.map(numberOf)).toEqual([1, 2, 5, 6]);
    expect(frames.map((frame) => frame.afterLoss)).toEqual([true, false, true, false]);
    expect(lostPackets).toBe(1);
  });

  it('notices a whole frame missing', () => expect(shown(packetsOf(plain(10, 5)).filter((_, index) => index !== 4 && index !== 5))).toEqual([0, 1, 5, 6, 7, 8, 9]));

  it('any loss shows only frames whose every reference came', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.nat({ max: 79 }), { maxLength: 12 }), (lost) => {
      const came = packetsOf(plain(40, 8)).filter((_, index) => !lost.includes(index));
      const whole = (index: number): boolean => !lost.includes(index * 2) && !lost.includes(index * 2 + 1);
      const expected = Array.from({ length: 40 }, (_, index) => index).filter((index) => {
        for (let at = index - (index % 8); at <= index; at++) if (!whole(at)) return false;
        return true;
      });
      expect(shown(came)).toEqual(expected);
    }));
  });

  it('goes on with the base layer when only a higher temporal layer was lost', () => {
    const made: Made[] = [
      { key: true, layer: 0, base: 1 }, { layer: 1, base: 1, sync: true }, { layer: 0, base: 2 }, { layer: 1, base: 2 }, { layer: 0, base: 3 },
      { layer: 1, base: 3 }, { layer: 0, base: 4 }, { layer: 1, base: 4, sync: true }, { layer: 0, base: 5 }, { layer: 1, base: 5 },
    ];
    expect(shown(packetsOf(made).filter((_, index) => index !== 6))).toEqual([0, 1, 2, 4, 6, 7, 8, 9]);
    expect(shown(packetsOf(made).filter((_, index) => index !== 8))).toEqual([0, 1, 2, 3]);
  });

  it('leaves out a frame whose end a browser threw away for a key frame, and says so', () => {
    const packets = packetsOf([{ key: true }, {}, { parts: 1 }, { key: true }, {}]).map((packet, index) => (index === 4 ? { ...packet, marker: false } : packet));
    const { frames, lostPackets } = assembleFrames(packets);
    expect(frames.map((frame) => [numberOf(frame), frame.afterLoss])).toEqual([[0, false], [1, false], [3, true], [4, false]]);
    expect(lostPackets).toBe(0);
  });

  it('takes a frame without a marker for whole when another one follows', () => {
    expect(shown(packetsOf(plain(4, 4)).map((packet, index) => (index === 3 ? { ...packet, marker: false } : packet)))).toEqual([0, 1, 2, 3]);
  });

  it('ignores padding that fills sequence numbers', () => {
    const packets = packetsOf(plain(4, 4));
    const padding = { ...packets[3]!, described: { vp8: null }, length: 0, sequence: packets[4]!.sequence };
    const later = packets.slice(4).map((packet) => ({ ...packet, sequence: (packet.sequence + 1) & 0xffff }));
    expect(shown([...packets.slice(0, 4), padding, ...later])).toEqual([0, 1, 2, 3]);
  });
});
