// Phone codes of checks on the other way: sent when the check is asked, sent again at the learner's wish, typed in.
import { LockMode } from '@mikro-orm/postgresql';
import { alternativeVerdict, type CheckStatus, type CodeState } from '#domain/check.ts';
import { DomainError } from '#domain/errors.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Account } from '#db/entities/people.ts';
import { appendEvent, platform, unitOfWork, type Actor } from '#db/orm.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import { noteWrongNonce, requireAnswerable, requireOwnCheck } from '#db/queries/open-checks.ts';
import { sendPhoneCode, takePhoneCode } from '#db/queries/phone-codes.ts';
import { settleCheck } from '#db/queries/settled-checks.ts';
import type { Live, SeatContext } from '../classroom/context.ts';
import { due, type Due } from '../classroom/due-look.ts';
import { tellAsked } from './telling.ts';

/** A learner gets another code at the earliest so long after the last one. */
const againAfterMs = 60_000;
/** Where sending failed it is tried again after so long; at the learner's wish a little earlier. */
const tryAgainMs = 30_000;
const pauseMs = 10_000;
const atOnce = 50;

/** Puts down what became of the code; what was typed in stays so. The learner and staff are told. */
async function noteCode(live: Live, checkId: string, code: Extract<CodeState, 'sent' | 'no_phone'>): Promise<void> {
  const { orm, now } = live.deps;
  const changed = await unitOfWork(orm, platform, async (em) => {
    const check = await em.findOneOrFail(FaceCheck, { id: checkId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    if (check.status !== 'asked' || (check.code !== 'unsent' && check.code !== 'sent')) return null;
    const actor: Actor = { ...platform, institutionId: check.institutionId };
    const at = now();
    Object.assign(check, { code, ...(code === 'sent' && { codeSentAt: at }) });
    await em.flush();
    await appendEvent(em, actor, `lesson:${check.lessonId}`, code === 'sent' ? 'check:codeSent' : 'check:noPhone', at, { checkId, personId: check.personId });
    const verdict = alternativeVerdict({ code, seen: check.seen ?? null, over: false });
    return verdict && (await settleCheck(em, actor, check, verdict, at)) ? null : check;
  });
  if (changed) await tellAsked(live, [changed]);
}

/** Throws too_many_attempts, phone_unavailable; phone_missing, where it was taken off the file meanwhile, is put down at the check first. */
async function sendCode(live: Live, { id, personId }: Pick<FaceCheck, 'id' | 'personId'>): Promise<void> {
  const { orm, vault, phone, now } = live.deps;
  try {
    const { locale } = (await orm.em.fork().findOne(Account, { personId })) ?? { locale: 'zh' as const };
    await sendPhoneCode({ orm, vault, phone }, { personId, phone: null, purpose: 'sign_in', now: now(), locale });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'phone_missing') await noteCode(live, id, 'no_phone');
    throw error;
  }
  await noteCode(live, id, 'sent');
}

/** Asked in class: whoever is asked elsewhere has the code sent at their own wish. */
const unsentSql = `status = 'asked' and code = 'unsent' and viewing_id is null and attempt_id is null and deadline_at > ? and (code_tried_at is null or code_tried_at < ?)`;
const unsentAt = (live: Live): [Date, Date] => [live.deps.now(), new Date(live.deps.now().getTime() - tryAgainMs)];
export const codesUnsent = (live: Live): Due => due(`exists (select from face_check where ${unsentSql})`, ...unsentAt(live));

/** Sends what was asked and not sent yet, each code by one process. A provider that is away keeps nobody: it is tried again while the check is open. */
async function sendUnsent(live: Live): Promise<void> {
  const { orm, now, log } = live.deps;
  const mine = await unitOfWork(orm, platform, (em) => em.execute<{ id: string; person_id: string }[]>(
    `update face_check set code_tried_at = ? where id in (select id from face_check where ${unsentSql} order by asked_at, id limit ${atOnce} for update skip locked) returning id, person_id`,
    [now(), ...unsentAt(live)]));
  await Promise.all(mine.map((row) => sendCode(live, { id: row.id, personId: row.person_id }).catch((error: unknown) => {
    if (!(error instanceof DomainError && error.code === 'phone_missing')) log.warn({ err: error, checkId: row.id }, 'the code of a check was not sent');
  })));
}

/** One round at a time, beside the clock of the classrooms: it does not wait for a slow provider. */
export function codeSender(live: Live): () => Promise<void> {
  let running = false;
  return async () => {
    if (running) return;
    running = true;
    void sendUnsent(live).catch((error: unknown) => live.deps.log.error({ err: error }, 'codes of checks were not sent')).finally(() => { running = false; });
  };
}

interface OwnAnswer { checkId: string; nonce: string }
/** The learner's open check on the other way in this lesson. Throws what requireAnswerable does; a wrong nonce is also seen as a signal. */
async function requireOpen({ live, seat, actor }: SeatContext, { checkId, nonce }: OwnAnswer): Promise<FaceCheck> {
  const { orm, now } = live.deps;
  const em = orm.em.fork();
  await requireLiveSession(em, seat.lessonId);
  const check = await requireOwnCheck(em, seat.personId, checkId);
  if (check.lessonId !== seat.lessonId) throw new DomainError('not_found', 'no such check in this lesson');
  try {
    requireAnswerable(check, 'alternative', nonce, now());
  } catch (error) {
    if (error instanceof DomainError && error.code === 'nonce_mismatch') await noteWrongNonce(orm, actor, check, now());
    throw error;
  }
  if (check.code === 'entered') throw new DomainError('check_settled', 'the code was typed in');
  return check;
}

/** Sends the code of an open check once more. */
export async function sendCodeAgain(context: SeatContext, answer: OwnAnswer): Promise<void> {
  const { live } = context;
  const check = await requireOpen(context, answer);
  const at = live.deps.now();
  const [mine] = await live.deps.orm.em.fork().execute<{ id: string }[]>(
    'update face_check set code_tried_at = ? where id = ? and (code_sent_at is null or code_sent_at <= ?) and (code_tried_at is null or code_tried_at <= ?) returning id',
    [at, check.id, new Date(at.getTime() - againAfterMs), new Date(at.getTime() - pauseMs)]);
  if (!mine) throw new DomainError('too_many_attempts', 'a code was sent less than a minute ago');
  await sendCode(live, check);
}

/** Takes the code. The check is settled where somebody looked already, else it waits for that. */
export async function enterCode(context: SeatContext, { code, ...answer }: OwnAnswer & { code: string }): Promise<{ status: CheckStatus; waiting: FaceCheck | null }> {
  const { live, actor, seat } = context;
  const { orm, vault, now } = live.deps;
  const { id } = await requireOpen(context, answer);
  // By itself, so that a wrong try counts although nothing else is written.
  await takePhoneCode(orm.em.fork(), vault, { personId: seat.personId, phone: null, purpose: 'sign_in', code, now: now() });
  return unitOfWork(orm, actor, async (em) => {
    const check = await em.findOneOrFail(FaceCheck, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    const at = now();
    requireAnswerable(check, 'alternative', answer.nonce, at);
    Object.assign(check, { code: 'entered', answeredAt: at });
    await em.flush();
    await appendEvent(em, actor, `lesson:${check.lessonId}`, 'check:answered', at, { checkId: id, personId: check.personId, code: 'entered' });
    const verdict = alternativeVerdict({ code: 'entered', seen: check.seen ?? null, over: false });
    if (verdict && (await settleCheck(em, actor, check, verdict, at))) return { status: 'settled' as const, waiting: null };
    return { status: 'asked' as const, waiting: check };
  });
}
