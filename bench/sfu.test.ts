// What a ramp is summed up to: nothing that was not measured.
import { expect, test } from 'vitest';
import { bestPoint, ratioToBare, summary } from './sfu.ts';
import type { Limits, Point } from './sfu-ramp.ts';

const limits: Limits = { mostViewers: null, seconds: 1, minMegabits: 0.95, deadlineMs: 0 };
const point = (viewers: number, cpuPercent: number, wish: Partial<Point> = {}): Point => ({
  viewers, cpuPercent, packetsPerSecond: viewers * 170, megabitsPerViewer: 1.1, leastMegabits: 1, datagramMegabits: 1.2, lossPercent: 0, generatorCpuPercent: 40, otherCpuPercent: {}, ...wish,
});

test('the best point is the largest audience below 60 % that got everything', () => {
  const points = [point(100, 30), point(180, 55), point(220, 66), point(200, 60.4), point(190, 57, { lossPercent: 0.2 }), point(210, 60, { megabitsPerViewer: 0.9 })];
  expect(bestPoint(points, limits)?.viewers).toBe(200);
  expect(bestPoint([point(10, 80)], limits)).toBeNull();
});

test('ours and bare are compared where they had the same audience', () => {
  expect(ratioToBare([point(100, 30), point(200, 62)], [point(200, 60), point(300, 88)])).toBe(0.968);
  expect(ratioToBare([], [point(1, 1)])).toBeNull();
});

test('receivers that cannot follow are said to be the limit, and no viewer is added to what was measured', () => {
  const bound = summary([point(100, 30), point(150, 45, { megabitsPerViewer: 0.7, generatorCpuPercent: 97 })], [point(150, 44)], limits);
  expect(bound).toMatchObject({ viewersPerCoreAt60: 100, generatorBound: true, reached60: false, limitedBy: 'receivers' });
  const busy = summary([point(40, 9, { megabitsPerViewer: 0.6, generatorCpuPercent: 6 })], [point(40, 9)], limits);
  expect(busy).toMatchObject({ viewersPerCoreAt60: 0, generatorBound: false, limitedBy: 'machine' });
  expect(summary([point(100, 30), point(200, 60)], [point(200, 59)], limits)).toMatchObject({ viewersPerCoreAt60: 200, generatorBound: false, reached60: true });
});

test('a worker that cannot carry its first audience carries none', () => {
  expect(summary([point(40, 75)], [point(40, 40)], limits)).toMatchObject({ viewersPerCoreAt60: 0, reached60: true });
});
