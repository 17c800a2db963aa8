// Gaps are told with their reasons, voices are joined without overlap.
import { describe, expect, it } from 'vitest';
import { frames, packets, soundTrack, videoTrack } from '../testing/tracks.ts';
import { gapsOf } from './gaps.ts';
import { lanesOf, soundLosses } from './sound.ts';
import { uncovered } from './spans.ts';

describe('gaps', () => {
  it('finds what no span covers', () => {
    expect(uncovered([{ fromMs: 5, toMs: 7 }, { fromMs: 1, toMs: 3 }, { fromMs: 2, toMs: 4 }], 0, 10)).toEqual([{ fromMs: 0, toMs: 1 }, { fromMs: 4, toMs: 5 }, { fromMs: 7, toMs: 10 }]);
    expect(uncovered([], 3, 9)).toEqual([{ fromMs: 3, toMs: 9 }]);
    expect(uncovered([{ fromMs: 0, toMs: 20 }], 3, 9)).toEqual([]);
  });

  it('counts from the unit, in order, with reasons', () => {
    const sound = packets(3000, 9000).map((packet, index) => (index === 100 ? { ...packet, lostBefore: 5 } : packet));
    for (const packet of sound.slice(100)) packet.ms += 400;
    const gaps = gapsOf([soundTrack(3000, 9000, sound)], [
      { producerId: '', reason: 'nothing_captured', span: { fromMs: 2000, toMs: 3000 } }, { producerId: 'x', reason: 'codec_unsupported', span: { fromMs: 0, toMs: 2500 } },
    ], 2000, 12_000);
    expect(gaps).toEqual([
      { fromMs: 0, toMs: 1000, reason: 'nothing_captured' },
      { fromMs: 0, toMs: 500, reason: 'codec_unsupported' },
      { fromMs: 3000, toMs: 3400, reason: 'sound_lost' },
    ]);
  });

  it('silence that was not sent is no loss', () => {
    expect(soundLosses(soundTrack(0, 9000, [...packets(0, 1000), ...packets(6000, 9000)]))).toEqual([]);
  });

  it('a still screen is no loss', () => expect(gapsOf([videoTrack('screen', 0, 9000, [frames(0, 80)])], [], 0, 9000)).toEqual([]));
});

describe('voices', () => {
  it('puts reconnected captures into one lane and lets the later one win', () => {
    const lanes = lanesOf([soundTrack(2000, 5000, packets(2000, 5000)), soundTrack(0, 3000, packets(0, 3000))], 0, 4000);
    expect(lanes).toHaveLength(1);
    const times = lanes[0]!.packets.map(({ packet }) => packet.ms);
    expect(times).toEqual(Array.from({ length: 200 }, (_, index) => index * 20));
  });

  it('keeps people and sources apart and leaves silent ones out', () => {
    const tracks = [soundTrack(0, 100, packets(0, 100)), soundTrack(0, 100, packets(0, 100), { peerId: 'other' }), soundTrack(0, 100, packets(0, 100), { source: 'screenAudio' }), soundTrack(9000, 9100, packets(9000, 9100), { peerId: 'late' })];
    expect(lanesOf(tracks, 0, 1000)).toHaveLength(3);
  });
});
