// How screen and camera stand in the recorded picture: the teacher's choice, kept in the session and put down as a fact.
import type { RecordingLayout } from '#domain/recording/layout.ts';
import { LessonSession } from '#db/entities/lesson.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { requireLiveSession } from '#db/queries/lesson-state.ts';
import type { SeatContext } from '../classroom/context.ts';

/** True where this is another layout than before. Throws lesson_not_live, lesson_ended. */
export async function setLayout({ live, seat, actor }: SeatContext, layout: RecordingLayout): Promise<boolean> {
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const session = await requireLiveSession(em, seat.lessonId, true);
    if (session.layout === layout) return false;
    await em.nativeUpdate(LessonSession, { id: session.id }, { layout });
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'recording:layout', live.deps.now(), { sessionId: session.id, layout });
    return true;
  });
}
