// Viewers in steps until the media worker under measurement has used 60 % of its core, or the viewers themselves are the limit; every point is measured, none is reckoned.
import { setTimeout as pause } from 'node:timers/promises';
import type { Generator } from './receiver/generator.ts';
import { ownSeconds } from './sfu-processes.ts';
import { viewIn, type SfuWorld } from './sfu-world.ts';

export const wantedCpuPercent = 60;
const firstViewers = 40;
const mostGrowth = 1.7;
const atOnce = 8;
const settleMs = 4000;
/** A handshake of a newcomer holds up its whole process for a moment, which the bandwidth estimation of the others takes for a full line: they climb again from there. */
const settlePatienceMs = 45_000;
/** Close enough to 60 % to end. */
const nearPercent = 1;

export interface Point {
  viewers: number; cpuPercent: number; packetsPerSecond: number;
  /** Of the picture, without headers: mean and least of all viewers. `datagramMegabits`: all that one viewer gets, sound and headers included. */
  megabitsPerViewer: number; leastMegabits: number; datagramMegabits: number; lossPercent: number; generatorCpuPercent: number; otherCpuPercent: Record<string, number>;
}
export interface Limits { mostViewers: number | null; seconds: number; minMegabits: number; deadlineMs: number }

interface Snapshot { cpu: number; others: Record<string, number>; byKey: Map<string, { packets: number; bytes: number; videoBytes: number; expected: number }>; generatorsMs: number[]; atMs: number }

async function snapshot(world: SfuWorld, generators: readonly Generator[]): Promise<Snapshot> {
  const replies = await Promise.all(generators.map((generator) => generator.ask('counts', {})));
  return {
    cpu: ownSeconds(world.testedPid()), others: Object.fromEntries(Object.entries(world.otherPids()).map(([name, pid]) => [name, ownSeconds(pid)])),
    byKey: new Map(replies.flatMap(({ counts }) => counts.map((count) => [count.key, count] as const))), generatorsMs: replies.map(({ cpuMs }) => cpuMs), atMs: performance.now(),
  };
}

const percent = (seconds: number, wallSeconds: number): number => Number(((seconds / wallSeconds) * 100).toFixed(1));

function between(from: Snapshot, to: Snapshot): Point {
  const wall = (to.atMs - from.atMs) / 1000;
  const each = [...to.byKey].map(([key, now]) => {
    const before = from.byKey.get(key) ?? { packets: 0, bytes: 0, videoBytes: 0, expected: 0 };
    return { packets: now.packets - before.packets, bytes: now.bytes - before.bytes, videoBytes: now.videoBytes - before.videoBytes, expected: now.expected - before.expected };
  });
  const total = (value: (one: (typeof each)[number]) => number): number => each.reduce((sum, one) => sum + value(one), 0);
  const megabits = (bytes: number): number => Number(((bytes * 8) / wall / 1e6).toFixed(3));
  return {
    viewers: each.length, cpuPercent: percent(to.cpu - from.cpu, wall), packetsPerSecond: Math.round(total(({ packets }) => packets) / wall),
    megabitsPerViewer: megabits(total(({ videoBytes }) => videoBytes) / Math.max(1, each.length)), leastMegabits: megabits(Math.min(...each.map(({ videoBytes }) => videoBytes))),
    datagramMegabits: megabits(total(({ bytes }) => bytes) / Math.max(1, each.length)),
    lossPercent: Number(((Math.max(0, total(({ expected, packets }) => expected - packets)) / Math.max(1, total(({ expected }) => expected))) * 100).toFixed(4)),
    generatorCpuPercent: Math.max(...to.generatorsMs.map((ms, index) => percent((ms - from.generatorsMs[index]!) / 1000, wall))),
    otherCpuPercent: Object.fromEntries(Object.keys(to.others).map((name) => [name, percent(to.others[name]! - from.others[name]!, wall)])),
  };
}

/** One measurement of what is connected now. */
export async function measurePoint(world: SfuWorld, generators: readonly Generator[], seconds: number): Promise<Point> {
  const from = await snapshot(world, generators);
  await pause(seconds * 1000);
  return between(from, await snapshot(world, generators));
}

/** Layers climb after a join: waits until all get the top one, but not for ever. */
async function settled(world: SfuWorld, generators: readonly Generator[], minMegabits: number): Promise<void> {
  await pause(settleMs);
  for (const until = performance.now() + settlePatienceMs; performance.now() < until;) {
    if ((await measurePoint(world, generators, 2)).leastMegabits >= minMegabits) return;
  }
}

export class Audience {
  readonly #world: SfuWorld;
  readonly #generators: readonly Generator[];
  #size = 0;

  constructor(world: SfuWorld, generators: readonly Generator[]) {
    this.#world = world;
    this.#generators = generators;
  }

  async growTo(size: number, minMegabits: number): Promise<void> {
    while (this.#size < size) {
      const from = this.#size;
      this.#size = Math.min(size, from + atOnce);
      const joins = Array.from({ length: this.#size - from }, (_, index) => viewIn(this.#world, this.#generators[(from + index) % this.#generators.length]!, `viewer-${from + index}`));
      await Promise.all(joins);
    }
    await settled(this.#world, this.#generators, minMegabits);
  }
}

const generatorLimitPercent = 85;
/** The receivers used up their core: what is measured is theirs. */
export const generatorFull = ({ generatorCpuPercent }: Point): boolean => generatorCpuPercent >= generatorLimitPercent;
/** Viewers got less than they should, for whatever reason. */
export const starved = (point: Point, limits: Limits): boolean => point.megabitsPerViewer < limits.minMegabits || point.lossPercent > 0.1;

/** A share of the way that seems left: cost grows faster than viewers, and what was passed cannot be gone back to. */
const stride = 0.6;

/** Next size after `point`: towards 60 % as it looks from here, never further than so many times. */
function nextSize({ viewers, cpuPercent }: Point, limits: Limits): number {
  const aimed = Math.ceil(viewers * (1 + stride * (wantedCpuPercent / Math.max(cpuPercent, 1) - 1)));
  return Math.min(limits.mostViewers ?? Infinity, Math.max(viewers + 5, Math.min(aimed, Math.round(viewers * mostGrowth))));
}

/** Points in the order of measurement; the last is near or above 60 %, or the limit of something else. */
export async function ramp(world: SfuWorld, generators: readonly Generator[], limits: Limits, start = firstViewers): Promise<Point[]> {
  const audience = new Audience(world, generators);
  const points: Point[] = [];
  for (let size = Math.min(start, limits.mostViewers ?? Infinity); ;) {
    await audience.growTo(size, limits.minMegabits);
    let point = await measurePoint(world, generators, limits.seconds);
    // Once more before an end is drawn from it: a moment of another program is not a limit, nor are viewers who still climb.
    if (starved(point, limits)) {
      await settled(world, generators, limits.minMegabits);
      point = await measurePoint(world, generators, limits.seconds);
    }
    points.push(point);
    console.error(`${point.viewers} viewers: ${point.cpuPercent} % of a core, ${point.megabitsPerViewer} Mbit/s each, ${point.lossPercent} % lost, generator ${point.generatorCpuPercent} %`);
    const done = point.cpuPercent >= wantedCpuPercent - nearPercent || starved(point, limits) || generatorFull(point) || size >= (limits.mostViewers ?? Infinity) || performance.now() > limits.deadlineMs;
    if (done) return points;
    size = nextSize(point, limits);
  }
}
