// Robust figures over short lists of numbers, and where a series makes a step.

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
export const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

/** So many values in a row that agree with each other, and not with what was before, are a step; fewer are outliers. */
const confirmations = 3;

/**
 * Splits a slowly moving series where it makes a lasting step larger than `threshold`. Answers the indexes of each
 * stretch in order; single stray values are in none.
 */
export function stretchesOf(values: readonly number[], threshold: number): number[][] {
  const stretches: number[][] = [];
  let current: number[] = [];
  let strays: number[] = [];
  const near = (index: number, group: number[]): boolean => Math.abs(values[index]! - median(group.slice(-5).map((at) => values[at]!))) < threshold;
  const stepTo = (group: number[]): void => {
    stretches.push(current);
    current = group;
    strays = [];
  };
  for (let index = 0; index < values.length; index++) {
    if (current.length === 0 || near(index, current)) {
      current.push(index);
      strays = [];
      continue;
    }
    if (strays.length > 0 && !near(index, strays)) strays = [];
    strays.push(index);
    if (strays.length === confirmations) stepTo(strays);
  }
  if (strays.length === confirmations - 1) stepTo(strays);
  stretches.push(current);
  const kept = stretches.filter((stretch) => stretch.length >= confirmations - 1);
  return kept.length > 0 ? kept : stretches.filter((stretch) => stretch.length > 0).slice(0, 1);
}
