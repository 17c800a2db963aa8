// Counts failed attempts within a window. In memory: with several signaling processes each counts for itself, so that the
// limit is at most that many times higher; a restart forgets, which costs an attacker's victim nothing.

interface Count { failures: number; endsAtMs: number }

export interface Attempts {
  /**
   * Takes one attempt for every key before it is made, so that parallel guesses count too. Answers 0, or the seconds
   * to wait when one of the keys has used up its attempts; nothing is taken then.
   */
  take(keys: readonly { key: string; limit: number }[], nowMs: number): number;
  /** Gives an attempt back that turned out to be right. */
  giveBack(key: string): void;
  /** Forgets a key: the right password was given. */
  forget(key: string): void;
}

export function countAttempts(windowMs: number, mostKeys = 50_000): Attempts {
  const counts = new Map<string, Count>();
  const current = (key: string, nowMs: number): Count => {
    const known = counts.get(key);
    return known && known.endsAtMs > nowMs ? known : { failures: 0, endsAtMs: nowMs + windowMs };
  };
  const sweep = (nowMs: number): void => {
    for (const [key, count] of counts) if (count.endsAtMs <= nowMs) counts.delete(key);
    // Under a flood of made-up names the oldest go first: memory stays bounded, the addresses are still counted.
    for (const key of counts.keys()) {
      if (counts.size < mostKeys) break;
      counts.delete(key);
    }
  };
  return {
    take: (keys, nowMs) => {
      if (counts.size >= mostKeys) sweep(nowMs);
      const wanted = keys.map(({ key, limit }) => ({ key, limit, count: current(key, nowMs) }));
      const full = wanted.filter(({ count, limit }) => count.failures >= limit);
      if (full.length > 0) return Math.max(...full.map(({ count }) => Math.ceil((count.endsAtMs - nowMs) / 1000)));
      for (const { key, count } of wanted) counts.set(key, { ...count, failures: count.failures + 1 });
      return 0;
    },
    giveBack: (key) => {
      const count = counts.get(key);
      if (count) counts.set(key, { ...count, failures: Math.max(0, count.failures - 1) });
    },
    forget: (key) => void counts.delete(key),
  };
}
