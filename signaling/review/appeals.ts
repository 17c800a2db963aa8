// A learner appeals: what may be appealed in a lesson and until when, and making an appeal. Everything from rows and the ledger; `now` decides only whether it is too late.
import type { AppealBody, OwnAppeals, OwnCheck, OwnSpan } from '#contracts/review.ts';
import { heldUnits } from '#domain/attendance.ts';
import type { CheckKind, Verdict } from '#domain/check.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { ledgerOf } from '#domain/presence/ledger.ts';
import { appealableReasons, appealLengths, appealState, appealUntilMs, countedVerdict, heldAgainst, shortestAppealMs } from '#domain/review.ts';
import { packName, type RulePack } from '#domain/rules/rule-pack.ts';
import { Appeal } from '#db/entities/review.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { lastAttemptSql } from '#db/queries/decisions.ts';
import { actorFor, roleInLesson } from '#db/queries/lesson-access.ts';
import { presenceFacts } from '#db/queries/presence-facts.ts';
import { decisionView, reviewRecords, type Appealed, type ReviewRecords } from '#db/queries/review-records.ts';
import { taughtOf, type Taught } from '#db/queries/taught.ts';
import type { Deps } from '../deps.ts';

interface Own { lessonId: string; personId: string; nowMs: number }
interface Head { title: string; starts_at: string; institution_id: string; ended: boolean }
export interface CheckRow { id: string; kind: CheckKind; ordinal: number | null; told_at: string; settled_at: string; verdict: Verdict; last: boolean; in_replay: boolean }
const iso = (ms: number): string => new Date(ms).toISOString();
const msOf = (at: string): number => new Date(at).getTime();

/** Throws not_found where the person has no part in the lesson, forbidden for everybody but its learners. */
async function requireLearner(em: EntityManager, personId: string, lessonId: string): Promise<Head> {
  const role = await roleInLesson(em, personId, lessonId);
  if (!role) throw new DomainError('not_found', 'no such lesson');
  if (role !== 'student') throw new DomainError('forbidden', 'learners appeal for themselves');
  const [head] = await em.execute<Head[]>(`select title, starts_at, institution_id, status = 'ended' as ended from lesson where id = ?`, [lessonId]);
  return head!;
}

/** Of a spot check asked again the last attempt counts; a sign-in counts from the first one that passed, so that each may be worth appealing. */
const settledChecks = (em: EntityManager, { lessonId, personId }: Own): Promise<CheckRow[]> => em.execute<CheckRow[]>(
  `select f.id, f.kind, f.viewing_id is not null as in_replay, u.ordinal, coalesce(f.answered_at, f.deadline_at, f.settled_at) as told_at, f.settled_at, f.verdict,
     ${lastAttemptSql('f')} as last
   from face_check f left join unit u on u.id = f.unit_id
   where f.lesson_id = ? and f.person_id = ? and f.status = 'settled' and f.asked_at is not null order by told_at, f.id`, [lessonId, personId]);

const standing = (untilMs: number, appeal: Appealed | undefined, nowMs: number): Pick<OwnCheck, 'state' | 'until' | 'appeal'> =>
  ({ state: appealState({ untilMs, appeal: appeal ?? null }, nowMs), until: iso(untilMs), appeal: appeal?.view ?? null });

/** Checks that took something, or that somebody appealed or decided about. `heldMs`: when a person first said what the whole counts as, where that is said apart from its checks. */
export function ownChecks(rows: readonly CheckRow[], { decisions, appeals }: ReviewRecords, { review }: RulePack, nowMs: number, heldMs: number | null = null): OwnCheck[] {
  return rows.flatMap((row) => {
    const own = decisions.filter(({ checkId }) => checkId === row.id);
    const appeal = appeals.find(({ checkId }) => checkId === row.id);
    const counted = countedVerdict(row.verdict, own.find(({ replaced }) => !replaced)?.outcome ?? null) ?? row.verdict;
    const worth = heldAgainst(counted) && (row.last || row.kind === 'sign_in');
    if (!worth && !appeal && own.length === 0) return [];
    const first = own.at(-1);
    const untilMs = appealUntilMs({ settledMs: msOf(row.settled_at), decidedMs: first ? Math.min(msOf(first.at), heldMs ?? Infinity) : heldMs }, review.appealDays);
    return [{
      checkId: row.id, kind: row.kind, unitOrdinal: row.ordinal, inReplay: row.in_replay, at: iso(msOf(row.told_at)), verdict: row.verdict, counted, decisions: own.map(decisionView),
      ...standing(untilMs, appeal, nowMs),
    }];
  });
}

/** Stretches of the ledger that were not credited for another reason than a check, and those that were appealed: granted ones stand in no ledger any more. */
async function ownSpans(em: EntityManager, own: Own, taught: Taught, { appeals }: ReviewRecords): Promise<OwnSpan[]> {
  const facts = (await presenceFacts(em, own.lessonId, own.personId, own.nowMs))(own.personId);
  const { units } = heldUnits(taught.units, taught.interruptions, new Date(own.nowMs));
  const ledger = ledgerOf(facts, units, taught.pack, own.nowMs);
  const endedMs = Math.max(0, ...taught.units.map(({ endedAt }) => endedAt?.getTime() ?? 0));
  const untilMs = appealUntilMs({ settledMs: endedMs, decidedMs: null }, taught.pack.review.appealDays);
  const ordinals = new Map(taught.units.map(({ id, ordinal }) => [id, ordinal]));
  const lost = ledger.spans.filter(({ reason, fromMs, toMs }) => (appealableReasons as readonly string[]).includes(reason) && toMs - fromMs >= shortestAppealMs);
  const told = (unitId: string, fromMs: number, toMs: number): Appealed | undefined =>
    appeals.find(({ span }) => span?.unitId === unitId && span.fromMs === Math.round(fromMs) && span.toMs === Math.round(toMs));
  const gone = appeals.filter(({ span }) => span && !lost.some(({ unitId, fromMs, toMs }) => told(unitId, fromMs, toMs)?.span === span));
  const spans = [...lost.map((span) => ({ ...span, appeal: told(span.unitId, span.fromMs, span.toMs) })), ...gone.map((appeal) => ({ ...appeal.span!, reason: null, appeal }))];
  return spans.sort((one, other) => one.fromMs - other.fromMs).map(({ unitId, fromMs, toMs, reason, appeal }) => ({
    unitId, unitOrdinal: ordinals.get(unitId) ?? 0, from: iso(Math.round(fromMs)), to: iso(Math.round(toMs)), reason, ...standing(untilMs, appeal, own.nowMs),
  }));
}

async function describe(em: EntityManager, own: Own, head: Head): Promise<OwnAppeals> {
  const taught = (await taughtOf(em, [own.lessonId])).get(own.lessonId);
  if (!taught) throw new DomainError('not_found', 'no such lesson');
  const records = await reviewRecords(em, own.lessonId, own.personId);
  return {
    lessonId: own.lessonId, lessonTitle: head.title, startsAt: iso(msOf(head.starts_at)), appealDays: taught.pack.review.appealDays, rulePack: packName(taught.pack),
    checks: ownChecks(await settledChecks(em, own), records, taught.pack, own.nowMs),
    // While the lesson runs its stretches still grow.
    spans: head.ended ? await ownSpans(em, own, taught, records) : [],
  };
}

/** Throws not_found, forbidden. */
export async function ownAppeals(deps: Deps, personId: string, lessonId: string): Promise<OwnAppeals> {
  const em = deps.orm.em.fork();
  return describe(em, { lessonId, personId, nowMs: deps.now().getTime() }, await requireLearner(em, personId, lessonId));
}

type Wanted = Pick<Appeal, 'checkId' | 'unitId' | 'fromAt' | 'toAt'>;

/** Throws appeal_open, appeal_decided, nothing_to_appeal, appeal_late. */
export function requireMay(found: OwnCheck | OwnSpan): void {
  if (found.state === 'open') throw new DomainError('appeal_open', 'there is an appeal already');
  if (found.state === 'decided') throw new DomainError('appeal_decided', 'it was decided');
  if ('checkId' in found && !heldAgainst(found.counted)) throw new DomainError('nothing_to_appeal', 'this took nothing');
  if (found.state === 'late') throw new DomainError('appeal_late', `appeals were taken until ${found.until}`);
}

/** What the appeal is about, if it may be made. Throws not_found, nothing_to_appeal, appeal_open, appeal_decided, appeal_late. */
async function requireAppealable(em: EntityManager, { lessonId, personId }: Own, { checks, spans }: OwnAppeals, body: AppealBody): Promise<Wanted> {
  if ('checkId' in body) {
    const [own] = await em.execute<unknown[]>('select 1 from face_check where id = ? and lesson_id = ? and person_id = ?', [body.checkId, lessonId, personId]);
    if (!own) throw new DomainError('not_found', 'no such check of yours in this lesson');
  }
  const found = 'checkId' in body ? checks.find(({ checkId }) => checkId === body.checkId)
    : spans.find(({ unitId, from, to }) => unitId === body.unitId && msOf(from) === msOf(body.from) && msOf(to) === msOf(body.to));
  if (!found) throw new DomainError('nothing_to_appeal', 'this took nothing, or is not settled');
  requireMay(found);
  return 'checkId' in found ? { checkId: found.checkId, unitId: null, fromAt: null, toAt: null }
    : { checkId: null, unitId: found.unitId, fromAt: new Date(found.from), toAt: new Date(found.to) };
}

/** Without its spaces. Throws bad_request. */
export function soundText(given: string): string {
  const text = given.trim();
  if (text.length < appealLengths.least) throw new DomainError('bad_request', `an appeal has at least ${appealLengths.least} signs`);
  return text;
}

interface Made extends Wanted, Pick<Appeal, 'institutionId' | 'lessonId' | 'attemptId' | 'personId' | 'text'> { stream: `lesson:${string}` | `cohort:${string}`; at: Date }
/** The row and its fact. */
export async function insertAppeal({ vault, log }: Deps, em: EntityManager, actor: Actor, { stream, at, ...appeal }: Made): Promise<void> {
  const id = newId(at.getTime());
  await em.insert(Appeal, { id, ...appeal, createdAt: at, decidedAt: null });
  const { lessonId, attemptId, personId, checkId, unitId, fromAt, toAt, text } = appeal;
  await appendEvent(em, actor, stream, 'appeal:made', at, {
    appealId: id, personId, checkId, unitId, fromAt: fromAt?.toISOString() ?? null, toAt: toAt?.toISOString() ?? null, ...(attemptId === null ? {} : { attemptId }),
    textDigest: await vault.digest(em, personId, text),
  });
  log.info({ appealId: id, lessonId, attemptId, personId }, 'appeal made');
}

/** Throws what requireLearner and requireAppealable throw, and bad_request for a text that is too short without its spaces. */
export async function makeAppeal(deps: Deps, personId: string, lessonId: string, body: AppealBody): Promise<OwnAppeals> {
  const at = deps.now();
  const own: Own = { lessonId, personId, nowMs: at.getTime() };
  const head = await requireLearner(deps.orm.em.fork(), personId, lessonId);
  const text = soundText(body.text);
  const actor = actorFor(personId, head.institution_id);
  return unitOfWork(deps.orm, actor, async (em) => {
    // Two tabs of one learner: the second is told that there is one.
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`appeal:${lessonId}/${personId}`]);
    const wanted = await requireAppealable(em, own, await describe(em, own, head), body);
    await insertAppeal(deps, em, actor, { stream: `lesson:${lessonId}`, institutionId: head.institution_id, lessonId, attemptId: null, personId, ...wanted, text, at });
    return describe(em, own, head);
  });
}
