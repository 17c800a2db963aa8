// Watching with proof: the figures that browser and server share, and the text a heartbeat signs. The server enforces them.

/** Length of a segment of a replay. */
export const segmentMs = 4000;
export const linkValidMs = 90_000;
export const linkAheadMs = 60_000;
export const heartbeatEveryMs = 5000;
/** Without a heartbeat for so long a viewing is over. */
export const viewingLapseMs = 60_000;

/** Milliseconds of the file, [from, to). */
export type PlayedSpan = [fromMs: number, toMs: number];
export interface HeartbeatFacts { nonce: string; positionMs: number; played: readonly Readonly<PlayedSpan>[]; leaving: boolean }

/** The text that is signed with HMAC-SHA-256: the same in browser and server. */
export const heartbeatText = (viewingId: string, { nonce, positionMs, played, leaving }: HeartbeatFacts): string =>
  [viewingId, nonce, positionMs, played.map(([from, to]) => `${from}-${to}`).join(','), leaving ? 'leaving' : 'watching'].join('\n');
