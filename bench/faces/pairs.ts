// How often two pictures are taken for the same or for another person, at one threshold: counts, shares, and what so few pairs allow to be said.
import { distance } from '../../worker/face/measure.ts';
import { upperBound95 } from '../statistics.ts';

export interface Portrait { file: string; person: string; vector: Float32Array }
export interface PairCounts {
  pairs: { same: number; different: number };
  falseAccepts: number; falseRejects: number;
  /** Distances: of one person the furthest, of two the closest. NaN where there is no such pair. */
  furthestSame: number; closestDifferent: number;
}

/** Every picture with every other, once. Up to `match` is one person. */
export function countPairs(portraits: readonly Portrait[], match: number): PairCounts {
  const same: number[] = [];
  const different: number[] = [];
  portraits.forEach((one, index) => {
    for (const other of portraits.slice(index + 1)) (one.person === other.person ? same : different).push(distance(one.vector, other.vector));
  });
  return {
    pairs: { same: same.length, different: different.length },
    falseAccepts: different.filter((apart) => apart <= match).length, falseRejects: same.filter((apart) => apart > match).length,
    furthestSame: same.length > 0 ? Math.max(...same) : Number.NaN, closestDifferent: different.length > 0 ? Math.min(...different) : Number.NaN,
  };
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

/** Shares 0..1, with the largest true share that so few pairs allow (95 %, one-sided; the pairs share pictures, so in truth a little more). */
export function pairFigures(counts: PairCounts): Record<string, unknown> {
  const { pairs, falseAccepts, falseRejects, furthestSame, closestDifferent } = counts;
  return {
    pairs, falseAccept: rounded(falseAccepts / pairs.different), falseAcceptUpper95: rounded(upperBound95(falseAccepts, pairs.different)),
    falseReject: rounded(falseRejects / pairs.same), falseRejectUpper95: rounded(upperBound95(falseRejects, pairs.same)),
    furthestSame: rounded(furthestSame), closestDifferent: rounded(closestDifferent),
    bounds: 'Clopper-Pearson, one-sided 95 %: the largest true share that still gives so few errors in so many pairs; '
      + `${pairs.same} pairs of one person can show no less than ${rounded(upperBound95(0, pairs.same))}, and 59 without an error it would take to show 0.05`,
  };
}
