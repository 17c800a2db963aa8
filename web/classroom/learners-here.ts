// How many learners are here, and whether this page knows them all by name.
import type { LessonSnapshot } from '#contracts/lesson.ts';
import { comesInPages } from '#domain/audience.ts';
import { isStaff } from '#domain/roles.ts';

type Known = Pick<LessonSnapshot, 'lesson' | 'participants' | 'presentCount'>;
/** A class so large that also staff see only who is in view. */
export const isPaged = ({ lesson }: Pick<Known, 'lesson'>): boolean => comesInPages(lesson.learnerCount);

/** For staff; in a large class by the figure that everybody is told. */
export function learnersHere(state: Known | null): number {
  if (!state) return 0;
  const here = state.participants.filter(({ present }) => present);
  if (!isPaged(state)) return here.filter(({ role }) => role === 'student').length;
  return Math.max(0, state.presentCount - here.filter(({ role }) => isStaff(role)).length);
}
