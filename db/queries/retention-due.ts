// What of each class may go, from rows: when the training it belongs to ended, which rule packs apply, which holds stand. Whether it goes is the domain's (domain/retention.ts).
import { lastInstantSql } from '#domain/lesson-kind.ts';
import { dueFrom, retentionOf, ruleOf, type RetentionClass } from '#domain/retention.ts';
import { packFor, packs } from '#domain/rules/packs.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import type { EntityManager } from '../orm.ts';

/** A thing of one class: of a lesson (fact, talk, recording), a cohort (exam, ledger), courseware, a film, a question or a person (face, person). `institutionId` null: of a person. */
export interface DueThing { retentionClass: RetentionClass; subjectId: string; institutionId: string | null; since: Date; rule: string }

interface Row { subject_id: string; institution_id: string | null; ended_at: string | null; cohort_packs: (string | null)[]; institution_packs: (string | null)[]; session_packs: (string | null)[]; holds: string[] }

/** A training is over with its last lesson, exam or certificate, whichever is later; never while a lesson of it may still be held. */
const trainings = `
  training as (
    select c.id as cohort_id, c.institution_id, c.course_id, c.rule_pack as cohort_pack, i.rule_pack as institution_pack, greatest(l.last_at, t.last_at, x.last_at) as ended_at, coalesce(l.runs, false) or coalesce(x.runs, false) as runs
    from cohort c join institution i on i.id = c.institution_id
      cross join lateral (select max(greatest(${lastInstantSql('lesson')}, starts_at + planned_minutes * interval '1 minute')) filter (where status = 'ended') as last_at, bool_or(status in ('scheduled', 'open', 'live')) as runs from lesson where cohort_id = c.id) l
      cross join lateral (select max(issued_at) as last_at from certificate where cohort_id = c.id) t
      cross join lateral (select max(e.closes_at) as last_at, bool_or(e.status = 'published' and e.closes_at > ?::timestamptz) as runs from exam_cohort k join exam e on e.id = k.exam_id where k.cohort_id = c.id and e.status in ('published', 'closed')) x)`;
const columns = (ended: string, packsOf = 'array[t.cohort_pack] as cohort_packs, array[t.institution_pack] as institution_packs'): string => `${ended} as ended_at, ${packsOf}`;
const ofLesson = (exists: string): string => `select l.id as subject_id, l.institution_id, ${columns('case when t.runs then null else t.ended_at end')},
    array(select distinct s.rule_pack from lesson_session s where s.lesson_id = l.id) as session_packs from lesson l join training t on t.cohort_id = l.cohort_id where t.ended_at <= ? and l.status = 'ended' and ${exists}`;
const ofCohort = (exists: string): string => `select t.cohort_id as subject_id, t.institution_id, ${columns('case when t.runs then null else t.ended_at end')},
    array(select distinct s.rule_pack from lesson_session s join lesson l on l.id = s.lesson_id where l.cohort_id = t.cohort_id) as session_packs from training t where t.ended_at <= ? and ${exists}`;
const together = 'array_agg(distinct t.cohort_pack) as cohort_packs, array_agg(distinct t.institution_pack) as institution_packs, array[]::text[] as session_packs';

/** Somebody of whom nothing is left that has a class of its own, who belongs to nobody and is not signed in. Certificates stay, and say the name they were printed with. */
const nothingLeft = [
  ...['ledger_row', 'ledger_learner', 'exam_attempt', 'connection', 'chat_message', 'private_message', 'qa_thread', 'qa_post', 'face_check', 'appeal', 'correction', 'offline_presence', 'removal', 'make_up', 'answer', 'film_answer', 'learner_key', 'face_picture', 'help_post', 'help_ticket',
    'lesson_staff', 'instructor', 'region_oversight'].map((table) => `not exists (select from ${table} x where x.person_id = p.id)`),
  ...['membership', 'former_membership'].map((table) => `not exists (select from ${table} x where x.person_id = p.id and x.role <> 'student')`),
  'not exists (select from account a join login_session s on s.account_id = a.id where a.person_id = p.id)',
  `not exists (select from deletion_certificate d where d.subject_id = p.id and d.class = 'person')`,
].join(' and ');

/** Candidates of a class: whose training ended before the shortest time of any pack. Captures that could not be verified keep their recording. */
const candidates: Readonly<Record<RetentionClass, string>> = {
  fact: ofLesson(`not exists (select from deletion_certificate d where d.subject_id = l.id and d.class = 'fact')`),
  talk: ofLesson(`(exists (select from chat_message m where m.lesson_id = l.id) or exists (select from private_message m where m.lesson_id = l.id) or exists (select from qa_thread q where q.lesson_id = l.id))`),
  recording: ofLesson(`(exists (select from recording r where r.lesson_id = l.id) or exists (select from replay p where p.lesson_id = l.id))
    and not exists (select from capture_segment s join recording r on r.id = s.recording_id where r.lesson_id = l.id and s.removed_at is null)`),
  exam: ofCohort('exists (select from exam_attempt a where a.cohort_id = t.cohort_id)'),
  ledger: ofCohort(`(exists (select from ledger_learner g where g.cohort_id = t.cohort_id) or exists (select from attachment a where a.subject_type = 'cohort' and a.subject_id = t.cohort_id and a.institution_id = t.institution_id))`),
  courseware: `select w.id as subject_id, w.institution_id, ${columns('case when bool_or(t.runs) then null else max(greatest(t.ended_at, w.created_at)) end', together)}
    from courseware w join training t on t.course_id = w.course_id where w.status = 'ready' and not exists (select from deletion_certificate d where d.subject_id = w.id and d.class = 'courseware') group by w.id having max(greatest(t.ended_at, w.created_at)) <= ?`,
  face: `select k.person_id as subject_id, null::uuid as institution_id, ${columns('case when bool_or(t.runs and e.ended_at is null) then null else max(greatest(t.ended_at, e.created_at, e.ended_at, k.created_at)) end', together)}
    from (select person_id, created_at from learner_key union all select person_id, created_at from face_enrolment where sealed_vectors is not null) k join enrolment e on e.person_id = k.person_id join training t on t.cohort_id = e.cohort_id
    group by k.person_id having max(greatest(t.ended_at, e.created_at, e.ended_at, k.created_at)) <= ?`,
  film: `select f.id as subject_id, f.institution_id, ${columns('case when bool_or(t.runs) then null else max(greatest(t.ended_at, f.created_at)) end', together)}
    from film f join training t on t.course_id = f.course_id where f.status = 'ready' and f.removed_at is null and not exists (select from replay r where r.film_id = f.id)
      and not exists (select from deletion_certificate d where d.subject_id = f.id and d.class = 'film') group by f.id having max(greatest(t.ended_at, f.created_at)) <= ?`,
  question: `select b.id as subject_id, b.institution_id, ${columns('b.retired_at', 'array(select c.rule_pack from cohort c where c.course_id = b.course_id union select null) as cohort_packs, array[i.rule_pack] as institution_packs')}, array[]::text[] as session_packs
    from bank_question b join institution i on i.id = b.institution_id where b.retired_at <= ? and not exists (select from question_version v where v.question_id = b.id and (exists (select from question q where q.version_id = v.id)
      or exists (select from film_question q where q.version_id = v.id) or exists (select from exam_item q where q.version_id = v.id) or exists (select from exam_pool q where q.version_id = v.id)))
      and not exists (select from exam x where x.institution_id = b.institution_id and x.status = 'draft' and strpos(x.fixed::text || x.parts::text, b.id::text) > 0)`,
  person: `select p.id as subject_id, null::uuid as institution_id, ${columns('case when bool_or(t.runs and e.ended_at is null) then null else max(greatest(t.ended_at, e.created_at, e.ended_at, p.created_at)) end', together)}
    from person p left join enrolment e on e.person_id = p.id left join training t on t.cohort_id = e.cohort_id where p.created_at <= ? and ${nothingLeft} group by p.id`,
};

/** The latest end that can be due under any pack: an index finds candidates by it. */
const horizon = (retentionClass: RetentionClass, now: Date): Date => {
  const rules = packs.map((pack) => ruleOf(retentionClass, [packName(pack)]));
  const shortest = { years: Math.min(...rules.map(({ years }) => years)), days: Math.min(...rules.map(({ days }) => days)) };
  return dueFrom(now, { years: -shortest.years, days: -shortest.days });
};

const packNamesOf = (row: Row): string[] => {
  const chosen = row.cohort_packs.flatMap((cohort) => row.institution_packs.map((institution) => packName(packFor({ cohort, institution }))));
  return [...new Set([...chosen, ...row.session_packs.flatMap((name) => name ?? [])])];
};

/** Up to `limit` things of a class after `after`, in the order of ids: those due, and where to go on (null: all were looked at). What is held or not due yet is left out. */
export async function dueThings(em: EntityManager, retentionClass: RetentionClass, { now, after, limit }: { now: Date; after: string; limit: number }): Promise<{ due: DueThing[]; next: string | null }> {
  const rows = await em.execute<Row[]>(
    `with ${trainings} select f.*, held_by(?, f.subject_id) as holds from (select * from (${candidates[retentionClass]}) c where c.subject_id > ?::uuid order by c.subject_id limit ?) f order by f.subject_id`,
    [now, retentionClass, horizon(retentionClass, now), after, limit]);
  const due = rows.flatMap((row): DueThing[] => {
    const verdict = retentionOf({ retentionClass, endedAt: row.ended_at === null ? null : new Date(row.ended_at), packNames: packNamesOf(row), holds: row.holds }, now);
    return verdict.state === 'due' ? [{ retentionClass, subjectId: row.subject_id, institutionId: row.institution_id, since: verdict.since, rule: verdict.rule }] : [];
  });
  return { due, next: rows.length < limit ? null : rows.at(-1)!.subject_id };
}
