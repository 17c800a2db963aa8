// Lines through the Sender Reports of one stream: one drift, and a level for every stretch between steps. Pure; times in ms.
import { median } from './statistics.ts';

/** `x` RTP time, `u` the sender's time minus RTP time; `deviation` what it may be off by chance. */
export interface Point { x: number; u: number; stretch: number; deviation: number }
export interface Prior { slope: number; deviation: number }
export interface Lines { levels: number[]; slope: number; weights: number[] }

const rounds = 12;

/** Beyond `reach` a point counts for nothing, within it the less the farther off (Tukey's biweight). */
const biweight = (off: number, reach: number): number => (Math.abs(off) >= reach ? 0 : (1 - (off / reach) ** 2) ** 2);

/** Weighted least squares for given weights. Levels are at x = 0; a stretch without weight has none (NaN). */
function solve(points: readonly Point[], weights: readonly number[], stretches: number, prior: Prior): { levels: number[]; slope: number } {
  const sums = Array.from({ length: stretches }, () => ({ w: 0, x: 0, u: 0 }));
  points.forEach(({ x, u, stretch, deviation }, index) => {
    const w = weights[index]! / deviation ** 2;
    const sum = sums[stretch]!;
    sum.w += w;
    sum.x += w * x;
    sum.u += w * u;
  });
  let [above, below] = [prior.slope / prior.deviation ** 2, 1 / prior.deviation ** 2];
  points.forEach(({ x, u, stretch, deviation }, index) => {
    const sum = sums[stretch]!;
    const w = weights[index]! / deviation ** 2;
    if (w === 0) return;
    above += w * (x - sum.x / sum.w) * (u - sum.u / sum.w);
    below += w * (x - sum.x / sum.w) ** 2;
  });
  const slope = above / below;
  return { slope, levels: sums.map((sum) => (sum.w > 0 ? sum.u / sum.w - (slope * sum.x) / sum.w : Number.NaN)) };
}

/**
 * Robust lines: starts from each stretch's median (`guess` where it has too few reports for one), rejects what is farther than `reach`.
 * The same for any order of the points.
 */
export function fitLines(points: readonly Point[], guess: readonly number[], prior: Prior, reach: number): Lines {
  const ordered = points.map((point, index) => ({ point, index })).sort((one, other) => one.point.x - other.point.x || one.point.u - other.point.u);
  const sorted = ordered.map(({ point }) => point);
  let lines = {
    slope: prior.slope,
    levels: guess.map((level, stretch) => {
      const own = sorted.filter((point) => point.stretch === stretch).map(({ x, u }) => u - prior.slope * x);
      return own.length < 2 ? level : own.length === 2 && Number.isFinite(level) && Math.abs(own[0]! - own[1]!) > reach ? own.reduce((best, one) => (Math.abs(one - level) < Math.abs(best - level) ? one : best)) : median(own);
    }),
  };
  let weights: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // The first rounds reach farther, while the drift is not known well.
    const far = reach * (round < 3 ? 3 : 1);
    weights = sorted.map(({ x, u, stretch, deviation }) => biweight(u - lines.levels[stretch]! - lines.slope * x, Math.max(far, 4 * deviation)));
    const next = solve(sorted, weights, guess.length, prior);
    lines = { slope: next.slope, levels: next.levels.map((level, stretch) => (Number.isNaN(level) ? lines.levels[stretch]! : level)) };
  }
  const byInput: number[] = [];
  ordered.forEach(({ index }, position) => { byInput[index] = weights[position]!; });
  return { ...lines, weights: byInput };
}
