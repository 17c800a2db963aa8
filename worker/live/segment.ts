// Makes one segment of a broadcast from the unsealed captures: read, timed and laid out as for the replay, smaller and quicker.
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { streamSegmentMs } from '#contracts/live-stream.ts';
import { samplesPerAacFrame } from '../compose/adts.ts';
import { composeSound } from '../compose/chunk-sound.ts';
import { writeSpans } from '../compose/chunk.ts';
import { promptFfmpeg, runFfmpeg } from '../compose/ffmpeg.ts';
import { sampleRate, samplesPerFrame } from '../compose/grid.ts';
import { SegmentBytes } from '../compose/intermediate.ts';
import { layoutSpans, type Rank } from '../compose/layout.ts';
import { gainFor } from '../compose/loudness.ts';
import { encodeChunkSound, soundFiles } from '../compose/sound.ts';
import type { RoomPlace } from '../recording/model.ts';
import { piecesOf } from '../recording/pieces.ts';
import { soundContextMs } from '../recording/read-window.ts';
import { readSession, type ReadCaptureWindow } from '../recording/session.ts';
import { lanesOf } from '../recording/sound.ts';
import { keptHeard, type BroadcastState } from './broadcast-state.ts';
import { segmentArguments } from './segment-arguments.ts';
import { gridAt, segmentFrames } from './window.ts';

export interface SegmentTools { ffmpegBin: string; signal?: AbortSignal | undefined; read?: ReadCaptureWindow | undefined }
export interface SegmentSource { place: RoomPlace; rank: Rank; /** The broadcast's own, on the disk of the captures. */ folder: string }
/** `state` is what the next one goes on from; `file` is finished, and stays the caller's. */
export interface MadeSegment { file: string; cpuMs: number; state: Pick<BroadcastState, 'clocks' | 'heard' | 'run'> }

/** Players and muxers dislike times about zero; sound may begin a little before the first picture. */
const zeroSeconds = 10;
const segmentSamples = segmentFrames * samplesPerFrame;

export const segmentFolder = (folder: string, number: number): string => join(folder, String(number));

type Sound = Pick<MadeSegment['state'], 'heard' | 'run'> & { shiftSeconds: number };

/** The run goes on where the segment before left its sound, else it begins anew here. */
async function makeSound(tools: SegmentTools, { folder }: SegmentSource, state: BroadcastState, loudness: number[]): Promise<Sound> {
  const before = segmentFolder(folder, state.number - 1);
  const goesOn = state.run !== null && state.run.startMs + state.run.segments * streamSegmentMs === state.startMs && (await stat(join(before, 'sound.flac')).catch(() => null)) !== null;
  const run = goesOn ? state.run! : { startMs: state.startMs, segments: 0, sound: { first: 0, end: 0 } };
  const gain = gainFor(state.heard, loudness);
  const sound = await encodeChunkSound({ ffmpegBin: tools.ffmpegBin, folder: segmentFolder(folder, state.number), threads: 1, signal: tools.signal }, {
    startSample: run.segments * segmentSamples, samples: segmentSamples, gain, last: false, renditions: ['low'],
    previous: goesOn ? { folder: before, samples: segmentSamples, gain: state.heard.at(-1)!.gain, sound: run.sound } : null,
  });
  return {
    heard: [...state.heard, { loudness, gain }].slice(-keptHeard), run: { ...run, segments: run.segments + 1, sound },
    shiftSeconds: (sound.first * samplesPerAacFrame) / sampleRate - (run.segments * streamSegmentMs) / 1000,
  };
}

async function make(tools: SegmentTools, source: SegmentSource, state: BroadcastState): Promise<Omit<MadeSegment, 'cpuMs'>> {
  const { place, rank } = source;
  const grid = gridAt(state.startMs);
  const [fromMs, toMs] = [state.startMs, state.startMs + streamSegmentMs];
  const folder = segmentFolder(source.folder, state.number);
  const work = join(folder, 'work');
  await rm(folder, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  const media = await readSession(place, { fromMs, toMs }, state.clocks, tools.signal, tools.read);
  const pieces = media.tracks.flatMap((track) => (track.kind === 'video' ? piecesOf(track) : []));
  const lanes = lanesOf(media.tracks.filter((track) => track.kind === 'audio'), fromMs - soundContextMs, toMs + soundContextMs);
  const bytes = SegmentBytes.create();
  const spans = await writeSpans({ grid, spans: layoutSpans(pieces, grid, { rank, layouts: media.layouts }) }, work, bytes);
  const { loudness } = await composeSound({ bin: tools.ffmpegBin, folder: work, signal: tools.signal }, grid, lanes, bytes, '../sound.flac');
  const { shiftSeconds, ...sound } = await makeSound(tools, source, state, loudness);
  const startSeconds = zeroSeconds + (state.startMs - state.originMs) / 1000;
  const args = segmentArguments(spans, { path: join('..', soundFiles.low), shiftSeconds }, startSeconds, join('..', 'segment.ts'));
  await runFfmpeg({ bin: tools.ffmpegBin, cwd: work, args, signal: tools.signal });
  await rm(work, { recursive: true, force: true });
  return { file: join(folder, 'segment.ts'), state: { clocks: media.clocks, ...sound } };
}

/** The same captures give the same segment. `cpuMs`: ffmpeg's, and this thread's while it was made. Throws internal when ffmpeg fails. */
export async function makeSegment(tools: SegmentTools, source: SegmentSource, state: BroadcastState): Promise<MadeSegment> {
  const before = process.threadCpuUsage();
  const { result, cpuMs } = await promptFfmpeg(() => make(tools, source, state));
  const own = process.threadCpuUsage(before);
  return { ...result, cpuMs: cpuMs + (own.user + own.system) / 1000 };
}
