// A participant's streams as the server sees them, with the truth beside them: drift, wrong clocks, jitter, queues, loss, silence, steps.
import type { Report, StreamInput } from '../recording/stream.ts';
import { seededRandom } from './random.ts';

/** From `atMs` on RTP time stands `byMs` behind where it would (negative: ahead). While it stood still nothing was sent, when `silent`. */
export interface Step { atMs: number; byMs: number; silent?: boolean }
export interface StreamWorld {
  kind: 'audio' | 'video'; driftPpm: number; firstRtp: number; everyMs: number; reportEveryMs: number;
  /** Reports are off by up to this, both ways. */
  reportOffMs: number;
  steps?: readonly Step[];
}
export interface NetworkWorld {
  seed: number; leastWayMs: number; jitterMs: number; lost: number;
  /** Spans in which everything waits in a queue that fills and empties. */
  queues?: readonly { fromMs: number; toMs: number; mostMs: number }[];
}
/** The participant's clock: what it shows more than the server's, how it drifts, and when it is set. */
export interface ClockWorld { skewMs: number; driftPpm: number; set?: readonly { atMs: number; byMs: number }[] }
export interface Played extends StreamInput { items: { rtp: number; atMs: number }[]; reports: Report[]; trueMs: number[] }

export const worldStartMs = 1_800_000_000_000;

const sum = (steps: readonly { atMs: number; byMs: number }[] | undefined, ms: number): number =>
  (steps ?? []).filter(({ atMs }) => ms >= atMs).reduce((total, { byMs }) => total + byMs, 0);

function queueAt(network: NetworkWorld, ms: number): number {
  const queue = network.queues?.find(({ fromMs, toMs }) => ms >= fromMs && ms < toMs);
  if (!queue) return 0;
  const share = (ms - queue.fromMs) / (queue.toMs - queue.fromMs);
  return queue.mostMs * Math.min(1, 4 * Math.min(share, 1 - share));
}

/** One stream of [fromMs, toMs) from the world's start. Everybody in a world has one network: give the same one to all streams. */
export function playStream(stream: StreamWorld, clock: ClockWorld, network: NetworkWorld, fromMs: number, toMs: number): Played {
  const random = seededRandom(network.seed + (stream.kind === 'audio' ? 1 : 2));
  const clockRate = stream.kind === 'audio' ? 48_000 : 90_000;
  const rtpOf = (ms: number): number => stream.firstRtp + ((ms - sum(stream.steps, ms)) / 1000) * clockRate * (1 + stream.driftPpm * 1e-6);
  const arrives = (ms: number): number => worldStartMs + ms + network.leastWayMs + queueAt(network, ms) + random() * network.jitterMs;
  const played: Played = { kind: stream.kind, clockRate, items: [], reports: [], trueMs: [] };
  for (let ms = fromMs; ms < toMs; ms += stream.everyMs) {
    if (stream.steps?.some(({ atMs, byMs, silent }) => silent && ms >= atMs - byMs && ms < atMs)) continue;
    if (ms > fromMs && random() < network.lost) continue;
    played.items.push({ rtp: Math.round(rtpOf(ms)), atMs: arrives(ms) });
    played.trueMs.push(worldStartMs + ms);
  }
  for (let ms = fromMs + 700; ms < toMs; ms += stream.reportEveryMs * (0.7 + 0.6 * random())) {
    const ntpMs = worldStartMs + ms + clock.skewMs + (clock.driftPpm * 1e-6) * ms + sum(clock.set, ms);
    const off = (random() - 0.5) * 2 * stream.reportOffMs;
    played.reports.push({ rtp: Math.round(rtpOf(ms + off)), ntpMs, atMs: arrives(ms) });
  }
  return played;
}
