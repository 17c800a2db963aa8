// Begins to watch: one person, one replay, one device at a time.
import { randomBytes } from 'node:crypto';
import type { ViewingStart } from '#contracts/replay.ts';
import { Viewing } from '#db/entities/recording.ts';
import { unitOfWork } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { replayAccess, type ReplayAccess, type SeenReplay } from '#db/queries/replay-access.ts';
import { skippingForbidden, watchedSoFar } from '#db/queries/replay-viewing.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { resumeAt } from '#domain/recording/watch-credit.ts';
import { rulePackOf } from '#domain/rules/rule-pack.ts';
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

/** A replay the person may see now. Throws not_found without a role in the lesson, replay_not_ready; held ones are for staff. */
export async function shownReplay(deps: Deps, personId: string, replayId: string): Promise<ReplayAccess & { durationMs: number }> {
  const access = await replayAccess(deps.orm.em.fork(), personId, replayId);
  if (!access) throw new DomainError('not_found', 'no such replay');
  return { ...access, durationMs: requireShown({ ...access.replay, staff: access.staff }) };
}

/** Ends what this person watched elsewhere. Of two beginnings at once the later one stays. Throws not_found, replay_not_ready. */
export async function beginViewing(deps: WatchDeps, personId: string, replayId: string): Promise<ViewingStart> {
  const { replay, role, durationMs } = await shownReplay(deps, personId, replayId);
  const { institutionId } = replay;
  const rules = rulePackOf(institutionId).replay;
  const now = deps.now();
  const [id, heartbeatKey] = [newId(now.getTime()), randomBytes(32)];
  const nonce = nonceAfter(deps.nonceKey, { viewingId: id, heartbeats: 0, signature: '' });
  const { before, positionMs } = await unitOfWork(deps.orm, actorFor(personId, institutionId), async (em) => {
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`viewing:${personId}`]);
    await endOpenViewing(em, personId, now);
    const watched = await watchedSoFar(em, replayId, personId);
    const position = resumeAt(watched.positionMs, durationMs);
    await em.insert(Viewing, {
      id, institutionId, replayId, personId, heartbeatKey, nonce, heartbeats: 0, positionMs: position, issued: [], creditedMs: 0,
      startedAt: now, lastHeardAt: now, endedAt: null, endReason: null,
    });
    return { before: watched, positionMs: position };
  });
  deps.log.info({ viewingId: id, replayId, personId, role }, 'viewing begun');
  return {
    viewingId: id, playlistUrl: `/api/viewings/${id}/playlist`, heartbeatKey: heartbeatKey.toString('base64url'), nonce,
    positionMs, furthestMs: before.furthestMs, creditedMs: before.creditedMs,
    skippingForbidden: skippingForbidden(role, rules, before.completedAt !== null), creditSpeed: rules.creditSpeed, fastestSpeed: rules.fastestSpeed,
  };
}
