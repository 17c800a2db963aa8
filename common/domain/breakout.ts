// Breakout groups: a class divided for a while. How many, how long, who goes where. The seat stays one of the lesson; a group is only where media and chat go.
import type { ErrorCode } from './errors.ts';

/** Groups of one division at most. */
export const mostGroups = 30;
/** Learners in one group at most: all of them may talk and be seen at once. */
export const mostInGroup = 8;
/** Minutes of a division, as set and with everything it is extended by. */
export const breakoutMinutes = { least: 1, most: 120, suggested: 10, extension: 5 } as const;

/** Whether groups are recorded, as the platform is set: as the teacher chooses for each division, whenever the class is, or never. */
export const groupRecordings = ['ask', 'always', 'never'] as const;
export type GroupRecording = (typeof groupRecordings)[number];

/** What holds for a lesson: groups of a class that is not recorded are not either. */
export const groupRecordingOf = (set: GroupRecording, lesson: { recorded: boolean }): GroupRecording => (lesson.recorded ? set : 'never');
export const groupsRecorded = (holds: GroupRecording, wished: boolean): boolean => holds === 'always' || (holds === 'ask' && wished);

/** `time`: the clock; `teacher`: before it; `lesson_over`. */
export const breakoutEnds = ['time', 'teacher', 'lesson_over'] as const;
export type BreakoutEnd = (typeof breakoutEnds)[number];

/** The fewest groups these many learners fit into. */
export const fewestGroups = (learners: number): number => Math.min(mostGroups, Math.max(1, Math.ceil(learners / mostInGroup)));

/** As many groups as asked for, their sizes one apart at most, drawn by lot. `random`: in [0, 1). */
export function divideEvenly<T>(people: readonly T[], groups: number, random: () => number): T[][] {
  const drawn = [...people];
  for (let last = drawn.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [drawn[last], drawn[other]] = [drawn[other]!, drawn[last]!];
  }
  return Array.from({ length: groups }, (_group, index) => drawn.filter((_one, place) => place % groups === index));
}

/** Null, or bad_request where a division names somebody twice, group_full where more are in one group than fit. */
export function divisionRefusal(groups: readonly (readonly string[])[]): ErrorCode | null {
  const people = groups.flat();
  if (groups.length === 0 || groups.length > mostGroups || new Set(people).size < people.length) return 'bad_request';
  return groups.some((group) => group.length > mostInGroup) ? 'group_full' : null;
}

interface Sized { ordinal: number; size: number }
/** Where somebody who comes late goes: the smallest group, of equal ones the first; null where all are full. */
export function groupForLate<G extends Sized>(groups: readonly G[]): G | null {
  const [smallest] = groups.filter(({ size }) => size < mostInGroup).toSorted((a, b) => a.size - b.size || a.ordinal - b.ordinal);
  return smallest ?? null;
}

/** The new end, or null where the division would last longer than allowed. */
export function extendedEnd({ startedAt, endsAt }: { startedAt: Date; endsAt: Date }, minutes: number): Date | null {
  const end = new Date(endsAt.getTime() + minutes * 60_000);
  return end.getTime() - startedAt.getTime() > breakoutMinutes.most * 60_000 ? null : end;
}

/** What ends a division now, and since when; null while it goes on. */
export function breakoutOver(found: { endsAt: Date; lessonEndedAt: Date | null }, now: Date): { reason: BreakoutEnd; at: Date } | null {
  const { endsAt, lessonEndedAt } = found;
  if (lessonEndedAt && lessonEndedAt <= endsAt) return { reason: 'lesson_over', at: lessonEndedAt };
  return now >= endsAt ? { reason: 'time', at: endsAt } : null;
}
