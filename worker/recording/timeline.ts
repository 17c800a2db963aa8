// When things happened, on the server's clock: from RTP times, Sender Reports and arrivals of one participant. Pure; all times in milliseconds.
//
// Three clocks: RTP time of each stream (a sound card's or an encoder's: drifts, stands still when the device loses sound or a call interrupts),
// the participant's wall clock in the reports (may be years off, drift, be set), and the server's. Reports tie the first to the second without
// the network's help; the fastest of them tie the second to the third, once for all streams of the participant, so that its sound and picture
// stay together. Steps are found in arrivals, to the packet, and judged by reports.
import type { Cut } from './arrivals.ts';
import { cutsOf, settle, type Setting } from './clock-steps.ts';
import type { Window } from './model.ts';
import { offsetOf, type Offset } from './participant-clock.ts';
import { median, percentile } from './statistics.ts';
import { pairsOf, prepare, rawPair, waysOf, type Stream, type StreamInput, type Way } from './stream.ts';
import { fitLines, type Lines, type Point, type Prior } from './stream-fit.ts';

/** `fit`: at least four reports; `few`: fewer; `arrival`: none that could be used. */
export interface StreamClock {
  method: 'fit' | 'few' | 'arrival'; usedReports: number; rejectedReports: number;
  /** Of RTP time against the participant's clock (against the server's without reports). */
  driftPpm: number;
  /** Where RTP time stood still (positive) or skipped, by arrival. */
  steps: { atMs: number; byMs: number }[];
}
export interface StreamTimes {
  /** Of each item, on the server's clock. */
  ms: number[];
  clock: StreamClock; reports: { ms: number; residualMs: number }[];
}

const ntpUnixDifferenceS = 2_208_988_800;
/** NTP time of a Sender Report as Unix milliseconds. */
export const ntpToMs = (ntpSec: number, ntpFrac: number): number => (ntpSec - ntpUnixDifferenceS) * 1000 + (ntpFrac / 2 ** 32) * 1000;

/** Reports that put packets farther from their arrival speak of something else. */
const leastWayMs = -500;
const mostWayMs = 5000;
/** Sound arrives later behind its reports than pictures do by half a packet: 0 or 10 ms from run to run, measured with Chromium. */
const soundLaterMs = 5;
/** What arrivals tell of a stretch without reports is off by so much. */
const arrivalDeviation = 12;

/** Reports of a stream by which its arrivals can be compared with those of others. */
const nearbyWays = 12;

interface Timed { stream: Stream; cuts: Cut[]; edges: number[]; ways: Way[] }

/** The stretch of the item, or the moment, `at`; `edges` are where stretches but the first begin. */
function stretchAt(edges: readonly number[], at: number): number {
  let stretch = 0;
  while (stretch < edges.length && edges[stretch]! <= at) stretch++;
  return stretch;
}

/** Middle and level of the arrivals of a stretch. */
function arrivalPoint({ stream, edges }: Timed, stretch: number): { x: number; atMs: number; shift: number } {
  const [first, end] = [stretch === 0 ? 0 : edges[stretch - 1]!, edges[stretch] ?? stream.items.length];
  const atMs = (stream.items[first]!.atMs + stream.items[end - 1]!.atMs) / 2;
  const bins = stream.bins.filter((bin) => bin.first >= first && bin.end <= end).map((bin) => bin.shift - stream.drift * (bin.atMs - atMs));
  const shift = percentile(bins.length > 0 ? bins : stream.items.slice(first, end).map((item) => item.atMs - item.x), 0.2);
  return { x: atMs - shift, atMs, shift };
}

/** How far the stream's arrivals lie behind the participant's clock about `atMs`: by its own reports, or as its siblings' do. Null without any. */
function wayAt(timed: Timed, all: readonly Timed[], atMs: number): number | null {
  const near = (ways: readonly Way[]): number => median(ways.toSorted((one, other) => Math.abs(one.atMs - atMs) - Math.abs(other.atMs - atMs)).slice(0, nearbyWays).map(({ wayMs }) => wayMs));
  const of = (kind: Stream['kind']): Way[] => all.filter(({ stream }) => stream.kind === kind).flatMap(({ ways }) => ways);
  const { kind } = timed.stream;
  const others = of(kind === 'audio' ? 'video' : 'audio');
  if (timed.ways.length >= 2) return near(timed.ways);
  if (others.length >= 2) return near(others) + (kind === 'audio' ? soundLaterMs : -soundLaterMs);
  const same = of(kind);
  return same.length > 0 ? near(same) : others.length > 0 ? near(others) : null;
}

/** Over less than this, jitter says more than drift. */
const steadyMs = 40_000;

function priorOf(stream: Stream): Prior {
  const spanMs = stream.items.at(-1)!.atMs - stream.items[0]!.atMs;
  return spanMs < steadyMs ? { slope: 0, deviation: 150e-6 } : { slope: pairsOf(stream).drift, deviation: 60e-6 };
}

/** RTP time to the participant's clock, for each stretch. Without reports of anybody the server's clock is the participant's. */
function linesOf(timed: Timed, all: readonly Timed[]): Lines {
  const { stream, cuts } = timed;
  const { tolerance } = pairsOf(stream);
  const points = stream.reports.map((report): Point =>
    ({ x: report.x, u: rawPair(report).u, stretch: stretchAt(cuts.map(({ atMs }) => atMs), report.atMs), deviation: Math.max(1, tolerance / 4) }));
  const prior = priorOf(stream);
  const stretches = Array.from({ length: cuts.length + 1 }, (_, stretch) => {
    const middle = arrivalPoint(timed, stretch);
    return { x: middle.x, u: middle.shift - (wayAt(timed, all, middle.atMs) ?? 0), stretch, deviation: arrivalDeviation };
  });
  const told = (stretch: number): number => points.filter((point) => point.stretch === stretch).length;
  const helped = [...points, ...stretches.filter(({ stretch }) => told(stretch) < 2)];
  const lines = fitLines(helped, stretches.map(({ x, u }) => u - prior.slope * x), prior, Math.max(2 * tolerance, 8));
  return { ...lines, weights: lines.weights.slice(0, points.length) };
}

/** Streams whose reports put their packets near their arrivals; others lose them. */
function believed(streams: readonly Stream[], offsetMs: number): Stream[] {
  return streams.map((stream) => {
    const ways = waysOf(stream).map(({ wayMs }) => wayMs - offsetMs);
    const typical = ways.length > 0 ? median(ways) : 0;
    return typical > leastWayMs && typical < mostWayMs ? stream : { ...stream, reports: [] };
  });
}

const movedBy = (settings: readonly Setting[], atMs: number): number => settings.filter((setting) => setting.atMs <= atMs).reduce((sum, { byMs }) => sum + byMs, 0);

/** What came of one participant, timed; `offset` is for the next window, null when there were no reports. */
export interface TimedParticipant { streams: StreamTimes[]; offset: Offset | null }

/**
 * Times all streams of one participant. `window` is the one whose offset the next window goes on from, `before` what the window before
 * answered. The same whatever the order of the reports.
 */
export function timeParticipant(inputs: readonly StreamInput[], window: Window, before: Offset | null): TimedParticipant {
  const originMs = Math.min(...inputs.map(({ items }) => items[0]!.atMs));
  const ntpOriginMs = Math.min(...inputs.flatMap(({ reports }) => reports.map(({ ntpMs }) => ntpMs)), Infinity);
  const streams = inputs.map((input) => prepare(input, originMs, ntpOriginMs));
  const settings = settle(streams);
  const sent = streams.flatMap(({ reports }) => reports);
  const moved = (ms: number): number => movedBy(settings, ms - originMs) + ntpOriginMs - originMs;
  const offset = offsetOf(sent, window.toMs - originMs, before && { offsetMs: before.offsetMs + moved(window.fromMs), atMs: before.atMs - originMs });
  const trusted = believed(streams, offset?.at(window.toMs - originMs) ?? 0);
  const all = trusted.map((stream): Timed => {
    const cuts = cutsOf(stream, trusted);
    return { stream, cuts, edges: cuts.map(({ item }) => item), ways: waysOf(stream) };
  });
  const next = offset && { offsetMs: offset.next.offsetMs - moved(window.toMs), atMs: window.toMs };
  return {
    offset: next,
    streams: all.map((timed, index) => timesOf(timed, linesOf(timed, all), streams[index]!.reports.length, originMs, offset?.at ?? (() => 0))),
  };
}

function timesOf({ stream, cuts, edges }: Timed, lines: Lines, reports: number, originMs: number, offset: (ms: number) => number): StreamTimes {
  const onServer = (x: number, stretch: number, atMs: number): number => originMs + x + lines.levels[stretch]! + lines.slope * x + offset(atMs);
  let stretch = 0;
  const ms = stream.items.map(({ x, atMs }, index) => {
    while (stretch < edges.length && edges[stretch]! <= index) stretch++;
    return onServer(x, stretch, atMs);
  });
  const used = lines.weights.filter((weight) => weight > 0).length;
  const moments = cuts.map(({ atMs }) => atMs);
  return {
    ms,
    clock: {
      method: used === 0 ? 'arrival' : used < 4 ? 'few' : 'fit', usedReports: used, rejectedReports: reports - used, driftPpm: lines.slope * 1e6,
      steps: cuts.map(({ atMs }, index) => ({ atMs: atMs + originMs, byMs: lines.levels[index + 1]! - lines.levels[index]! })),
    },
    reports: stream.reports.map(({ x, atMs, ntpMs }) => {
      const said = originMs + ntpMs + offset(atMs);
      return { ms: said, residualMs: onServer(x, stretchAt(moments, atMs), atMs) - said };
    }),
  };
}
