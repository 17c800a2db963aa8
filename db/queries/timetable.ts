// The timetable as an office reads it: lessons of its institutions, what it plans with, and what was changed of a plan.
import type { LessonChanges, TimetableLesson, TimetableOptions } from '#contracts/timetable.ts';
import type { LessonStatus } from '#domain/lesson.ts';
import type { LessonKind } from '#domain/lesson-kind.ts';
import type { LessonChangeKind } from '#domain/timetable/changes.ts';
import type { ChangedPlan } from '../entities/timetable.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

const iso = (at: string | Date): string => new Date(at).toISOString();
const isoOrNull = (at: string | null | undefined): string | null => (at ? iso(at) : null);

/** Institutions this person plans for. */
export async function plannedInstitutions(em: EntityManager, personId: string): Promise<string[]> {
  const rows = await em.execute<{ institution_id: string }[]>(`select distinct institution_id from membership where person_id = ? and role in ('admin', 'institution')`, [personId]);
  return rows.map((row) => row.institution_id);
}

interface LessonRow {
  id: string; institution_id: string; cohort_id: string; title: string; cohort_title: string; course_title: string; starts_at: string; planned_minutes: number; status: LessonStatus;
  place_id: string | null; place_name: string | null; series_id: string | null; sequence: number; staff: TimetableLesson['staff'] | null; kind: LessonKind; closes_at: string | null;
}

/** Of these institutions, beginning within [from, to), by start. */
export async function timetableOf(em: EntityManager, institutionIds: readonly string[], from: Date, to: Date): Promise<TimetableLesson[]> {
  const rows = await em.execute<LessonRow[]>(
    `select l.id, l.institution_id, l.cohort_id, l.title, c.title as cohort_title, k.title as course_title, l.starts_at, l.planned_minutes, l.status, l.place_id, p.name as place_name, l.series_id, l.sequence, l.kind, l.closes_at,
       (select json_agg(json_build_object('personId', s.person_id, 'name', w.name, 'role', s.role) order by case s.role when 'teacher' then 0 when 'assistant' then 1 else 2 end, s.id)
         from lesson_staff s join person w on w.id = s.person_id where s.lesson_id = l.id) as staff
     from lesson l join cohort c on c.id = l.cohort_id join course k on k.id = c.course_id left join place p on p.id = l.place_id
     where l.institution_id = any(?::uuid[]) and l.starts_at >= ? and l.starts_at < ? order by l.starts_at, l.id`, [arrayOf(institutionIds), from, to]);
  return rows.map((row) => ({
    lessonId: row.id, institutionId: row.institution_id, cohortId: row.cohort_id, title: row.title, cohortTitle: row.cohort_title, courseTitle: row.course_title, startsAt: iso(row.starts_at),
    plannedMinutes: row.planned_minutes, status: row.status, place: row.place_id && row.place_name !== null ? { placeId: row.place_id, name: row.place_name } : null, seriesId: row.series_id,
    staff: row.staff ?? [], changes: row.sequence, ...(row.kind !== 'live' && { kind: row.kind }), ...(row.closes_at !== null && { closesAt: iso(row.closes_at) }),
  }));
}

type Options = TimetableOptions['institutions'][number];
interface OptionRow {
  id: string; name: string; gap: number | null; places: Options['places'] | null; holidays: Options['holidays'] | null; cohorts: Options['cohorts'] | null; teachers: Options['teachers'] | null;
}

/** Holidays from this day (`YYYY-MM-DD`) on. */
export async function timetableOptionsOf(em: EntityManager, institutionIds: readonly string[], fromDay: string): Promise<TimetableOptions> {
  const rows = await em.execute<OptionRow[]>(
    `select i.id, i.name, (select s.travel_gap_minutes from timetable_setting s where s.institution_id = i.id) as gap,
       (select json_agg(json_build_object('placeId', p.id, 'name', p.name) order by p.name) from place p where p.institution_id = i.id and p.retired_at is null) as places,
       (select json_agg(json_build_object('day', h.day, 'kind', h.kind, 'name', h.name) order by h.day) from holiday h where h.institution_id = i.id and h.day >= ?) as holidays,
       (select json_agg(json_build_object('cohortId', c.id, 'title', c.title, 'courseTitle', k.title, 'learnerCount', (select count(*) from enrolment e where e.cohort_id = c.id and e.ended_at is null)) order by c.created_at desc, c.id)
         from cohort c join course k on k.id = c.course_id where c.institution_id = i.id) as cohorts,
       (select json_agg(json_build_object('personId', w.id, 'name', w.name) order by w.name, w.id) from membership m join person w on w.id = m.person_id where m.institution_id = i.id and m.role = 'teacher') as teachers
     from institution i where i.id = any(?::uuid[]) order by i.name, i.id`, [fromDay, arrayOf(institutionIds)]);
  return {
    institutions: rows.map((row) => ({
      institutionId: row.id, name: row.name, travelGapMinutes: row.gap ?? 0, places: row.places ?? [], holidays: row.holidays ?? [], cohorts: row.cohorts ?? [], teachers: row.teachers ?? [],
    })),
  };
}

interface ChangeRow { kind: LessonChangeKind; at: string; by_id: string; by_name: string; reason: string; before: ChangedPlan; after: ChangedPlan; from_place: string | null; to_place: string | null; from_person: string | null; to_person: string | null }

/** Newest first. Who may ask is asked before. */
export async function changesOf(em: EntityManager, lessonId: string): Promise<LessonChanges> {
  const rows = await em.execute<ChangeRow[]>(
    `select h.kind, h.at, h.person_id as by_id, w.name as by_name, h.reason, h.before, h.after,
       (select p.name from place p where p.id = (h.before ->> 'placeId')::uuid) as from_place, (select p.name from place p where p.id = (h.after ->> 'placeId')::uuid) as to_place,
       (select p.name from person p where p.id = (h.before ->> 'personId')::uuid) as from_person, (select p.name from person p where p.id = (h.after ->> 'personId')::uuid) as to_person
     from lesson_change h join person w on w.id = h.person_id where h.lesson_id = ? order by h.at desc, h.id desc`, [lessonId]);
  return {
    changes: rows.map((row) => ({
      kind: row.kind, at: iso(row.at), by: { personId: row.by_id, name: row.by_name }, reason: row.reason, fromStartsAt: isoOrNull(row.before.startsAt), toStartsAt: isoOrNull(row.after.startsAt),
      fromPlace: row.from_place, toPlace: row.to_place, fromPerson: row.from_person, toPerson: row.to_person,
    })),
  };
}
