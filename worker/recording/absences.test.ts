// Why nothing was captured: a node down, a sender gone, nobody there yet; closing on purpose is no absence.
import { describe, expect, it } from 'vitest';
import { absences } from './absences.ts';
import type { Life } from './life.ts';

const window = { fromMs: 0, toMs: 60_000 };
const life = (openMs: number, closeMs: number, more: Partial<Life> = {}): Life => ({
  producerId: `p${openMs}`, peerId: 'teacher', source: 'camera', openMs, closeMs, closeReason: 'closed', paused: [], lastPacketMs: closeMs - 20, ...more,
});
const told = (lives: Life[], within = window) => absences(lives, within).map(({ reason, span }) => [reason, span?.fromMs, span?.toMs]);

describe('absences', () => {
  it('none when a source is closed on purpose, replaced or goes on', () => {
    expect(told([life(0, 20_000)])).toEqual([]);
    expect(told([life(0, 20_000, { closeReason: 'replaced' }), life(20_000, 70_000)])).toEqual([]);
    expect(told([life(0, 66_000, { closeReason: null })])).toEqual([]);
  });

  it('before the first source nothing was captured, and where there never is one', () => {
    expect(told([life(5000, 60_000)])).toEqual([['nothing_captured', 0, 5000]]);
    expect(told([life(900, 60_000)])).toEqual([]);
    expect(told([])).toEqual([['nothing_captured', 0, 60_000]]);
  });

  it('a node is down until the same source is back, also across windows', () => {
    const lives = [life(0, 20_000, { closeReason: null, lastPacketMs: 19_990 }), life(23_500, 60_000)];
    expect(told(lives)).toEqual([['node_down', 19_990, 23_500]]);
    expect(told(lives, { fromMs: 0, toMs: 21_000 })).toEqual([['node_down', 19_990, 23_500]]);
    expect(told(lives, { fromMs: 24_000, toMs: 60_000 })).toEqual([]);
    expect(told([life(0, 20_000, { closeReason: 'workerDied', source: 'microphone' })])).toEqual([['node_down', 20_000, Infinity]]);
  });

  it('a sender is gone from its last packet on when it fell silent before the end', () => {
    expect(told([life(0, 20_000, { closeReason: 'transportClosed' }), life(25_000, 60_000)])).toEqual([['sender_gone', 20_000, 25_000]]);
    expect(told([life(0, 20_000, { closeReason: 'left', lastPacketMs: 12_000 }), life(25_000, 60_000)])).toEqual([['sender_gone', 12_000, 25_000]]);
    expect(told([life(0, 20_000, { closeReason: 'left', source: 'screen', lastPacketMs: 12_000 })])).toEqual([]);
  });

  it('a phone as document camera is missed until it is back, and not where it never comes back', () => {
    const phone = (openMs: number, closeMs: number, closeReason: string): Life => life(openMs, closeMs, { source: 'documentCamera', closeReason });
    const camera = life(0, 60_000);
    expect(told([camera, phone(5000, 20_000, 'transportClosed'), phone(26_000, 50_000, 'stopped')])).toEqual([['sender_gone', 20_000, 26_000]]);
    expect(told([camera, phone(5000, 20_000, 'transportClosed')])).toEqual([]);
    expect(told([camera, phone(5000, 20_000, 'workerDied')])).toEqual([['node_down', 20_000, Infinity]]);
  });

  it('who paused is not missed', () => {
    expect(told([life(0, 20_000, { closeReason: 'left', lastPacketMs: 9000, paused: [{ fromMs: 9000, toMs: 20_000 }] })])).toEqual([]);
    expect(told([life(0, 20_000, { closeReason: 'transportClosed', paused: [{ fromMs: 9000, toMs: 20_000 }] })])).toEqual([]);
  });
});
