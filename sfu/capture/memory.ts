// How much unwritten capture a node keeps in memory: one budget for all files, so that a full disk cannot eat the process.

/** Bytes are taken before they are queued and given back when written; `take` says no when the budget is spent. */
export interface CaptureMemory {
  take(bytes: number): boolean;
  giveBack(bytes: number): void;
  readonly used: number;
}

export function createCaptureMemory(limit: number): CaptureMemory {
  let used = 0;
  return {
    take(bytes) {
      if (used + bytes > limit) return false;
      used += bytes;
      return true;
    },
    giveBack(bytes) { used -= bytes; },
    get used() { return used; },
  };
}
