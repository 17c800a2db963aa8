// What it takes to reckon the hours of many learners from their facts, and whether the result depends on anything but the facts.
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { numberOption } from './product-world.ts';
import { measureRows } from './presence-rows.ts';
import type { PresenceCounts, PresenceTask } from './presence-worker.ts';

/** Learners are made and reckoned in pieces; without a bound the heap would grow as far as the machine lets it before it is cleared. */
const resourceLimits = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 64 };

const run = (task: PresenceTask): Promise<PresenceCounts> => new Promise((resolve, reject) => {
  const worker = new Worker(join(import.meta.dirname, 'presence-worker.ts'), { workerData: task, resourceLimits });
  worker.once('message', resolve);
  worker.once('error', reject);
});

/**
 * `--learners` 20,000, `--lessons` 8 each, `--compared` 200: of so many learners every lesson is reckoned again by other ways. `--stored` as many as learners: so many
 * are put into a database too, and one lesson of theirs is reckoned from it; `--without-rows` leaves that out.
 */
export async function benchPresence(args: readonly string[]): Promise<Record<string, unknown>> {
  const learners = args.includes('--learners') ? numberOption(args, 'learners', 1) : 20_000;
  const lessons = args.includes('--lessons') ? numberOption(args, 'lessons', 1) : 8;
  const compared = args.includes('--compared') ? numberOption(args, 'compared', 1) : 200;
  const threads = availableParallelism();
  const share = Math.ceil(learners / threads);
  const stored = numberOption(args, 'stored', learners);
  const comparedEvery = Math.max(1, Math.floor(learners / compared));
  let peakBytes = 0;
  const watch = setInterval(() => { peakBytes = Math.max(peakBytes, process.memoryUsage.rss()); }, 50);
  const cpu = process.cpuUsage();
  const all = await Promise.all(Array.from({ length: threads }, (_, index) => run({ from: index * share, to: Math.min(learners, (index + 1) * share), lessons, comparedEvery })));
  clearInterval(watch);
  const { user, system } = process.cpuUsage(cpu);
  const sum = (name: keyof PresenceCounts): number => all.reduce((total, one) => total + one[name], 0);
  const slowestSeconds = Math.max(...all.map(({ reckonedMs }) => reckonedMs)) / 1000;
  return {
    learners, lessons, threads, facts: sum('facts'), learnersPerSecond: Math.round(learners / slowestSeconds), ledgersPerSecond: Math.round(sum('ledgers') / slowestSeconds),
    ledgersPerSecondPerCore: Math.round(sum('ledgers') / (sum('reckonedMs') / 1000)), learnersPerCpuSecond: Math.round(sum('learners') / (sum('reckonedCpuMs') / 1000)), peakMb: Math.round(peakBytes / 1e6),
    compared: sum('compared'), mismatches: sum('mismatches'), largestDifferenceMs: Math.max(...all.map(({ largestDifferenceMs }) => largestDifferenceMs)),
    leaseEnds: sum('leaseEnds'), leaseWrong: sum('leaseWrong'), generatorCpuMs: Math.round((user + system) / 1000 - sum('reckonedCpuMs')),
    ...(args.includes('--without-rows') ? {} : await measureRows(stored)),
    method: 'learnersPerSecond: learners with all their lessons, in a second of the clock, all threads together, the slowest thread’s time; made facts of real shapes; making them is not measured; per CPU second: of the threads that reckon, whatever else the machine does; compared: shuffled and doubled facts, and the credit asked of every second anew; fromRows: one lesson of all of them, facts read from PostgreSQL on one connection, 500 learners at a time',
  };
}
