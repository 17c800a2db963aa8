// Tells how far a long job is and how long it will still take, from work really done; saves seldom and one at a time.

export interface Progress {
  /** Work done so far in total, in the unit of `total`. */
  reach(done: number): void;
  /** Waits for the last save. */
  settle(): Promise<void>;
}
interface Options { total: number; now: () => Date; everyMs: number; save: (progress: number, secondsLeft: number | null) => Promise<void>; failed: (error: unknown) => void }

/** Below this share the speed is not known well enough to promise anything. */
const leastShare = 0.02;

export function createProgress({ total, now, everyMs, save, failed }: Options): Progress {
  const startedMs = now().getTime();
  let savedMs = startedMs;
  let highest = 0;
  let saving: Promise<void> | null = null;
  return {
    reach: (done) => {
      highest = Math.min(1, Math.max(highest, total > 0 ? done / total : 0));
      const nowMs = now().getTime();
      if (saving || nowMs - savedMs < everyMs) return;
      savedMs = nowMs;
      const left = highest < leastShare ? null : Math.ceil(((nowMs - startedMs) / 1000) * (1 / highest - 1));
      saving = save(highest, left).catch(failed).finally(() => { saving = null; });
    },
    settle: async () => { await saving; },
  };
}
