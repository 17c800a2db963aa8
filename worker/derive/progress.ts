// Saves how far the chunk or file in work is, seldom and one save at a time.

export interface Progress {
  /** Frames done so far of the work at hand. */
  reach(frames: number): void;
  /** Waits for the last save. */
  settle(): Promise<void>;
}
interface Options { everyMs: number; now: () => Date; save: (frames: number) => Promise<void>; failed: (error: unknown) => void }

export function createProgress({ everyMs, now, save, failed }: Options): Progress {
  let savedMs = now().getTime();
  let highest = 0;
  let saving: Promise<void> | null = null;
  return {
    reach: (frames) => {
      highest = Math.max(highest, frames);
      const nowMs = now().getTime();
      if (saving || nowMs - savedMs < everyMs) return;
      savedMs = nowMs;
      saving = save(highest).catch(failed).finally(() => { saving = null; });
    },
    settle: async () => { await saving; },
  };
}
