// Which frames of a video track are shown when: the best layer at every instant, in pieces of one layer and one size.
import type { TimedFrame, VideoTrack } from './tracks.ts';

/** A stretch on the server's clock showing frames `first`..`last` of one layer; the last of them is held to its end. */
export interface Piece {
  track: VideoTrack; layer: number; width: number; height: number; fromMs: number; toMs: number; first: number; last: number;
}
interface Run { layer: number; first: number; last: number }

/** A layer that delivers nothing for longer has a hole; a lower one fills it. */
const holeMs = 500;
/** So long a hole is seen as a standing picture already; one of them is filled every so often, for each filling is one more picture to open. */
const shortHoleMs = 200;
const betweenShortFillsMs = 2000;
/** A lower layer is not worth switching to for less. */
const shortestFillMs = 80;
/** A camera that delivers nothing for longer is taken out of the picture; its last frame is held so long. */
export const cameraHoldMs = 2000;

/** Cameras move all the time; screens and documents may rightly stand still. */
const stands = (track: VideoTrack): boolean => track.source !== 'camera';

/** Index of the first frame at or after `ms`. */
export function firstFrom(frames: readonly TimedFrame[], ms: number): number {
  let low = 0;
  let high = frames.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle]!.ms < ms) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The key frame a decoder must start at to show frame `index`. */
export function keyBefore(frames: readonly TimedFrame[], index: number): number {
  while (index > 0 && !frames[index]!.key) index--;
  return index;
}

/** Frames of `layer` within [fromMs, toMs), and of the layers below where it has holes. */
function bestRuns(track: VideoTrack, layer: number, fromMs: number, toMs: number): Run[] {
  const frames = track.streams[layer]?.items ?? [];
  const start = firstFrom(frames, fromMs);
  const end = firstFrom(frames, toMs);
  let shortFillMs = -Infinity;
  const fill = (afterMs: number, beforeMs: number): Run[] => {
    const long = beforeMs - afterMs > holeMs;
    const short = beforeMs - afterMs > shortHoleMs && afterMs - shortFillMs >= betweenShortFillsMs;
    if (layer === 0 || (!long && !short)) return [];
    const filled = bestRuns(track, layer - 1, afterMs, beforeMs).filter((run) => longEnough(track, run, afterMs, beforeMs));
    // Where the layers below had nothing either no picture is opened: the next hole may be filled.
    if (!long && filled.length > 0) shortFillMs = beforeMs;
    return filled;
  };
  const runs: Run[] = [];
  let shownMs = fromMs;
  for (let index = start; index < end; index++) {
    // A frame's own time belongs to it: what fills a hole begins after it.
    const filled = fill(index === start ? fromMs : shownMs + 1, frames[index]!.ms);
    const current = runs.at(-1);
    if (filled.length === 0 && current?.layer === layer) current.last = index;
    else runs.push(...filled, { layer, first: index, last: index });
    shownMs = frames[index]!.ms;
  }
  runs.push(...fill(start === end ? fromMs : shownMs + 1, toMs));
  return runs;
}

function longEnough(track: VideoTrack, run: Run, afterMs: number, beforeMs: number): boolean {
  const frames = track.streams[run.layer]!.items;
  const [first, last] = [Math.max(afterMs, frames[run.first]!.ms), Math.min(beforeMs, frames[run.last]!.ms)];
  return last - first >= shortestFillMs;
}

/** Splits a run where the picture's size changes, and a camera's also where it stood still too long. */
function splitRun(track: VideoTrack, run: Run): Run[] {
  const frames = track.streams[run.layer]!.items;
  const parts: Run[] = [{ ...run, last: run.first }];
  for (let index = run.first + 1; index <= run.last; index++) {
    const [before, frame] = [frames[index - 1]!, frames[index]!];
    const resized = before.width !== frame.width || before.height !== frame.height;
    if (resized || (!stands(track) && frame.ms - before.ms > cameraHoldMs)) parts.push({ ...run, first: index, last: index });
    else parts.at(-1)!.last = index;
  }
  return parts;
}

/** Cuts the paused spans out; behind a pause the piece goes on. */
function withoutPauses(piece: Piece): Piece[] {
  return piece.track.paused.reduce<Piece[]>((parts, pause) => parts.flatMap((part) => {
    if (pause.toMs <= part.fromMs || pause.fromMs >= part.toMs) return [part];
    return [{ ...part, toMs: pause.fromMs }, { ...part, fromMs: pause.toMs }].filter((rest) => rest.toMs > rest.fromMs);
  }), [piece]);
}

/** The pieces of a track in order, without overlap. */
export function piecesOf(track: VideoTrack): Piece[] {
  const runs = bestRuns(track, track.streams.length - 1, -Infinity, Infinity).flatMap((run) => splitRun(track, run));
  return runs.flatMap((run, index) => {
    const frames = track.streams[run.layer]!.items;
    const next = runs[index + 1];
    const nextMs = next ? track.streams[next.layer]!.items[next.first]!.ms : Infinity;
    const lastMs = frames[run.last]!.ms;
    const ownEnd = stands(track) ? track.closeMs : Math.min(lastMs + cameraHoldMs, track.closeMs);
    const toMs = Math.min(nextMs, Math.max(ownEnd, lastMs + 1));
    const { width, height, ms: fromMs } = frames[run.first]!;
    return withoutPauses({ track, layer: run.layer, width, height, fromMs, toMs, first: run.first, last: run.last }).filter((piece) => piece.toMs > piece.fromMs);
  });
}

/** Where a track should have shown something new and could not, because it was lost on the way. */
export function pictureLosses(track: VideoTrack): { fromMs: number; toMs: number }[] {
  const runs = bestRuns(track, track.streams.length - 1, -Infinity, Infinity);
  const shown = runs.flatMap((run) => track.streams[run.layer]!.items.slice(run.first, run.last + 1).map((frame) => ({ frame, layer: run.layer })));
  return shown.flatMap(({ frame, layer }, index) => {
    const before = shown[index - 1];
    if (!before || frame.ms - before.frame.ms <= shortHoleMs) return [];
    return frame.afterLoss || before.layer !== layer ? [{ fromMs: before.frame.ms, toMs: frame.ms }] : [];
  });
}
