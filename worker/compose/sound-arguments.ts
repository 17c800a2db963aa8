// What ffmpeg is asked for to make the sound of a chunk: every lane on the time line and measured; then voices evened and mixed.
import { humRate } from './hum.ts';
import { sampleRate } from './grid.ts';
import { gainRate } from './voices.ts';

export interface LaneInput {
  path: string;
  /** Added to the file's times, in seconds, to get those counted from the start of the context. */
  shiftSeconds: number;
}
/** Samples of 48 kHz: context before the chunk, the chunk, and how far the mix goes on behind it for the next chunk's fade. */
export interface SoundRange { context: number; samples: number; overlap: number }
const lengthOf = ({ context, samples }: SoundRange): number => context + samples + context;

const stereo = `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=stereo`;
/**
 * Steps of more than 15 ms become silence (or are cut), smaller differences are stretched away. Without `min_hard_comp` ffmpeg would stretch
 * steps of up to 100 ms too, and sound would come late for seconds.
 */
const onTime = `aresample=${sampleRate}:async=1000:min_hard_comp=0.015:first_pts=0`;

export const laneFiles = (index: number) => ({ sound: `lane-${index}.wav`, loudness: `loudness-${index}.txt`, peaks: `peaks-${index}.txt`, gains: `gains-${index}.f32` });
export const humFile = 'hum.f32';

/** Every lane by itself as long as the chunk with its context, with momentary loudness and peaks noted, and the low end of all of them. */
export function laneArguments(lanes: readonly LaneInput[], range: SoundRange): string[] {
  const chains = lanes.flatMap(({ shiftSeconds }, index) => {
    const { loudness, peaks } = laneFiles(index);
    return [
      `[${index}:a]asetpts=PTS+(${shiftSeconds.toFixed(6)})/TB,${onTime},${stereo},apad,atrim=end_sample=${lengthOf(range)},asplit=3[k${index}][c${index}][h${index}]`,
      `[k${index}]ebur128=metadata=1,ametadata=mode=print:key=lavfi.r128.M:file=${loudness}[o${index}]`,
      // As 16-bit samples, so that all beyond full scale is at it; noted once a second.
      `[c${index}]atrim=start_sample=${range.context}:end_sample=${range.context + range.samples},aformat=sample_fmts=s16,asetnsamples=n=${sampleRate}:p=0,`
        + `astats=metadata=1:reset=1:measure_perchannel=none:measure_overall=Peak_level+Peak_count,ametadata=mode=print:file=${peaks},anullsink`,
    ];
  });
  const all = lanes.map((_, index) => `[h${index}]`).join('');
  const low = `${all}amix=inputs=${lanes.length}:normalize=0:duration=first,atrim=start_sample=${range.context}:end_sample=${range.context + range.samples},`
    + `pan=mono|c0=0.5*c0+0.5*c1,aresample=${humRate}[low]`;
  return [
    ...lanes.flatMap(({ path }) => ['-i', path]), '-filter_complex', [...chains, low].join(';'),
    ...lanes.flatMap((_, index) => ['-map', `[o${index}]`, '-c:a', 'pcm_f32le', laneFiles(index).sound]), '-map', '[low]', '-f', 'f32le', humFile,
  ];
}

/** Voices evened by their gains, mixed, limited and cut to the chunk and its overlap; `loudness` gets what was measured from 400 ms before. */
export function mixArguments(lanes: number, range: SoundRange, outputs: { sound: string; loudness: string }): string[] {
  const indexes = Array.from({ length: lanes }, (_, index) => index);
  const voices = indexes.flatMap((index) => [
    `[${2 * index}:a]highpass=f=80[q${index}]`, `[${2 * index + 1}:a]aresample=${sampleRate},${stereo}[g${index}]`, `[q${index}][g${index}]amultiply[v${index}]`,
  ]);
  const mix = lanes === 0 ? `anullsrc=r=${sampleRate}:cl=stereo,${stereo}`
    : `${indexes.map((index) => `[v${index}]`).join('')}amix=inputs=${lanes}:normalize=0:duration=first,alimiter=limit=0.9:level=disabled:latency=1`;
  const { context, samples, overlap } = range;
  const graph = [
    ...voices, `${mix},apad,atrim=end_sample=${lengthOf(range)},asplit=2[m][e]`,
    `[m]atrim=start_sample=${context}:end_sample=${context + samples + overlap},asetpts=N/SR/TB[sound]`,
    `[e]atrim=start_sample=${context - leadSamples(range)}:end_sample=${context + samples},asetpts=N/SR/TB,ebur128=metadata=1:peak=true,ametadata=mode=print:file=${outputs.loudness}[seen]`,
  ].join(';');
  return [
    ...indexes.flatMap((index) => ['-i', laneFiles(index).sound, '-f', 'f32le', '-ar', String(gainRate), '-ac', '2', '-i', laneFiles(index).gains]),
    '-filter_complex', graph, '-map', '[sound]', '-c:a', 'flac', '-sample_fmt', 's16', outputs.sound, '-map', '[seen]', '-f', 'null', '-',
  ];
}

/** Momentary loudness looks 400 ms back: so much of the context is measured with the chunk. */
export const leadSamples = ({ context }: SoundRange): number => Math.min(context, 0.4 * sampleRate);
