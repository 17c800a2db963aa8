// Lessons held at a place as they are read: the sheet of one, what a cohort was taught which way, and what its learners have of it.
import type { OfflineSheet } from '#contracts/offline-routes.ts';
import { mayKeepSheet, taughtWays, type TaughtWays } from '#domain/offline.ts';
import type { LessonStatus } from '#domain/lesson.ts';
import type { EntityManager } from '../orm.ts';

/** Of a learner in the offline lessons of a cohort: units that were held, and ms held and credited of them, as the ledger has them. */
export interface OfflineHeld { units: number; heldMs: number; creditedMs: number }
interface HeldRow { person_id: string; units: number; held_ms: number; credited_ms: number }

/** By person, from the ledger's rows; who has none was in no such lesson. As with units taught online, whether somebody was there is a matter of attendance. */
export async function offlineHeldOf(em: EntityManager, cohortId: string): Promise<Map<string, OfflineHeld>> {
  const rows = await em.execute<HeldRow[]>(
    `select r.person_id, sum(jsonb_array_length(r.units))::int as units, sum(r.held_ms)::float8 as held_ms, sum(r.live_ms)::float8 as credited_ms
     from ledger_row r join lesson l on l.id = r.lesson_id where r.cohort_id = ? and l.kind = 'offline' group by r.person_id`, [cohortId]);
  return new Map(rows.map((row) => [row.person_id, { units: row.units, heldMs: row.held_ms, creditedMs: row.credited_ms }]));
}

/** What was really taught of a cohort, in units that were held (R40 speaks of the plan; this says how it went). */
export async function taughtWaysOf(em: EntityManager, cohortId: string): Promise<TaughtWays> {
  const [row] = await em.execute<{ online: number; offline: number }[]>(
    `select (count(*) filter (where l.kind <> 'offline'))::int as online, (count(*) filter (where l.kind = 'offline'))::int as offline
     from unit u join lesson l on l.id = u.lesson_id where l.cohort_id = ? and l.status = 'ended' and u.started_at is not null`, [cohortId]);
  return taughtWays(row?.online ?? 0, row?.offline ?? 0);
}

interface Row {
  institution_id: string; cohort_id: string; title: string; cohort_title: string; starts_at: string; planned_minutes: number; status: LessonStatus; place: string; teachers: string[] | null;
  units: { id: string; ordinal: number; from: string; minutes: number; started: string | null; ended: string | null }[];
  attachment_id: string | null; file_name: string | null; keeper: string | null; kept_at: string | null;
}
interface LearnerRow { person_id: string; name: string; login: string | null; present: { from: string; to: string }[] | null }
const iso = (at: string): string => new Date(at).toISOString();

/** `mayKeep`: the asker is of the office. Null where there is no such lesson, or it is taught online. */
export async function offlineSheetOf(em: EntityManager, lessonId: string, { ofOffice }: { ofOffice: boolean }): Promise<OfflineSheet | null> {
  const [row] = await em.execute<Row[]>(
    `select l.institution_id, l.cohort_id, l.title, c.title as cohort_title, l.starts_at, l.planned_minutes, l.status, p.name as place, s.attachment_id, a.file_name, k.name as keeper, s.kept_at,
       (select json_agg(t.name order by t.name) from lesson_staff f join person t on t.id = f.person_id where f.lesson_id = l.id and f.role = 'teacher') as teachers,
       (select json_agg(json_build_object('id', u.id, 'ordinal', u.ordinal, 'from', u.planned_start_at, 'minutes', u.planned_minutes, 'started', u.started_at, 'ended', u.ended_at) order by u.ordinal) from unit u where u.lesson_id = l.id) as units
     from lesson l join cohort c on c.id = l.cohort_id join place p on p.id = l.place_id left join offline_sheet s on s.lesson_id = l.id left join attachment a on a.id = s.attachment_id left join person k on k.id = s.kept_by
     where l.id = ? and l.kind = 'offline'`, [lessonId]);
  if (!row) return null;
  const learners = await em.execute<LearnerRow[]>(
    `select e.person_id, n.name, t.login, (select json_agg(json_build_object('from', o.from_at, 'to', o.to_at) order by o.from_at) from offline_presence o where o.lesson_id = l.id and o.person_id = e.person_id) as present
     from lesson l join enrolment e on e.cohort_id = l.cohort_id and e.created_at <= l.starts_at + l.planned_minutes * interval '1 minute' and (e.ended_at is null or e.ended_at > l.starts_at)
       join person n on n.id = e.person_id left join account t on t.person_id = e.person_id where l.id = ? order by n.name, e.person_id`, [lessonId]);
  return {
    institutionId: row.institution_id, lessonId, title: row.title, cohortTitle: row.cohort_title, startsAt: iso(row.starts_at), plannedMinutes: row.planned_minutes, status: row.status, place: row.place, teachers: row.teachers ?? [],
    mayKeep: ofOffice && mayKeepSheet(row.status),
    units: row.units.map(({ id, ordinal, from, minutes, started, ended }) => ({ unitId: id, ordinal, plannedFrom: iso(from), plannedMinutes: minutes, from: started && iso(started), to: ended && iso(ended) })),
    learners: learners.map(({ person_id: personId, name, login, present }) => ({ personId, name, login: login ?? '', present: (present ?? []).map(({ from, to }) => ({ from: iso(from), to: iso(to) })) })),
    kept: row.attachment_id && row.kept_at ? { attachmentId: row.attachment_id, fileName: row.file_name ?? '', by: row.keeper ?? '', at: iso(row.kept_at) } : null,
    taught: await taughtWaysOf(em, row.cohort_id),
  };
}
