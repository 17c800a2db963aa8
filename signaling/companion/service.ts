// What a leader does about the phone that is the second camera: makes a link, ends it.
import { randomBytes } from 'node:crypto';
import { companionLinkMs } from '#domain/companion.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { Companion } from '#db/entities/companion.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import type { SeatContext } from '../classroom/context.ts';
import { endCompanions, hashOf, type Companioned } from './rows.ts';

export interface Invited { companionId: string; token: string; expiresAt: Date; replaced: Companioned[] }

/** A link for one phone; what there was before is replaced. The token exists nowhere else. Throws forbidden, lesson_not_live, lesson_ended. */
export async function invite({ live, seat, actor }: SeatContext): Promise<Invited> {
  const token = randomBytes(32).toString('base64url');
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const at = live.deps.now();
    // Held, so that two links made at once are made one after the other.
    const session = await requireLiveSession(em, seat.lessonId, true);
    if (session.leadPersonId !== seat.personId) throw new DomainError('forbidden', 'a second camera is the lead’s');
    const before = await em.find(Companion, { sessionId: session.id, personId: seat.personId, endedAt: null }, { fields: ['id'] });
    const replaced = await endCompanions(em, actor, before.map(({ id }) => id), 'replaced', at);
    const companionId = newId(at.getTime());
    const expiresAt = new Date(at.getTime() + companionLinkMs);
    await em.insert(Companion, {
      id: companionId, institutionId: seat.institutionId, lessonId: seat.lessonId, sessionId: session.id, personId: seat.personId, tokenHash: Buffer.from(hashOf(token), 'hex'), keyHash: null,
      createdAt: at, expiresAt, usedAt: null, connectionId: null, seenAt: null, endedAt: null, endReason: null,
    });
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'companion:invited', at, { sessionId: session.id, companionId });
    return { companionId, token, expiresAt, replaced };
  });
}

/** One's own; nothing where it has ended or is somebody else's. */
export async function revoke({ live, seat, actor }: SeatContext, companionId: string): Promise<Companioned[]> {
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const own = await em.count(Companion, { id: companionId, lessonId: seat.lessonId, personId: seat.personId });
    return own > 0 ? endCompanions(em, actor, [companionId], 'revoked', live.deps.now()) : [];
  });
}
