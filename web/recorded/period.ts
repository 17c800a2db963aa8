// Where a lesson stands in its period; null for a lesson that has none.
import type { LessonStatus } from '#domain/lesson.ts';
import { meaningOf, periodStand, type LessonKind } from '#domain/lesson-kind.ts';

export interface Dated { kind?: LessonKind; status: LessonStatus; startsAt: string; closesAt?: string }

/** Whether people come together at its start. */
export const isTogether = ({ kind = 'live' }: Pick<Dated, 'kind'>): boolean => meaningOf(kind).together;

/** `off`: cancelled, or never opened. */
export function periodOf({ kind = 'live', status, startsAt, closesAt }: Dated, nowMs: number): 'before' | 'open' | 'over' | 'off' | null {
  if (!meaningOf(kind).period || closesAt === undefined) return null;
  if (status === 'cancelled' || status === 'missed') return 'off';
  return periodStand({ opensMs: Date.parse(startsAt), closesMs: Date.parse(closesAt), opened: status === 'ended' }, nowMs);
}
