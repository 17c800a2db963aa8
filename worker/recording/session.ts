// Reads a window of a session's recording: tracks timed on the server's clock, layouts, troubles, and what arrived.
import type { CaptureTrouble } from '#contracts/recording.ts';
import { recordingLayouts, type RecordingLayout } from '#domain/recording/layout.ts';
import { absences, droppedSpans } from './absences.ts';
import { lifeOf, type Life } from './life.ts';
import type { ClockState, InputCount, LayoutChoice, SessionMedia, RoomPlace, Window } from './model.ts';
import { readWindow, type WindowRead } from './read-window.ts';
import { capturesOf, findBoots, readTimeline, type BootTimeline, type CaptureFolder, type TimelineEntry } from './rooms.ts';
import { syncFigures } from './sync-figures.ts';
import { timeTracks } from './time-tracks.ts';
import { rawTrack, usable, type RawTrack, type Unusable } from './tracks.ts';

function layoutsIn(entries: readonly TimelineEntry[]): LayoutChoice[] {
  return entries.filter(({ type }) => type === 'recording:layout')
    .map(({ atMs, data }) => ({ atMs, layout: data?.['layout'] as RecordingLayout }))
    .filter(({ layout }) => recordingLayouts.includes(layout));
}

function troublesIn(entries: readonly TimelineEntry[]): SessionMedia['troubles'] {
  return entries.filter(({ type, data }) => type === 'capture:troubles' && Array.isArray(data?.['troubles']))
    .map(({ atMs, data }) => ({ atMs, troubles: data!['troubles'] as CaptureTrouble[] }));
}

interface Reading { raw: RawTrack[]; lives: Life[]; unusable: Unusable[]; inputs: InputCount[] }

/** What a window needs of one capture; null when no header can be read. */
export type ReadCaptureWindow = (path: string, window: Window, signal?: AbortSignal) => Promise<WindowRead | null>;

async function readCaptureInto(reading: Reading, boot: BootTimeline, folder: CaptureFolder, window: Window, find: () => Promise<WindowRead | null>): Promise<void> {
  const { producerId } = folder;
  const read = await find();
  if (!read) {
    reading.unusable.push({ producerId, reason: 'log_unreadable', span: null });
    return;
  }
  const { capture, found } = read;
  const life = await lifeOf(boot, producerId, found, capture.events);
  reading.lives.push(life);
  reading.unusable.push(...droppedSpans(capture).map((span): Unusable => ({ producerId, reason: 'capture_dropped', span })));
  if (!usable(capture.header)) {
    reading.unusable.push({ producerId, reason: 'codec_unsupported', span: { fromMs: life.openMs, toMs: life.closeMs } });
    return;
  }
  const track = rawTrack(folder, capture, life, window);
  reading.raw.push(track);
  if (track.received.received > 0) reading.inputs.push({ producerId, packets: track.received.received });
}

/**
 * Everything that shows or sounds in `window` (server time, ms) with `soundContextMs` of sound on both sides where there is any, and of each
 * picture the frames from the last key frame before the window on. `clocks` is what the window before answered; without it offsets are
 * taken from what is read. Memory and time follow the window's length, not the session's. `read` may keep what it read for the next window.
 */
export async function readSession(place: RoomPlace, window: Window, clocks: ClockState | null, signal?: AbortSignal, read: ReadCaptureWindow = readWindow): Promise<SessionMedia> {
  const reading: Reading = { raw: [], lives: [], unusable: [], inputs: [] };
  const entries: TimelineEntry[] = [];
  for (const boot of await findBoots(place)) {
    const timeline = await readTimeline(boot);
    entries.push(...timeline.entries);
    for (const folder of await capturesOf(boot)) await readCaptureInto(reading, timeline, folder, window, () => read(folder.path, window, signal));
  }
  entries.sort((one, other) => one.atMs - other.atMs);
  const timed = timeTracks(reading.raw, window, clocks);
  return {
    ...timed, unusable: [...reading.unusable, ...absences(reading.lives, window)], inputs: reading.inputs, sync: syncFigures(timed.tracks),
    layouts: layoutsIn(entries), troubles: troublesIn(entries),
  };
}
