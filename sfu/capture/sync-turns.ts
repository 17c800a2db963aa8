// Lets only a few fdatasync run at a time: Node's file threads are few, and writes must never queue behind slow syncs.

export interface SyncTurns { run<T>(work: () => Promise<T>): Promise<T> }

export function createSyncTurns(limit: number): SyncTurns {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(work) {
      if (running >= limit) await new Promise<void>((resolve) => { waiting.push(resolve); });
      else running++;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running--;
      }
    },
  };
}
