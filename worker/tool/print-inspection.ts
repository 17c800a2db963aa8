// An inspection as lines for a terminal.
import type { Inspection, LayerFacts, TrackReport } from './inspect.ts';
import type { LessonRows } from './rows.ts';

const clock = (ms: number | null): string => (ms === null || !Number.isFinite(ms) ? '-' : new Date(ms).toISOString().slice(11, 23));
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const one = (value: number): string => String(Math.round(value * 10) / 10);
const within = (ms: number): string => {
  const whole = Math.floor(ms / 1000);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}.${String(Math.floor(ms % 1000)).padStart(3, '0')}`;
};

function layerLines({ ssrc, producerSsrc, rid, packets, clock: fit }: LayerFacts): string[] {
  const head = `    ssrc ${ssrc}${producerSsrc === null ? '' : ` (sender ${producerSsrc})`}${rid === null ? '' : ` rid ${rid}`}: ${packets} packets`;
  if (!fit) return [`${head}, not timed`];
  const { method, reportsUsed, reportsRejected, residualMs, driftPpm, steps } = fit;
  const residual = residualMs ? `, residual ${one(residualMs.p50)}/${one(residualMs.p95)}/${one(residualMs.max)} ms (p50/p95/max)` : '';
  return [
    `${head}, clock ${method}: ${reportsUsed} reports used, ${reportsRejected} rejected${residual}, drift ${one(driftPpm)} ppm`,
    ...steps.map(({ atMs, byMs }) => `      step of ${one(byMs)} ms at ${clock(atMs)}`),
  ];
}

function trackLines(track: TrackReport): string[] {
  const { producerId, personId, source, codec, openMs, closeMs, closeReason, paused, segments, unsealed, damagedBytes, packets, lost, recovered, layers } = track;
  return [
    `  ${source} ${producerId} of ${personId}, ${codec}, boot ${track.nodeBoot}`,
    `    ${clock(openMs)} to ${clock(closeMs)} (${closeReason ?? 'not closed'}), ${packets} packets, ${lost} lost, ${recovered} recovered, `
      + `${segments} segments${unsealed > 0 ? ` (${unsealed} not sealed)` : ''}${damagedBytes > 0 ? `, ${damagedBytes} bytes damaged` : ''}`,
    ...paused.map(({ fromMs, toMs }) => `    paused ${clock(fromMs)} to ${clock(toMs)}`),
    ...layers.flatMap(layerLines),
  ];
}

export function inspectionLines(found: Inspection): string[] {
  const { folder, lessonId, sessionId, fromMs, toMs, boots, tracks, unreadable, gaps, sync, layouts, troubles } = found;
  return [
    `session ${sessionId} of lesson ${lessonId ?? '(unknown)'}: ${folder}`,
    `  ${new Date(fromMs).toISOString()}, ${seconds(toMs - fromMs)} long`,
    `boots: ${boots.length}`,
    ...boots.map(({ roomId, nodeBoot, firstMs, lastMs, flushedUntilMs, ended, unreadableLines }) =>
      `  ${nodeBoot}, room ${roomId}: ${clock(firstMs)} to ${clock(lastMs)}, on file until ${clock(flushedUntilMs)}, ${ended ? 'ended' : 'not ended'}`
        + (unreadableLines > 0 ? `, ${unreadableLines} lines of the timeline unreadable` : '')),
    `tracks: ${tracks.length}`, ...tracks.flatMap(trackLines), ...unreadable.map((producerId) => `  ${producerId}: no header can be read`),
    `sound against picture: at most ${one(sync.maxAudioVideoOffsetMs)} ms by ${sync.usedReports} reports; ${sync.rejectedReports} rejected, ${sync.streamsWithoutReports} streams without`,
    `gaps: ${gaps.length}`, ...gaps.map((gap) => `  ${within(gap.fromMs)} to ${within(gap.toMs)} ${gap.reason}`),
    ...layouts.map(({ atMs, layout }) => `layout ${String(layout)} from ${clock(atMs)}`),
    ...troubles.map(({ atMs, troubles: list }) => `troubles at ${clock(atMs)}: ${Array.isArray(list) && list.length > 0 ? list.join(', ') : 'none any more'}`),
  ];
}

const megabytes = (bytes: number | null): string => (bytes === null ? '-' : `${(bytes / 1e6).toFixed(1)} MB`);

export function rowLines({ title, status, recordings }: LessonRows): string[] {
  return [
    `lesson "${title}", ${status}`,
    ...recordings.flatMap(({ recordingId, sessionId, status: state, failReason, capturedUntilMs, segments, units, replays }) => [
      `recording ${recordingId} of session ${sessionId}: ${state}${failReason ? ` (${failReason})` : ''}, on file until ${capturedUntilMs === null ? 'its end' : clock(capturedUntilMs)}`,
      `  ${segments.rows} segments in rows, ${megabytes(segments.sizeBytes)}, ${segments.copied} with a second copy, ${segments.removed} removed after their time`,
      ...units.map(({ ordinal, chunks, frames, composedMs }) =>
        `  unit ${ordinal}: ${chunks} chunks, ${seconds(frames * 40)} composed in ${seconds(composedMs)}`),
      ...replays.map(({ replayId, ordinal, part, parts, status: shown, failReason: why, durationMs, sizeBytes, holdReasons }) =>
        `  file of unit ${ordinal}, part ${part} of ${parts}, ${replayId}: ${shown}${why ? ` (${why})` : ''}${holdReasons.length > 0 ? ` (${holdReasons.join(', ')})` : ''}`
          + (durationMs === null ? '' : `, ${within(durationMs)}, ${megabytes(sizeBytes)}`)),
    ]),
  ];
}
