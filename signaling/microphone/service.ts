// Muting learners on stage and in breakout groups, and locking their microphones; the rows first, then the node, then their browsers.
import { DomainError } from '#domain/errors.ts';
import { LessonSession } from '#db/entities/lesson.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { talkingInGroups } from '#db/queries/breakouts.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import { onStage } from '#db/queries/stage.ts';
import type { SeatContext } from '../classroom/context.ts';

/** Who may talk now: on stage, and in breakout groups. */
const talking = async (em: EntityManager, { id, lessonId }: LessonSession): Promise<string[]> =>
  [...new Set([...await onStage(em, id), ...await talkingInGroups(em, lessonId)])];

/** Whom it concerns: one learner on stage or in a group, or all. Throws not_on_stage, lesson_not_live, lesson_ended. */
export async function muteOnStage({ live, seat, actor }: SeatContext, personId: string | null): Promise<string[]> {
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const session = await requireLiveSession(em, seat.lessonId, true);
    const there = await talking(em, session);
    if (personId !== null && !there.includes(personId)) throw new DomainError('not_on_stage', 'nobody of that name is on stage');
    const personIds = personId === null ? there : [personId];
    if (personIds.length > 0) await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'microphone:muted', live.deps.now(), { sessionId: session.id, personIds });
    return personIds;
  });
}

/** Answers whether it was changed, and who is on stage. Throws lesson_not_live, lesson_ended. */
export async function lockMicrophones({ live, seat, actor }: SeatContext, locked: boolean): Promise<{ changed: boolean; personIds: string[] }> {
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const session = await requireLiveSession(em, seat.lessonId, true);
    const personIds = await talking(em, session);
    if (session.microphonesLocked === locked) return { changed: false, personIds };
    await em.nativeUpdate(LessonSession, { id: session.id }, { microphonesLocked: locked });
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, locked ? 'microphone:locked' : 'microphone:unlocked', live.deps.now(), { sessionId: session.id, personIds });
    return { changed: true, personIds };
  });
}
