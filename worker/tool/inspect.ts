// Reads a session's captures whole and says what is in them: tracks, layers, clocks, losses, damage, boots, gaps.
import { basename, dirname } from 'node:path';
import type { Gap } from '#contracts/recording.ts';
import type { CaptureHeader } from '#runtime/capture-log.ts';
import { absences, droppedSpans } from '../recording/absences.ts';
import { gapsOf } from '../recording/gaps.ts';
import { lifeOf, type Life } from '../recording/life.ts';
import type { SyncFigures, Window } from '../recording/model.ts';
import { readWindow } from '../recording/read-window.ts';
import { ended, lastSignMs, readTimeline, type BootTimeline, type TimelineEntry } from '../recording/rooms.ts';
import { findSegments, lastSigns } from '../recording/segments.ts';
import { percentile } from '../recording/statistics.ts';
import { syncFigures } from '../recording/sync-figures.ts';
import { timeTracks } from '../recording/time-tracks.ts';
import { rawTrack, usable, type RawTrack, type TimedStream, type Track, type Unusable } from '../recording/tracks.ts';
import type { FoundSession } from './capture-places.ts';

export interface ClockFit {
  method: 'fit' | 'few' | 'arrival'; reportsUsed: number; reportsRejected: number;
  /** How much faster than the person's clock the sound card or encoder counts. */
  driftPpm: number;
  /** Of the reports against the fitted clock, ms; null without reports. */
  residualMs: { p50: number; p95: number; max: number } | null;
  /** Where RTP time stood still or skipped. */
  steps: { atMs: number; byMs: number }[];
}
export interface LayerFacts { ssrc: number; producerSsrc: number | null; rid: string | null; packets: number; clock: ClockFit | null }
export interface TrackReport {
  producerId: string; personId: string; source: string; codec: string; roomId: string; nodeBoot: string;
  openMs: number; closeMs: number; closeReason: string | null; paused: Window[]; segments: number; unsealed: number; damagedBytes: number;
  packets: number; lost: number; recovered: number; layers: LayerFacts[];
}
export interface BootReport { roomId: string; nodeBoot: string; firstMs: number | null; lastMs: number | null; flushedUntilMs: number | null; ended: boolean; unreadableLines: number }
/** Times are server time in ms, those of `gaps` are counted from `fromMs`. */
export interface Inspection {
  folder: string; lessonId: string | null; sessionId: string; fromMs: number; toMs: number; boots: BootReport[]; tracks: TrackReport[];
  /** Captures of which no header can be read. */
  unreadable: string[];
  gaps: Gap[]; sync: SyncFigures; layouts: { atMs: number; layout: unknown }[]; troubles: { atMs: number; troubles: unknown }[];
}

interface Reading { header: CaptureHeader; life: Life; raw: RawTrack | null; report: Omit<TrackReport, 'layers'>; packetsOf: Map<number, number>; unusable: Unusable[] }

/** From the first capture's beginning to the last sign of any. Null where no header can be read. */
async function windowOf(captures: readonly string[]): Promise<Window | null> {
  const window: Window = { fromMs: Infinity, toMs: -Infinity };
  for (const path of captures) {
    const found = await findSegments(path);
    if (!found) continue;
    window.fromMs = Math.min(window.fromMs, found.header.startWallMs);
    window.toMs = Math.max(window.toMs, (await lastSigns(found)).frameMs);
  }
  return window.toMs >= window.fromMs ? { ...window, toMs: window.toMs + 1 } : null;
}

async function readCapture(path: string, boot: BootTimeline, window: Window): Promise<Reading | null> {
  const read = await readWindow(path, window);
  if (!read) return null;
  const { capture, found } = read;
  const { header, files, damagedBytes } = capture;
  const producerId = basename(path);
  const life = await lifeOf(boot, producerId, found, capture.events);
  const raw = usable(header) ? rawTrack({ path, roomId: boot.roomId, nodeBoot: boot.nodeBoot, producerId }, capture, life, window) : null;
  const packetsOf = new Map([...capture.packets].map(([ssrc, packets]) => [ssrc, packets.length]));
  const packets = [...packetsOf.values()].reduce((sum, count) => sum + count, 0);
  const unusable = droppedSpans(capture).map((span): Unusable => ({ producerId, reason: 'capture_dropped', span }));
  if (!raw) unusable.push({ producerId, reason: 'codec_unsupported', span: { fromMs: life.openMs, toMs: life.closeMs } });
  return {
    header, life, raw, packetsOf, unusable,
    report: {
      producerId, personId: header.peerId, source: header.source, codec: header.mimeType, roomId: boot.roomId, nodeBoot: boot.nodeBoot,
      openMs: life.openMs, closeMs: life.closeMs, closeReason: life.closeReason, paused: life.paused, segments: files.length,
      unsealed: files.filter((file) => file.endsWith('.part')).length, damagedBytes, packets, lost: raw?.received.lost ?? 0, recovered: raw?.received.recovered ?? 0,
    },
  };
}

function clockFit({ clock, reports }: TimedStream<unknown>): ClockFit {
  // The reader's slope is what has to be taken from RTP time: the other way round.
  const residuals = reports.map(({ residualMs }) => Math.abs(residualMs));
  return {
    method: clock.method, reportsUsed: clock.usedReports, reportsRejected: clock.rejectedReports, driftPpm: -clock.driftPpm, steps: clock.steps,
    residualMs: residuals.length === 0 ? null : { p50: percentile(residuals, 0.5), p95: percentile(residuals, 0.95), max: Math.max(...residuals) },
  };
}

/** Streams stand in the order of the layers that sent something decodable; where some layer sent nothing such, none is guessed. */
function layersOf({ header, packetsOf }: Reading, track: Track | undefined): LayerFacts[] {
  const sending = header.encodings.filter(({ ssrc }) => packetsOf.has(ssrc));
  const streams: readonly TimedStream<unknown>[] = track?.streams ?? [];
  return header.encodings.map((encoding) => {
    const stream = streams.length === sending.length ? streams[sending.indexOf(encoding)] : undefined;
    const { ssrc, producerSsrc, rid } = encoding;
    return { ssrc, producerSsrc: producerSsrc ?? null, rid: rid ?? null, packets: packetsOf.get(ssrc) ?? 0, clock: stream ? clockFit(stream) : null };
  });
}

function bootReport(boot: BootTimeline): BootReport {
  const { roomId, nodeBoot, entries, unreadableLines } = boot;
  const flushed = entries.findLast(({ type }) => type === 'capture:flushed')?.data?.['untilMs'];
  const [first] = entries;
  return {
    roomId, nodeBoot, firstMs: first?.atMs ?? null, lastMs: first ? lastSignMs(entries) : null, flushedUntilMs: typeof flushed === 'number' ? flushed : null,
    ended: ended(entries), unreadableLines,
  };
}

/** Throws nothing on damage: it is counted. An answer without tracks has only captures without a readable header. */
export async function inspectSession({ path: folder, boots: places, captures }: FoundSession): Promise<Inspection> {
  const boots: BootTimeline[] = [];
  for (const place of places) boots.push(await readTimeline(place));
  const entries = boots.flatMap((boot): TimelineEntry[] => boot.entries).sort((one, other) => one.atMs - other.atMs);
  const window = await windowOf(captures) ?? { fromMs: 0, toMs: 0 };
  const readings: Reading[] = [];
  const unreadable: string[] = [];
  for (const path of captures) {
    const reading = await readCapture(path, boots.find((boot) => boot.path === dirname(path))!, window);
    if (reading) readings.push(reading);
    else unreadable.push(basename(path));
  }
  const { tracks } = timeTracks(readings.flatMap(({ raw }) => (raw ? [raw] : [])), window, null);
  const missing = [...readings.flatMap(({ unusable }) => unusable), ...absences(readings.map(({ life }) => life), window)];
  const noted = (type: string, key: string) => entries.filter((entry) => entry.type === type).map(({ atMs, data }) => ({ atMs, said: data?.[key] }));
  return {
    folder, sessionId: basename(folder), lessonId: readings[0]?.header.lessonId ?? null, ...window, boots: boots.map(bootReport), unreadable,
    // The same producer may be in two boots; a track and its capture share their list of files.
    tracks: readings.map((reading) => ({ ...reading.report, layers: layersOf(reading, tracks.find(({ files }) => files === reading.raw?.files)) })),
    gaps: gapsOf(tracks, missing, window.fromMs, window.toMs), sync: syncFigures(tracks),
    layouts: noted('recording:layout', 'layout').map(({ atMs, said }) => ({ atMs, layout: said })),
    troubles: noted('capture:troubles', 'troubles').map(({ atMs, said }) => ({ atMs, troubles: said })),
  };
}
