// Who belongs to a lesson, and who of them is there, visible, on stage, and how the last face check went.
import type { Participant } from '#contracts/person.ts';
import type { Verdict } from '#domain/check.ts';
import { countedVerdict, type ReviewOutcome } from '#domain/review.ts';
import type { LessonRole } from '#domain/roles.ts';
import type { EntityManager } from '../orm.ts';
import { checkWaySql } from './checks.ts';
import { lastOutcomeSql } from './decisions.ts';
import { arrayOf } from './lesson-access.ts';

interface Row {
  person_id: string; name: string; role: LessonRole; present: boolean; visible: boolean; on_stage: boolean;
  verdict: Verdict | null; outcome: ReviewOutcome | null; check_way: string;
}

interface Among { staff: string; learners: string; values: unknown[] }

async function read(em: EntityManager, lessonId: string, { staff, learners, values }: Among): Promise<Participant[]> {
  const rows = await em.execute<Row[]>(
    `with asked as (select ?::uuid as lesson_id), belonging as (
       select s.person_id, s.role from lesson_staff s, asked where s.lesson_id = asked.lesson_id ${staff}
       union all
       select e.person_id, 'student' from asked join lesson l on l.id = asked.lesson_id
         join enrolment e on e.cohort_id = l.cohort_id and (e.ended_at is null or e.ended_at > l.starts_at)
       where not exists (select from lesson_staff s where s.lesson_id = l.id and s.person_id = e.person_id) ${learners})
     select b.person_id, p.name, b.role, c.id is not null as present, coalesce(c.visible, false) as visible,
       exists (select from stage_visit v join lesson_session ls on ls.id = v.session_id where ls.lesson_id = asked.lesson_id
         and ls.ended_at is null and v.person_id = b.person_id and v.accepted_at is not null and v.left_at is null) as on_stage,
       told.verdict, told.outcome,
       ${checkWaySql('b.person_id')} as check_way
     from asked cross join belonging b join person p on p.id = b.person_id
     left join lateral (select held.id, held.visible from connection held
       where held.lesson_id = asked.lesson_id and held.person_id = b.person_id and held.left_at is null limit 1) c on true
     left join lateral (select f.verdict, ${lastOutcomeSql('f.id')} as outcome from face_check f where f.lesson_id = asked.lesson_id and f.person_id = b.person_id and f.viewing_id is null
       and f.status = 'settled' order by f.settled_at desc limit 1) told on true
     order by p.name, p.id`, [lessonId, ...values]);
  return rows.map((row) => ({
    personId: row.person_id, name: row.name, role: row.role, present: row.present, visible: row.visible, onStage: row.on_stage,
    verdict: countedVerdict(row.verdict, row.outcome), checkWay: row.role === 'student' ? row.check_way : null,
  }));
}

const among = 'in (select value::uuid from jsonb_array_elements_text(?::jsonb))';

/** Those of these people who belong to the lesson, with all that staff may see. */
export const participantsAmong = (em: EntityManager, lessonId: string, personIds: readonly string[]): Promise<Participant[]> => {
  const ids = JSON.stringify(personIds);
  return read(em, lessonId, { staff: `and s.person_id ${among}`, learners: `and e.person_id ${among}`, values: [ids, ids] });
};

/** Staff and enrolled learners, present or not, with all that staff may see; one person with `personId`. Observers are never listed. */
export const participantsOf = (em: EntityManager, lessonId: string, personId: string | null = null): Promise<Participant[]> =>
  (personId === null ? read(em, lessonId, { staff: '', learners: '', values: [] }) : participantsAmong(em, lessonId, [personId]));

/** Whom everybody sees: staff and who is on stage. */
export const participantsInView = (em: EntityManager, lessonId: string): Promise<Participant[]> => read(em, lessonId, {
  staff: '', values: [lessonId],
  learners: `and e.person_id in (select v.person_id from stage_visit v join lesson_session ls on ls.id = v.session_id
    where ls.lesson_id = ? and ls.ended_at is null and v.accepted_at is not null and v.left_at is null)`,
});

/** What everybody may see of a participant: no verdict, no way of checking. */
export const publicView = (participant: Participant): Participant => ({ ...participant, verdict: null, checkWay: null });

/** Present people by lesson, staff included, observers not counted. Lessons with nobody are left out. */
export async function presentLearners(em: EntityManager, lessonIds: readonly string[]): Promise<Map<string, number>> {
  const rows = await em.execute<{ lesson_id: string; present: number }[]>(
    `select lesson_id, count(*)::int as present from connection where left_at is null and role = 'student' and lesson_id = any(?::uuid[]) group by lesson_id`, [arrayOf(lessonIds)]);
  return new Map(rows.map((row) => [row.lesson_id, row.present]));
}

export async function presentCounts(em: EntityManager, lessonIds: string[]): Promise<Map<string, number>> {
  if (lessonIds.length === 0) return new Map();
  const rows = await em.execute<{ lesson_id: string; present: number }[]>(
    `select lesson_id, count(*)::int as present from connection where left_at is null and role <> 'observer' and lesson_id in (?) group by lesson_id`,
    [lessonIds]);
  return new Map(rows.map((row) => [row.lesson_id, row.present]));
}
