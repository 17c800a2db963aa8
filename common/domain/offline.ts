// Lessons held at a place (线下课): what a signed sheet may say of them. A pure function of plan, sheet and clock (R40, R149, R151).
import { plannedEndMs, type LessonStatus } from './lesson.ts';
import type { Span } from './spans.ts';

/** Held so much earlier or later than planned at most, ms; another day is planned anew first. */
export const offlineReachMs = 2 * 3_600_000;
/** A unit was held so much longer than planned at most, ms. */
export const offlineUnitOverMs = 15 * 60_000;
/** A shorter stretch is no unit and nobody's presence, ms. */
export const shortestOfflineMs = 60_000;

/** Only what is planned: one that was cancelled was not held, and of one that is over there is a sheet. */
export const mayKeepSheet = (status: LessonStatus): boolean => status === 'scheduled';

export interface OfflinePlan { startsAt: Date; plannedMinutes: number }
/** As a clerk read it from the paper; epoch ms. `units` in the order of the plan. */
export interface OfflineTold { units: readonly (Span & { plannedMinutes: number })[]; present: readonly Span[] }

const isSpan = ({ fromMs, toMs }: Span): boolean => toMs - fromMs >= shortestOfflineMs;

/** Null where it can be. `sheet_too_soon`: something of it is yet to come. `sheet_outside`: units that overlap, lie too far from their plan or are too long; somebody there outside of them. */
export function sheetFault({ units, present }: OfflineTold, plan: OfflinePlan, nowMs: number): 'sheet_too_soon' | 'sheet_outside' | null {
  const first = units[0];
  const last = units.at(-1);
  if (!first || !last) return 'sheet_outside';
  if (last.toMs > nowMs) return 'sheet_too_soon';
  const fits = units.every((unit, index) => isSpan(unit) && unit.toMs - unit.fromMs <= unit.plannedMinutes * 60_000 + offlineUnitOverMs && (index === 0 || units[index - 1]!.toMs <= unit.fromMs));
  const near = first.fromMs >= plan.startsAt.getTime() - offlineReachMs && last.toMs <= plannedEndMs(plan) + offlineReachMs;
  return fits && near && present.every((span) => isSpan(span) && span.fromMs >= first.fromMs && span.toMs <= last.toMs) ? null : 'sheet_outside';
}

/** What was really taught, in units (课时), beside the plan of the dossier. `onlinePercent` is not rounded; 0 where nothing was taught. */
export interface TaughtWays { onlineUnits: number; offlineUnits: number; onlinePercent: number }
export function taughtWays(onlineUnits: number, offlineUnits: number): TaughtWays {
  const units = onlineUnits + offlineUnits;
  return { onlineUnits, offlineUnits, onlinePercent: units === 0 ? 0 : (onlineUnits / units) * 100 };
}
