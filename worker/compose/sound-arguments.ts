// What ffmpeg is asked for to make the sound of a chunk: lanes decoded, then measured, then voices evened and mixed.
import { humRate } from './hum.ts';
import { sampleRate } from './grid.ts';
import { gainRate } from './voices.ts';

/** Samples of 48 kHz: context before (and behind) the chunk, the chunk, and how far the mix goes on behind it for the next chunk's fade. */
export interface SoundRange { context: number; samples: number; overlap: number }
export const lengthOf = ({ context, samples }: SoundRange): number => context + samples + context;

export const laneFiles = (index: number) => ({ packets: `lane-${index}.mkv`, decoded: `decoded-${index}.f32`, sound: `lane-${index}.f32`, loudness: `loudness-${index}.txt`, gains: `gains-${index}.f32` });
export const humFile = 'hum.f32';

const stereo = `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=stereo`;
const raw = (rate: number): string[] => ['-f', 'f32le', '-ar', String(rate), '-ac', '2'];
const indexes = (lanes: number): number[] => Array.from({ length: lanes }, (_, index) => index);

/** All samples of every lane, one packet after another; a packet that cannot be decoded becomes silence and moves nothing. */
export const decodeArguments = (lanes: number): string[] => [
  ...indexes(lanes).flatMap((index) => ['-i', laneFiles(index).packets]),
  ...indexes(lanes).flatMap((index) => ['-map', `${index}:a`, '-af', 'aresample=async=1:min_hard_comp=0.005:first_pts=0', ...raw(sampleRate), laneFiles(index).decoded]),
];

/** Momentary loudness of every lane, noted every 100 ms, and the low end of all of them together. */
export function levelArguments(lanes: number, range: SoundRange): string[] {
  const chains = indexes(lanes).map((index) =>
    `[${index}:a]asplit=2[k${index}][h${index}];[k${index}]ebur128=metadata=1,ametadata=mode=print:key=lavfi.r128.M:file=${laneFiles(index).loudness},anullsink`);
  const all = indexes(lanes).map((index) => `[h${index}]`).join('');
  const low = `${all}amix=inputs=${lanes}:normalize=0:duration=first,atrim=start_sample=${range.context}:end_sample=${range.context + range.samples},`
    + `pan=mono|c0=0.5*c0+0.5*c1,aresample=${humRate}[low]`;
  return [
    ...indexes(lanes).flatMap((index) => [...raw(sampleRate), '-i', laneFiles(index).sound]), '-filter_complex', [...chains, low].join(';'), '-map', '[low]', '-f', 'f32le', humFile,
  ];
}

/** Momentary loudness looks 400 ms back: so much of the context is measured with the chunk. */
export const leadSamples = ({ context }: SoundRange): number => Math.min(context, 0.4 * sampleRate);

/** Voices evened by their gains, mixed, limited and cut to the chunk and its overlap; `loudness` gets what was measured from 400 ms before. */
export function mixArguments(lanes: number, range: SoundRange, outputs: { sound: string; loudness: string }): string[] {
  const voices = indexes(lanes).flatMap((index) => [
    `[${2 * index}:a]highpass=f=80[q${index}]`, `[${2 * index + 1}:a]aresample=${sampleRate},${stereo}[g${index}]`, `[q${index}][g${index}]amultiply[v${index}]`,
  ]);
  const mix = lanes === 0 ? `anullsrc=r=${sampleRate}:cl=stereo,${stereo}`
    : `${indexes(lanes).map((index) => `[v${index}]`).join('')}amix=inputs=${lanes}:normalize=0:duration=first,alimiter=limit=0.9:level=disabled:latency=1`;
  const { context, samples, overlap } = range;
  const graph = [
    ...voices, `${mix},apad,atrim=end_sample=${lengthOf(range)},asplit=2[m][e]`,
    `[m]atrim=start_sample=${context}:end_sample=${context + samples + overlap},asetpts=N/SR/TB[sound]`,
    `[e]atrim=start_sample=${context - leadSamples(range)}:end_sample=${context + samples},asetpts=N/SR/TB,ebur128=metadata=1:peak=true,ametadata=mode=print:file=${outputs.loudness}[seen]`,
  ].join(';');
  return [
    ...indexes(lanes).flatMap((index) => [...raw(sampleRate), '-i', laneFiles(index).sound, ...raw(gainRate), '-i', laneFiles(index).gains]),
    '-filter_complex', graph, '-map', '[sound]', '-c:a', 'flac', '-sample_fmt', 's16', outputs.sound, '-map', '[seen]', '-f', 'null', '-',
  ];
}
