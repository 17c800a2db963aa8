// The delayed broadcast as components see it: whether it is needed or shown, what of it plays, and how far behind it is.
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { StreamWaitReason } from '#contracts/live-stream.ts';
import type { Unreached } from './reach.ts';

/** `asking`: a server is looked for or begins; `gone`: none of them can for now, it is tried again; `over`: the lesson has ended. */
export type StreamPhase = 'asking' | 'playing' | 'stalled' | 'gone' | 'broken' | 'over';

export const useLiveStream = defineStore('liveStream', () => {
  /** Why the live picture is wanted and does not come; null: it does, or is not wanted. */
  const unreached = shallowRef<Unreached | null>(null);
  const onStage = shallowRef(false);
  const showing = shallowRef(false);
  const trying = shallowRef(false);
  const inVain = shallowRef(false);
  const phase = shallowRef<StreamPhase>('asking');
  const waitReason = shallowRef<StreamWaitReason | null>(null);
  /** Whole seconds behind the teacher, as measured; null: not known. */
  const behindSeconds = shallowRef<number | null>(null);
  const soundBlocked = shallowRef(false);
  return { unreached, onStage, showing, trying, inVain, phase, waitReason, behindSeconds, soundBlocked };
});
