// A process of its own that does whole checks, from the picture's bytes to the verdict: one after the other, and in turn the bare library on the same pictures' tensors; or in threads, as the worker does.
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { createLog } from '#runtime/log.ts';
import { openFaceThreads } from '../../worker/face/engine-threads.ts';
import { analysePicture, openFaceEngine, type FaceEngine } from '../../worker/face/engine.ts';
import { judgeCheck } from '../../worker/face/judge.ts';
import { loadNetworks, type NetworkName, type Networks } from '../../worker/face/networks.ts';
import { openBareNetworks, type Prepared } from '../bare/faces.ts';

export interface Snapshot { path: string; enrolled: number[][] }
/** `rounds` of `checks` each. Without `threads` in the process's own thread and as many bare runs in turn; else in so many threads, one check in each at a time. */
export interface Task { models: string; snapshots: Snapshot[]; rounds: number; checks: number; threads: number | null }
/** Milliseconds of each check or run; processor seconds of all threads of the process. */
export interface Timed { ms: number[]; cpuSeconds: number; wallSeconds: number }
/** `loopP99Ms`: how late the process's own thread was for anything else while checks ran. */
export interface Checked { openedMs: number; checks: Timed; bare: Timed; verdicts: Record<string, number>; peakBytes: number; loopP99Ms: number }
type Ready = { bytes: Buffer; enrolled: Float32Array[] };

const nothing = (): Timed => ({ ms: [], cpuSeconds: 0, wallSeconds: 0 });

async function time(into: Timed, count: number, once: (index: number) => Promise<void>, atOnce = 1): Promise<void> {
  const cpu = process.cpuUsage();
  const beganMs = performance.now();
  let next = 0;
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < count) {
      const onceMs = performance.now();
      await once(next++);
      into.ms.push(performance.now() - onceMs);
    }
  }));
  into.wallSeconds += (performance.now() - beganMs) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  into.cpuSeconds += (user + system) / 1e6;
}

/** What the engine itself gives its networks for these pictures. */
async function prepare(models: string, ready: readonly Ready[]): Promise<Prepared[]> {
  const networks = await loadNetworks(models);
  const prepared: Prepared[] = [];
  for (const { bytes } of ready) {
    const inputs: Partial<Prepared> = {};
    const noting = (name: NetworkName): Networks[NetworkName] => (input) => {
      inputs[name] = input;
      return networks[name](input);
    };
    await analysePicture({ detect: noting('detect'), landmarks: noting('landmarks'), embed: noting('embed'), liveness: noting('liveness') }, bytes);
    prepared.push(inputs as Prepared);
  }
  await networks.close();
  return prepared;
}

/** The most memory this process itself has held; what a forked process is told by getrusage may be its parent's. */
const peakBytes = (): number => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? Number.NaN) * 1024;

/** All threads up: each is as quick to look as one that has been there for long. */
async function openEngine(models: string, threads: number | null): Promise<FaceEngine> {
  if (threads === null) return openFaceEngine(models);
  const pool = await openFaceThreads(models, threads, createLog('bench', 'error'));
  while (pool.threads < threads) await pause(20);
  return pool;
}

async function work({ models, snapshots, rounds, checks: each, threads }: Task): Promise<Checked> {
  const ready = await Promise.all(snapshots.map(async ({ path, enrolled }): Promise<Ready> => ({ bytes: await readFile(path), enrolled: enrolled.map((vector) => Float32Array.from(vector)) })));
  const openingMs = performance.now();
  const engine = await openEngine(models, threads);
  const done: Checked = { openedMs: performance.now() - openingMs, checks: nothing(), bare: nothing(), verdicts: {}, peakBytes: 0, loopP99Ms: 0 };
  const check = async (index: number): Promise<void> => {
    const { bytes, enrolled } = ready[index % ready.length]!;
    const { verdict } = judgeCheck(await engine.analyse(bytes), enrolled, engine.thresholds);
    done.verdicts[verdict] = (done.verdicts[verdict] ?? 0) + 1;
  };
  const prepared = threads === null ? await prepare(models, ready) : [];
  const runBare = threads === null ? await openBareNetworks(models) : null;
  const bare = async (index: number): Promise<void> => { await runBare?.(prepared[index % prepared.length]!); };
  // Compiled before it is measured, as in a worker that has done this for a minute.
  await time(nothing(), ready.length * (threads ?? 1), check, threads ?? 1);
  await time(nothing(), prepared.length, bare);
  done.verdicts = {};
  const loop = monitorEventLoopDelay({ resolution: 1 });
  for (let round = 0; round < rounds; round++) {
    loop.enable();
    await time(done.checks, each, check, threads ?? 1);
    loop.disable();
    if (runBare) await time(done.bare, each, bare);
  }
  await engine.close();
  return { ...done, peakBytes: peakBytes(), loopP99Ms: loop.percentile(99) / 1e6 };
}

process.once('message', (task: Task) => {
  void work(task).then((checked) => process.send!(checked, () => process.exit(0)), (error: unknown) => { throw error; });
});
