// Opus: lengths from the first byte, losses by sequence number, unsent silence is none.
import { describe, expect, it } from 'vitest';
import { opusDurationMs, orderAudio, type LoggedAudio } from './opus.ts';

const packet = (sequence: number, timestamp: number, durationMs = 20): LoggedAudio => ({ atMs: sequence * 20, sequence, timestamp, described: { durationMs }, file: 0, offset: 0, length: 3 });

describe('Opus', () => {
  it.each([
    [[0x78], 20], [[0x79, 0], 40], [[0xf8], 20], [[0xe0], 2.5], [[0x00], 10], [[0x18], 60], [[0x60], 10], [[0x7b, 3], 60], [[], 0],
  ])('%j lasts %d ms', (bytes, expected) => expect(opusDurationMs(Buffer.from(bytes))).toBe(expected));

  it('counts what is missing, and not what was never sent', () => {
    const { packets, lostPackets } = orderAudio([packet(65_534, 0), packet(0, 1920), packet(65_535, 960), packet(1, 48_000 * 30), packet(4, 48_000 * 30 + 2880)]);
    expect(packets.map(({ rtp, lostBefore }) => [rtp, lostBefore])).toEqual([[0, 0], [960, 0], [1920, 0], [1_440_000, 0], [1_442_880, 2]]);
    expect(lostPackets).toBe(2);
  });

  it('leaves empty packets out', () => expect(orderAudio([packet(1, 0), packet(2, 960, 0), packet(3, 1920)]).packets).toHaveLength(2));
});
