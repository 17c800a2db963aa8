// Reads captures as they grow: what was read for one window is kept for the next, and only what came since is read of the files.
import type { ReadCapture, LoggedPacket } from '../recording/capture-reader.ts';
import { readInto } from '../recording/capture-reader.ts';
import type { Window } from '../recording/model.ts';
import { clockContextMs, describer, readWindow, wantedFor, wayMs, type Described, type WindowRead } from '../recording/read-window.ts';
import { findSegments, type CaptureSegments } from '../recording/segments.ts';
import type { ReadCaptureWindow } from '../recording/session.ts';

interface Kept { fromMs: number; capture: ReadCapture<Described>; end: WindowRead['end']; describe: ReturnType<typeof describer> }

/** What a window, or any behind it, may still need of one stream: the context of its clock, and the key frame its first picture starts from. */
function stillNeeded(packets: readonly LoggedPacket<Described>[], video: boolean, window: Window): LoggedPacket<Described>[] {
  const context = packets.findIndex(({ atMs }) => atMs >= window.fromMs - clockContextMs.before);
  const inContext = context < 0 ? packets.length : context;
  if (!video) return packets.slice(inContext);
  const key = packets.findLastIndex(({ atMs, described }) => atMs < window.fromMs - wayMs && !!described.vp8?.keyFrame);
  return packets.slice(key < 0 ? 0 : Math.min(key, inContext));
}

function trim(capture: ReadCapture<Described>, window: Window): void {
  const video = capture.header.kind === 'video';
  for (const [ssrc, packets] of capture.packets) capture.packets.set(ssrc, stillNeeded(packets, video, window));
  capture.reports = capture.reports.filter(({ atMs }) => atMs >= window.fromMs - clockContextMs.before);
}

export class TailReader {
  readonly #kept = new Map<string, Kept>();

  /** As `readWindow`; windows are asked for in order, an earlier one than before is read anew. */
  readonly read: ReadCaptureWindow = async (path, window, signal) => {
    const kept = this.#kept.get(path);
    if (!kept || window.fromMs < kept.fromMs) return this.#anew(path, window, signal);
    const found = await findSegments(path);
    if (!found) return null;
    await this.#follow(kept, found, window, signal);
    trim(kept.capture, window);
    kept.fromMs = window.fromMs;
    return { found, capture: kept.capture, end: kept.end };
  };

  async #anew(path: string, window: Window, signal?: AbortSignal): Promise<WindowRead | null> {
    const read = await readWindow(path, window, signal);
    // What lies outside the window entirely is looked at again: its files were not read.
    if (read?.end) this.#kept.set(path, { fromMs: window.fromMs, capture: read.capture, end: read.end, describe: describer() });
    return read;
  }

  async #follow(kept: Kept, found: CaptureSegments, window: Window, signal?: AbortSignal): Promise<void> {
    // A file that was sealed since has another name.
    kept.capture.files = found.segments.map(({ path }) => path);
    const { index: last, offset } = kept.end!;
    for (const segment of found.segments.filter(wantedFor(window))) {
      if (segment.index < last) continue;
      signal?.throwIfAborted();
      kept.end = { index: segment.index, offset: await readInto(kept.capture, segment, kept.describe, segment.index === last ? offset : 0) };
    }
  }
}
