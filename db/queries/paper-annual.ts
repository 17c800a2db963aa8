// Facts of an annual report: what an institution taught in a year as one of the kinds it is filed as, from the ledger, exams and certificates (R152).
import { minutesOf } from '#domain/attendance.ts';
import { lastInstantSql } from '#domain/lesson-kind.ts';
import { shanghaiDay } from '#domain/day.ts';
import type { FactChange, InstitutionKind } from '#domain/institution.ts';
import type { AnnualCohort, AnnualPaperFacts } from '#domain/paper/annual-paper.ts';
import { factWords } from '#domain/paper/paper-words.ts';
import { yearOf } from '#domain/paper/paper.ts';
import { Institution } from '../entities/people.ts';
import type { EntityManager } from '../orm.ts';
import { passedSql } from './exam-attempts.ts';
import { statedFacts } from './institution-profiles.ts';

/** SQL for whether cohort `c` is taught as this kind. */
const partSql: Record<InstitutionKind, string> = { entrepreneurship: `c.programme = 'entrepreneurship'`, vocational: `c.programme is distinct from 'entrepreneurship'` };

interface CohortRow {
  title: string; course: string; first_at: string; last_at: string; lessons: number; units: number; offline_units: number; learners: number; held_ms: number | null; credited_ms: number | null; offline_ms: number | null; examined: number; passed: number; certificates: number;
}
async function cohortsOf(em: EntityManager, institutionId: string, part: InstitutionKind, from: Date, until: Date): Promise<AnnualCohort[]> {
  const rows = await em.execute<CohortRow[]>(
    `select c.title, k.title as course, t.*, (select count(distinct e.person_id)::int from enrolment e where e.cohort_id = c.id and e.created_at < ? and (e.ended_at is null or e.ended_at > t.first_at)) as learners, r.held_ms, r.credited_ms, r.offline_ms,
       (select count(distinct (a.person_id, a.exam_id))::int from exam_attempt a where a.cohort_id = c.id and a.status = 'submitted' and a.submitted_at >= ? and a.submitted_at < ?) as examined,
       (select count(distinct (a.person_id, a.exam_id))::int from exam_attempt a join exam x on x.id = a.exam_id where a.cohort_id = c.id and a.submitted_at >= ? and a.submitted_at < ? and ${passedSql}) as passed,
       (select count(*)::int from certificate z where z.cohort_id = c.id and z.revoked_at is null and z.issued_at >= ? and z.issued_at < ?) as certificates
     from cohort c join course k on k.id = c.course_id
       cross join lateral (select min(l.starts_at) as first_at, max(${lastInstantSql('l')}) as last_at, count(*)::int as lessons, coalesce(sum(h.units), 0)::int as units, coalesce(sum(h.units) filter (where l.kind = 'offline'), 0)::int as offline_units
         from lesson l cross join lateral (select count(*) as units from unit u where u.lesson_id = l.id and u.started_at is not null) h where l.cohort_id = c.id and l.status = 'ended' and l.starts_at >= ? and l.starts_at < ?) t
       cross join lateral (select sum(g.held_ms) as held_ms, sum(g.live_ms + g.made_up_ms) as credited_ms, sum(g.offline_ms) as offline_ms from ledger_row g join lesson l on l.id = g.lesson_id where g.cohort_id = c.id and l.starts_at >= ? and l.starts_at < ?) r
     where c.institution_id = ? and ${partSql[part]} and t.lessons > 0 order by t.first_at, c.title, c.id`,
    [until, from, until, from, until, from, until, from, until, from, until, institutionId]);
  return rows.map((row) => ({
    title: row.title, course: row.course, firstDay: shanghaiDay(new Date(row.first_at)), lastDay: shanghaiDay(new Date(row.last_at)), lessons: row.lessons, units: row.units, offlineUnits: row.offline_units, learners: row.learners,
    heldMinutes: minutesOf(row.held_ms ?? 0), creditedMinutes: minutesOf(row.credited_ms ?? 0), offlineMinutes: minutesOf(row.offline_ms ?? 0), examined: row.examined, passed: row.passed, certificates: row.certificates,
  }));
}

async function peopleOf(em: EntityManager, institutionId: string, part: InstitutionKind, from: Date, until: Date): Promise<number> {
  const [row] = await em.execute<{ n: number }[]>(
    `select count(distinct e.person_id)::int as n from enrolment e join cohort c on c.id = e.cohort_id
     where c.institution_id = ? and ${partSql[part]} and e.created_at < ? and exists (select from lesson l where l.cohort_id = c.id and l.status = 'ended' and l.starts_at >= ? and l.starts_at < ? and (e.ended_at is null or e.ended_at > l.starts_at))`,
    [institutionId, until, from, until]);
  return row!.n;
}

/** Whoever asks has been let to the institution before. */
export async function annualPaperFacts(em: EntityManager, institutionId: string, { year, part }: { year: number; part: InstitutionKind }, now: Date): Promise<AnnualPaperFacts> {
  const { from, until } = yearOf(year);
  const [{ name }, { facts }] = [await em.findOneOrFail(Institution, { id: institutionId }), await statedFacts(em, institutionId)];
  const changes = await em.execute<{ at: string; changes: FactChange[]; reported_on: string | null }[]>(
    `select at, changes, to_char(reported_on, 'YYYY-MM-DD') as reported_on from institution_change where institution_id = ? and condition and at >= ? and at < ? order by at, id`, [institutionId, from, until]);
  const incidents = await em.execute<{ from_at: string; what: string; reported_at: string | null }[]>('select from_at, what, reported_at from incident where institution_id = ? and from_at >= ? and from_at < ? order by from_at, id', [institutionId, from, until]);
  const [tickets] = await em.execute<{ n: number }[]>('select count(*)::int as n from help_ticket where institution_id = ? and asked_at >= ? and asked_at < ?', [institutionId, from, until]);
  return {
    institutionName: name, facts, part, year, over: until <= now, cohorts: await cohortsOf(em, institutionId, part, from, until), people: await peopleOf(em, institutionId, part, from, until), tickets: tickets!.n,
    changes: changes.map((one) => ({ day: shanghaiDay(new Date(one.at)), fields: one.changes.map(({ field }) => factWords[field]).join('、'), reportedOn: one.reported_on })),
    incidents: incidents.map((one) => ({ day: shanghaiDay(new Date(one.from_at)), what: one.what, reported: one.reported_at !== null })),
  };
}
