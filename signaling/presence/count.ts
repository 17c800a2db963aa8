// How many are here, told at most once a second and only when it changed; a large class is told less often.
import { presentCounts } from '#db/queries/participants.ts';
import { isLarge } from '../classroom/audience.ts';
import type { Live } from '../classroom/context.ts';
import { lessonRoom } from '../classroom/rooms.ts';

const largeEveryMs = 3_000;
export interface ToldCount { presentCount: number; atMs: number }

/** `told` remembers by lesson what this process's people know. */
export async function countPresent(live: Live, lessonIds: string[], told: Map<string, ToldCount>): Promise<void> {
  const { present } = live.audience;
  for (const known of [told, present]) for (const lessonId of known.keys()) if (!lessonIds.includes(lessonId)) known.delete(lessonId);
  const counts = await presentCounts(live.deps.orm.em.fork(), lessonIds);
  const atMs = performance.now();
  for (const lessonId of lessonIds) {
    const presentCount = counts.get(lessonId) ?? 0;
    present.set(lessonId, presentCount);
    const before = told.get(lessonId);
    if (before?.presentCount === presentCount || (before && isLarge(live, lessonId) && atMs - before.atMs < largeEveryMs)) continue;
    told.set(lessonId, { presentCount, atMs });
    live.io.local.to(lessonRoom(lessonId)).emit('presence:counted', { presentCount });
  }
}
