// A process of its own that is many learners: clicks at moments drawn beforehand (open loop), or one after another without a pause.
import { setTimeout as pause } from 'node:timers/promises';
import { beginWatching, clicks, lookAt, type Click, type Objects, type Kind, type Learner, type Targets } from './clicks.ts';
import { HttpLine } from './line.ts';

/** `watch`: nobody has a viewing yet, everybody begins one. */
export interface Crowd { url: string; from: string | null; learners: Learner[]; objects: Objects; watch: boolean }
/** `due`: milliseconds after the start, and who clicks on what. */
export interface Wave { startAtMs: number; due: { atMs: number; learner: number; kind: Kind }[] }
export interface Flood { url: string; path: string; lines: number; seconds: number }
export type Order = { crowd: Crowd } | { wave: Wave } | { flood: Flood };
export interface Result { clicks: Click[]; errors: string[]; requests: number; cpuSeconds: number; wallSeconds: number }

const openingAtOnce = 100;

let crowd: Crowd | null = null;
let targets: Targets | null = null;
let lines: HttpLine[] = [];
/** A learner clicks again when the page before has come. */
let turns: Promise<unknown>[] = [];

async function gather(given: Crowd): Promise<Partial<Result>> {
  for (const line of lines) line.close();
  crowd = given;
  const { url, from, learners, objects, watch } = given;
  lines = learners.map(({ cookie }) => new HttpLine({ url, cookie, from }));
  turns = lines.map(() => Promise.resolve());
  for (let at = 0; at < lines.length; at += openingAtOnce) {
    await Promise.all(lines.slice(at, at + openingAtOnce).map(async (line, index) => {
      await line.open();
      if (watch && objects.replayId) learners[at + index]!.viewingId = await beginWatching(line, objects.replayId);
    }));
  }
  if (lines[0]) targets = await lookAt(lines[0], learners[0]!, objects);
  return { clicks: [], errors: [], requests: 0 };
}

/** Performance clock of this process at a moment of the wall clock that all processes share. */
const localMs = (wallMs: number): number => wallMs - performance.timeOrigin;

async function runWave({ startAtMs, due }: Wave): Promise<Partial<Result>> {
  const done: Click[] = [];
  const errors: string[] = [];
  const { learners } = crowd!;
  const begun: Promise<void>[] = [];
  for (const { atMs, learner, kind } of due) {
    const dueMs = localMs(startAtMs + atMs);
    const early = dueMs - performance.now();
    if (early > 1) await pause(early);
    const turn = turns[learner]!.then(async () => {
      try {
        done.push({ kind, ms: await clicks[kind](lines[learner]!, learners[learner]!, targets!) - dueMs });
      } catch (error) {
        errors.push(`${kind}: ${(error as Error).message}`);
      }
    });
    turns[learner] = turn;
    begun.push(turn);
  }
  await Promise.all(begun);
  return { clicks: done, errors };
}

/** As many answers as the server gives to so many lines that never wait. */
async function runFlood({ url, path, lines: count, seconds }: Flood): Promise<Partial<Result>> {
  const { learners, from } = crowd!;
  const errors: string[] = [];
  let requests = 0;
  const until = performance.now() + seconds * 1000;
  await Promise.all(Array.from({ length: count }, async (_, index) => {
    const line = new HttpLine({ url, from, cookie: learners[index % learners.length]!.cookie });
    await line.open();
    while (performance.now() < until) {
      const { status } = await line.ask({ path });
      if (status === 200) requests++;
      else errors.push(`flood: status ${status}`);
    }
    line.close();
  }));
  return { requests, errors };
}

process.on('message', (order: Order) => {
  const startedMs = performance.now();
  const cpu = process.cpuUsage();
  const work = 'crowd' in order ? gather(order.crowd) : 'wave' in order ? runWave(order.wave) : runFlood(order.flood);
  void work.catch((error: unknown) => ({ errors: [String(error)] })).then((result) => {
    const { user, system } = process.cpuUsage(cpu);
    process.send?.({ clicks: [], errors: [], requests: 0, ...result, cpuSeconds: (user + system) / 1e6, wallSeconds: (performance.now() - startedMs) / 1000 } satisfies Result);
  });
});
process.on('disconnect', () => process.exit(0));
