// Lessons as clients see them: one for its page and its classroom, many for the timetable.
import type { LessonBrief, LessonDetail } from '#contracts/lesson.ts';
import type { PersonBrief } from '#contracts/person.ts';
import { DomainError } from '#domain/errors.ts';
import type { LessonStatus } from '#domain/lesson.ts';
import type { LessonKind } from '#domain/lesson-kind.ts';
import type { LessonRole } from '#domain/roles.ts';
import type { EntityManager } from '../orm.ts';
import { roleOfPersonSql } from './lesson-access.ts';
import { packColumns, packOfRow, type PackRow } from './rule-packs.ts';

interface BriefRow {
  id: string; title: string; course_title: string; cohort_title: string; institution_id: string; institution_name: string;
  starts_at: Date | string; planned_minutes: number; status: LessonStatus; role: LessonRole; teachers: PersonBrief[] | null;
  recording: 'recording' | 'processing' | 'ready' | 'failed' | null; cohort_id: string; recorded: boolean; place: string | null; kind: LessonKind; closes_at: Date | string | null;
}

const briefColumns = `l.id, l.title, co.title as course_title, c.title as cohort_title, l.institution_id, i.name as institution_name,
    l.starts_at, l.planned_minutes, l.status, l.cohort_id, l.recorded, l.kind, l.closes_at, ${roleOfPersonSql} as role,
    (select json_agg(json_build_object('personId', p.id, 'name', p.name) order by s.id)
      from lesson_staff s join person p on p.id = s.person_id where s.lesson_id = l.id and s.role = 'teacher') as teachers,
    (select r.status from recording r where r.lesson_id = l.id and r.group_id is null order by r.created_at desc limit 1) as recording,
    (select p.name from place p where p.id = l.place_id) as place`;
const fromLesson = 'from lesson l join cohort c on c.id = l.cohort_id join course co on co.id = c.course_id join institution i on i.id = l.institution_id';

interface DetailRow extends BriefRow, PackRow {
  /** Of one held at a place, which has no session. */
  units_from: string | null; units_to: string | null;
  learners: number; started_at: Date | string | null; running: boolean | null; last_ended_at: Date | string | null;
  units: { id: string; ordinal: number; planned_start_at: string; planned_minutes: number; started_at: string | null; ended_at: string | null }[] | null;
}
/** Of lesson `l`. */
const learnersSql = '(select count(*)::int from enrolment e where e.cohort_id = l.cohort_id and (e.ended_at is null or e.ended_at > l.starts_at))';
const detailSql = `
  select ${briefColumns}, ${packColumns}, sessions.*,
    ${learnersSql} as learners,
    (select json_agg(u order by u.ordinal) from unit u where u.lesson_id = l.id) as units,
    (select min(u.started_at) from unit u where u.lesson_id = l.id and l.kind = 'offline') as units_from, (select max(u.ended_at) from unit u where u.lesson_id = l.id and l.kind = 'offline') as units_to
  ${fromLesson},
    lateral (select min(s.started_at) as started_at, bool_or(s.ended_at is null) as running, max(s.ended_at) as last_ended_at from lesson_session s where s.lesson_id = l.id) sessions
  where l.id = ?`;

/** `learnerCount` of the detail alone. */
export async function learnerCountOf(em: EntityManager, lessonId: string): Promise<number> {
  const [row] = await em.execute<{ learners: number }[]>(`select ${learnersSql} as learners from lesson l where l.id = ?`, [lessonId]);
  return row?.learners ?? 0;
}

const iso = (at: Date | string): string => new Date(at).toISOString();
const isoOrNull = (at: Date | string | null | undefined): string | null => (at ? iso(at) : null);

const briefOf = (row: BriefRow): LessonBrief => ({
  lessonId: row.id, title: row.title, courseTitle: row.course_title, cohortTitle: row.cohort_title,
  institutionId: row.institution_id, institutionName: row.institution_name,
  startsAt: iso(row.starts_at), plannedMinutes: row.planned_minutes, status: row.status, role: row.role,
  teachers: row.teachers ?? [],
  // While the lesson is still being recorded there is nothing to wait for yet.
  recording: row.recording === 'recording' ? null : row.recording, ...(row.place !== null && { place: row.place }),
  ...(row.kind !== 'live' && { kind: row.kind }), ...(row.closes_at !== null && { closesAt: iso(row.closes_at) }),
});

/** Lessons in which the person has a role and that start within [from, to), by start. `running`: also those whose period began before and goes on. */
export async function lessonsOf(em: EntityManager, personId: string, from: Date, to: Date, { running = false } = {}): Promise<LessonBrief[]> {
  const rows = await em.execute<BriefRow[]>(
    `select * from (select ${briefColumns} ${fromLesson} where (l.starts_at >= ? or (? and l.closes_at > ?)) and l.starts_at < ?) mine where role is not null order by starts_at, id`,
    [personId, personId, personId, from, running, from, to],
  );
  return rows.map(briefOf);
}

const detailOf = (row: DetailRow): LessonDetail => ({
  ...briefOf(row),
  recorded: row.recorded, learnerCount: row.learners, startedAt: isoOrNull(row.started_at ?? row.units_from), endedAt: row.running ? null : isoOrNull(row.last_ended_at ?? row.units_to),
  units: (row.units ?? []).map((unit) => ({
    unitId: unit.id, ordinal: unit.ordinal, plannedStartAt: iso(unit.planned_start_at), plannedMinutes: unit.planned_minutes,
    startedAt: isoOrNull(unit.started_at), endedAt: isoOrNull(unit.ended_at),
  })),
  realNameFirst: packOfRow(row).realName.beforeLesson,
});

/** One lesson as this person may see it. Throws not_found when there is none or the person has no role in it. */
export async function lessonDetail(em: EntityManager, lessonId: string, personId: string): Promise<LessonDetail> {
  const [row] = await em.execute<DetailRow[]>(detailSql, [personId, personId, personId, lessonId]);
  if (!row?.role) throw new DomainError('not_found', 'no such lesson');
  return detailOf(row);
}

/** The same for somebody whose role is known already. Throws not_found. */
export async function lessonDetailFor(em: EntityManager, lessonId: string, role: LessonRole): Promise<LessonDetail> {
  const [row] = await em.execute<DetailRow[]>(detailSql, [null, null, null, lessonId]);
  if (!row) throw new DomainError('not_found', 'no such lesson');
  return detailOf({ ...row, role });
}
