// The sound of one chunk: lanes onto the time line, each voice evened, all mixed; and what is measured of it.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ChunkMeasures } from '../recording/model.ts';
import { soundContextMs } from '../recording/read-window.ts';
import type { Lane } from '../recording/sound.ts';
import { runFfmpeg } from './ffmpeg.ts';
import { frameMs, sampleRate, samplesPerFrame, type Grid } from './grid.ts';
import { humDb } from './hum.ts';
import { writeSound, type SegmentBytes } from './intermediate.ts';
import { blockMs, silentLufs } from './loudness.ts';
import { parseMetadata, valuesOf } from './probe.ts';
import { humFile, laneArguments, laneFiles, leadSamples, mixArguments, type LaneInput, type SoundRange } from './sound-arguments.ts';
import { gainTrack, voiceGains } from './voices.ts';

/** `sound.flac` goes on so far behind its chunk: the next one's sound is faded in over it, so that no edge clicks. 20 ms. */
export const overlapSamples = 960;
/** Quieter than this is silence (R129): no voice, no room. */
const silenceLufs = -60;
/** Within so little of full scale a sample counts as clipped, dB. */
const fullScaleDb = -0.01;

export type SoundMeasures = Pick<ChunkMeasures, 'loudness' | 'truePeakDb' | 'samples' | 'clippedSamples' | 'silentMs' | 'humDb'>;
interface Work { bin: string; folder: string; signal?: AbortSignal | undefined }

/** Lanes bring sound before and behind a chunk: both sides of an edge then hear the same and level it alike. */
const rangeOf = ({ frames }: Grid): SoundRange => ({ context: (soundContextMs / 1000) * sampleRate, samples: frames * samplesPerFrame, overlap: overlapSamples });

async function writeLanes(work: Work, grid: Grid, lanes: readonly Lane[], bytes: SegmentBytes): Promise<LaneInput[]> {
  const fromMs = grid.startMs - soundContextMs;
  const toMs = grid.startMs + grid.frames * frameMs + soundContextMs;
  const inputs: LaneInput[] = [];
  for (const lane of lanes) {
    const packets = lane.packets.filter(({ packet }) => packet.ms >= fromMs && packet.ms < toMs);
    if (packets.length === 0) continue;
    const path = `lane-${inputs.length}.mkv`;
    const startMs = await writeSound(join(work.folder, path), { ...lane, packets }, bytes);
    inputs.push({ path, shiftSeconds: (startMs - fromMs) / 1000 });
  }
  return inputs;
}

const notes = async (folder: string, file: string) => parseMetadata(await readFile(join(folder, file), 'utf8'));

/** Full-scale samples, mean of both channels: each note covers one second. */
function clippedOf(noted: ReturnType<typeof parseMetadata>): number {
  const peaks = valuesOf(noted, 'astats.Overall.Peak_level');
  return valuesOf(noted, 'astats.Overall.Peak_count').reduce((sum, count, index) => sum + (peaks[index]! >= fullScaleDb ? Math.round(count) : 0), 0);
}

/** Levels of the lanes one by one; answers what only the raw sound tells. */
async function levelLanes(work: Work, lanes: readonly LaneInput[], range: SoundRange): Promise<{ clipped: number; hum: number | null }> {
  if (lanes.length === 0) return { clipped: 0, hum: null };
  await runFfmpeg({ bin: work.bin, cwd: work.folder, args: laneArguments(lanes, range), signal: work.signal });
  let clipped = 0;
  for (const index of lanes.keys()) {
    const files = laneFiles(index);
    const loudness = valuesOf(await notes(work.folder, files.loudness), 'r128.M');
    await writeFile(join(work.folder, files.gains), gainTrack(voiceGains(loudness)));
    clipped += clippedOf(await notes(work.folder, files.peaks));
  }
  const low = await readFile(join(work.folder, humFile));
  return { clipped, hum: humDb(new Float32Array(low.buffer, low.byteOffset, Math.floor(low.length / 4))) };
}

/**
 * Writes `output` (FLAC, 48 kHz stereo, the chunk's samples and `overlapSamples` more), working in `work.folder`. Loudness is that of the mix; clipped samples and
 * hum are those of the lanes as they came, before anything was done to them.
 */
export async function composeSound(work: Work, grid: Grid, lanes: readonly Lane[], bytes: SegmentBytes, output: string): Promise<SoundMeasures> {
  const range = rangeOf(grid);
  const inputs = await writeLanes(work, grid, lanes, bytes);
  const { clipped, hum } = await levelLanes(work, inputs, range);
  await runFfmpeg({ bin: work.bin, cwd: work.folder, args: mixArguments(inputs.length, range, { sound: output, loudness: 'mix.txt' }), signal: work.signal });
  const noted = await notes(work.folder, 'mix.txt');
  const lead = Math.round((leadSamples(range) / sampleRate) * (1000 / blockMs));
  const loudness = valuesOf(noted, 'r128.M').slice(lead).map((lufs) => Math.max(silentLufs, Math.round(lufs * 100) / 100));
  const peak = Math.max(0, ...valuesOf(noted, 'r128.true_peak'));
  return {
    loudness, truePeakDb: peak > 0 ? Math.max(silentLufs, 20 * Math.log10(peak)) : silentLufs,
    samples: range.samples * Math.max(1, inputs.length), clippedSamples: clipped,
    silentMs: loudness.filter((lufs) => lufs < silenceLufs).length * blockMs, humDb: hum,
  };
}
