// The form of a new lesson: what is typed, what is wrong with it, and the body that is sent.
import type { LessonBody } from '#contracts/lesson.ts';
import { shanghaiInstant } from '#domain/day.ts';
import { dayKey, clockTime } from '../format.ts';

export interface LessonForm {
  cohortId: string; title: string;
  /** `2026-11-21` and `09:30`, in Shanghai. */
  day: string; time: string;
  minutes: number | '';
  teacherIds: string[]; assistantIds: string[]; recorded: boolean;
}
export type LessonField = 'cohortId' | 'title' | 'startsAt' | 'minutes' | 'teacherIds' | 'assistantIds';
/** Fields that are wrong, with the key of what to say. */
export type Wrong = Partial<Record<LessonField, string>>;

const mostPeople = 8;
const longestMinutes = 600;
const longestTitle = 120;
const quarterMs = 15 * 60_000;

/** A fresh form: the next quarter of an hour at least half an hour away, two units long. */
export function freshForm(nowMs: number): LessonForm {
  const start = Math.ceil((nowMs + 30 * 60_000) / quarterMs) * quarterMs;
  return { cohortId: '', title: '', day: dayKey(start), time: clockTime(start, 'zh'), minutes: 90, teacherIds: [], assistantIds: [], recorded: true };
}

const personsWrong = (form: LessonForm): Wrong => {
  if (form.teacherIds.length === 0) return { teacherIds: 'schedule.wrong.noTeacher' };
  if (form.teacherIds.length > mostPeople) return { teacherIds: 'schedule.wrong.tooMany' };
  if (form.assistantIds.length > mostPeople) return { assistantIds: 'schedule.wrong.tooMany' };
  return form.assistantIds.some((id) => form.teacherIds.includes(id)) ? { assistantIds: 'schedule.wrong.both' } : {};
};

export function readForm(form: LessonForm, nowMs: number): { body: LessonBody; wrong: null } | { body: null; wrong: Wrong } {
  const startsAt = shanghaiInstant(form.day, form.time);
  const title = form.title.trim();
  const minutes = form.minutes;
  const minutesOk = typeof minutes === 'number' && Number.isInteger(minutes) && minutes >= 1 && minutes <= longestMinutes;
  const wrong: Wrong = {
    ...(form.cohortId ? {} : { cohortId: 'schedule.wrong.noCohort' }),
    ...(title ? {} : { title: 'schedule.wrong.noTitle' }),
    ...(title.length > longestTitle ? { title: 'schedule.wrong.longTitle' } : {}),
    ...(startsAt ? {} : { startsAt: 'schedule.wrong.noStart' }),
    ...(startsAt && startsAt.getTime() <= nowMs ? { startsAt: 'schedule.wrong.past' } : {}),
    ...(minutesOk ? {} : { minutes: 'schedule.wrong.minutes' }),
    ...personsWrong(form),
  };
  if (Object.keys(wrong).length > 0 || !startsAt || !minutesOk) return { body: null, wrong };
  return {
    wrong: null,
    body: { cohortId: form.cohortId, title, startsAt: startsAt.toISOString(), plannedMinutes: minutes, teacherIds: form.teacherIds, assistantIds: form.assistantIds, recorded: form.recorded },
  };
}
