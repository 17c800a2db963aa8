// Which steps of a participant's clocks are real: of its own clock (all streams' reports, no arrivals), or of one stream's RTP time. Pure; times in ms.
import { riseBetween, type Cut } from './arrivals.ts';
import { judge, movedBetween, type Pair, type Unexplained } from './report-pairs.ts';
import { pairsOf, rawPair, type Stream } from './stream.ts';

/** Reports of a sibling this close say whether the sender's own clock made a step. */
const siblingMs = 15_000;
const mostSettings = 8;
/** Arrivals alone are believed when they stay raised for so long. */
const lastingMs = 1500;
const jumpMs = 500;

/** A step of the sender's own clock: all its reports from `atMs` on are `byMs` later. */
export interface Setting { atMs: number; byMs: number }

/** A step that arrivals deny and the siblings' reports share is the sender's clock being set; alone, it must hold for two reports on both sides. */
function isSetting(step: Unexplained, pairs: readonly Pair[], siblings: readonly Pair[][]): boolean {
  const moved = siblings.map((others) => movedBetween(others, step.fromMs, step.toMs, siblingMs)).filter((by) => by !== null);
  const agree = moved.filter((by) => Math.abs(by - step.byMs) < Math.abs(step.byMs) / 3).length;
  if (moved.length > 0) return agree * 2 > moved.length;
  return pairs.filter(({ atMs }) => atMs <= step.fromMs).length >= 2 && pairs.filter(({ atMs }) => atMs >= step.toMs).length >= 2;
}

/** Takes steps of the sender's clock out of all its reports; answers them. The stream with most reports knows best when. */
export function settle(streams: readonly Stream[]): Setting[] {
  const settings: Setting[] = [];
  const byReports = streams.toSorted((one, other) => other.reports.length - one.reports.length);
  while (settings.length < mostSettings) {
    const all = byReports.map((stream) => ({ stream, ...pairsOf(stream) }));
    const found = all.flatMap(({ stream, pairs, tolerance }) => judge(pairs, stream.candidates, stream.items, stream.drift, tolerance).unexplained
      .filter((step) => isSetting(step, pairs, all.filter((other) => other.stream !== stream).map((other) => other.pairs))))[0];
    if (!found) break;
    for (const stream of streams) {
      for (const report of stream.reports) {
        // Of reports between the two that tell of it, each goes to the side it fits.
        const before = stream.reports.findLast(({ atMs }) => atMs <= found.fromMs);
        const between = report.atMs > found.fromMs && report.atMs < found.toMs;
        const moved = before ? rawPair(report).u - rawPair(before).u : found.byMs;
        if (report.atMs >= found.toMs || (between && Math.abs(moved - found.byMs) < Math.abs(moved))) report.ntpMs -= found.byMs;
      }
    }
    settings.push({ atMs: found.toMs, byMs: found.byMs });
  }
  return settings;
}

/** A report this close to a step may have been sent on its other side. */
const besideMs = 300;

/** Steps no report of the stream can judge: a queue raises the siblings' arrivals too, and alone only what is large counts. */
function unjudgedCuts(stream: Stream, pairs: readonly Pair[], judged: readonly Cut[], siblings: readonly Stream[]): Cut[] {
  const [first, last] = [(pairs[0]?.atMs ?? Infinity) + besideMs, (pairs.at(-1)?.atMs ?? -Infinity) - besideMs];
  const outside = stream.candidates.filter(({ atMs, item }) => (atMs < first || atMs > last) && !judged.some((cut) => cut.item === item));
  const [startMs, endMs] = [stream.items[0]!.atMs, stream.items.at(-1)!.atMs];
  return outside.filter((cut, index) => {
    const size = Math.abs(cut.byMs);
    const [one, other] = [stream.items[cut.item - 1]!, stream.items[cut.item]!];
    // A clock jumps from one packet to the next; a burst that was held up comes down packet by packet.
    const jump = size >= jumpMs && Math.abs(other.atMs - other.x - one.atMs + one.x) >= size / 2;
    if (Math.min(cut.atMs - startMs, endMs - cut.atMs) < lastingMs && !jump) return false;
    const lasts = riseBetween(stream.items, stream.drift, cut.atMs - 100, cut.atMs + 100);
    if (lasts === null ? !jump : Math.abs(lasts - cut.byMs) > size / 2) return false;
    const back = [outside[index - 1], outside[index + 1]].some((other) => other && Math.abs(other.byMs + cut.byMs) < Math.max(10, size / 4));
    const rises = siblings.map((other) => riseBetween(other.items, other.drift, cut.atMs - 100, cut.atMs + 100)).filter((rise) => rise !== null);
    if (rises.length > 0) return size >= 20 && !rises.some((rise) => Math.abs(rise - cut.byMs) < size / 2);
    return jump || (size >= 60 && !back);
  });
}

/** Where RTP time of the stream stepped, in order: as reports and arrivals together say, beyond all reports as arrivals say. */
export function cutsOf(stream: Stream, streams: readonly Stream[]): Cut[] {
  const { pairs, tolerance } = pairsOf(stream);
  const judged = judge(pairs, stream.candidates, stream.items, stream.drift, tolerance).cuts;
  const others = streams.filter((other) => other.kind !== stream.kind);
  return [...judged, ...unjudgedCuts(stream, pairs, judged, others)].sort((one, other) => one.item - other.item)
    .filter((cut, index, all) => cut.item > 0 && cut.item !== all[index - 1]?.item);
}
