// Lessons of one person as a calendar wants them.
import type { CalendarPart } from '#contracts/calendar.ts';
import type { CalendarLesson } from '#domain/timetable/calendar.ts';
import type { EntityManager } from '../orm.ts';
import { roleOfPersonSql } from './lesson-access.ts';

const rolesOf: Record<CalendarPart, readonly string[]> = { learning: ['student'], teaching: ['teacher', 'assistant', 'proctor'], overseeing: ['observer'] };

interface Row { id: string; title: string; starts: number; planned_minutes: number; closes: number | null; cancelled: boolean; sequence: number; place: string | null; changed: number }
export interface CalendarWish { personId: string; part: CalendarPart; from: Date; to: Date }

/** Those that begin within [from, to), by start, cancelled ones too. */
export async function calendarLessons(em: EntityManager, { personId, part, from, to }: CalendarWish): Promise<(Omit<CalendarLesson, 'uid' | 'url'> & { lessonId: string })[]> {
  const rows = await em.execute<Row[]>(
    `select * from (select l.id, l.title, (extract(epoch from l.starts_at) * 1000)::float8 as starts, l.planned_minutes, (extract(epoch from l.closes_at) * 1000)::float8 as closes, l.status = 'cancelled' as cancelled, l.sequence, p.name as place,
       (extract(epoch from coalesce((select max(h.at) from lesson_change h where h.lesson_id = l.id), l.created_at)) * 1000)::float8 as changed, ${roleOfPersonSql} as role
     from lesson l left join place p on p.id = l.place_id where l.starts_at >= ? and l.starts_at < ?) mine where role = any(?::text[]) order by starts, id`, [personId, personId, personId, from, to, `{${rolesOf[part].join(',')}}`]);
  return rows.map((row) => ({
    lessonId: row.id, title: row.title, startMs: row.starts, endMs: row.closes ?? row.starts + row.planned_minutes * 60_000, cancelled: row.cancelled, sequence: row.sequence, place: row.place, changedMs: row.changed,
  }));
}
