// How the media stand, as components see it: the phase, and the wait for a seat where every media node is full.
import { shallowRef, type ShallowRef } from 'vue';
import type { MediaPhase } from './recovery.ts';

export interface MediaTurns {
  mediaPhase: ShallowRef<MediaPhase>;
  /** While no media node has a seat: when one is asked for again, by the server's clock (0: now). Null: not so. */
  seatWait: ShallowRef<{ untilMs: number } | null>;
  /** `dueMs`: when the next try comes, by the server's clock. */
  turnMedia(phase: MediaPhase, dueMs: number | null): void;
}

export function createMediaTurns(): MediaTurns {
  const mediaPhase = shallowRef<MediaPhase>('off');
  const seatWait = shallowRef<{ untilMs: number } | null>(null);
  return {
    mediaPhase, seatWait,
    turnMedia(phase, dueMs) {
      mediaPhase.value = phase;
      if (phase === 'full') seatWait.value = { untilMs: dueMs ?? 0 };
      // Asking is part of waiting: the page does not flicker between two tries.
      else if (phase !== 'joining') seatWait.value = null;
      else if (seatWait.value) seatWait.value = { untilMs: 0 };
    },
  };
}
