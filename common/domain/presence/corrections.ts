// How approved corrections enter a ledger: the one approved last decides an instant; nothing is credited that was not held, or that counts in another lesson. A pure function.
import type { CorrectionWay } from '../correction.ts';
import { subtractSpans, totalMs, unionSpans, type Span } from '../spans.ts';
import { isCredited, type CorrectionFact, type LearnerFacts } from './facts.ts';
import { joined, retold, type Told } from './told.ts';

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
 * The spans of a ledger, ascending and without a hole, as corrections leave them: what is not credited and is by one is `corrected`, what is credited and taken by one is `taken_back`.
 * What counts anyway stays as it was observed, and so does what counts nothing anyway. Excused time is not held, so no correction reaches it.
 */
export function correctedSpans(spans: readonly Told[], { corrections = [], elsewhere = [] }: Pick<LearnerFacts, 'corrections' | 'elsewhere'>): Told[] {
  if (corrections.length === 0) return [...spans];
  const { credit, take } = lastSaid(corrections);
  const credited = subtractSpans(credit, elsewhere);
  return joined(spans.flatMap((span) => (isCredited(span.reason) ? retold(span, take, 'taken_back') : retold(span, credited, 'corrected'))));
}

/** What corrections changed of a learner's time, ms: credited by one, and taken by one. */
export interface Corrected { correctedMs: number; takenBackMs: number }
export const correctedOf = (spans: readonly Pick<Told, 'fromMs' | 'toMs' | 'reason'>[]): Corrected => ({
  correctedMs: totalMs(spans.filter(({ reason }) => reason === 'corrected')), takenBackMs: totalMs(spans.filter(({ reason }) => reason === 'taken_back')),
});
