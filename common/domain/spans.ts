// Spans of time and their arithmetic. Any order, duplicates and overlaps give the same.

/** Milliseconds since epoch, or from any other start; end excluded. */
export interface Span { fromMs: number; toMs: number }

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
