// Making up in the replay: what is open of a file, beginning it with a sign-in, and checks that are asked again or answered by phone.
import type { MakeUpOffer, MakeUpState } from '#contracts/make-up.ts';
import type { ViewingStart } from '#contracts/replay.ts';
import { DomainError } from '#domain/errors.ts';
import { inFilm, type UnitFilm, type UnitMakeUp } from '#domain/presence/make-up.ts';
import { standOf } from '#domain/presence/sitting.ts';
import type { Pair } from '#domain/recording/spans.ts';
import { intersectSpans, totalMs, type Span } from '#domain/spans.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { MakeUp } from '#db/entities/make-up.ts';
import { Recording, type Replay } from '#db/entities/recording.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { learnerMakeUp } from '#db/queries/make-up.ts';
import { codeEntered, codeSent, turnToCode, wayOf } from '#db/queries/own-checks.ts';
import { sendPhoneCode, takePhoneCode } from '#db/queries/phone-codes.ts';
import { lockViewing, type ViewingFacts } from '#db/queries/replay-viewing.ts';
import type { OpenSitting } from '#db/queries/sittings.ts';
import { windowInForce } from '#runtime/rules-in-force.ts';
import { newSeed, sealSeed } from '#runtime/seeded-random.ts';
import { openViewingFacts } from './segments.ts';
import { askInSitting } from './sitting-checks.ts';
import { readSitting, tellSitting, type SittingContext } from './sittings.ts';
import { openViewing, packForWatching, shownReplay, viewingStart } from './viewings.ts';
import type { WatchDeps } from './watch-deps.ts';

/** A player shows nothing of the first moment after a jump: it begins a little before what is open. */
const leadMs = 1000;
/** Checks of one viewing, asked for by the clock or by the learner. */
const mostChecks = 40;

const pairsOf = (spans: readonly Span[]): Pair[] => spans.map(({ fromMs, toMs }) => [fromMs, toMs]);

/** What a learner is told beside a file; null where nothing of it was missed. */
export function offerOf(film: UnitFilm, { missing, left, madeUpMs, deadlineMs, open }: UnitMakeUp): MakeUpOffer | null {
  const spans = missing.flatMap(({ reason, ...span }) => inFilm(film, intersectSpans([span], left)).map((part) => ({ ...part, reason })));
  if (deadlineMs === null || (spans.length === 0 && madeUpMs === 0)) return null;
  return { open: open && spans.length > 0, spans, leftMs: totalMs(spans), madeUpMs, deadlineAt: new Date(deadlineMs).toISOString() };
}

/** What is open of this file now. Throws make_up_closed, make_up_done. */
async function openOf(em: EntityManager, personId: string, replay: Replay, nowMs: number) {
  const found = await learnerMakeUp(em, { lessonId: replay.lessonId, personId }, nowMs);
  const unit = found?.units.find(({ unitId }) => unitId === replay.unitId);
  const film = unit && found?.filmsOf(unit.unitId).find(({ replayId }) => replayId === replay.id);
  if (!found || !unit || !film || unit.deadlineMs === null || nowMs >= unit.deadlineMs) throw new DomainError('make_up_closed', 'nothing of this unit is open to making up now');
  const open = pairsOf(inFilm(film, unit.left));
  if (open.length === 0) throw new DomainError('make_up_done', 'nothing of this file is left to make up');
  return { open, film, unitId: unit.unitId, pack: found.pack, closesAt: new Date(unit.deadlineMs) };
}

/** Throws not_found, replay_not_ready, forbidden for whoever is no learner of the lesson, identity_missing, identity_denied, make_up_closed, make_up_done. */
export async function beginMakeUp(deps: WatchDeps, personId: string, replayId: string): Promise<ViewingStart> {
  const access = await shownReplay(deps, personId, replayId);
  const { replay } = access;
  if (access.role !== 'student') throw new DomainError('forbidden', 'only learners make up');
  await packForWatching(deps.orm.em.fork(), access, personId);
  const now = deps.now();
  const { open, film, unitId, pack, closesAt } = await openOf(deps.orm.em.fork(), personId, replay, now.getTime());
  const { institutionId, lessonId, recordingId } = replay;
  const actor = actorFor(personId, institutionId);
  const checkSeed = newSeed();
  const checkSeedHash = sealSeed(checkSeed);
  const [firstMs] = open[0]!;
  const { opened, state } = await unitOfWork(deps.orm, actor, async (em) => {
    const { sessionId } = await em.findOneOrFail(Recording, { id: recordingId });
    const viewing = await openViewing(em, deps, { replay, personId, positionOf: () => Math.max(0, firstMs - leadMs), now });
    const row: MakeUp = {
      viewingId: viewing.id, institutionId, lessonId, sessionId, unitId, personId, replayId, filmStartsAt: new Date(film.startsMs), open, watched: [], reachMs: firstMs,
      checkSeed, checkSeedHash, spotsAsked: 0, closesAt, begunAt: now, endedAt: null,
    };
    await em.insert(MakeUp, { ...row });
    await appendEvent(em, actor, `lesson:${lessonId}`, 'makeUp:begun', now, {
      viewingId: viewing.id, personId, replayId, unitId, seedHash: checkSeedHash, checksPerUnit: pack.makeUp.checksPerUnit, open, closesAt: closesAt.toISOString(),
    });
    await askInSitting(em, { row, checks: [] }, { deps, actor, rules: pack.checks, at: now });
    return { opened: viewing, state: await tellSitting(em, viewing.id, { deps, actor, pack, now }) };
  });
  deps.log.info({ viewingId: opened.id, replayId, personId, openMs: totalMs(open.map(([fromMs, toMs]) => ({ fromMs, toMs }))) }, 'making up begun');
  return { ...viewingStart(opened, pack.replay, pack.replay.firstViewingWithoutSkipping), furthestMs: firstMs, makeUp: state! };
}

interface Held { em: EntityManager; facts: ViewingFacts; sitting: OpenSitting; context: SittingContext }
/** This person's viewing that makes up, held. Throws not_found, viewing_over. */
async function withSitting<T>(deps: WatchDeps, personId: string, viewingId: string, work: (held: Held) => Promise<T>): Promise<T> {
  const facts = await openViewingFacts(deps, personId, viewingId);
  const context = { deps, actor: actorFor(personId, facts.institutionId), pack: facts.pack, now: deps.now() };
  return unitOfWork(deps.orm, context.actor, async (em) => {
    await lockViewing(em, viewingId);
    const sitting = await readSitting(em, viewingId, context);
    if (!sitting) throw new DomainError('not_found', 'this viewing makes nothing up');
    return work({ em, facts, sitting, context });
  });
}

/** The check that is open, or a new one. Throws check_settled where none is due, too_many_attempts. */
async function openCheck({ em, sitting, context }: Held): Promise<FaceCheck> {
  if (sitting.asked) return sitting.asked;
  if (standOf(sitting.checks) === 'watching') throw new DomainError('check_settled', 'no check is due now');
  if (sitting.checks.length >= mostChecks) throw new DomainError('too_many_attempts', 'too many checks in this viewing: begin another');
  const { deps, actor, pack, now } = context;
  await askInSitting(em, sitting, { deps, actor, rules: pack.checks, at: now });
  return em.findOneOrFail(FaceCheck, { viewingId: sitting.row.viewingId, status: 'asked' }, { disableIdentityMap: true });
}

const told = async ({ em, sitting, context }: Held): Promise<MakeUpState> => (await tellSitting(em, sitting.row.viewingId, context))!;

/** Throws not_found, viewing_over, check_settled, too_many_attempts. */
export const askAgain = (deps: WatchDeps, personId: string, viewingId: string): Promise<MakeUpState> => withSitting(deps, personId, viewingId, async (held) => {
  await openCheck(held);
  return told(held);
});

/** Throws not_found, viewing_over, check_settled, forbidden (is known by the face and did not choose the other way), phone_missing, phone_unavailable, too_many_attempts. */
export async function sendCode(deps: WatchDeps, { personId, locale }: { personId: string; locale: 'zh' | 'en' }, viewingId: string): Promise<MakeUpState> {
  const checkId = await withSitting(deps, personId, viewingId, async (held) => {
    const { em, context } = held;
    if ((await wayOf(em, personId)) === 'face') throw new DomainError('forbidden', 'whoever is known by their face shows it, or chooses the other way first');
    const check = await openCheck(held);
    if (check.way === 'face') await turnToCode(em, context.actor, check, windowInForce(context.pack.checks, deps.config, 'alternative'), context.now);
    return check.id;
  });
  await sendPhoneCode(deps, { personId, phone: null, purpose: 'sign_in', now: deps.now(), locale });
  return withSitting(deps, personId, viewingId, async (held) => {
    const { em, context: { now } } = held;
    await codeSent(em, checkId, now);
    return told(held);
  });
}

/**
 * The code alone is the answer here, and recorded as that: nobody is there to look. Throws not_found, viewing_over, check_not_asked, check_late, phone_code_wrong,
 * phone_code_expired, too_many_attempts.
 */
export async function answerByCode(deps: WatchDeps, personId: string, viewingId: string, code: string): Promise<MakeUpState> {
  const arrivedAt = deps.now();
  const asked = await withSitting(deps, personId, viewingId, async ({ sitting }) => sitting.asked);
  if (asked?.code !== 'sent' || !asked.deadlineAt) throw new DomainError('check_not_asked', 'no code was sent for a check that is open');
  if (arrivedAt > asked.deadlineAt) throw new DomainError('check_late', 'the time for this check is over');
  await takePhoneCode(deps.orm.em.fork(), deps.vault, { personId, phone: null, purpose: 'sign_in', code, now: arrivedAt });
  return withSitting(deps, personId, viewingId, async (held) => {
    const { em, context: { actor } } = held;
    await codeEntered(em, actor, asked, arrivedAt);
    return told(held);
  });
}
