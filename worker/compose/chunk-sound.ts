// The sound of one chunk: lanes onto the time line, each voice evened, all mixed; and what is measured of it.
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChunkMeasures } from '../recording/model.ts';
import { soundContextMs } from '../recording/read-window.ts';
import type { Lane } from '../recording/sound.ts';
import { runFfmpeg } from './ffmpeg.ts';
import { frameMs, sampleRate, samplesPerFrame, type Grid } from './grid.ts';
import { humDb } from './hum.ts';
import { writeSound, type SegmentBytes } from './intermediate.ts';
import { blockMs, silentLufs } from './loudness.ts';
import { parseMetadata, valuesOf, type Noted } from './probe.ts';
import { decodeArguments, humFile, laneFiles, leadSamples, lengthOf, levelArguments, mixArguments, type SoundRange } from './sound-arguments.ts';
import { clippedSamples, onTimeline, type PlacedPacket } from './timeline-sound.ts';
import { gainTrack, voiceGains } from './voices.ts';

/** `sound.flac` goes on so far behind its chunk: the next one's sound is faded in over it, so that no edge clicks. 20 ms. */
export const overlapSamples = 960;
/** Quieter than this is silence (R129): no voice, no room. */
const silenceLufs = -60;

export type SoundMeasures = Pick<ChunkMeasures, 'loudness' | 'truePeakDb' | 'samples' | 'clippedSamples' | 'silentMs' | 'humDb'>;
interface Work { bin: string; folder: string; signal?: AbortSignal | undefined }

/** Lanes bring sound before and behind a chunk: both sides of an edge then hear the same and level it alike. */
const rangeOf = ({ frames }: Grid): SoundRange => ({ context: (soundContextMs / 1000) * sampleRate, samples: frames * samplesPerFrame, overlap: overlapSamples });

/** Lanes with sound in the range, as files of packets one after another: their times are kept apart. */
async function writeLanes({ folder }: Work, grid: Grid, lanes: readonly Lane[], bytes: SegmentBytes): Promise<PlacedPacket[][]> {
  const fromMs = grid.startMs - soundContextMs;
  const toMs = grid.startMs + grid.frames * frameMs + soundContextMs;
  const places: PlacedPacket[][] = [];
  for (const lane of lanes) {
    const packets = lane.packets.filter(({ packet }) => packet.ms >= fromMs && packet.ms < toMs);
    if (packets.length === 0) continue;
    await writeSound(join(folder, laneFiles(places.length).packets), packets, bytes);
    places.push(packets.map(({ packet }) => ({ at: ((packet.ms - fromMs) * sampleRate) / 1000, samples: Math.round((packet.durationMs * sampleRate) / 1000) })));
  }
  return places;
}

const notes = async (folder: string, file: string) => parseMetadata(await readFile(join(folder, file), 'utf8'));

export async function floats(path: string): Promise<Float32Array> {
  const bytes = await readFile(path);
  return new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
}

/** Decoded lanes onto the time line; answers how many samples of the chunk came at full scale. */
async function placeLanes({ folder }: Work, places: readonly PlacedPacket[][], range: SoundRange): Promise<number> {
  let clipped = 0;
  for (const [index, packets] of places.entries()) {
    const files = laneFiles(index);
    const sound = onTimeline(await floats(join(folder, files.decoded)), packets, lengthOf(range));
    await writeFile(join(folder, files.sound), Buffer.from(sound.buffer));
    await rm(join(folder, files.decoded));
    clipped += clippedSamples(sound, range.context, range.context + range.samples);
  }
  return clipped;
}

/** Lanes on the time line with their gains; answers what only the raw sound tells. */
async function levelLanes(work: Work, places: readonly PlacedPacket[][], range: SoundRange): Promise<{ clipped: number; hum: number | null }> {
  if (places.length === 0) return { clipped: 0, hum: null };
  const run = (args: readonly string[]): Promise<void> => runFfmpeg({ bin: work.bin, cwd: work.folder, args, signal: work.signal });
  await run(decodeArguments(places.length));
  const clipped = await placeLanes(work, places, range);
  await run(levelArguments(places.length, range));
  for (const index of places.keys()) {
    const files = laneFiles(index);
    const loudness = valuesOf(await notes(work.folder, files.loudness), 'r128.M');
    await writeFile(join(work.folder, files.gains), gainTrack(voiceGains(loudness)));
  }
  return { clipped, hum: humDb(await floats(join(work.folder, humFile))) };
}

/** What was noted of a mix, of which the first `leadSeconds` come before its chunk. */
export function mixMeasures(noted: readonly Noted[], leadSeconds: number): Pick<SoundMeasures, 'loudness' | 'truePeakDb' | 'silentMs'> {
  const lead = Math.round(leadSeconds * (1000 / blockMs));
  const loudness = valuesOf(noted, 'r128.M').slice(lead).map((lufs) => Math.max(silentLufs, Math.round(lufs * 100) / 100));
  const peak = Math.max(0, ...valuesOf(noted, 'r128.true_peak'));
  return { loudness, truePeakDb: peak > 0 ? Math.max(silentLufs, 20 * Math.log10(peak)) : silentLufs, silentMs: loudness.filter((lufs) => lufs < silenceLufs).length * blockMs };
}

/**
 * Writes `output` (FLAC, 48 kHz stereo, the chunk's samples and `overlapSamples` more), working in `work.folder`. Loudness is that of the mix; clipped samples and
 * hum are those of the lanes as they came, before anything was done to them.
 */
export async function composeSound(work: Work, grid: Grid, lanes: readonly Lane[], bytes: SegmentBytes, output: string): Promise<SoundMeasures> {
  const range = rangeOf(grid);
  const places = await writeLanes(work, grid, lanes, bytes);
  const { clipped, hum } = await levelLanes(work, places, range);
  await runFfmpeg({ bin: work.bin, cwd: work.folder, args: mixArguments(places.length, range, { sound: output, loudness: 'mix.txt' }), signal: work.signal });
  return {
    ...mixMeasures(await notes(work.folder, 'mix.txt'), leadSamples(range) / sampleRate),
    samples: range.samples * Math.max(1, places.length), clippedSamples: clipped, humDb: hum,
  };
}
