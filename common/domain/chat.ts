// How fast one person may write.

/** One message a second in the long run, five at once. */
export const chatRate = { perSecond: 1, burst: 5 } as const;
/** Messages to look back at: more cannot matter to the bucket. */
export const chatLookBack = 30;

/** True where one more message at `nowMs` fits a bucket of `burst` that refills with `perSecond`; `sentAtMs` oldest first. */
export function mayWrite(sentAtMs: readonly number[], nowMs: number): boolean {
  let tokens: number = chatRate.burst;
  let atMs = sentAtMs[0] ?? nowMs;
  for (const sentMs of sentAtMs) {
    tokens = Math.min(chatRate.burst, tokens + ((sentMs - atMs) / 1000) * chatRate.perSecond) - 1;
    atMs = sentMs;
  }
  return Math.min(chatRate.burst, tokens + ((nowMs - atMs) / 1000) * chatRate.perSecond) >= 1;
}
