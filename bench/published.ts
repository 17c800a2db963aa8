// What became of a lesson's recording, asked as staff over REST.
import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserContext } from 'playwright-core';
import type { LessonDetail } from '#contracts/lesson.ts';
import type { QualityAnswer } from '#contracts/recording.ts';
import type { LessonReplay, ReplayPart } from '#contracts/replay.ts';

export interface Published { parts: ReplayPart[]; qualities: QualityAnswer[]; lesson: LessonDetail; readyAfterMs: number }

/** Waits until every file of the lesson is ready or held. Throws when one has failed or it takes longer than `withinMs`. */
export async function untilPublished(staff: BrowserContext, lessonId: string, withinMs: number): Promise<Published> {
  const startedAt = performance.now();
  const ask = async <T>(path: string): Promise<T | null> => {
    const response = await staff.request.get(path);
    return response.ok() ? await response.json() as T : null;
  };
  for (;;) {
    const replay = await ask<LessonReplay>(`/api/lessons/${lessonId}/replay`);
    const parts = replay?.parts ?? [];
    const failed = parts.find(({ status }) => status === 'failed');
    if (failed) throw new Error(`the recording failed: ${failed.failReason ?? 'no reason'}`);
    if (parts.length > 0 && parts.every(({ status }) => status === 'ready' || status === 'held')) {
      const readyAfterMs = Math.round(performance.now() - startedAt);
      const qualities = await Promise.all(parts.map(({ replayId }) => ask<QualityAnswer>(`/api/replays/${replayId}/quality`)));
      const lesson = await ask<LessonDetail>(`/api/lessons/${lessonId}`);
      if (!lesson) throw new Error('the lesson cannot be read');
      return { parts, lesson, readyAfterMs, qualities: qualities.filter((quality) => quality !== null) };
    }
    if (performance.now() - startedAt > withinMs) throw new Error(`not published within ${withinMs / 1000} s: ${parts.map(({ status, progress }) => `${status} ${progress}`).join(', ')}`);
    await pause(250);
  }
}
