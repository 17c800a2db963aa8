// Learners below what their rule pack asks: attendance, checks, accuracy; page by page in the order of an index (R25, R27, R115).
import { minutesOf } from '#domain/attendance.ts';
import { belowPage, type BelowWhat } from '#domain/below.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

/** Shares 0..1; null: nothing to share. */
export interface LearnerBelow {
  personId: string; cohortId: string; name: string; numberMask: string | null; institutionId: string; institutionName: string; cohortTitle: string; courseTitle: string;
  attendance: number | null; accuracy: number | null; checksAsked: number; checksFailed: number; checksMissed: number; creditedMinutes: number; asOf: string;
}
/** Where a page ended; the next one begins behind it. */
export interface BelowPlace { institutionId: string; name: string; personId: string; cohortId: string }

const whichSql: Record<BelowWhat, string> = { attendance: 'l.attendance_low', accuracy: 'l.accuracy_low', checks: 'l.failed + l.missed > 0' };
/** The statement (institutions, the place four times or none, limit), so that a test may look at its plan. */
export const belowSql = (what: BelowWhat, behind: boolean): string => `
  select l.cohort_id, l.person_id, l.institution_id, l.name, d.number_mask, i.name as institution_name, c.title as cohort_title, k.title as course_title, l.attendance, l.accuracy, l.checks_asked, l.failed, l.missed,
    l.live_ms + l.made_up_ms as credited_ms, l.as_of
  from (select l.cohort_id, l.person_id from ledger_learner l where l.institution_id = any(?::uuid[]) and ${whichSql[what]}
      ${behind ? 'and (l.institution_id, l.name, l.person_id, l.cohort_id) > (?::uuid, ?::text, ?::uuid, ?::uuid)' : ''} order by l.institution_id, l.name, l.person_id, l.cohort_id limit ?) page
    join ledger_learner l on l.cohort_id = page.cohort_id and l.person_id = page.person_id join institution i on i.id = l.institution_id join cohort c on c.id = l.cohort_id join course k on k.id = c.course_id
    left join identity d on d.person_id = l.person_id
  order by l.institution_id, l.name, l.person_id, l.cohort_id`;

interface Row {
  cohort_id: string; person_id: string; institution_id: string; name: string; number_mask: string | null; institution_name: string; cohort_title: string; course_title: string; attendance: number | null; accuracy: number | null;
  checks_asked: number; failed: number; missed: number; credited_ms: number; as_of: string;
}
const thousandth = (part: number | null): number | null => (part === null ? null : part / 1000);

/** `next` null: that was all. */
export async function learnersBelow(em: EntityManager, { institutionIds, what, behind }: { institutionIds: readonly string[]; what: BelowWhat; behind: BelowPlace | null }): Promise<{ learners: LearnerBelow[]; next: BelowPlace | null }> {
  const place = behind ? [behind.institutionId, behind.name, behind.personId, behind.cohortId] : [];
  const rows = await em.execute<Row[]>(belowSql(what, behind !== null), [arrayOf(institutionIds), ...place, belowPage + 1]);
  const learners = rows.slice(0, belowPage).map((row): LearnerBelow => ({
    personId: row.person_id, cohortId: row.cohort_id, name: row.name, numberMask: row.number_mask, institutionId: row.institution_id, institutionName: row.institution_name, cohortTitle: row.cohort_title, courseTitle: row.course_title,
    attendance: thousandth(row.attendance), accuracy: thousandth(row.accuracy), checksAsked: row.checks_asked, checksFailed: row.failed, checksMissed: row.missed, creditedMinutes: minutesOf(row.credited_ms), asOf: new Date(row.as_of).toISOString(),
  }));
  const last = learners.at(-1);
  return { learners, next: rows.length > belowPage && last ? { institutionId: last.institutionId, name: last.name, personId: last.personId, cohortId: last.cohortId } : null };
}

/** How many there are of each; of checks counted in the index itself, of the others in the sums of the cohorts. */
export async function countsBelow(em: EntityManager, institutionIds: readonly string[]): Promise<Record<BelowWhat, number>> {
  const ids = arrayOf(institutionIds);
  const [sums] = await em.execute<{ attendance: number; accuracy: number }[]>(
    `select coalesce(sum(learners) filter (where attendance_low), 0)::int as attendance, coalesce(sum(learners) filter (where accuracy_low), 0)::int as accuracy from ledger_cohort where institution_id = any(?::uuid[])`, [ids]);
  const [checks] = await em.execute<{ n: number }[]>(`select count(*)::int as n from ledger_learner l where l.institution_id = any(?::uuid[]) and ${whichSql.checks}`, [ids]);
  return { attendance: sums!.attendance, accuracy: sums!.accuracy, checks: checks!.n };
}
