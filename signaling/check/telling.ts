// Telling learners what is asked of them, and staff how it went.
import type { FaceCheck } from '#db/entities/check.ts';
import { askedView, checkBriefs } from '#db/queries/checks.ts';
import type { Live } from '../classroom/context.ts';
import { seatRoom, staffRoom } from '../classroom/rooms.ts';

/** Learners what is asked of them now; staff who waits for their look. */
export async function tellAsked(live: Live, checks: readonly FaceCheck[]): Promise<void> {
  for (const check of checks) {
    const view = askedView(check);
    if (view) live.io.to(seatRoom(check.lessonId, check.personId)).emit('check:asked', view);
  }
  for (const [lessonId, some] of Map.groupBy(checks.filter(({ way }) => way === 'alternative'), (check) => check.lessonId)) {
    const briefs = await checkBriefs(live.deps.orm.em.fork(), lessonId, some.map(({ id }) => id));
    for (const brief of briefs) live.io.to(staffRoom(lessonId)).emit('check:waiting', brief);
  }
}

/** To this process's people only: every process hears the fact itself. Whose check it is; null where it is none of class. */
export async function tellHowItStands(live: Live, event: 'check:answered' | 'check:settled', lessonId: string, checkId: string): Promise<string | null> {
  const brief = await live.gathered.checkBrief({ lessonId, id: checkId });
  if (!brief) return null;
  live.io.local.to([staffRoom(lessonId), seatRoom(lessonId, brief.personId)]).emit(event, brief);
  return brief.personId;
}
