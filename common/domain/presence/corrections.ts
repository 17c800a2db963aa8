// How approved corrections enter a ledger: the one approved last decides an instant; nothing is credited that was not held, or that counts in another lesson. A pure function.
import type { CorrectionWay } from '../correction.ts';
import { intersectSpans, subtractSpans, totalMs, unionSpans, type Span } from '../spans.ts';
import type { CorrectionFact, LearnerFacts, PresenceReason } from './facts.ts';

interface Told extends Span { unitId: string; reason: PresenceReason }

const layered: Record<CorrectionWay, (some: readonly Span[], other: readonly Span[]) => Span[]> = { credit: (some, other) => unionSpans([...some, ...other]), take: subtractSpans };

/** Instants whose last correction credits them, and those whose last one takes them. Any order; the same one told twice counts once. */
function lastSaid(corrections: readonly CorrectionFact[]): Record<CorrectionWay, Span[]> {
  const inTurn = [...corrections].sort((one, other) => one.decidedMs - other.decidedMs || (one.correctionId < other.correctionId ? -1 : 1));
  const said: Record<CorrectionWay, Span[]> = { credit: [], take: [] };
  for (const { way, fromMs, toMs } of inTurn) {
    const span = [{ fromMs, toMs }];
    said.credit = layered[way](said.credit, span);
    said.take = layered[way === 'credit' ? 'take' : 'credit'](said.take, span);
  }
  return said;
}

/**
 * The spans of a ledger, ascending and without a hole, as corrections leave them: what is not present and credited by one is `corrected`, what is present and taken by one is `taken_back`.
 * What counts anyway stays as it was observed, and so does what counts nothing anyway. Excused time is not held, so no correction reaches it.
 */
export function correctedSpans(spans: readonly Told[], { corrections = [], elsewhere = [] }: Pick<LearnerFacts, 'corrections' | 'elsewhere'>): Told[] {
  if (corrections.length === 0) return [...spans];
  const { credit, take } = lastSaid(corrections);
  const credited = subtractSpans(credit, elsewhere);
  return spans.flatMap((span): Told[] => {
    const changed = intersectSpans([span], span.reason === 'present' ? take : credited);
    if (changed.length === 0) return [span];
    const reason: PresenceReason = span.reason === 'present' ? 'taken_back' : 'corrected';
    const { unitId } = span;
    return [...changed.map((one) => ({ ...one, unitId, reason })), ...subtractSpans([span], changed).map((one) => ({ ...one, unitId, reason: span.reason }))].sort((one, other) => one.fromMs - other.fromMs);
  }).reduce<Told[]>((joined, span) => {
    const last = joined.at(-1);
    if (last?.toMs === span.fromMs && last.unitId === span.unitId && last.reason === span.reason) joined[joined.length - 1] = { ...last, toMs: span.toMs };
    else joined.push(span);
    return joined;
  }, []);
}

/** What corrections changed of a learner's time, ms: credited by one, and taken by one. */
export interface Corrected { correctedMs: number; takenBackMs: number }
export const correctedOf = (spans: readonly Pick<Told, 'fromMs' | 'toMs' | 'reason'>[]): Corrected => ({
  correctedMs: totalMs(spans.filter(({ reason }) => reason === 'corrected')), takenBackMs: totalMs(spans.filter(({ reason }) => reason === 'taken_back')),
});
