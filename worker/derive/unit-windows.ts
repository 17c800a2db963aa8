// From when to when each unit's file goes: the facts on the rows, within the live span of the session.

export interface UnitTimes { id: string; ordinal: number; startedAt: Date | null; endedAt: Date | null }
export interface Window { unitId: string; fromMs: number; toMs: number }

/**
 * Units taught in the session, in order. A lesson of one unit is its session's live span. Where no unit has facts, the span
 * is shared out in equal parts; where some have, a unit without was not taught. Empty windows are left out.
 */
export function unitWindows(units: readonly UnitTimes[], live: { startedAt: Date; endedAt: Date }): Window[] {
  const [liveFrom, liveTo] = [live.startedAt.getTime(), live.endedAt.getTime()];
  const ordered = units.toSorted((one, other) => one.ordinal - other.ordinal);
  const taught = ordered.filter((unit) => unit.startedAt !== null);
  const windows = ordered.length > 1 && taught.length > 0
    ? taught.map((unit): Window => ({ unitId: unit.id, fromMs: unit.startedAt!.getTime(), toMs: unit.endedAt?.getTime() ?? liveTo }))
    : ordered.map((unit, index): Window => ({
      unitId: unit.id,
      fromMs: liveFrom + ((liveTo - liveFrom) * index) / ordered.length,
      toMs: liveFrom + ((liveTo - liveFrom) * (index + 1)) / ordered.length,
    }));
  return windows
    .map((window) => ({ ...window, fromMs: Math.max(window.fromMs, liveFrom), toMs: Math.min(window.toMs, liveTo) }))
    .filter((window) => window.toMs > window.fromMs);
}
