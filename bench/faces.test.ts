// The arithmetic of bench faces: bounds, pairs, the pictures' list, rates; nothing that was not measured, and a clear word where the pictures are missing.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { readEvent } from './faces/check-watch.ts';
import type { Checked, Timed } from './faces/checker.ts';
import { endToEndFigures } from './faces/end-to-end.ts';
import { countPairs, pairFigures } from './faces/pairs.ts';
import { readList, readSharedPictures } from './faces/pictures.ts';
import { speedFigures } from './faces/speed.ts';
import { upperBound95 } from './statistics.ts';

describe('the upper bound', () => {
  it('is what tables of Clopper and Pearson say (95 %, one-sided)', () => {
    for (const [errors, trials, bound] of [[0, 1, 0.95], [0, 9, 0.2831], [0, 96, 0.0307], [1, 20, 0.2161], [3, 10, 0.6066], [5, 100, 0.1023]] as const) {
      expect(upperBound95(errors, trials)).toBeCloseTo(bound, 3);
    }
  });
  it('is everything where everything or nothing was wrong of nothing, and holds for many', () => {
    expect([upperBound95(4, 4), upperBound95(0, 0)]).toEqual([1, 1]);
    expect(upperBound95(600, 1200)).toBeCloseTo(0.5242, 3);
    expect(upperBound95(0, 300_000)).toBeCloseTo(Math.log(20) / 300_000, 7);
  });
});

describe('pairs', () => {
  /** Unit vectors in a plane, `apart` (1 - cosine) from [1, 0]. */
  const portrait = (file: string, person: string, apart: number) => ({ file, person, vector: new Float32Array([1 - apart, Math.sqrt(1 - (1 - apart) ** 2)]) });

  it('are each with each once, the same person up to the threshold', () => {
    const counts = countPairs([portrait('1', 'a', 0), portrait('2', 'a', 0.4), portrait('3', 'a', 0.9), portrait('4', 'b', 0.45), portrait('5', 'c', 1)], 0.5);
    expect(counts.pairs).toEqual({ same: 3, different: 7 });
    // Of a the first and the third are too far apart; of others only a's first and c.
    expect(counts.falseRejects).toBe(1);
    expect(counts.falseAccepts).toBe(6);
    expect(counts.furthestSame).toBeCloseTo(0.9, 5);
  });

  it('are shares with their bounds, and none are no share', () => {
    const figures = pairFigures({ pairs: { same: 9, different: 96 }, falseAccepts: 0, falseRejects: 1, furthestSame: 0.55, closestDifferent: 0.71 });
    expect(figures).toMatchObject({ falseAccept: 0, falseAcceptUpper95: 0.0307, falseReject: 0.1111, falseRejectUpper95: 0.4291, furthestSame: 0.55, closestDifferent: 0.71 });
    expect(pairFigures(countPairs([portrait('1', 'a', 0)], 0.5))['falseAccept']).toBeNaN();
  });
});

describe('the pictures', () => {
  it('are those of the list; a picture of two or of nobody known is no portrait', () => {
    expect(readList('file\tperson\tlicence\na_1.jpg\ta\tMIT\ntwo.jpg\ta+b\tMIT\nhouse.jpg\t-\tMIT\n')).toEqual([
      { file: 'a_1.jpg', person: 'a' }, { file: 'two.jpg', person: null }, { file: 'house.jpg', person: null }]);
    expect(() => readList('picture\twho\n')).toThrow('no column');
  });
  it('are named where they are missing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'no-faces-'));
    try {
      await expect(readSharedPictures(folder)).rejects.toThrow(`${folder}/manifest.tsv is not there`);
      await writeFile(join(folder, 'manifest.tsv'), 'file\tperson\na_1.jpg\ta\n');
      await expect(readSharedPictures(folder)).rejects.toThrow('missing in');
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('rates are per second of the clock and per processor second; sized by the slower way to run', () => {
  const timed = (ms: number, count: number, cpuSeconds: number, atOnce = 1): Timed => ({ ms: Array.from({ length: count }, () => ms), cpuSeconds, wallSeconds: (ms * count) / 1000 / atOnce });
  const checked = (checks: Timed, bare: Timed, loopP99Ms: number): Checked => ({ openedMs: 80, checks, bare, verdicts: { matched: 1 }, peakBytes: 2e8, loopP99Ms });
  const nothing: Timed = { ms: [], cpuSeconds: 0, wallSeconds: 0 };
  const figures = speedFigures(checked(timed(50, 100, 5), timed(40, 100, 4), 31), checked(timed(80, 100, 6, 2), nothing, 2), 2);
  expect(figures).toMatchObject({
    checksPerSecondPerCore: 16.67, ratioToBare: 0.8, coresFor20000In10Minutes: 2, p95Ms: 80, checks: 200, peakMb: 200,
    inOwnThread: { perSecond: 20, perCore: 20, cpuMs: 50, loopDelayP99Ms: 31 }, inThreads: { threads: 2, perSecond: 25, perCore: 16.67, p95Ms: 80, loopDelayP99Ms: 2 },
  });
});

test('a verdict’s time is from the asking, and from the picture’s sending; verdicts are counted', () => {
  const check = (askedMs: number, sentMs: number, settledMs: number) => ({ checkId: `${askedMs}`, askedMs, sentMs, settledMs, verdict: 'matched' });
  expect(endToEndFigures([check(0, 300, 500), check(1000, 1200, 2000)], [check(0, 2700, 3000)])).toMatchObject({
    e2eVerdictP95Ms: 1000, e2eVerdictP50Ms: 500, e2ePictureToVerdictP95Ms: 800, e2eUntouchedP95Ms: 3000, e2eChecks: 2, e2eVerdicts: { matched: 3 } });
});

test('events are read off the line, and nothing else is', () => {
  expect(readEvent('42["check:asked",{"checkId":"k"}]')).toEqual({ name: 'check:asked', data: { checkId: 'k' } });
  for (const other of ['2', '40{"sid":"x"}', '430[{"ok":true}]', Buffer.from('42["check:asked",{}]')]) expect(readEvent(other)).toBeNull();
});
