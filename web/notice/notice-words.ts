// A notice in words: what happened, and the lines that say when, where and who.
import type { NoticeView } from '#contracts/timetable.ts';
import { dayAndTime } from '../format.ts';
import type { Locale } from '../i18n/i18n.ts';

type Translate = (key: string, filled?: Record<string, unknown>) => string;
const counted: readonly string[] = ['scheduled', 'cancelled'];

export function noticeWords(t: Translate, { kind, parts }: Pick<NoticeView, 'kind' | 'parts'>, nowMs: number, locale: Locale): { title: string; lines: string[] } {
  const many = (parts.count ?? 1) > 1 && counted.includes(kind);
  const when = (at: string, place: string | null): string => t(place === null ? 'timetable.notice.at' : 'timetable.notice.atPlace', { at: dayAndTime(at, nowMs, locale), place });
  const day = (at: string): string => dayAndTime(at, nowMs, locale);
  const now = parts.until === undefined ? when(parts.startsAt, parts.place) : t('recorded.noticeUntil', { from: day(parts.startsAt), until: day(parts.until) });
  if (kind === 'help_answered') return { title: t('help.noticeAnswered'), lines: [parts.title] };
  if (kind === 'inspection_findings' || kind === 'inspection_answered' || kind === 'inspection_due' || kind === 'inspection_overdue') return { title: t(`inspection.notice.${kind}`), lines: [parts.title, ...(kind !== 'inspection_answered' ? [t('inspection.until', { at: day(parts.startsAt) })] : [])] };
  return {
    title: t(`timetable.notice.${kind}${many ? 'Many' : ''}`, { title: parts.title, n: parts.count }),
    lines: [
      many ? t('timetable.notice.firstAt', { at: now }) : now,
      ...(parts.fromStartsAt === undefined ? [] : [t('timetable.notice.from', { at: when(parts.fromStartsAt, parts.fromPlace ?? null) })]),
      ...(parts.teacher === undefined ? [] : [t('timetable.notice.teacher', { from: parts.fromTeacher ?? '', to: parts.teacher })]),
    ],
  };
}
