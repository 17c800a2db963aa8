// How many are here, told at most once a second and only when it changed.
import { presentCounts } from '#db/queries/participants.ts';
import type { Live } from '../classroom/context.ts';
import { lessonRoom } from '../classroom/rooms.ts';

/** `told` remembers by lesson what this process's people know. */
export async function countPresent(live: Live, lessonIds: string[], told: Map<string, number>): Promise<void> {
  for (const lessonId of told.keys()) if (!lessonIds.includes(lessonId)) told.delete(lessonId);
  const counts = await presentCounts(live.deps.orm.em.fork(), lessonIds);
  for (const lessonId of lessonIds) {
    const presentCount = counts.get(lessonId) ?? 0;
    if (told.get(lessonId) === presentCount) continue;
    told.set(lessonId, presentCount);
    live.io.local.to(lessonRoom(lessonId)).emit('presence:counted', { presentCount });
  }
}
