// Lengths of time as people say them.

/** Key of the words and what they are filled with: `12 分 30 秒`, `12 分`, `30 秒`; whole seconds, cut. */
export function lengthWords(ms: number): { key: string; filled: { m: number; s: number } } {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const filled = { m: Math.floor(seconds / 60), s: seconds % 60 };
  if (filled.m === 0) return { key: 'replay.length.seconds', filled };
  return { key: filled.s === 0 ? 'replay.length.minutes' : 'replay.length.both', filled };
}

/** What is left until a file is made; null where nobody knows. */
export function leftWords(secondsLeft: number | null): { key: string; filled: { n: number } } | null {
  if (secondsLeft === null) return null;
  if (secondsLeft < 60) return { key: 'replay.leftSeconds', filled: { n: Math.max(1, Math.ceil(secondsLeft)) } };
  return { key: 'replay.leftMinutes', filled: { n: Math.ceil(secondsLeft / 60) } };
}
