// Stretches of a ledger that something else than what was observed tells anew: a sheet on paper, a correction.
import { intersectSpans, subtractSpans, type Span } from '../spans.ts';
import type { PresenceReason } from './facts.ts';

export interface Told extends Span { unitId: string; reason: PresenceReason }

/** The parts of `span` that lie in `changed` with another reason, the rest as it was; ascending. */
export function retold(span: Told, changed: readonly Span[], reason: PresenceReason): Told[] {
  const parts = intersectSpans([span], changed);
  if (parts.length === 0) return [span];
  const { unitId } = span;
  return [...parts.map((one) => ({ ...one, unitId, reason })), ...subtractSpans([span], parts).map((one) => ({ ...one, unitId, reason: span.reason }))].sort((one, other) => one.fromMs - other.fromMs);
}

/** Neighbours of one unit and reason are one. */
export function joined(spans: readonly Told[]): Told[] {
  const all: Told[] = [];
  for (const span of spans) {
    const last = all.at(-1);
    if (last?.toMs === span.fromMs && last.unitId === span.unitId && last.reason === span.reason) all[all.length - 1] = { ...last, toMs: span.toMs };
    else all.push(span);
  }
  return all;
}
