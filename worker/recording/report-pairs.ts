// What the Sender Reports of one stream tell of its clock: where RTP time steps against the sender's clock, and which reports lie. Pure; times in ms.
//
// A report pairs RTP time with the sender's wall clock and owes nothing to the network. Chromium's are within half a millisecond of each other
// while the sound device runs, every 3 to 7 s for sound, every 0.3 to 1.3 s for each layer of a picture (measured, also on a loaded machine). When
// the device loses a buffer, RTP time stands still by 10 ms, and reports and arrivals both rise by 10 ms and stay there. When only its
// latency grows, arrivals rise and reports do not: that is no step.
import { locate, riseBetween, type Arrived, type Cut } from './arrivals.ts';
import { noiseOf } from './levels.ts';
import { median } from './statistics.ts';

/** `u`: the sender's time minus RTP time, without the clock's drift. */
export interface Pair { atMs: number; u: number }

/** Distances that reports have by chance: four deviations, at least what rounding and a busy sender make. */
export const toleranceOf = (pairs: readonly Pair[]): number => Math.max(4, 5 * Math.min(4, noiseOf(pairs.map(({ u }) => u))));

/** Reports far from both neighbours, which agree: single ones that lie. At an end the next two are the neighbours. */
export function withoutStrays(pairs: readonly Pair[], tolerance: number): Pair[] {
  const far = (one: Pair, other: Pair): boolean => Math.abs(one.u - other.u) > 2 * tolerance;
  return pairs.length < 3 ? [...pairs] : pairs.filter((pair, index) => {
    const first = Math.max(0, Math.min(index - 1, pairs.length - 3));
    const [one, other] = pairs.slice(first, first + 3).filter((near) => near !== pair);
    const edge = index === 0 || index === pairs.length - 1;
    // A step just before the last report looks like a stray one: kept, for arrivals to judge.
    return edge || far(one!, other!) || !far(pair, one!) || !far(pair, other!);
  });
}

/** Between two neighbouring reports the clock moved by `byMs`, and arrivals do not show it. */
export interface Unexplained { fromMs: number; toMs: number; byMs: number }
/** Cuts within what was reported; `fromMs` and `toMs` are the reports before and behind, by which reports are sorted to the sides. */
export interface Judged { cuts: Cut[]; unexplained: Unexplained[] }

const mostTogether = 5;
/** Arrivals lie around a report by the way's own changes. */
const slackMs = 300;

/** Those of a few cuts whose sum comes nearest to `byMs`; none counts as a choice. */
function bestSum(cuts: readonly Cut[], byMs: number): { chosen: Cut[]; off: number } {
  const few = cuts.toSorted((one, other) => Math.abs(other.byMs) - Math.abs(one.byMs)).slice(0, mostTogether);
  let best = { chosen: [] as Cut[], off: Math.abs(byMs) };
  for (let choice = 1; choice < 2 ** few.length; choice++) {
    const chosen = few.filter((_, index) => choice & (1 << index));
    const off = Math.abs(byMs - chosen.reduce((sum, cut) => sum + cut.byMs, 0));
    if (off < best.off) best = { chosen, off };
  }
  return best;
}

/** Whether the arrivals around two reports rose as the reports did; then where. */
function found(items: readonly Arrived[], drift: number, one: Pair, other: Pair, byMs: number): Cut | null {
  const rise = riseBetween(items, drift, one.atMs, other.atMs);
  if (rise === null || Math.abs(rise - byMs) > Math.abs(byMs) / 2) return null;
  const first = items.findIndex(({ atMs }) => atMs > one.atMs);
  const behind = items.findLastIndex(({ atMs }) => atMs < other.atMs);
  if (first < 0 || behind < first) return null;
  const before = Math.min(...items.slice(0, first).filter(({ atMs }) => atMs > one.atMs - 3000).map(({ x, atMs }) => atMs - x - drift * atMs));
  const item = locate(items, drift, first, behind + 1, before, before + byMs);
  return item > 0 && item < items.length ? { item, atMs: items[item]!.atMs, byMs } : null;
}

/** Takes those candidates that the reports around them confirm, and finds the steps that only reports show. Outside of all reports nothing is judged. */
export function judge(pairs: readonly Pair[], candidates: readonly Cut[], items: readonly Arrived[], drift: number, tolerance: number): Judged {
  const judged: Judged = { cuts: [], unexplained: [] };
  for (let index = 1; index < pairs.length; index++) {
    const [one, other] = [pairs[index - 1]!, pairs[index]!];
    const byMs = other.u - one.u;
    if (Math.abs(byMs) <= tolerance) continue;
    const near = candidates.filter((cut) => cut.atMs > one.atMs - slackMs && cut.atMs <= other.atMs + slackMs && !judged.cuts.includes(cut));
    const { chosen, off } = bestSum(near, byMs);
    if (chosen.length > 0 && off <= Math.max(tolerance, Math.abs(byMs) / 3)) {
      judged.cuts.push(...chosen.map((cut) => ({ ...cut, atMs: Math.min(other.atMs, Math.max(one.atMs + 0.001, cut.atMs)) })));
      continue;
    }
    const cut = found(items, drift, one, other, byMs);
    if (cut) judged.cuts.push({ ...cut, atMs: Math.min(other.atMs, Math.max(one.atMs + 0.001, cut.atMs)) });
    else judged.unexplained.push({ fromMs: one.atMs, toMs: other.atMs, byMs });
  }
  return { ...judged, cuts: judged.cuts.toSorted((one, other) => one.item - other.item) };
}

/** How much the reports of a stream say its clock moved over a span; null when it has none close on a side. */
export function movedBetween(pairs: readonly Pair[], fromMs: number, toMs: number, withinMs: number): number | null {
  const before = pairs.filter(({ atMs }) => atMs <= fromMs && atMs >= fromMs - withinMs).slice(-3);
  const after = pairs.filter(({ atMs }) => atMs >= toMs && atMs <= toMs + withinMs).slice(0, 3);
  return before.length === 0 || after.length === 0 ? null : median(after.map(({ u }) => u)) - median(before.map(({ u }) => u));
}
