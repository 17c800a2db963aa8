// Coming on stage: invited after a raised hand, accepted or declined, left by either side.
import type { Hand } from '#contracts/hand.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { isStaff } from '#domain/roles.ts';
import { Hand as HandRow, StageVisit } from '#db/entities/classroom.ts';
import type { LessonSession } from '#db/entities/lesson.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { groupNow } from '#db/queries/breakouts.ts';
import { handsOf, lowerHands } from '#db/queries/hands.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import { currentVisit, leaveStage, onStage } from '#db/queries/stage.ts';
import type { SeatContext } from '../classroom/context.ts';

export interface StageAfter { personIds: string[]; hands: Hand[]; changed: boolean }

const after = async (em: EntityManager, session: LessonSession, changed: boolean): Promise<StageAfter> =>
  ({ personIds: await onStage(em, session.id), hands: await handsOf(em, session.id), changed });

/** Invites whose hand is up; asked again it invites once. The stage is the class's: nobody is called to it out of a group. Throws hand_not_raised, breakout_running. */
export async function invite({ live, seat, actor }: SeatContext, personId: string): Promise<void> {
  await unitOfWork(live.deps.orm, actor, async (em) => {
    const at = live.deps.now();
    const session = await requireLiveSession(em, seat.lessonId, true);
    if (await groupNow(em, seat.lessonId, personId)) throw new DomainError('breakout_running', 'the learner is in a group');
    if (await currentVisit(em, session.id, personId)) return;
    const hand = await em.findOne(HandRow, { sessionId: session.id, personId, loweredAt: null });
    if (!hand) throw new DomainError('hand_not_raised', 'the learner has no hand up');
    await em.insert(StageVisit, {
      id: newId(), institutionId: seat.institutionId, sessionId: session.id, personId, invitedAt: at, acceptedAt: null, leftAt: null,
    });
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'stage:invited', at, { sessionId: session.id, personId });
  });
}

/** Accepts or declines; the hand goes down either way. A retry of the same answer changes nothing. Throws not_invited. */
export async function answerInvitation({ live, seat, actor }: SeatContext, accept: boolean): Promise<StageAfter> {
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const at = live.deps.now();
    const session = await requireLiveSession(em, seat.lessonId, true);
    const visit = await currentVisit(em, session.id, seat.personId);
    if (!visit) throw new DomainError('not_invited', 'no invitation waits');
    if (visit.acceptedAt) {
      if (!accept) throw new DomainError('not_invited', 'the invitation was accepted already');
      return after(em, session, false);
    }
    if (accept) {
      await em.nativeUpdate(StageVisit, { id: visit.id }, { acceptedAt: at });
      await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'stage:entered', at, { sessionId: session.id, personId: seat.personId });
    } else {
      await leaveStage(em, actor, session, seat.personId, at);
    }
    await lowerHands(em, actor, session, seat.personId, at);
    return after(em, session, true);
  });
}

/** Steps down oneself, or sends somebody down. Throws forbidden where a learner means somebody else. */
export async function leave({ live, seat, actor }: SeatContext, personId: string): Promise<StageAfter> {
  if (personId !== seat.personId && !isStaff(seat.role)) throw new DomainError('forbidden', 'somebody else on stage');
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const session = await requireLiveSession(em, seat.lessonId, true);
    const left = await leaveStage(em, actor, session, personId, live.deps.now());
    return after(em, session, left.length > 0);
  });
}
