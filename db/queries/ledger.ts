// The one query of the ledger: what the page shows, what the API tells and what is written into a file is read here and nowhere else (R114, R115, R118).
import type { LedgerCounts, LedgerNarrowing, LedgerRow } from '#contracts/ledger.ts';
import { minutesOf, share } from '#domain/attendance.ts';
import { ledgerLimits, type LedgerExamState, type LedgerSort } from '#domain/ledger.ts';
import type { EntityManager } from '../orm.ts';
import type { Scope } from './ledger-scope.ts';
import { arrayOf } from './lesson-access.ts';

export interface LedgerAsk { scope: Scope; narrowing: LedgerNarrowing; sort?: LedgerSort | undefined; down?: boolean }
interface Where { sql: string; values: unknown[] }

/** `judged` false: without the three filters that have counts. */
function whereOf({ scope, narrowing }: Pick<LedgerAsk, 'scope' | 'narrowing'>, judged = true): Where {
  const { cohortId, courseId, attendanceLow, accuracyLow, unsettled, text } = narrowing;
  const parts: [string, ...unknown[]][] = [['l.institution_id = ?', scope.institutionId]];
  if (scope.cohortIds) parts.push(['l.cohort_id = any(?::uuid[])', arrayOf(scope.cohortIds)]);
  if (cohortId) parts.push(['l.cohort_id = ?', cohortId]);
  if (courseId) parts.push(['l.course_id = ?', courseId]);
  if (text?.trim()) parts.push(['strpos(l.search, lower(?)) > 0', text.trim()]);
  if (judged && attendanceLow) parts.push(['l.attendance_low']);
  if (judged && accuracyLow) parts.push(['l.accuracy_low']);
  if (judged && unsettled) parts.push(['l.unsettled > 0']);
  return { sql: parts.map(([sql]) => sql).join(' and '), values: parts.flatMap(([, ...values]) => values) };
}

const sortSql: Record<LedgerSort, string> = { name: 'l.name', attendance: 'coalesce(l.attendance, -1)', accuracy: 'coalesce(l.accuracy, -1)' };
const orderOf = (sort: LedgerSort, down: boolean, alias = 'l'): string => [sortSql[sort], 'l.person_id', 'l.cohort_id'].map((column) => `${column.replaceAll('l.', `${alias}.`)}${down ? ' desc' : ''}`).join(', ');

interface Found {
  cohort_id: string; person_id: string; name: string; login: string; number_mask: string | null; phone_mask: string | null; cohort_title: string; course_title: string; enrolled_at: string; ended_at: string | null;
  lessons: number; came: number; units: number; held_ms: number; live_ms: number; made_up_ms: number; corrected_ms: number; taken_back_ms: number; offline_ms: number; asked: number; answered: number; correct: number;
  checks_asked: number; matched: number; failed: number; missed: number; pending: number; unsettled: number; attendance: number | null; attendance_low: boolean; accuracy: number | null; accuracy_low: boolean;
  exams: number; exams_passed: number; exam_state: LedgerExamState | null; exam_share: number | null; certificate: string | null; rule_pack: string; as_of: string;
}
const columns = `l.*, c.title as cohort_title, k.title as course_title, i.number_mask, i.phone_mask`;
const around = 'join cohort c on c.id = l.cohort_id join course k on k.id = c.course_id left join identity i on i.person_id = l.person_id';
const thousandth = (part: number | null): number | null => part === null ? null : part / 1000;

export const ledgerRowOf = (row: Found): LedgerRow => ({
  cohortId: row.cohort_id, personId: row.person_id, name: row.name, login: row.login, numberMask: row.number_mask, phoneMask: row.phone_mask, cohortTitle: row.cohort_title, courseTitle: row.course_title,
  enrolledAt: new Date(row.enrolled_at).toISOString(), endedAt: row.ended_at && new Date(row.ended_at).toISOString(), lessons: row.lessons, came: row.came, units: row.units,
  heldMinutes: minutesOf(row.held_ms), creditedMinutes: minutesOf(row.live_ms), madeUpMinutes: minutesOf(row.made_up_ms), correctedMinutes: minutesOf(row.corrected_ms), takenBackMinutes: minutesOf(row.taken_back_ms), offlineMinutes: minutesOf(row.offline_ms), attendance: thousandth(row.attendance), attendanceLow: row.attendance_low,
  asked: row.asked, answered: row.answered, correct: row.correct, accuracy: thousandth(row.accuracy), accuracyLow: row.accuracy_low,
  checks: { asked: row.checks_asked, matched: row.matched, failed: row.failed, missed: row.missed, pending: row.pending }, unsettled: row.unsettled, rulePack: row.rule_pack, asOf: new Date(row.as_of).toISOString(),
  exams: row.exams, examsPassed: row.exams_passed, examState: row.exam_state, examShare: thousandth(row.exam_share), certificate: row.certificate,
});

/** A page from row `offset` on. Which rows it has is found in an index alone; only those are read whole. */
export async function ledgerRows(em: EntityManager, ask: LedgerAsk, { offset, limit }: { offset: number; limit: number }): Promise<LedgerRow[]> {
  const { sort = 'name', down = false } = ask;
  const where = whereOf(ask);
  const rows = await em.execute<Found[]>(
    `select ${columns} from (select l.cohort_id, l.person_id from ledger_learner l where ${where.sql} order by ${orderOf(sort, down)} limit ? offset ?) page
       join ledger_learner l on l.cohort_id = page.cohort_id and l.person_id = page.person_id ${around} order by ${orderOf(sort, down)}`,
    [...where.values, Math.min(limit, ledgerLimits.page), Math.min(offset, ledgerLimits.deepest)]);
  return rows.map(ledgerRowOf);
}

/** All of it in pieces, in the page's order: each piece begins after the last row of the one before, so that what changes meanwhile moves no row twice into the file or out of it. */
export async function* ledgerPieces(em: EntityManager, ask: LedgerAsk, size: number): AsyncGenerator<LedgerRow[]> {
  const { sort = 'name', down = false } = ask;
  const where = whereOf(ask);
  let last: Found | undefined;
  for (;;) {
    const after = last && { name: last.name, attendance: last.attendance ?? -1, accuracy: last.accuracy ?? -1 }[sort];
    const rows: Found[] = await em.execute<Found[]>(
      `select ${columns} from ledger_learner l ${around} where ${where.sql} ${last ? `and (${sortSql[sort]}, l.person_id, l.cohort_id) ${down ? '<' : '>'} (?, ?, ?)` : ''}
       order by ${orderOf(sort, down)} limit ?`, [...where.values, ...(last ? [after, last.person_id, last.cohort_id] : []), size]);
    if (rows.length > 0) yield rows.map(ledgerRowOf);
    if (rows.length < size) return;
    last = rows.at(-1);
  }
}

interface Counted { all: number; attendance_low: number; accuracy_low: number; unsettled: number; found: number; held_ms: number; live_ms: number; made_up_ms: number; asked: number; correct: number; oldest: string | null }
/** Where somebody is looked for by name each learner is counted; else the sums of the cohorts, which say the same in fewer rows. */
const countedSql = (text: string | undefined): string => text?.trim() ? '(select r.*, 1 as learners from ledger_learner r)' : 'ledger_cohort';

/** How many there are, how many of them each filter finds, and the sums of what was found: one walk over the rows. */
export async function ledgerCounts(em: EntityManager, ask: Pick<LedgerAsk, 'scope' | 'narrowing'>, now: Date): Promise<LedgerCounts> {
  const where = whereOf(ask, false);
  const { attendanceLow, accuracyLow, unsettled, text } = ask.narrowing;
  const found = ['true', attendanceLow && 'l.attendance_low', accuracyLow && 'l.accuracy_low', unsettled && 'l.unsettled > 0'].filter(Boolean).join(' and ');
  const sum = (column: string, which = found): string => `coalesce(sum(l.${column}) filter (where ${which}), 0)`;
  const [row] = await em.execute<Counted[]>(
    `select ${sum('learners', 'true')}::int as all, ${sum('learners', 'l.attendance_low')}::int as attendance_low, ${sum('learners', 'l.accuracy_low')}::int as accuracy_low,
       ${sum('learners', 'l.unsettled > 0')}::int as unsettled, ${sum('learners')}::int as found, ${sum('held_ms')}::float8 as held_ms, ${sum('live_ms')}::float8 as live_ms,
       ${sum('made_up_ms')}::float8 as made_up_ms, ${sum('asked')}::int as asked, ${sum('correct')}::int as correct, min(l.as_of) filter (where ${found}) as oldest
     from ${countedSql(text)} l where ${where.sql}`, where.values);
  const { held_ms: heldMs, live_ms: liveMs, made_up_ms: madeUpMs, asked, correct, oldest, ...counts } = row!;
  return {
    all: counts.all, attendanceLow: counts.attendance_low, accuracyLow: counts.accuracy_low, unsettled: counts.unsettled, found: counts.found,
    totals: {
      heldMinutes: minutesOf(heldMs), creditedMinutes: minutesOf(liveMs), madeUpMinutes: minutesOf(madeUpMs), attendance: share(liveMs + madeUpMs, heldMs), asked, correct, accuracy: share(correct, asked),
    },
    oldestAsOf: oldest && new Date(oldest).toISOString(), generatedAt: now.toISOString(),
  };
}

/** Rows of one person: in one cohort, or (null) in all. */
export async function ledgerOfPerson(em: EntityManager, personId: string, cohortId: string | null): Promise<LedgerRow[]> {
  const rows = await em.execute<Found[]>(
    `select ${columns} from ledger_learner l ${around} where l.person_id = ? and (?::uuid is null or l.cohort_id = ?::uuid) and l.cohort_id in (select e.cohort_id from enrolment e where e.person_id = ?)
     order by l.enrolled_at desc, l.cohort_id`, [personId, cohortId, cohortId, personId]);
  return rows.map(ledgerRowOf);
}
