// Puts a person's lessons in the order of the home page: the one that matters now, then days to come, then days past.
import type { LessonBrief } from '#contracts/lesson.ts';
import { plannedEndMs } from '#domain/lesson.ts';
import { dayKey } from '../format.ts';
import { isTogether, periodOf } from '../recorded/period.ts';

export interface Day { key: string; lessons: LessonBrief[] }
export interface Arranged { first: LessonBrief | null; /** Lessons of films that are open, the first to close first. */ studying: LessonBrief[]; coming: Day[]; past: Day[] }

const startMs = (lesson: LessonBrief): number => Date.parse(lesson.startsAt);
const rank = (lesson: LessonBrief): number => (lesson.status === 'live' ? 0 : lesson.status === 'open' ? 1 : 2);
const plannedEnd = ({ startsAt, plannedMinutes }: LessonBrief): number => plannedEndMs({ startsAt: new Date(startsAt), plannedMinutes });
/** One held at a place is scheduled until the office has its sheet; for whoever was there it is over. */
const isAhead = (lesson: LessonBrief, nowMs: number): boolean => lesson.status === 'live' || lesson.status === 'open' || (lesson.status === 'scheduled' && (lesson.kind !== 'offline' || nowMs <= plannedEnd(lesson)));

function byDay(lessons: LessonBrief[]): Day[] {
  const days = new Map<string, LessonBrief[]>();
  for (const lesson of lessons) {
    const key = dayKey(lesson.startsAt);
    const day = days.get(key);
    if (day) day.push(lesson); else days.set(key, [lesson]);
  }
  return [...days].map(([key, dayLessons]) => ({ key, lessons: dayLessons }));
}

/**
 * `first` is live before open before the next to start. Today stays whole and comes first, in order of start,
 * so that a lesson just ended is found where it was; the past is newest first.
 */
export function arrange(lessons: readonly LessonBrief[], nowMs: number): Arranged {
  const today = dayKey(nowMs);
  const studying = lessons.filter((lesson) => periodOf(lesson, nowMs) === 'open').sort((a, b) => Date.parse(a.closesAt!) - Date.parse(b.closesAt!));
  const sorted = lessons.filter((lesson) => !studying.includes(lesson)).sort((a, b) => startMs(a) - startMs(b));
  const isComing = (lesson: LessonBrief) => dayKey(lesson.startsAt) >= today || lesson.status === 'live';
  const first = sorted.filter((lesson) => isAhead(lesson, nowMs) && isTogether(lesson)).sort((a, b) => rank(a) - rank(b) || startMs(a) - startMs(b))[0] ?? null;
  return { first, studying, coming: byDay(sorted.filter(isComing)), past: byDay(sorted.filter((lesson) => !isComing(lesson)).reverse()) };
}

/** A scheduled lesson whose start has passed, but which may still be taught. */
export const isOverdue = (lesson: LessonBrief, nowMs: number): boolean =>
  isTogether(lesson) && lesson.status !== 'live' && nowMs >= startMs(lesson) && nowMs <= plannedEnd(lesson);
