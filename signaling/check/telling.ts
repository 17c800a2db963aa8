// Telling learners what is asked of them, and staff how it went.
import type { FaceCheck } from '#db/entities/check.ts';
import { askedView, checkBriefs } from '#db/queries/checks.ts';
import type { Live } from '../classroom/context.ts';
import { seatRoom, staffRoom } from '../classroom/rooms.ts';

export function tellAsked(live: Live, checks: FaceCheck[]): void {
  for (const check of checks) {
    const view = askedView(check);
    if (view) live.io.to(seatRoom(check.lessonId, check.personId)).emit('check:asked', view);
  }
}

/** To this process's people only: every process hears the fact itself. */
export async function tellSettled(live: Live, lessonId: string, checkId: string): Promise<string | null> {
  const [brief] = await checkBriefs(live.deps.orm.em.fork(), lessonId, checkId);
  if (!brief) return null;
  live.io.local.to([staffRoom(lessonId), seatRoom(lessonId, brief.personId)]).emit('check:settled', brief);
  return brief.personId;
}
