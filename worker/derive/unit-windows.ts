// From when to when each unit's file goes: the facts on the rows, within the live span of the session.

export interface UnitTimes { id: string; ordinal: number; startedAt: Date | null; endedAt: Date | null }
/** Server time, ms; `toMs` null while the unit runs. */
export interface UnitWindow { unitId: string; fromMs: number; toMs: number | null }
/** `endedAt` null while the session is live. */
export interface LiveSpan { startedAt: Date; endedAt: Date | null }

/** Windows of the units without facts in a session that is over: equal parts of it. */
function shared(units: readonly UnitTimes[], liveFrom: number, liveTo: number): UnitWindow[] {
  const edge = (index: number): number => liveFrom + ((liveTo - liveFrom) * index) / units.length;
  return units.map((unit, index) => ({ unitId: unit.id, fromMs: edge(index), toMs: edge(index + 1) }));
}

/**
 * Units taught in the session, in order. A lesson of one unit is its session's live span. Where no unit has facts, the span
 * is shared out in equal parts, which nobody knows before its end; where some have, a unit without was not taught. Empty windows are left out.
 */
export function unitWindows(units: readonly UnitTimes[], live: LiveSpan): UnitWindow[] {
  const [liveFrom, liveTo] = [live.startedAt.getTime(), live.endedAt?.getTime() ?? null];
  const ordered = units.toSorted((one, other) => one.ordinal - other.ordinal);
  const taught = ordered.filter((unit) => unit.startedAt !== null);
  const within = (toMs: number | null): number | null => (toMs === null || liveTo === null ? toMs ?? liveTo : Math.min(toMs, liveTo));
  let windows: UnitWindow[] = [];
  if (ordered.length === 1) windows = [{ unitId: ordered[0]!.id, fromMs: liveFrom, toMs: liveTo }];
  else if (taught.length > 0) windows = taught.map((unit) => ({ unitId: unit.id, fromMs: unit.startedAt!.getTime(), toMs: unit.endedAt?.getTime() ?? null }));
  else if (liveTo !== null) windows = shared(ordered, liveFrom, liveTo);
  return windows
    .map(({ unitId, fromMs, toMs }) => ({ unitId, fromMs: Math.max(fromMs, liveFrom), toMs: within(toMs) }))
    .filter(({ fromMs, toMs }) => toMs === null || toMs > fromMs);
}
