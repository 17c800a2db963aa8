// What was observed of learners in lessons, each lesson by itself: six reads however large the class and however many the lessons. What counts in another lesson is not in it: ask presence-facts.ts.
import type { CheckKind, Verdict } from '#domain/check.ts';
import type { CheckFact, CorrectionFact, CountingObservation, LearnerFacts, LeftReason, ObservedFact, SeatFact } from '#domain/presence/facts.ts';
import { countedVerdict, type ReviewOutcome } from '#domain/review.ts';
import type { Span } from '#domain/spans.ts';
import type { EntityManager } from '../orm.ts';
import { decidedAmong, lastOutcomeSql, type DecidedRow } from './decisions.ts';
import { arrayOf } from './lesson-access.ts';

interface OfLearner { lesson_id: string; person_id: string }
interface SeatRow extends OfLearner { id: string; connected: number; last_seen: number; left_at: number | null; left_reason: LeftReason | null }
interface ObservedRow extends OfLearner { connection_id: string; type: CountingObservation; at: number }
interface CheckRow extends OfLearner { id: string; retry_of: string | null; kind: CheckKind; unit_id: string | null; asked: number; deadline: number; answered: number | null; settled: number | null; verdict: Verdict | null; outcome: ReviewOutcome | null }

const ms = (column: string): string => `(extract(epoch from ${column}) * 1000)::float8`;
/** Somebody busy touches the device every few seconds; the first and last touch of each such stretch keep every pause that a rule could ask about. */
const activitySeconds = 120;

/** `personIds` null: everybody. */
export interface Among { lessonIds: readonly string[]; personIds: readonly string[] | null }
const amongSql = 'lesson_id = any(?::uuid[]) and (?::uuid[] is null or person_id = any(?::uuid[]))';
function amongValues({ lessonIds, personIds }: Among): (string | null)[] {
  const people = personIds && arrayOf(personIds);
  return [arrayOf(lessonIds), people, people];
}

/** A learner who was taken out while the line was lost had no seat that could end: that it happened is told like one that ended at once. */
const seatsOf = (em: EntityManager, among: Among): Promise<SeatRow[]> => em.execute<SeatRow[]>(
  `select lesson_id, person_id, id, ${ms('connected_at')} as connected, ${ms('last_seen_at')} as last_seen, ${ms('left_at')} as left_at, left_reason
   from connection where ${amongSql} and role = 'student'
   union all
   select lesson_id, person_id, id, ${ms('removed_at')}, ${ms('removed_at')}, ${ms('removed_at')}, 'removed' from removal where ${amongSql} and connection_id is null`,
  [...amongValues(among), ...amongValues(among)]);

const observedOf = (em: EntityManager, among: Among): Promise<ObservedRow[]> => em.execute<ObservedRow[]>(
  `select lesson_id, person_id, connection_id, type, ${ms('at')} as at from observation
   where ${amongSql} and type in ('visible', 'hidden', 'media_connected', 'media_disconnected', 'broadcast')
   union all
   select lesson_id, person_id, connection_id, 'active', ${ms('unnest(array[min(at), max(at)])')} from observation
   where ${amongSql} and type = 'active' group by lesson_id, person_id, connection_id, floor(extract(epoch from at) / ${activitySeconds})`,
  [...amongValues(among), ...amongValues(among)]);

/** On the other way the look tells it: whoever was seen was there, and whoever was not had no more time. */
const answeredSql = 'coalesce(answered_at, case when seen then looked_at end)';
const toldSql = 'case when seen = false then looked_at else deadline_at end';

/** By session, which the index knows. */
const checksOf = (em: EntityManager, among: Among): Promise<CheckRow[]> => em.execute<CheckRow[]>(
  `select lesson_id, person_id, id, kind, unit_id, first_check_id as retry_of, ${ms('asked_at')} as asked, ${ms(toldSql)} as deadline, ${ms(answeredSql)} as answered, ${ms('settled_at')} as settled, verdict,
     ${lastOutcomeSql('face_check.id')} as outcome
   from face_check where session_id in (select id from lesson_session where lesson_id = any(?::uuid[])) and ${amongSql}
     and viewing_id is null and asked_at is not null and deadline_at is not null and status in ('asked', 'verifying', 'settled')`, [arrayOf(among.lessonIds), ...amongValues(among)]);

interface OnSiteRow extends OfLearner { from_ms: number; to_ms: number }
const onSiteOf = (em: EntityManager, among: Among): Promise<OnSiteRow[]> =>
  em.execute<OnSiteRow[]>(`select lesson_id, person_id, ${ms('from_at')} as from_ms, ${ms('to_at')} as to_ms from offline_presence where ${amongSql}`, amongValues(among));

const keyOf = (lessonId: string, personId: string): string => `${lessonId} ${personId}`;
function grouped<Row extends OfLearner, Fact>(rows: readonly Row[], factOf: (row: Row) => Fact): Map<string, Fact[]> {
  const facts = new Map<string, Fact[]>();
  for (const row of rows) {
    const key = keyOf(row.lesson_id, row.person_id);
    const list = facts.get(key);
    if (list) list.push(factOf(row));
    else facts.set(key, [factOf(row)]);
  }
  return facts;
}

const isCorrection = (row: DecidedRow): row is DecidedRow & { way: CorrectionFact['way'] } => row.way !== 'excused';

/** Of these people in these lessons. Who was never seen has no facts. */
export async function observedAmong(em: EntityManager, among: Among): Promise<(lessonId: string, personId: string) => LearnerFacts> {
  const seats = grouped(await seatsOf(em, among), (row): SeatFact =>
    ({ connectionId: row.id, connectedMs: row.connected, lastSeenMs: row.last_seen, leftMs: row.left_at, leftReason: row.left_reason }));
  const observed = grouped(await observedOf(em, among), (row): ObservedFact => ({ connectionId: row.connection_id, type: row.type, atMs: row.at }));
  const checks = grouped(await checksOf(em, among), (row): CheckFact =>
    ({ checkId: row.id, kind: row.kind, unitId: row.unit_id, askedMs: row.asked, deadlineMs: row.deadline, answeredMs: row.answered, verdict: countedVerdict(row.verdict, row.outcome), retryOf: row.retry_of,
      settledMs: row.settled }));
  const decided = await decidedAmong(em, among.lessonIds, among.personIds);
  const excused = grouped(decided.filter(({ way }) => way === 'excused'), (row): Span => ({ fromMs: row.from_ms, toMs: row.to_ms }));
  const corrections = grouped(decided.filter(isCorrection), (row): CorrectionFact => ({ correctionId: row.id, way: row.way, fromMs: row.from_ms, toMs: row.to_ms, decidedMs: row.decided_ms }));
  const onSite = grouped(await onSiteOf(em, among), (row): Span => ({ fromMs: row.from_ms, toMs: row.to_ms }));
  return (lessonId, personId) => {
    const key = keyOf(lessonId, personId);
    const facts = { seats: seats.get(key) ?? [], observed: observed.get(key) ?? [], checks: checks.get(key) ?? [] };
    return { ...facts, ...(excused.has(key) && { excused: excused.get(key)! }), ...(corrections.has(key) && { corrections: corrections.get(key)! }), ...(onSite.has(key) && { onSite: onSite.get(key)! }) };
  };
}
