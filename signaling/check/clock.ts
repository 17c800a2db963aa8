// What time does to checks: sign-ins of a unit, drawn moments that come, second attempts, deadlines that pass.
import { LockMode } from '@mikro-orm/postgresql';
import { alternativeVerdict, type Verdict } from '#domain/check.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { platform, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { settleCheck, settleChecks } from '#db/queries/settled-checks.ts';
import type { Live } from '../classroom/context.ts';
import { due, type Due as DueRows } from '../classroom/due-look.ts';
import { askDrawn, askMany, askOtherWay, howOf, mayAsk, type How, type Order } from './asking.ts';
import { checkRules } from './check-rules.ts';
import { drawLate } from './drawing.ts';
import { drawnDue, retriesDue, signInsDue, turnedDue, type Due } from './due.ts';
import { tellAsked } from './telling.ts';

/** A snapshot on its way at the deadline is let in by the upload's own clock; only then it is missed. */
const missedAfterMs = 2_000;
/** The rest is settled a second later. */
const lateAtOnce = 500;
/** Whoever is to sign in is asked within a minute of coming; who could not be asked then, because something else was open, is found by a look at everybody this often. */
const lookBackMs = 180_000;
const everybodyEveryMs = 10_000;
const everybodyAt = new WeakMap<Live, number>();

/** From when on people came who are looked at now; null when it is time to look at everybody. */
function lookedAtSince(live: Live, at: Date): Date | null {
  if (Math.abs(at.getTime() - (everybodyAt.get(live) ?? -Infinity)) < everybodyEveryMs) return new Date(at.getTime() - lookBackMs);
  everybodyAt.set(live, at.getTime());
  return null;
}

const platformFor = (institutionId: string): Actor => ({ ...platform, institutionId });

/** In the order of who waits longest for certainty: open ones that change their way, second attempts, sign-ins, drawn moments. Each kind sees what was asked before it. */
async function askAll(live: Live, em: EntityManager, at: Date): Promise<FaceCheck[]> {
  const howFor = (due: { rule_pack: string; phone: boolean; ready: boolean }): How => howOf(due, checkRules(live, { rulePack: due.rule_pack }));
  const orderOf = (due: Due) => ({ institutionId: due.institution_id, lessonId: due.lesson_id, sessionId: due.session_id, personId: due.person_id, how: howFor(due) });
  const actorOf = ({ institutionId }: Order): Actor => platformFor(institutionId);
  const asked: (FaceCheck | null)[] = [];
  for (const due of await turnedDue(em)) asked.push(await askOtherWay(em, platformFor(due.institution_id), due.id, howFor({ ...due, ready: false }), at));
  const retries = (await retriesDue(em, at)).map((due) => ({ ...orderOf(due), unitId: due.unit_id, kind: due.kind, firstCheckId: due.first_check_id, attempt: due.attempt, because: due.because }));
  asked.push(...await askMany(em, actorOf, retries, at));
  const signIns = (await signInsDue(em, lookedAtSince(live, at))).map((due) => ({ ...orderOf(due), unitId: due.unit_id, kind: 'sign_in' as const }));
  asked.push(...await askMany(em, actorOf, signIns, at));
  for (const due of await drawnDue(em, at)) asked.push(await askDrawn(em, platformFor(due.institution_id), due.id, howFor(due), at));
  return asked.filter((check) => check !== null);
}

/** Draws for whoever was enrolled meanwhile, and asks what is due; one process at a time, so that nobody is drawn or asked twice. True where anybody was asked. */
export async function askDueChecks(live: Live): Promise<boolean> {
  const { orm, now } = live.deps;
  const asked = await unitOfWork(orm, platform, async (em): Promise<FaceCheck[]> => {
    if (!(await mayAsk(em))) return [];
    await drawLate(em, live, now());
    return askAll(live, em, now());
  });
  await tellAsked(live, asked);
  return asked.length > 0;
}

/** Of the other way, whose code and look may have come since it was read; both wait for this row now. */
async function verdictAtEnd(em: EntityManager, { id }: FaceCheck): Promise<Verdict> {
  const { code, seen } = await em.findOneOrFail(FaceCheck, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  return alternativeVerdict({ code: code ?? 'unsent', seen: seen ?? null, over: true }) ?? 'review';
}

const lateBefore = (live: Live): Date => new Date(live.deps.now().getTime() - missedAfterMs);
export const checksLate = (live: Live): DueRows => due(`exists (select from face_check where status = 'asked' and viewing_id is null and attempt_id is null and deadline_at < ?)`, lateBefore(live));

/** Settles what was not answered in time in class, told through the fact, like every verdict: missed, or, where somebody else should have looked, for a person. */
export async function missLateChecks(live: Live): Promise<void> {
  const { orm, now } = live.deps;
  const late = await orm.em.fork().find(FaceCheck, { status: 'asked', viewingId: null, attemptId: null, deadlineAt: { $lt: lateBefore(live) } }, { orderBy: { deadlineAt: 'asc' }, limit: lateAtOnce });
  // Pictures have one end, whoever should have sent them: together, for a line that was down cost many the same moment.
  for (const [institutionId, checks] of Map.groupBy(late.filter(({ way }) => way === 'face'), (check) => check.institutionId)) {
    const actor = platformFor(institutionId);
    await unitOfWork(orm, actor, async (em) => { await settleChecks(em, actor, checks, 'missed', now()); });
  }
  for (const check of late.filter(({ way }) => way === 'alternative')) {
    const actor = platformFor(check.institutionId);
    await unitOfWork(orm, actor, async (em) => { await settleCheck(em, actor, check, await verdictAtEnd(em, check), now()); });
  }
}
