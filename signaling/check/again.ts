// A learner wants the sign-in asked again: first as its second attempt, then as often as the pack says. Minutes do not count before it.
import { awaitsPerson, passed, type Verdict } from '#domain/check.ts';
import { DomainError } from '#domain/errors.ts';
import { countedVerdict, type ReviewOutcome } from '#domain/review.ts';
import type { CheckRules } from '#domain/rules/rule-pack.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Unit } from '#db/entities/lesson.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { faceReadySql, phoneOnFileSql } from '#db/queries/checks.ts';
import { lastOutcomeSql } from '#db/queries/decisions.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import type { SeatContext } from '../classroom/context.ts';
import { askNew, holdAsking, howOf, type How } from './asking.ts';
import { checkRules } from './check-rules.ts';
import { retriesDue } from './due.ts';

async function howFor(em: EntityManager, personId: string, rules: CheckRules): Promise<How> {
  const [row] = await em.execute<{ ready: boolean; phone: boolean }[]>(
    `select ${faceReadySql('who.id')} as ready, ${phoneOnFileSql('who.id')} as phone from (select ?::uuid as id) who`, [personId]);
  return howOf(row ?? { ready: false, phone: false }, rules);
}

/** The sign-ins asked for the unit that runs, or for the lesson where once is enough; the last one is open for another asking. Throws check_not_asked, check_settled. */
async function requireFailed(em: EntityManager, signIns: readonly FaceCheck[]): Promise<FaceCheck> {
  const last = signIns.at(-1);
  if (!last) throw new DomainError('check_not_asked', 'the sign-in was not asked yet');
  const [said] = await em.execute<{ outcome: ReviewOutcome | null }[]>(`select ${lastOutcomeSql('f.id')} as outcome from face_check f where f.id = ?`, [last.id]);
  const verdict: Verdict | null = countedVerdict(last.verdict ?? null, said?.outcome ?? null);
  if (last.status !== 'settled' || !verdict || passed(verdict) || awaitsPerson(verdict)) throw new DomainError('check_settled', 'this sign-in stands, or waits for its verdict');
  return last;
}

/** Throws check_not_asked, check_waiting, check_settled, too_many_attempts, lesson_not_live, lesson_ended. */
export async function askSignInAgain({ live, seat, actor }: SeatContext): Promise<FaceCheck> {
  const { orm, now } = live.deps;
  const { lessonId, personId, institutionId } = seat;
  return unitOfWork(orm, actor, async (em) => {
    await holdAsking(em);
    const at = now();
    const session = await requireLiveSession(em, lessonId);
    const rules = checkRules(live, session);
    const own = await em.find(FaceCheck, { sessionId: session.id, personId, viewingId: null, status: { $in: ['asked', 'verifying', 'settled'] } }, { orderBy: { askedAt: 'asc', id: 'asc' }, refresh: true });
    if (own.some(({ status }) => status === 'asked')) throw new DomainError('check_waiting', 'a check waits already');
    const unit = await em.findOne(Unit, { lessonId, startedAt: { $ne: null }, endedAt: null });
    const signIns = own.filter(({ kind, unitId }) => kind === 'sign_in' && (rules.signIn === 'each_lesson' || unitId === (unit?.id ?? null)));
    const last = await requireFailed(em, signIns);
    const order = { institutionId, lessonId, sessionId: session.id, unitId: last.unitId ?? null, personId, kind: 'sign_in' as const, how: await howFor(em, personId, rules) };
    const [second] = await retriesDue(em, at, { lessonId, personId });
    if (second) return askNew(em, actor, { ...order, unitId: second.unit_id, firstCheckId: second.first_check_id, attempt: second.attempt, because: second.because }, at);
    if (signIns.filter(({ attempt }) => attempt === 1).length > rules.signInsAgain) throw new DomainError('too_many_attempts', 'the sign-in was asked often enough');
    return askNew(em, actor, order, at);
  });
}
