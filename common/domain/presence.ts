// Presence: spans in which a learner was connected, from what the server observed. Any order, duplicates and overlaps give the same.

/** Milliseconds since epoch, end excluded. */
export interface Span { fromMs: number; toMs: number }
export type LostReason = 'not_joined' | 'disconnected' | 'left';
export interface LostSpan extends Span { reason: LostReason }
/** One seat taken by one device, as stored. */
export interface ConnectionFact { connectedAt: Date; lastSeenAt: Date; leftAt?: Date | null | undefined; leftReason?: string | null | undefined }

/**
 * A sign of life vouches for this long: signs are written every 5 s, and one late batch is not the learner's fault. A connection
 * that was cut, or whose end nobody wrote, counts no further than this beyond its last sign.
 */
export const vouchedMs = 10_000;

/** Ascending, without overlaps, touching spans joined, empty ones dropped. */
export function unionSpans(spans: readonly Span[]): Span[] {
  const union: Span[] = [];
  for (const span of [...spans].filter(({ fromMs, toMs }) => toMs > fromMs).sort((a, b) => a.fromMs - b.fromMs)) {
    const last = union.at(-1);
    if (last && span.fromMs <= last.toMs) last.toMs = Math.max(last.toMs, span.toMs);
    else union.push({ ...span });
  }
  return union;
}

/** What lies in both; takes any spans, answers a union. */
export function intersectSpans(some: readonly Span[], others: readonly Span[]): Span[] {
  const [left, right] = [unionSpans(some), unionSpans(others)];
  const shared: Span[] = [];
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const [a, b] = [left[i]!, right[j]!];
    const [fromMs, toMs] = [Math.max(a.fromMs, b.fromMs), Math.min(a.toMs, b.toMs)];
    if (fromMs < toMs) shared.push({ fromMs, toMs });
    if (a.toMs < b.toMs) i++;
    else j++;
  }
  return shared;
}

/** What lies in `some` but not in `without`. */
export function subtractSpans(some: readonly Span[], without: readonly Span[]): Span[] {
  let rest = unionSpans(some);
  for (const cut of unionSpans(without)) {
    rest = rest.flatMap((span) => [{ fromMs: span.fromMs, toMs: Math.min(span.toMs, cut.fromMs) }, { fromMs: Math.max(span.fromMs, cut.toMs), toMs: span.toMs }]
      .filter(({ fromMs, toMs }) => toMs > fromMs));
  }
  return rest;
}

/** Sum of lengths, ms. Overlapping spans count twice: take the union first. */
export const totalMs = (spans: readonly Span[]): number => spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);

/** Where one connection ended, ms; an end that was observed itself (left, seat taken over, lesson ended) counts as it was written. */
function endMs(fact: ConnectionFact, nowMs: number): number {
  const vouched = fact.lastSeenAt.getTime() + vouchedMs;
  if (!fact.leftAt) return Math.min(vouched, nowMs);
  const observed = fact.leftReason === 'left' || fact.leftReason === 'taken_over' || fact.leftReason === 'lesson_ended';
  return Math.min(observed ? fact.leftAt.getTime() : Math.min(fact.leftAt.getTime(), vouched), nowMs);
}

/** Union of all connections, nothing after `now`. */
export const presenceSpans = (facts: readonly ConnectionFact[], now: Date): Span[] =>
  unionSpans(facts.map((fact) => ({ fromMs: fact.connectedAt.getTime(), toMs: endMs(fact, now.getTime()) })));

/** Every held span without presence, with its reason: what ended the connection before it, or `not_joined` where none was. */
export function lostSpans(facts: readonly ConnectionFact[], held: readonly Span[], now: Date): LostSpan[] {
  const presence = presenceSpans(facts, now);
  const ends = facts.map((fact) => ({ atMs: endMs(fact, now.getTime()), left: fact.leftReason === 'left' })).sort((a, b) => a.atMs - b.atMs || Number(a.left) - Number(b.left));
  return subtractSpans(held, presence).map((span) => {
    const before = ends.findLast((end) => end.atMs <= span.fromMs);
    return { ...span, reason: !before ? 'not_joined' : before.left ? 'left' : 'disconnected' };
  });
}
