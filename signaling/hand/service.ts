// Raising and lowering hands; the order is the server's.
import type { Hand } from '#contracts/hand.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { isStaff } from '#domain/roles.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { handsOf, lowerHands } from '#db/queries/hands.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import type { SeatContext } from '../classroom/context.ts';

/** The queue after the change; `changed` false where nothing did. */
export interface HandsAfter { hands: Hand[]; changed: boolean }

/** Raising a raised hand keeps its place. Throws lesson_not_live, lesson_ended. */
export async function raiseHand({ live, seat, actor }: SeatContext): Promise<HandsAfter & { own: Hand }> {
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const at = live.deps.now();
    const session = await requireLiveSession(em, seat.lessonId);
    const rows = await em.execute<{ id: string }[]>(
      `insert into hand (id, institution_id, session_id, person_id, raised_at) values (?, ?, ?, ?, ?)
       on conflict (session_id, person_id) where lowered_at is null do nothing returning id`,
      [newId(), seat.institutionId, session.id, seat.personId, at]);
    if (rows.length > 0) await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'hand:raised', at, { sessionId: session.id, personId: seat.personId });
    const hands = await handsOf(em, session.id);
    const own = hands.find((hand) => hand.personId === seat.personId);
    if (!own) throw new DomainError('internal', 'the raised hand is not in the queue');
    return { hands, own, changed: rows.length > 0 };
  });
}

/** Throws forbidden where a learner means somebody else's hand. */
export async function lowerHand({ live, seat, actor }: SeatContext, personId: string): Promise<HandsAfter> {
  if (personId !== seat.personId && !isStaff(seat.role)) throw new DomainError('forbidden', "somebody else's hand");
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const session = await requireLiveSession(em, seat.lessonId);
    const lowered = await lowerHands(em, actor, session, personId, live.deps.now());
    return { hands: await handsOf(em, session.id), changed: lowered.length > 0 };
  });
}
