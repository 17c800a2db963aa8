// Percentiles and processor use for measurements.
import { readFileSync, readdirSync } from 'node:fs';

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
