// One stream of a participant made ready for timing: arrivals and reports from common origins, and what can be read off them. Pure; times in ms.
import { binsOf, stepsOf, type Arrived, type Bin, type Cut } from './arrivals.ts';
import { driftOf } from './levels.ts';
import { toleranceOf, withoutStrays, type Pair } from './report-pairs.ts';

/** A Sender Report: `rtp` unwrapped in its stream, `ntpMs` on the participant's clock, `atMs` its arrival at the server. */
export interface Report { rtp: number; ntpMs: number; atMs: number }
export interface Arrival { rtp: number; atMs: number }
/** `items` in the order they were sent, at least one. */
export interface StreamInput { kind: 'audio' | 'video'; clockRate: number; items: readonly Arrival[]; reports: readonly Report[] }

/** RTP time and the sender's time, both from the participant's origins. */
export interface Paired { x: number; atMs: number; ntpMs: number }
export interface Stream { kind: 'audio' | 'video'; items: Arrived[]; bins: Bin[]; drift: number; candidates: Cut[]; reports: Paired[] }

export const rawPair = ({ x, atMs, ntpMs }: Paired): Pair => ({ atMs, u: ntpMs - x });

export function prepare(input: StreamInput, originMs: number, ntpOriginMs: number): Stream {
  const perMs = input.clockRate / 1000;
  const rtpOrigin = input.items[0]!.rtp;
  const items = input.items.map(({ rtp, atMs }) => ({ x: (rtp - rtpOrigin) / perMs, atMs: atMs - originMs }));
  const bins = binsOf(items);
  const drift = driftOf(bins);
  const reports = input.reports.map(({ rtp, ntpMs, atMs }) => ({ x: (rtp - rtpOrigin) / perMs, atMs: atMs - originMs, ntpMs: ntpMs - ntpOriginMs }))
    .sort((one, other) => one.atMs - other.atMs || one.x - other.x);
  return { kind: input.kind, items, bins, drift, candidates: stepsOf(items, bins, drift), reports };
}

/** So few tell less of a drift than arrivals do. */
const fewReports = 6;

/** Reports without drift and single strays, and how far apart chance puts them. */
export function pairsOf(stream: Stream): { pairs: Pair[]; tolerance: number; drift: number } {
  const raw = stream.reports.map(rawPair);
  const drift = raw.length < fewReports ? stream.drift : driftOf(raw.map(({ atMs, u }) => ({ atMs, shift: u })));
  const level = raw.map(({ atMs, u }) => ({ atMs, u: u - drift * atMs }));
  const tolerance = toleranceOf(level);
  return { pairs: withoutStrays(level, tolerance), tolerance, drift };
}

/** The lowest arrival minus RTP time around a moment; null where nothing arrived. */
export function envelopeAt(stream: Stream, atMs: number): number | null {
  const near = stream.bins.filter((bin) => Math.abs(bin.atMs - atMs) < 2000);
  return near.length === 0 ? null : Math.min(...near.map((bin) => bin.shift - stream.drift * (bin.atMs - atMs)));
}

/** How far arrivals lie behind a report: the way, and the offset between the two clocks. */
export interface Way { atMs: number; wayMs: number }

export const waysOf = (stream: Stream): Way[] => stream.reports.flatMap((report) => {
  const envelope = envelopeAt(stream, report.atMs);
  return envelope === null ? [] : [{ atMs: report.atMs, wayMs: envelope - rawPair(report).u }];
});
