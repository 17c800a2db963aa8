// Sums and differences of spans of time.

export interface Span { fromMs: number; toMs: number }

/** Spans joined where they touch or overlap, in order. */
export function merged(spans: readonly Span[]): Span[] {
  const joined: Span[] = [];
  for (const span of spans.toSorted((one, other) => one.fromMs - other.fromMs)) {
    const before = joined.at(-1);
    if (before && span.fromMs <= before.toMs) before.toMs = Math.max(before.toMs, span.toMs);
    else joined.push({ ...span });
  }
  return joined;
}

/** The parts of [fromMs, toMs) that no span covers. */
export function uncovered(spans: readonly Span[], fromMs: number, toMs: number): Span[] {
  return fromMs < toMs ? without({ fromMs, toMs }, merged(spans)) : [];
}

/** What is left of a span outside all of `holes`. */
export function without(span: Span, holes: readonly Span[]): Span[] {
  return holes.reduce<Span[]>((parts, hole) => parts.flatMap((part) => {
    if (hole.toMs <= part.fromMs || hole.fromMs >= part.toMs) return [part];
    return [{ fromMs: part.fromMs, toMs: hole.fromMs }, { fromMs: hole.toMs, toMs: part.toMs }].filter(({ fromMs, toMs }) => toMs > fromMs);
  }), [span]);
}
