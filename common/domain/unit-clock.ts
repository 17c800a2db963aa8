// When the units of a live lesson change: at their planned lengths, counted from the real start.

interface UnitSpan { id: string; ordinal: number; plannedMinutes: number; startedAt?: Date | null | undefined; endedAt?: Date | null | undefined }
export interface UnitMove { unitId: string; move: 'start' | 'end'; at: Date }

/** Offsets from the lesson's real start, ms, by ordinal. */
export function unitOffsets(units: readonly UnitSpan[]): { unitId: string; startMs: number; endMs: number }[] {
  let startMs = 0;
  return [...units].sort((a, b) => a.ordinal - b.ordinal).map((unit) => {
    const span = { unitId: unit.id, startMs, endMs: startMs + unit.plannedMinutes * 60_000 };
    startMs = span.endMs;
    return span;
  });
}

/** Boundaries reached by `now` that rows do not know yet, in order. The last unit ends with the lesson, not by the clock. */
export function dueUnitMoves(units: readonly UnitSpan[], lessonStartedAt: Date, now: Date): UnitMove[] {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const spans = unitOffsets(units);
  return spans.flatMap((span, index): UnitMove[] => {
    const unit = byId.get(span.unitId);
    const startAt = new Date(lessonStartedAt.getTime() + span.startMs);
    const endAt = new Date(lessonStartedAt.getTime() + span.endMs);
    const moves: UnitMove[] = [];
    if (unit && !unit.startedAt && startAt <= now) moves.push({ unitId: span.unitId, move: 'start', at: startAt });
    if (unit && !unit.endedAt && index < spans.length - 1 && endAt <= now) moves.push({ unitId: span.unitId, move: 'end', at: endAt });
    return moves;
  });
}
