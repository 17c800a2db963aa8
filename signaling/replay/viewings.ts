// Begins to watch: one person, one replay, one device at a time.
import { randomBytes } from 'node:crypto';
import type { ViewingStart } from '#contracts/replay.ts';
import { Viewing, type Replay } from '#db/entities/recording.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { replayAccess, type ReplayAccess, type SeenReplay } from '#db/queries/replay-access.ts';
import { skippingForbidden, watchedSoFar, type WatchedSoFar } from '#db/queries/replay-viewing.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { resumeAt } from '#domain/recording/watch-credit.ts';
import type { ReplayRules, RulePack } from '#domain/rules/rule-pack.ts';
import { identityLack } from '#domain/identity/standing.ts';
import { packAndIdentity } from '#db/queries/rule-packs.ts';
import type { Deps } from '../deps.ts';
import { endOpenViewing } from './end-viewing.ts';
import { nonceAfter } from './heartbeat-proof.ts';
import type { WatchDeps } from './watch-deps.ts';

/** Throws replay_not_ready for what cannot be watched (yet); held ones are for staff. */
export function requireShown({ status, durationMs, staff }: Pick<SeenReplay, 'status' | 'staff'> & { durationMs?: number | null | undefined }): number {
  const shown = status === 'ready' || (status === 'held' && staff);
  if (!shown || typeof durationMs !== 'number') throw new DomainError('replay_not_ready', 'this replay cannot be watched yet');
  return durationMs;
}

/** Learners study a lesson with a period within it. Throws recorded_not_open, recorded_closed. */
export function requirePeriod({ role, period }: Pick<ReplayAccess, 'role' | 'period'>, now: Date): void {
  const stand = role === 'student' && period ? period(now.getTime()) : 'open';
  if (stand === 'before') throw new DomainError('recorded_not_open', 'this lesson is not open to learners yet');
  if (stand === 'over') throw new DomainError('recorded_closed', 'the period of this lesson is over');
}

/** A replay the person may see now. Throws not_found without a role in the lesson, recorded_not_open, recorded_closed, replay_not_ready; held ones are for staff. */
export async function shownReplay(deps: Deps, personId: string, replayId: string): Promise<ReplayAccess & { durationMs: number }> {
  const access = await replayAccess(deps.orm.em.fork(), personId, replayId);
  if (!access) throw new DomainError('not_found', 'no such replay');
  requirePeriod(access, deps.now());
  return { ...access, durationMs: requireShown({ ...access.replay, staff: access.staff }) };
}

export interface NewViewing { replay: Pick<Replay, 'id' | 'institutionId'>; personId: string; positionOf: (watched: WatchedSoFar) => number; now: Date }
export interface OpenedViewing { id: string; heartbeatKey: Buffer; nonce: string; positionMs: number; before: WatchedSoFar }

/** In the caller's transaction. Ends what this person watched elsewhere; of two beginnings at once the later one stays. */
export async function openViewing(em: EntityManager, { nonceKey }: Pick<WatchDeps, 'nonceKey'>, { replay, personId, positionOf, now }: NewViewing): Promise<OpenedViewing> {
  const [id, heartbeatKey] = [newId(now.getTime()), randomBytes(32)];
  const nonce = nonceAfter(nonceKey, { viewingId: id, heartbeats: 0, signature: '' });
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`viewing:${personId}`]);
  await endOpenViewing(em, personId, now);
  const before = await watchedSoFar(em, replay.id, personId);
  const positionMs = positionOf(before);
  await em.insert(Viewing, {
    id, institutionId: replay.institutionId, replayId: replay.id, personId, heartbeatKey, nonce, heartbeats: 0, positionMs, issued: [], creditedMs: 0,
    startedAt: now, lastHeardAt: now, endedAt: null, endReason: null,
  });
  return { id, heartbeatKey, nonce, positionMs, before };
}

/** What the browser needs of it. */
export const viewingStart = ({ id, heartbeatKey, nonce, positionMs, before }: OpenedViewing, { creditSpeed, fastestSpeed }: ReplayRules, forbidden: boolean): ViewingStart => ({
  viewingId: id, playlistUrl: `/api/viewings/${id}/playlist`, heartbeatKey: heartbeatKey.toString('base64url'), nonce,
  positionMs, furthestMs: before.furthestMs, creditedMs: before.creditedMs, skippingForbidden: forbidden, creditSpeed, fastestSpeed,
});

/** What binds who watches. Learners are let in by their real names only. Throws identity_missing, identity_denied. */
export async function packForWatching(em: EntityManager, { replay: { lessonId }, role }: ReplayAccess, personId: string): Promise<RulePack> {
  const { pack, authority } = await packAndIdentity(em, lessonId, personId);
  const lack = role === 'student' ? identityLack(pack, authority) : null;
  if (lack) throw new DomainError(lack, 'real names come before learning');
  return pack;
}

/** Throws not_found, replay_not_ready, identity_missing, identity_denied. */
export async function beginViewing(deps: WatchDeps, personId: string, replayId: string): Promise<ViewingStart> {
  const access = await shownReplay(deps, personId, replayId);
  const { replay, role, durationMs } = access;
  const { replay: rules } = await packForWatching(deps.orm.em.fork(), access, personId);
  const positionOf = ({ positionMs }: WatchedSoFar): number => resumeAt(positionMs, durationMs);
  const opened = await unitOfWork(deps.orm, actorFor(personId, replay.institutionId), (em) => openViewing(em, deps, { replay, personId, positionOf, now: deps.now() }));
  deps.log.info({ viewingId: opened.id, replayId, personId, role }, 'viewing begun');
  return viewingStart(opened, rules, skippingForbidden(role, rules, opened.before.completedAt !== null));
}
