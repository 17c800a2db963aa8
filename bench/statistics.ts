// Percentiles and processor use for measurements.
import { readFileSync, readdirSync } from 'node:fs';

/**
 * Now, ms, by a clock that all processes of a machine share: CLOCK_MONOTONIC, which is what `process.hrtime` reads on Linux. `performance.timeOrigin` is each process's own
 * reading of a wall clock that is set right again and again: differences of it between two processes are off by milliseconds, more than a fan-out may take.
 */
export const sharedMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Value below which `share` (0..1) of the samples lie; nearest rank. NaN for no samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

export const p50p95 = (samples: readonly number[]): { p50: number; p95: number } =>
  ({ p50: Math.round(percentile(samples, 0.5)), p95: Math.round(percentile(samples, 0.95)) });

/** Processor seconds used so far by all processes whose command line contains `word` (Linux, 100 ticks a second). */
export function processorSeconds(word: string): number {
  let ticks = 0;
  for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(word)) continue;
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch {
      // The process ended between the listing and the reading.
    }
  }
  return ticks / 100;
}

interface Stat { pid: number; parent: number; name: string; seconds: number }
function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // Own user and system time, and that of children that have ended.
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), name: text.slice(text.indexOf('(') + 1, text.lastIndexOf(')')), seconds: ticks / 100 };
  } catch {
    return null;
  }
}
const allStats = (): Stat[] => readdirSync('/proc').filter((entry) => /^\d+$/.test(entry)).map((entry) => statOf(Number(entry))).filter((stat) => stat !== null);

/** Processor seconds of a process and all its descendants, living or ended (Linux). */
export function treeSeconds(pid: number): number {
  const stats = allStats();
  const below = (parent: number): number => stats.filter((stat) => stat.parent === parent).reduce((sum, stat) => sum + stat.seconds + below(stat.pid), 0);
  return (stats.find((stat) => stat.pid === pid)?.seconds ?? 0) + below(pid);
}

/** Living children of a process by their short name (15 characters at most, as the kernel has it). */
export const childProcesses = (pid: number, name: string): number[] => allStats().filter((stat) => stat.parent === pid && stat.name === name).map((stat) => stat.pid);

/**
 * The largest share of errors (0..1) that so few `errors` in `trials` still allow at 95 % confidence: Clopper-Pearson, one-sided, exact for trials that do not
 * depend on each other. 1 where nothing was tried.
 */
export function upperBound95(errors: number, trials: number): number {
  if (errors >= trials) return 1;
  /** How likely at most this many errors are. */
  const atMost = (share: number): number => {
    let logOfOne = trials * Math.log1p(-share);
    let sum = Math.exp(logOfOne);
    for (let count = 1; count <= errors; count++) {
      logOfOne += Math.log((trials - count + 1) / count) + Math.log(share) - Math.log1p(-share);
      sum += Math.exp(logOfOne);
    }
    return sum;
  };
  let [low, high] = [0, 1];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (atMost(middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}
