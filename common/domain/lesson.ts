// The life of a lesson: which moves are allowed, and when a lesson nobody ends is over.

export const lessonStatuses = ['scheduled', 'open', 'live', 'ended', 'cancelled', 'missed'] as const;
export type LessonStatus = (typeof lessonStatuses)[number];

const moves: Record<LessonStatus, readonly LessonStatus[]> = {
  scheduled: ['open', 'live', 'cancelled', 'missed'],
  open: ['live', 'cancelled', 'missed'],
  live: ['ended'],
  ended: [],
  cancelled: [],
  missed: [],
};

/** True where the one table of moves allows `from -> to`. */
export const mayMove = (from: LessonStatus, to: LessonStatus): boolean => moves[from].includes(to);

/** A lesson nobody ends runs this long beyond its plan before it ends itself. */
export const graceAfterPlanMs = 15 * 60_000;
/** Staff may open the door this long before the planned start. */
export const openBeforeMs = 30 * 60_000;

interface Plan { startsAt: Date; plannedMinutes: number }

/** Planned end, ms since epoch. */
export const plannedEndMs = (plan: Plan): number => plan.startsAt.getTime() + plan.plannedMinutes * 60_000;

/**
 * When a live lesson ends itself, ms since epoch: planned length and a grace counted from the real start, so that a
 * late start does not cut the lesson short.
 */
export const selfEndMs = (plan: Plan, startedAt: Date): number =>
  Math.max(plannedEndMs(plan), startedAt.getTime() + plan.plannedMinutes * 60_000) + graceAfterPlanMs;

/** True when a lesson that never went live counts as missed: its planned end and the grace are past. */
export const isMissed = (plan: Plan, nowMs: number): boolean => nowMs > plannedEndMs(plan) + graceAfterPlanMs;

/** Teaching minutes of one unit (课时), R42. */
export const unitMinutes = 45;

/** Planned units of a lesson: as many whole 45-minute units as fit, at least one; the last takes the rest. */
export function planUnits(plan: Plan): { ordinal: number; plannedStartAt: Date; plannedMinutes: number }[] {
  const count = Math.max(1, Math.floor(plan.plannedMinutes / unitMinutes));
  return Array.from({ length: count }, (_, index) => {
    const minutes = index === count - 1 ? plan.plannedMinutes - unitMinutes * (count - 1) : unitMinutes;
    return {
      ordinal: index + 1,
      plannedStartAt: new Date(plan.startsAt.getTime() + index * unitMinutes * 60_000),
      plannedMinutes: minutes,
    };
  });
}
