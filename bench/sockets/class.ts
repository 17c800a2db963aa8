// A class of many as processes, the same against the product and the bare library: joins, then hears what the teacher says.
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { newId } from '#domain/id.ts';
import { percentile, treeSeconds } from '../statistics.ts';
import type { Heard, Joined } from './generator.ts';

export interface Place {
  port: number;
  lessonId: string;
  cookies: readonly string[];
  /** The server under measurement. */
  pid: number;
  /** Says a word to everybody; answers when it was taken. */
  say(word: string): Promise<unknown>;
}
export interface ClassFigures {
  entered: number; joinPerSecond: number; joinP99Ms: number; rssKbPerLearner: number; broadcastP50Ms: number; broadcastP99Ms: number;
  broadcastsMissed: number; closed: number; events: Record<string, number>; errors: string[];
  /** `serverMsPerJoin`: CPU of the server alone, without its database; unlike the wall clock it says the same on a machine that is busy with other things. */
  cpu: { serverCores: number; serverMsPerJoin: number; generatorCores: number; generatorBusiest: number };
}
export interface ClassPlan { words: number; everyMs: number; settleMs: number }

const mostPerProcess = 5_000;
const wallMs = (): number => performance.timeOrigin + performance.now();
const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Resident memory of a process, KB (Linux). */
export const residentKb = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);

/** Files one process may have open at most. */
export const openFilesLimit = (): number => Number(/Max open files\s+\d+\s+(\d+|unlimited)/.exec(readFileSync('/proc/self/limits', 'utf8'))![1]!.replace('unlimited', '1e9'));

/** Asks a generator and answers what it says; throws where it ends instead. */
export async function order<T>(child: ChildProcess, what: object): Promise<T> {
  const answered = once(child, 'message');
  const gone = once(child, 'exit').then(([code]) => { throw new Error(`a generator ended with ${code}`); });
  gone.catch(() => undefined);
  child.send(what);
  const [result] = await Promise.race([answered, gone]) as [T];
  return result;
}

/** Says words to everybody and answers how late each reached each, and how many never did. */
async function speak(children: readonly ChildProcess[], place: Place, { words, everyMs }: ClassPlan): Promise<{ lateMs: number[]; missed: number; heard: Heard[] }> {
  const saidMs = new Map<string, number>();
  for (let index = 0; index < words; index++) {
    const word = `word:${newId()}`;
    saidMs.set(word, wallMs());
    await place.say(word);
    await pause(everyMs);
  }
  const heard = await Promise.all(children.map((child) => order<Heard>(child, { heard: true })));
  const lateMs = heard.flatMap(({ arrivals }) => Object.entries(arrivals).flatMap(([word, at]) => at.map((ms) => ms - saidMs.get(word)!)));
  return { lateMs, missed: words * place.cookies.length - lateMs.length, heard };
}

function sum(heard: readonly Heard[]): Record<string, number> {
  const events: Record<string, number> = {};
  for (const one of heard) for (const [name, count] of Object.entries(one.events)) events[name] = (events[name] ?? 0) + count;
  return events;
}

export async function measureClass(place: Place, plan: ClassPlan): Promise<ClassFigures> {
  const { cookies, pid } = place;
  const processes = Math.max(2, Math.ceil(cookies.length / mostPerProcess));
  const size = Math.ceil(cookies.length / processes);
  const children = Array.from({ length: processes }, () => fork(join(import.meta.dirname, 'generator.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  try {
    // Once without learners, so that what a process needs anyway is not counted for them.
    await Promise.all(children.map((child) => order<Heard>(child, { heard: true })));
    const [restKb, from, used] = [residentKb(pid), wallMs(), treeSeconds(pid)];
    const joined = await Promise.all(children.map((child, index) => order<Joined>(child, {
      // One source address has its own range of ports.
      join: { port: place.port, from: `127.0.0.${index + 2}`, lessonId: place.lessonId, cookies: cookies.slice(index * size, (index + 1) * size) },
    })));
    const joinSeconds = (Math.max(...joined.map(({ lastMs }) => lastMs)) - Math.min(...joined.map(({ firstMs }) => firstMs))) / 1000;
    const [wallSeconds, serverSeconds] = [(wallMs() - from) / 1000, treeSeconds(pid) - used];
    const entered = joined.reduce((all, one) => all + one.entered, 0);
    const cpu = {
      serverCores: rounded(serverSeconds / wallSeconds), serverMsPerJoin: rounded((serverSeconds * 1000) / Math.max(1, entered)),
      generatorCores: rounded(joined.reduce((all, { cpuSeconds }) => all + cpuSeconds, 0) / wallSeconds),
      generatorBusiest: rounded(Math.max(...joined.map(({ cpuSeconds }) => cpuSeconds)) / wallSeconds),
    };
    await pause(plan.settleMs);
    const rssKbPerLearner = rounded((residentKb(pid) - restKb) / Math.max(1, entered));
    const { lateMs, missed, heard } = await speak(children, place, plan);
    return {
      entered, joinPerSecond: rounded(entered / joinSeconds), joinP99Ms: Math.round(percentile(joined.flatMap(({ waitedMs }) => waitedMs), 0.99)), rssKbPerLearner,
      broadcastP50Ms: rounded(percentile(lateMs, 0.5)), broadcastP99Ms: rounded(percentile(lateMs, 0.99)), broadcastsMissed: missed,
      closed: heard.reduce((all, one) => all + one.closed, 0), events: sum(heard), errors: [...new Set(joined.flatMap(({ errors }) => errors))].slice(0, 5), cpu,
    };
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
  }
}
