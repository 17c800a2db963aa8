// What a learner came to in a cohort: sums over the ledger's rows, exams, what is unsettled. Shares and limits are the domain's (R24, R25, R27, R143).
import { isLow, share } from '#domain/attendance.ts';
import { kindsSql } from '#domain/lesson-kind.ts';
import { bestOf, resultOfLearner } from '#domain/exam.ts';
import { examState, type LedgerExamState } from '#domain/ledger.ts';
import { packByName, packFor } from '#domain/rules/packs.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import type { EntityManager } from '../orm.ts';
import { attemptBrief, attemptRows } from './exam-attempts.ts';
import { arrayOf } from './lesson-access.ts';

interface Sums {
  person_id: string; held_ms: number; live_ms: number; made_up_ms: number; asked: number; correct: number; unsettled: number; rule_pack: string | null;
}
/** The pack of the lesson that was reckoned last among the newest: it sets the limits of the sums. Of a class whose ledger was deleted with its time there are none. */
const sumsOf = (em: EntityManager, cohortId: string, personIds: readonly string[]): Promise<Sums[]> => em.execute<Sums[]>(
  `select e.person_id, coalesce(sum(r.held_ms), 0)::float8 as held_ms, coalesce(sum(r.live_ms), 0)::float8 as live_ms, coalesce(sum(r.made_up_ms), 0)::float8 as made_up_ms,
     coalesce(sum(r.asked), 0)::int as asked, coalesce(sum(r.correct), 0)::int as correct, coalesce(sum(r.unsettled), 0)::int as unsettled,
     (array_agg(r.rule_pack order by r.lesson_id desc) filter (where r.rule_pack is not null))[1] as rule_pack
   from enrolment e left join ledger_row r on r.cohort_id = e.cohort_id and r.person_id = e.person_id where e.cohort_id = ? and e.person_id = any(?::uuid[])
     and not exists (select from deletion_certificate d where d.subject_id = e.cohort_id and d.class = 'ledger') group by e.person_id`,
  [cohortId, arrayOf(personIds)]);

interface Exams { exams: number; passed: number; held: number; state: LedgerExamState | null; share: number | null }
/** Of published exams of the cohort, withdrawn ones left out: what each came to, as the scores of the exam say. */
async function examsOf(em: EntityManager, cohortId: string, personIds: readonly string[]): Promise<(personId: string) => Exams> {
  const exams = await em.execute<{ id: string }[]>(`select x.id from exam x join exam_cohort c on c.exam_id = x.id where c.cohort_id = ? and x.status in ('published', 'closed') order by x.id`, [cohortId]);
  const ids = exams.map(({ id }) => id);
  const attempts = ids.length === 0 ? [] : await attemptRows(em, 'a.exam_id = any(?::uuid[]) and a.person_id = any(?::uuid[])', [arrayOf(ids), arrayOf(personIds)]);
  const byBoth = Map.groupBy(attempts, (row) => `${row.person_id} ${row.exam_id}`);
  return (personId) => {
    const own = ids.map((id) => (byBoth.get(`${personId} ${id}`) ?? []).map(attemptBrief));
    const results = own.map(resultOfLearner);
    const shares = own.flatMap((tries) => bestOf(tries)?.share ?? []);
    return {
      exams: ids.length, passed: results.filter((result) => result === 'passed').length, held: results.filter((result) => result === 'held' || result === 'to_mark').length, state: examState(results),
      share: shares.length === 0 ? null : Math.floor((shares.reduce((sum, one) => sum + one, 0) / shares.length) * 1000),
    };
  };
}

const permille = (part: number | null): number | null => (part === null ? null : Math.round(part * 1000));

/** Sums of one cohort are made one after the other: else two lessons reckoned at once would each miss the other's rows. Before the first row is written, until the transaction ends. */
export const lockSums = async (em: EntityManager, cohortId: string): Promise<void> => { await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 33))', [cohortId]); };

/** Makes the rows of these people in this cohort anew, within the caller's transaction. Whoever is not enrolled in it gets none. */
export async function refreshLearners(em: EntityManager, cohortId: string, personIds: readonly string[], now: Date): Promise<void> {
  await lockSums(em, cohortId);
  const [chosen] = await em.execute<{ cohort: string | null; institution: string | null }[]>(
    'select c.rule_pack as cohort, i.rule_pack as institution from cohort c join institution i on i.id = c.institution_id where c.id = ?', [cohortId]);
  const exams = await examsOf(em, cohortId, personIds);
  const rows = (await sumsOf(em, cohortId, personIds)).map((sums) => {
    const pack = sums.rule_pack ? packByName(sums.rule_pack) : packFor(chosen ?? { cohort: null, institution: null });
    const together = sums.live_ms + sums.made_up_ms;
    const { attendanceLowBelowPercent, accuracyLowBelowPercent } = pack.attendance;
    const own = exams(sums.person_id);
    return {
      person_id: sums.person_id, attendance: permille(share(together, sums.held_ms)), attendance_low: isLow(together, sums.held_ms, attendanceLowBelowPercent),
      accuracy: permille(share(sums.correct, sums.asked)), accuracy_low: isLow(sums.correct, sums.asked, accuracyLowBelowPercent), unsettled: sums.unsettled + own.held,
      exams: own.exams, exams_passed: own.passed, exam_state: own.state, exam_share: own.share, rule_pack: packName(pack),
    };
  });
  await em.execute(writeSql, [now, JSON.stringify(rows), cohortId]);
  await sumCohort(em, cohortId);
}

/** What the learners of the cohort come to together, by how they stand in the three filters. Nobody else writes it meanwhile: the caller has the lock of the sums. */
async function sumCohort(em: EntityManager, cohortId: string): Promise<void> {
  await em.execute('delete from ledger_cohort where cohort_id = ?', [cohortId]);
  await em.execute(
    `insert into ledger_cohort (cohort_id, institution_id, course_id, attendance_low, accuracy_low, unsettled, learners, held_ms, live_ms, made_up_ms, asked, correct, as_of)
     select cohort_id, institution_id, course_id, attendance_low, accuracy_low, (unsettled > 0)::int, count(*), sum(held_ms), sum(live_ms), sum(made_up_ms), sum(asked), sum(correct), min(as_of)
     from ledger_learner where cohort_id = ? group by 1, 2, 3, 4, 5, 6`, [cohortId]);
}

const summed = ['held_ms', 'live_ms', 'made_up_ms', 'corrected_ms', 'taken_back_ms', 'offline_ms', 'asked', 'answered', 'correct', 'checks_asked', 'matched', 'failed', 'missed', 'pending'] as const;
const judged = ['attendance', 'attendance_low', 'accuracy', 'accuracy_low', 'unsettled', 'exams', 'exams_passed', 'exam_state', 'exam_share', 'rule_pack'] as const;
const described = ['institution_id', 'course_id', 'name', 'login', 'search', 'enrolled_at', 'ended_at', 'lessons', 'came', 'units', 'as_of', 'certificate'] as const;
const columns = [...described, ...summed, ...judged];
const writeSql = `insert into ledger_learner (cohort_id, person_id, ${columns.join(', ')})
  select c.id, e.person_id, e.institution_id, c.course_id, p.name, coalesce(a.login, ''), lower(p.name || ' ' || coalesce(a.login, '')), e.created_at, e.ended_at,
    s.lessons, s.came, s.units, ?::timestamptz, (select k.serial from certificate k where k.enrolment_id = e.id and k.revoked_at is null), ${summed.map((column) => `s.${column}`).join(', ')}, ${judged.map((column) => `v.${column}`).join(', ')}
  from jsonb_to_recordset(?::jsonb) as v(person_id uuid, attendance int, attendance_low boolean, accuracy int, accuracy_low boolean, unsettled int, exams int, exams_passed int, exam_state text, exam_share int, rule_pack text)
    join enrolment e on e.person_id = v.person_id and e.cohort_id = ?::uuid join cohort c on c.id = e.cohort_id join person p on p.id = e.person_id left join account a on a.person_id = p.id
    cross join lateral (select count(*)::int as lessons, count(*) filter (where r.joined_at is not null or r.made_up_ms > 0 and exists (select from lesson o where o.id = r.lesson_id and o.kind in ${kindsSql('period')}))::int as came, coalesce(sum(jsonb_array_length(r.units)), 0)::int as units, ${summed.map((column) => `coalesce(sum(r.${column}), 0) as ${column}`).join(', ')}
      from ledger_row r where r.cohort_id = c.id and r.person_id = e.person_id) s
  on conflict (cohort_id, person_id) do update set ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}`;

/** Takes off and refreshes what is due of the learners of one cohort; answers how many. Twice at the same time: the second finds nothing left. */
export async function refreshDue(em: EntityManager, cohortId: string, now: Date): Promise<number> {
  const due = await em.execute<{ person_id: string }[]>(
    `delete from ledger_due where id in (select id from ledger_due where cohort_id = ? and due_at <= now() order by id limit 2000 for update skip locked) returning person_id`, [cohortId]);
  const people = [...new Set(due.map((one) => one.person_id))].sort();
  if (people.length > 0) await refreshLearners(em, cohortId, people, now);
  return people.length;
}
