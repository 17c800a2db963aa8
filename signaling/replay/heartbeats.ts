// Heartbeats of a viewing: judged, credited and answered in one transaction that locks nothing but the viewing.
import type { MakeUpState } from '#contracts/make-up.ts';
import type { Heartbeat, HeartbeatReply } from '#contracts/replay.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { satInClass } from '#db/queries/elsewhere.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import {
  isCredited, lockViewing, skippingForbidden, watchedSoFar, writeHeard, type LockedViewing, type ViewingFacts, type WatchedSoFar,
} from '#db/queries/replay-viewing.ts';
import { DomainError } from '#domain/errors.ts';
import { holeMs, playedIsValid, watchStep, type WatchStep } from '#domain/recording/watch-credit.ts';
import { appendWatched, endOpenViewing, isLapsed } from './end-viewing.ts';
import { isSignedBy, nonceAfter } from './heartbeat-proof.ts';
import { hearSitting, tellSitting } from './sittings.ts';
import type { WatchDeps } from './watch-deps.ts';

interface Sent { viewingId: string; personId: string; beat: Heartbeat; now: Date }
type Told = Pick<WatchedSoFar, 'creditedMs' | 'furthestMs'> & { completed: boolean };

const replyOf = (nonce: string, { creditedMs, furthestMs, completed }: Told, makeUp: MakeUpState | null, inClass: boolean): HeartbeatReply =>
  ({ nonce, creditedMs, furthestMs, completed, ...(makeUp && { makeUp }), ...(inClass && { inClass }) });

/** `inClass`: the learner sits in a live lesson meanwhile, which is what counts then; no real time is left over for the film. */
function stepOf(facts: ViewingFacts, viewing: LockedViewing, before: WatchedSoFar, { beat, now }: Sent, inClass: boolean): WatchStep {
  const { creditSpeed, fastestSpeed, completeShare } = facts.rules;
  const completed = before.completedAt !== null;
  const credited = isCredited(facts.role) && !inClass;
  return watchStep(
    { ...before, completed, issued: viewing.issued, creditLeftMs: viewing.creditLeftMs, playLeftMs: viewing.playLeftMs },
    {
      durationMs: facts.replay.durationMs, creditSpeed, fastestSpeed, completeShare,
      // One that makes up is held to what is open instead: see `heldTo`.
      skippingForbidden: facts.makeUpReachMs === null && skippingForbidden(facts.role, facts.rules, completed),
    },
    { elapsedMs: inClass ? 0 : now.getTime() - viewing.lastHeardAt.getTime(), played: credited ? beat.played : [], positionMs: beat.positionMs },
  );
}

/** Nobody gets ahead of what is open and not watched yet. */
const heldTo = (step: WatchStep, reachMs: number, { rules }: ViewingFacts): WatchStep =>
  (rules.firstViewingWithoutSkipping ? { ...step, positionMs: Math.min(step.positionMs, reachMs + holeMs) } : step);

/** Keeps what the step says; appends `replay:completed` the first time and `replay:watched` when the viewer leaves. */
async function keep(em: EntityManager, facts: ViewingFacts, sent: Sent, from: { viewing: LockedViewing; before: WatchedSoFar }, step: WatchStep, nonce: string): Promise<void> {
  const { viewingId, personId, beat, now } = sent;
  const { viewing, before } = from;
  const replayId = facts.replay.id;
  const actor = actorFor(personId, facts.institutionId);
  const creditedMs = viewing.creditedMs + step.gainedMs;
  await writeHeard(em, {
    ...step, viewingId, replayId, personId, at: now, nonce, heartbeats: viewing.heartbeats + 1, viewingCreditedMs: creditedMs,
    endedAt: beat.leaving ? now : null, completedAt: before.completedAt ?? (step.completed ? now : null),
  });
  if (step.completed && !before.completedAt) {
    const payload = { personId, replayId, creditedMs: step.creditedMs, durationMs: facts.replay.durationMs };
    await appendEvent(em, actor, `lesson:${facts.lessonId}`, 'replay:completed', now, payload);
  }
  if (beat.leaving) await appendWatched(em, actor, { viewingId, replayId, lessonId: facts.lessonId, personId, creditedMs, from: viewing.startedAt, to: now }, 'left', now);
}

/** The reply, or null when nothing was heard for too long: then the viewing has ended, which must not be rolled back. */
async function hear(em: EntityManager, deps: WatchDeps, facts: ViewingFacts, sent: Sent): Promise<HeartbeatReply | null> {
  const { viewingId, personId, beat, now } = sent;
  const viewing = await lockViewing(em, viewingId);
  const before = await watchedSoFar(em, facts.replay.id, personId);
  const { signature } = beat;
  const makesUp = facts.makeUpReachMs !== null;
  const context = { deps, actor: actorFor(personId, facts.institutionId), pack: facts.pack, now };
  // The reply to it was lost on the way: the same again, and nothing is counted twice.
  if (viewing.nonce === nonceAfter(deps.nonceKey, { viewingId, heartbeats: viewing.heartbeats, signature })) {
    return replyOf(viewing.nonce, { ...before, completed: before.completedAt !== null }, makesUp ? await tellSitting(em, viewingId, context) : null, false);
  }
  if (viewing.endedAt) throw new DomainError('viewing_over', 'this viewing has ended: begin another');
  if (beat.nonce !== viewing.nonce) throw new DomainError('heartbeat_invalid', 'not the nonce of the last reply');
  if (isLapsed(viewing.lastHeardAt, now)) {
    await endOpenViewing(em, personId, now);
    return null;
  }
  const inClass = facts.role === 'student' && await satInClass(em, personId, { from: viewing.lastHeardAt, to: now, leaseMs: facts.pack.presence.leaseMs });
  const step = stepOf(facts, viewing, before, sent, inClass);
  const made = makesUp ? await hearSitting(em, { viewingId, earned: step.earned, leaving: beat.leaving }, context) : null;
  const nonce = nonceAfter(deps.nonceKey, { viewingId, heartbeats: viewing.heartbeats + 1, signature });
  await keep(em, facts, sent, { viewing, before }, made ? heldTo(step, made.reachMs, facts) : step, nonce);
  return replyOf(nonce, step, made?.state ?? null, inClass);
}

/** Throws not_found for another's viewing, heartbeat_invalid, heartbeat_late, viewing_over. */
export async function heartbeat(deps: WatchDeps, personId: string, viewingId: string, beat: Heartbeat): Promise<HeartbeatReply> {
  const facts = await deps.viewing({ viewingId, personId });
  if (!facts) throw new DomainError('not_found', 'no such viewing');
  if (!isSignedBy(facts.heartbeatKey, viewingId, beat)) throw new DomainError('heartbeat_invalid', 'not signed with the key of this viewing');
  if (!playedIsValid(beat.played)) throw new DomainError('heartbeat_invalid', 'a played span runs backwards');
  const sent = { viewingId, personId, beat, now: deps.now() };
  const reply = await unitOfWork(deps.orm, actorFor(personId, facts.institutionId), (em) => hear(em, deps, facts, sent));
  if (!reply) throw new DomainError('heartbeat_late', 'nothing was heard of this viewing for too long: begin another');
  return reply;
}
