// Reads of one capture what a window needs: the window, sound and clocks around it, and the key frames its pictures start from.
import type { CaptureHeader } from '#runtime/capture-log.ts';
import { emptyCapture, joined, readInto, type ReadCapture } from './capture-reader.ts';
import type { Window } from './model.ts';
import { opusDurationMs } from './opus.ts';
import { findSegments, type CaptureSegments, type Segment } from './segments.ts';
import { parseVp8, type Vp8Payload } from './vp8.ts';

/** Sender Reports and arrivals are looked at for so long before a window, and behind it where they are there already. */
export const clockContextMs = { before: 60_000, behind: 15_000 } as const;
/** Sound on both sides of a window that whoever evens it may listen to. */
export const soundContextMs = 6000;

export interface Described { vp8: Vp8Payload | null; durationMs: number }

/** What is said of payloads; packets of which the same is said share one object. */
export function describer(): (payload: Buffer, header: CaptureHeader) => Described {
  const shared = new Map<string, Described>();
  const once = (key: string, described: Described): Described => {
    const known = shared.get(key) ?? described;
    shared.set(key, known);
    return known;
  };
  return (payload, header) => {
    if (header.kind === 'audio') {
      const durationMs = opusDurationMs(payload);
      return once(`sound ${durationMs}`, { vp8: null, durationMs });
    }
    const vp8 = parseVp8(payload);
    if (!vp8) return once('padding', { vp8, durationMs: 0 });
    // Of a packet inside a frame only the length of its head matters.
    return vp8.start ? { vp8, durationMs: 0 } : once(`inside ${vp8.headLength}`, { vp8, durationMs: 0 });
  };
}

/** A frame's time on the server's clock lies before its arrival by the way it took; a key frame this much before the window is safely before it. */
export const wayMs = 1000;

/** True when every layer that sends in the window, and at least one layer at all, has a key frame before it. */
function startsKnown(capture: ReadCapture<Described>, window: Window): boolean {
  if (capture.header.kind === 'audio') return true;
  const layers = [...capture.packets.values()];
  const hasKey = (packets: (typeof layers)[number]): boolean => packets.some(({ atMs, described }) => atMs < window.fromMs - wayMs && !!described.vp8?.keyFrame);
  const sends = (packets: (typeof layers)[number]): boolean => packets.some(({ atMs }) => atMs >= window.fromMs - wayMs && atMs < window.toMs);
  return layers.some(hasKey) && layers.every((packets) => !sends(packets) || hasKey(packets));
}

/** `end`: the last segment that was read, and where its last whole frame ends. */
export interface WindowRead { found: CaptureSegments; capture: ReadCapture<Described>; end: { index: number; offset: number } | null }

/** Segments with something the window is timed or shown by. */
export const wantedFor = (window: Window) => (segment: Segment): boolean =>
  segment.fromMs < window.toMs + clockContextMs.behind && segment.toMs > window.fromMs - clockContextMs.before;

/** Null when no header can be read; `capture` has no packets when the capture lies outside the window. */
export async function readWindow(path: string, window: Window, signal?: AbortSignal): Promise<WindowRead | null> {
  const found = await findSegments(path);
  if (!found) return null;
  const describe = describer();
  const chosen = found.segments.filter(wantedFor(window));
  let end: WindowRead['end'] = null;
  let capture = emptyCapture<Described>(found);
  for (const segment of chosen) {
    signal?.throwIfAborted();
    end = { index: segment.index, offset: await readInto(capture, segment, describe) };
  }
  let first = chosen[0]?.index ?? 0;
  while (first > 0 && !startsKnown(capture, window)) {
    signal?.throwIfAborted();
    first--;
    const earlier = emptyCapture<Described>(found);
    await readInto(earlier, found.segments[first]!, describe);
    capture = joined(earlier, capture);
  }
  return { found, capture, end };
}
