// Which part is opened first, and which comes next.
import { describe, expect, it } from 'vitest';
import type { ReplayPart } from '#contracts/replay.ts';
import { addressOf, keyOf, partAfter, wantedMs, wantedPart } from './part-name.ts';

const part = (ordinal: number, number: number, more: Partial<ReplayPart> = {}): ReplayPart => ({
  replayId: `r${ordinal}.${number}`, unitId: `u${ordinal}`, group: null, ordinal, part: number, parts: 2, status: 'ready', durationMs: 1000, posterUrl: null, mp4Url: null, sizeBytes: null, sha256: null,
  marks: [], chapters: [], thumbnails: null, captions: [], positionMs: 0, furthestMs: 0, creditedMs: 0, completed: false, makeUp: null, progress: null, secondsLeft: null, failReason: null, holdReasons: [], ...more,
});
const parts = [part(1, 1, { completed: true }), part(1, 2, { status: 'held' }), part(2, 1), part(2, 2, { status: 'processing' })];

describe('wantedPart', () => {
  it('is the one the address names, also where it cannot be watched', () => {
    expect([wantedPart(parts, { unit: '2', part: '2' }), wantedPart(parts, { unit: '1', part: '2' }), wantedPart(parts, { unit: '2' })].map((one) => one?.replayId)).toEqual(['r2.2', 'r1.2', 'r2.1']);
  });
  it('is else the first not yet watched, the first to watch, the first', () => {
    expect(wantedPart(parts, {})?.replayId).toBe('r2.1');
    expect(wantedPart(parts.slice(0, 2), { unit: '9' })?.replayId).toBe('r1.1');
    expect(wantedPart([part(1, 1, { status: 'failed' })], {})?.status).toBe('failed');
    expect(wantedPart([], {})).toBeNull();
  });
});

describe('partAfter', () => {
  it('skips what cannot be watched', () => {
    expect([partAfter(parts, parts[0]!)?.replayId, partAfter(parts, parts[2]!)]).toEqual(['r2.1', null]);
  });
});

describe('films of groups', () => {
  const group = (groupId: string, ordinal: number, number = 1, parts = 1): ReplayPart =>
    part(ordinal, number, { replayId: `${groupId}.${number}`, unitId: null, parts, group: { groupId, startedAt: '2026-03-02T01:00:00Z', endedAt: null, people: [] } });
  const all = [part(1, 1), group('a', 1), group('b', 2, 1, 2), group('b', 2, 2, 2)];

  it('are named by the group, and never taken for the unit of the same number', () => {
    expect(wantedPart(all, addressOf(all[1]!))?.replayId).toBe('a.1');
    expect(wantedPart(all, addressOf(all[3]!))?.replayId).toBe('b.2');
    expect(wantedPart(all, { unit: '2' })?.replayId).toBe('r1.1');
    expect(new Set(all.map(keyOf)).size).toBe(all.length);
  });
  it('follow on nothing but their own parts', () => {
    expect(all.map((one) => partAfter(all, one)?.replayId ?? null)).toEqual([null, null, 'b.2', null]);
  });
});

describe('wantedMs', () => {
  it('is the moment an address names in whole seconds, and nothing else', () => {
    expect(['0', '754', undefined, '', '-1', '1.5', '123456', ['7']].map(wantedMs)).toEqual([0, 754_000, null, null, null, null, null, null]);
  });
});
