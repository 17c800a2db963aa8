// What is live now in some institutions, from rows: counts by region, and each class (R31, R106, R115).
import type { RegionCount } from '#domain/region-tree.ts';
import { kindsSql } from '#domain/lesson-kind.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

/** `region`: the seat it stated, null where it stated none. */
export interface OverseenInstitution { institutionId: string; name: string; region: string | null }
export async function overseenInstitutions(em: EntityManager, institutionIds: readonly string[]): Promise<OverseenInstitution[]> {
  const rows = await em.execute<{ id: string; name: string; seat_region: string | null }[]>(
    `select i.id, i.name, p.seat_region from institution i left join institution_profile p on p.institution_id = i.id where i.id = any(?::uuid[]) order by i.name, i.id`, [arrayOf(institutionIds)]);
  return rows.map((row) => ({ institutionId: row.id, name: row.name, region: row.seat_region }));
}

/** Seats that are held now, read once for all classes: of each class alone the planner, who thinks there are few, would read all of them. `present`: learners, observers and staff not among them. */
const seatsSql = `seats as materialized (select lesson_id, person_id, role from connection where left_at is null),
     present as materialized (select lesson_id, count(*)::int as people from seats where role = 'student' group by lesson_id)`;
/** Whom class `l` expects. */
const expectedSql = `(select count(*)::int from enrolment e where e.cohort_id = l.cohort_id and (e.ended_at is null or e.ended_at > l.starts_at))`;
const liveSql = `lesson l where l.status = 'live' and l.kind in ${kindsSql('classroom')} and l.institution_id = any(?::uuid[])`;

/** Statements of their own, so that a test may look at their plans: of institutions, and of institutions and a limit. */
export const countsSql = `with ${seatsSql} select institution_id, count(*)::int as classes, sum(present)::int as present, sum(expected)::int as expected
     from (select l.institution_id, coalesce(present.people, 0) as present, l.expected from (select l.*, ${expectedSql} as expected from ${liveSql}) l left join present on present.lesson_id = l.id) live group by institution_id`;
export const classesSql = `with ${seatsSql} select l.id, l.title, l.institution_id, i.name as institution_name, p.seat_region, k.title as course_title, c.title as cohort_title, l.recorded, s.started_at,
       (select json_agg(t.name order by t.name) from lesson_staff f join person t on t.id = f.person_id where f.lesson_id = l.id and f.role = 'teacher') as teachers,
       coalesce(present.people, 0) as present, ${expectedSql} as expected, checks.passed, checks.settled,
       (select r.status from recording r where r.session_id = s.id and r.group_id is null) as recording,
       exists (select from interruption n where n.session_id = s.id and n.ended_at is null) as interrupted,
       coalesce((l.id, s.lead_person_id) in (select lesson_id, person_id from seats), false) as lead_here
     from (select l.* from ${liveSql}) l join institution i on i.id = l.institution_id join cohort c on c.id = l.cohort_id join course k on k.id = c.course_id left join present on present.lesson_id = l.id
       left join institution_profile p on p.institution_id = l.institution_id left join lesson_session s on s.lesson_id = l.id and s.ended_at is null
       left join lateral (select count(*)::int as settled, (count(*) filter (where f.verdict = 'matched'))::int as passed from face_check f where f.session_id = s.id and f.status = 'settled') checks on true
     order by s.started_at desc nulls last, l.id limit ?`;

/** Counts of institutions and of what is live in them, by the region of their seat. */
export async function liveCounts(em: EntityManager, institutions: readonly OverseenInstitution[]): Promise<RegionCount[]> {
  const rows = await em.execute<{ institution_id: string; classes: number; present: number; expected: number }[]>(countsSql, [arrayOf(institutions.map(({ institutionId }) => institutionId))]);
  const live = new Map(rows.map((row) => [row.institution_id, row]));
  const counts = new Map<string | null, RegionCount>();
  for (const { institutionId, region } of institutions) {
    const count = counts.get(region) ?? { region, institutions: 0, classes: 0, present: 0, expected: 0 };
    const { classes = 0, present = 0, expected = 0 } = live.get(institutionId) ?? {};
    counts.set(region, { region, institutions: count.institutions + 1, classes: count.classes + classes, present: count.present + present, expected: count.expected + expected });
  }
  return [...counts.values()];
}

/** `recording`: `off` where none is wanted; `none` where it does not run although it is. */
export interface LiveClass {
  lessonId: string; title: string; institutionId: string; institutionName: string; region: string | null; courseTitle: string; cohortTitle: string; teachers: string[]; startedAt: string | null;
  present: number; expected: number; checksPassed: number; checksSettled: number; recording: 'off' | 'running' | 'none'; interrupted: boolean; leadHere: boolean;
}
interface Row {
  id: string; title: string; institution_id: string; institution_name: string; seat_region: string | null; course_title: string; cohort_title: string; teachers: string[] | null; started_at: string | null;
  present: number; expected: number; passed: number | null; settled: number | null; recorded: boolean; recording: string | null; interrupted: boolean; lead_here: boolean;
}

/** The classes of these institutions, newest first, `limit` at most. */
export async function liveClasses(em: EntityManager, institutionIds: readonly string[], limit: number): Promise<LiveClass[]> {
  const rows = await em.execute<Row[]>(classesSql, [arrayOf(institutionIds), limit]);
  return rows.map((row) => ({
    lessonId: row.id, title: row.title, institutionId: row.institution_id, institutionName: row.institution_name, region: row.seat_region, courseTitle: row.course_title, cohortTitle: row.cohort_title,
    teachers: row.teachers ?? [], startedAt: row.started_at && new Date(row.started_at).toISOString(), present: row.present, expected: row.expected, checksPassed: row.passed ?? 0, checksSettled: row.settled ?? 0,
    recording: row.recorded ? (row.recording === 'recording' ? 'running' : 'none') : 'off', interrupted: row.interrupted, leadHere: row.lead_here,
  }));
}
