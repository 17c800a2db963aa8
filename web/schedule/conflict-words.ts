// A conflict in words.
import type { PlanConflict } from '#contracts/timetable.ts';
import type { Locale } from '../i18n/i18n.ts';
import { dayAndTime } from '../format.ts';

type Translate = (key: string, filled?: Record<string, unknown>) => string;

export function conflictWords(t: Translate, { kind, lesson, names, count }: PlanConflict, nowMs: number, locale: Locale): string {
  const named = names.join(t('common.listJoin')) + (count > names.length ? t('timetable.andMore') : '');
  const what = lesson ? t('timetable.lessonWords', { cohort: lesson.cohortTitle, title: lesson.title, at: dayAndTime(lesson.startsAt, nowMs, locale) }) : '';
  return t(`timetable.conflict.${kind}`, { names: named, lesson: what, n: count });
}
