// When things happened, on the server's clock: from RTP times, Sender Reports and arrivals. Pure; all times in milliseconds.
//
// A participant's clock may be years off and drift; a track's RTP clock drifts against it, and may step. So: one offset
// participant -> server (the fastest Sender Reports tell it best), then per track a robust piecewise-linear fit RTP -> time.
import { median, percentile, stretchesOf } from './statistics.ts';

/** A Sender Report: `rtp` unwrapped in its stream, `ntpMs` on the participant's clock, `atMs` its arrival at the server. */
export interface Report { rtp: number; ntpMs: number; atMs: number }
/** RTP time and its time on the server's clock. */
export interface ClockPoint { rtp: number; ms: number; atMs: number }
export interface Arrival { rtp: number; atMs: number }
export interface TrackClock {
  /** Time of an RTP time on the server's clock; the arrival decides between the sides of a step. */
  toMs(rtp: number, atMs: number): number;
  method: 'fit' | 'median' | 'arrival';
  usedReports: number; rejectedReports: number;
}

const ntpUnixDifferenceS = 2_208_988_800;
/** NTP time of a Sender Report as Unix milliseconds. */
export const ntpToMs = (ntpSec: number, ntpFrac: number): number => (ntpSec - ntpUnixDifferenceS) * 1000 + (ntpFrac / 2 ** 32) * 1000;

/** Larger steps of a participant's clock are a new setting of it, smaller ones are the network's. */
const clockStepMs = 5000;
/** Larger steps between RTP time and clock are real (a telephone call, a restarted encoder); smaller ones are jitter. */
const trackStepMs = 80;
const windowReports = 20;
/** Over less time than this, jitter says more than drift: the nominal rate is better than a fitted one. */
const fitSpanMs = 60_000;
const maxDrift = 300e-6;

/** What to add to a participant's time to get the server's, given when it arrived. All tracks of a participant share it. */
export function clockOffset(reports: readonly { ntpMs: number; atMs: number }[]): (atMs: number) => number {
  const sorted = reports.toSorted((one, other) => one.atMs - other.atMs);
  const differences = sorted.map((report) => report.atMs - report.ntpMs);
  const settings = stretchesOf(differences, clockStepMs).map((stretch) => ({
    fromMs: sorted[stretch[0] ?? 0]?.atMs ?? 0,
    offset: percentile(stretch.map((index) => differences[index]!), 0.05),
  }));
  return (atMs) => (settings.findLast((setting) => setting.fromMs <= atMs) ?? settings[0])?.offset ?? 0;
}

interface Knot { rtpMs: number; shift: number; slope: number }

/** Least squares with rejection beyond three standard deviations; the nominal rate over short spans. */
function localFit(window: readonly { rtpMs: number; shift: number }[], at: number): Knot {
  const middle = median(window.map((point) => point.shift));
  const span = window.at(-1)!.rtpMs - window[0]!.rtpMs;
  if (span < fitSpanMs) return { rtpMs: at, shift: middle, slope: 0 };
  let points = window;
  let line = { shift: middle, slope: 0 };
  for (let round = 0; round < 5; round++) {
    const meanX = points.reduce((sum, point) => sum + point.rtpMs - at, 0) / points.length;
    const meanY = points.reduce((sum, point) => sum + point.shift, 0) / points.length;
    const spread = points.reduce((sum, point) => sum + (point.rtpMs - at - meanX) ** 2, 0);
    const slope = points.reduce((sum, point) => sum + (point.rtpMs - at - meanX) * (point.shift - meanY), 0) / spread;
    const bounded = Math.max(-maxDrift, Math.min(maxDrift, Number.isFinite(slope) ? slope : 0));
    line = { shift: meanY - bounded * meanX, slope: bounded };
    const off = (point: { rtpMs: number; shift: number }): number => Math.abs(point.shift - line.shift - line.slope * (point.rtpMs - at));
    const sigma = Math.sqrt(points.reduce((sum, point) => sum + off(point) ** 2, 0) / points.length);
    const kept = points.filter((point) => off(point) <= Math.max(3 * sigma, 0.5));
    if (kept.length === points.length || kept.length < 4) break;
    points = kept;
  }
  return { rtpMs: at, ...line };
}

/** Between knots straight lines, beyond them the outer slope. */
function shiftAt(knots: readonly Knot[], rtpMs: number): number {
  const first = knots[0]!;
  const last = knots.at(-1)!;
  if (rtpMs <= first.rtpMs) return first.shift + first.slope * (rtpMs - first.rtpMs);
  if (rtpMs >= last.rtpMs) return last.shift + last.slope * (rtpMs - last.rtpMs);
  let low = 0;
  let high = knots.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (knots[middle]!.rtpMs <= rtpMs) low = middle;
    else high = middle;
  }
  const [before, after] = [knots[low]!, knots[high]!];
  const share = after.rtpMs > before.rtpMs ? (rtpMs - before.rtpMs) / (after.rtpMs - before.rtpMs) : 0;
  return before.shift + (after.shift - before.shift) * share;
}

interface Stretch { knots: Knot[]; fromMs: number; toMs: number; delayMs: number }

function knotsOf(points: readonly { rtpMs: number; shift: number }[]): Knot[] {
  if (points.length < 4) return [{ rtpMs: points[0]!.rtpMs, shift: median(points.map((point) => point.shift)), slope: 0 }];
  return points.map((point, index) => {
    const start = Math.max(0, Math.min(index - windowReports / 2, points.length - windowReports));
    return localFit(points.slice(start, start + windowReports), point.rtpMs);
  });
}

/** Around a step packets of both sides arrive mixed for so long. */
const mixedMs = 2000;

/** The stretch a packet belongs to: by its arrival, and near a step the one that explains the arrival better. */
function pick(stretches: readonly Stretch[], rtpMs: number, atMs: number): Stretch {
  if (stretches.length === 1) return stretches[0]!;
  const after = stretches.findIndex((stretch) => stretch.toMs + mixedMs > atMs);
  if (after < 0) return stretches.at(-1)!;
  const clear = stretches[after]!.fromMs + mixedMs < atMs && atMs < stretches[after]!.toMs - mixedMs;
  const candidates = clear ? [stretches[after]!] : stretches.slice(Math.max(0, after - 1), after + 2);
  const strangeness = (stretch: Stretch): number => Math.abs(atMs - rtpMs - shiftAt(stretch.knots, rtpMs) - stretch.delayMs);
  return candidates.reduce((best, stretch) => (strangeness(stretch) < strangeness(best) ? stretch : best));
}

const clockOf = (stretches: readonly Stretch[], clockRate: number) => (rtp: number, atMs: number): number => {
  const rtpMs = (rtp / clockRate) * 1000;
  return rtpMs + shiftAt(pick(stretches, rtpMs, atMs).knots, rtpMs);
};

/** No Sender Reports: the fastest arrivals of every half minute tell the time, as well as arrivals can. */
function arrivalClock(arrivals: readonly Arrival[], clockRate: number): TrackClock {
  const windows: Arrival[][] = [];
  for (const arrival of arrivals.toSorted((one, other) => one.atMs - other.atMs)) {
    const current = windows.at(-1);
    if (current && arrival.atMs - current[0]!.atMs < 30_000) current.push(arrival);
    else windows.push([arrival]);
  }
  const shiftOf = (arrival: Arrival): number => arrival.atMs - (arrival.rtp / clockRate) * 1000;
  const stretches: Stretch[] = windows.map((window) => {
    const rtpMs = median(window.map((arrival) => (arrival.rtp / clockRate) * 1000));
    return {
      knots: [{ rtpMs, shift: percentile(window.map(shiftOf), 0.1), slope: 0 }],
      fromMs: window[0]!.atMs, toMs: window.at(-1)!.atMs, delayMs: 0,
    };
  });
  const joined: Stretch[] = [];
  for (const stretch of stretches) {
    const before = joined.at(-1);
    if (before && Math.abs(before.knots.at(-1)!.shift - stretch.knots[0]!.shift) < trackStepMs) {
      before.knots.push(...stretch.knots);
      before.toMs = stretch.toMs;
    } else joined.push(stretch);
  }
  const toMs = joined.length > 0 ? clockOf(joined, clockRate) : (rtp: number) => (rtp / clockRate) * 1000;
  return { toMs, method: 'arrival', usedReports: 0, rejectedReports: 0 };
}

/** Whether packets arrive a believable while after the clock says they were made. */
function believable(clock: TrackClock, arrivals: readonly Arrival[]): boolean {
  const step = Math.max(1, Math.floor(arrivals.length / 200));
  const delays = arrivals.filter((_, index) => index % step === 0).map((arrival) => arrival.atMs - clock.toMs(arrival.rtp, arrival.atMs));
  if (delays.length === 0) return true;
  const typical = median(delays);
  return typical > -500 && typical < 5000;
}

/**
 * The clock of one stream. `points` are its Sender Reports, already on the server's clock; with fewer than four the nominal
 * rate and a median offset, with none (or with reports that contradict every arrival) the fastest arrivals.
 */
export function trackClock(clockRate: number, points: readonly ClockPoint[], arrivals: readonly Arrival[]): TrackClock {
  if (points.length === 0) return arrivalClock(arrivals, clockRate);
  const sorted = points.toSorted((one, other) => one.atMs - other.atMs)
    .map((point) => ({ ...point, rtpMs: (point.rtp / clockRate) * 1000, shift: point.ms - (point.rtp / clockRate) * 1000 }));
  const groups = stretchesOf(sorted.map((point) => point.shift), trackStepMs);
  const used = groups.reduce((sum, group) => sum + group.length, 0);
  const stretches = groups.map((group): Stretch => {
    const members = group.map((index) => sorted[index]!).toSorted((one, other) => one.rtpMs - other.rtpMs);
    const [fromMs, toMs] = [sorted[group[0]!]!.atMs, sorted[group.at(-1)!]!.atMs];
    const knots = knotsOf(members);
    const delays = arrivals.filter((arrival) => arrival.atMs >= fromMs && arrival.atMs <= toMs)
      .map((arrival) => arrival.atMs - (arrival.rtp / clockRate) * 1000 - shiftAt(knots, (arrival.rtp / clockRate) * 1000));
    return { knots, fromMs, toMs, delayMs: delays.length > 0 ? median(delays) : 0 };
  });
  const clock: TrackClock = {
    toMs: clockOf(stretches, clockRate), method: used < 4 ? 'median' : 'fit', usedReports: used, rejectedReports: points.length - used,
  };
  if (believable(clock, arrivals)) return clock;
  return { ...arrivalClock(arrivals, clockRate), rejectedReports: points.length };
}
