// How many checks a core does: a process with one engine beside the bare library, then one with an engine in each of its threads, as the worker runs them.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { percentile } from '../statistics.ts';
import type { Checked, Task, Timed } from './checker.ts';

type Figures = Record<string, unknown>;
const rounds = 5;
/** 20,000 learners sign in over ten minutes. */
const signInsPerSecond = 20_000 / 600;

const rounded = (value: number): number => Math.round(value * 100) / 100;

async function checker(task: Task): Promise<Checked> {
  const child = fork(join(import.meta.dirname, 'checker.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const gone = once(child, 'exit').then(([code]) => { throw new Error(`a checking process ended with ${code}`); });
  gone.catch(() => undefined);
  const answered = once(child, 'message');
  child.send(task);
  const [checked] = await Promise.race([answered, gone]) as [Checked];
  return checked;
}

interface Rates { perSecond: number; perCore: number; p50Ms: number; p95Ms: number; cpuMs: number }
/** Per second of the clock, and per processor second: the latter does not suffer from whatever else the machine does. */
const rates = ({ ms, cpuSeconds, wallSeconds }: Timed): Rates => ({
  perSecond: rounded(ms.length / wallSeconds), perCore: rounded(ms.length / cpuSeconds),
  p50Ms: rounded(percentile(ms, 0.5)), p95Ms: rounded(percentile(ms, 0.95)), cpuMs: rounded((cpuSeconds * 1000) / ms.length),
});
const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

/** `inside`: engine in the process's own thread; `threaded`: in `threads` of their own. What is sized by is the slower way. */
export function speedFigures(inside: Checked, threaded: Checked, threads: number): Figures {
  const [one, bare, many] = [rates(inside.checks), rates(inside.bare), rates(threaded.checks)];
  const perCore = Math.min(one.perCore, many.perCore);
  return {
    checksPerSecondPerCore: perCore, p95Ms: many.p95Ms, coresFor20000In10Minutes: rounded(signInsPerSecond / perCore),
    ratioToBare: rounded(bare.cpuMs / one.cpuMs), bareLibrary: bare,
    inOwnThread: { ...one, loopDelayP99Ms: rounded(inside.loopP99Ms) }, inThreads: { threads, ...many, loopDelayP99Ms: rounded(threaded.loopP99Ms) },
    checks: inside.checks.ms.length + threaded.checks.ms.length, verdicts: threaded.verdicts, engineOpenedMs: Math.round(inside.openedMs),
    peakMb: megabytes(threaded.peakBytes),
  };
}

export async function measureSpeed(folder: string, models: string, snapshots: readonly { bytes: Buffer; enrolled: Float32Array[] }[], checks: number): Promise<Figures> {
  const written = await Promise.all(snapshots.map(async ({ bytes, enrolled }, index) => {
    const path = join(folder, `snapshot-${index}.jpg`);
    await writeFile(path, bytes);
    return { path, enrolled: enrolled.map((vector) => [...vector]) };
  }));
  const task: Task = { models, snapshots: written, rounds, checks: Math.ceil(checks / rounds), threads: null };
  const threads = availableParallelism();
  const inside = await checker(task);
  const threaded = await checker({ ...task, threads });
  const oneThread = await checker({ ...task, rounds: 1, threads: 1 });
  return { ...speedFigures(inside, threaded, threads), mbPerFurtherThread: threads > 1 ? Math.round((threaded.peakBytes - oneThread.peakBytes) / 1e6 / (threads - 1)) : null };
}
