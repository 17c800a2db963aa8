// The life of each capture from the room's timeline, which a reader of one window would not find in the few segments it reads.
import type { Source } from '#domain/media.ts';
import { lastSigns, type CaptureSegments } from './segments.ts';
import { ended, lastSignMs, type BootTimeline } from './rooms.ts';
import type { Span } from './spans.ts';
import type { CaptureLife } from './tracks.ts';

export interface Note { type: string; atMs: number; data?: Record<string, unknown> }

/** Notes of the timeline about one producer, named as the events in its capture. */
const producerNotes = (boot: BootTimeline, producerId: string): Note[] =>
  boot.entries.filter(({ type, data }) => type.startsWith('producer:') && data?.['producerId'] === producerId)
    .map((entry) => ({ ...entry, type: entry.type.slice('producer:'.length) }));

/** Spans between `paused` (or opened paused) and `resumed`; the same thing noted twice counts once. */
export function pausedSpans(notes: readonly Note[], closeMs: number): Span[] {
  const spans: Span[] = [];
  let since: number | null = null;
  for (const note of notes.toSorted((one, other) => one.atMs - other.atMs)) {
    if (note.type === 'paused' || (note.type === 'opened' && note.data?.['paused'] === true)) since ??= note.atMs;
    if (note.type !== 'resumed' || since === null) continue;
    spans.push({ fromMs: since, toMs: note.atMs });
    since = null;
  }
  if (since !== null && since < closeMs) spans.push({ fromMs: since, toMs: closeMs });
  return spans;
}

/** What an absence is judged by, whatever window is read. */
export interface Life extends CaptureLife { producerId: string; peerId: string; source: Source; lastPacketMs: number | null }

/**
 * `events` are those in the segments that were read. A capture that was never closed lasts as long as its boot is known to have lived,
 * so that a screen that stands still is held; behind a kill that is its last line or packet.
 */
export async function lifeOf(boot: BootTimeline, producerId: string, found: CaptureSegments, events: readonly Note[]): Promise<Life> {
  const notes = [...producerNotes(boot, producerId), ...events];
  const closed = notes.find(({ type }) => type === 'closed');
  const reason = closed?.data?.['reason'];
  const { frameMs, packetMs } = await lastSigns(found);
  const closeMs = closed?.atMs ?? Math.max(frameMs, ended(boot.entries) ? -Infinity : lastSignMs(boot.entries));
  const { peerId, source, startWallMs: openMs } = found.header;
  return { producerId, peerId, source, openMs, closeMs, closeReason: typeof reason === 'string' ? reason : null, paused: pausedSpans(notes, closeMs), lastPacketMs: packetMs };
}
