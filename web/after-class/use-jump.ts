// From a moment of the lesson to the same moment in its replay, and in words why there is none.
import { computed, type ComputedRef } from 'vue';
import type { RouteLocationRaw } from 'vue-router';
import type { AfterClass } from '#contracts/after-class.ts';
import { clockSeconds } from '../format.ts';
import { currentLocale } from '../i18n/i18n.ts';
import { placeIn } from './after-view.ts';

export interface Jump {
  /** Null where no file has the moment. */
  to(atMs: number): RouteLocationRaw | null;
  /** The time of day of a moment. */
  clock(atMs: number): string;
  /** Key of why some or all of the lesson cannot be watched; null where all of it can. */
  why: ComputedRef<string | null>;
}

export function useJump(shown: () => AfterClass): Jump {
  return {
    to: (atMs) => {
      const { films, lessonId } = shown();
      const place = placeIn(films, atMs);
      return place && { name: 'replay', params: { lessonId }, query: { ...place } };
    },
    clock: (atMs) => clockSeconds(Date.parse(shown().startedAt ?? '') + atMs, currentLocale()),
    why: computed(() => (shown().replay === 'ready' ? null : `afterClass.noReplay.${shown().replay}`)),
  };
}
