// The delayed broadcast as components see it: whether it is needed or shown, what of it plays, and how far behind it is.
import { defineStore } from 'pinia';
import { shallowRef } from 'vue';
import type { StreamWaitReason } from '#contracts/live-stream.ts';

/** `asking`: a server is looked for or begins; `gone`: none of them can for now, it is tried again; `over`: the lesson has ended. */
export type StreamPhase = 'asking' | 'playing' | 'stalled' | 'gone' | 'broken' | 'over';

export const useLiveStream = defineStore('liveStream', () => {
  /** The live picture is wanted and does not come. */
  const unreached = shallowRef(false);
  const onStage = shallowRef(false);
  /** Why: the room has no seat; else the network does not let media through. */
  const refused = shallowRef(false);
  const showing = shallowRef(false);
  const trying = shallowRef(false);
  const inVain = shallowRef(false);
  const phase = shallowRef<StreamPhase>('asking');
  const waitReason = shallowRef<StreamWaitReason | null>(null);
  /** Whole seconds behind the teacher, as measured; null: not known. */
  const behindSeconds = shallowRef<number | null>(null);
  const soundBlocked = shallowRef(false);
  return { unreached, onStage, refused, showing, trying, inVain, phase, waitReason, behindSeconds, soundBlocked };
});
