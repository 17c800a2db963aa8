// What ffmpeg is asked for to make a chunk of an uploaded film: pictures on the canvas at 25 a second, sound to the sample, both at the file's own times. Pure.
import { overlapSamples } from '../compose/chunk-sound.ts';
import { frameMs, framesPerSecond, sampleRate, samplesPerFrame } from '../compose/grid.ts';
import { humFile } from '../compose/sound-arguments.ts';
import { humRate } from '../compose/hum.ts';
import { canvas } from '../compose/layout.ts';
import { background, type PictureSource } from '../compose/picture-arguments.ts';
import { inputArguments, type FilmSource } from './look.ts';

/** Frames [fromFrame, fromFrame + frames) of the film. */
export interface FilmSpan { fromFrame: number; frames: number }

/** Reading begins so much before the chunk: by then decoders and filters are as if they had never stopped. */
const pictureLeadMs = 6000;
const soundLeadMs = 2000;
/** Momentary loudness looks so far back. */
export const loudnessLeadMs = 400;

const seconds = (ms: number): string => (ms / 1000).toFixed(6);
/** From the key frame before; times stay those of the file, counted from its first instant. */
const readFrom = (source: FilmSource, fromMs: number): string[] =>
  ['-copyts', '-start_at_zero', '-noaccurate_seek', ...(fromMs > 0 ? ['-ss', seconds(fromMs)] : []), '-max_pixels', '67108864', ...inputArguments(source)];

/**
 * A picture is shown until the next one comes, the last one to the end; before the first one there is the first. So film with uneven frames becomes even and stays
 * with its sound. Turned as the file says (ffmpeg does that), pixels made square, never stretched: what is left of the canvas stays dark.
 */
export function filmPictures(source: FilmSource, { fromFrame, frames }: FilmSpan): PictureSource {
  const fromMs = fromFrame * frameMs;
  const { index, endMs, matrix } = source.picture;
  // Where the picture has ended before, its last one stands on: reading goes back to it.
  const beginFrame = Math.max(0, Math.floor((Math.min(fromMs, endMs) - pictureLeadMs) / frameMs));
  const lead = fromFrame - beginFrame;
  const { width, height } = canvas;
  return {
    frames, inputs: readFrom(source, beginFrame * frameMs),
    chains: [[
      `[0:${index}]setpts=PTS-${seconds(beginFrame * frameMs)}/TB`, 'yadif=mode=send_frame:deint=interlaced', `fps=${framesPerSecond}:start_time=0`,
      'tpad=stop_mode=clone:stop=-1', `trim=start_frame=${lead}:end_frame=${lead + frames}`, 'setpts=PTS-STARTPTS',
      "scale='trunc(iw*sar/2)*2':'trunc(ih/2)*2'", 'setsar=1',
      `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2:in_color_matrix=${matrix}:out_color_matrix=bt601:out_range=tv`, 'setsar=1',
      `pad=${width}:${height}:(ow-iw)/2:(oh-ih)/2:color=${background}`, 'format=yuv420p[joined]',
    ].join(',')],
  };
}

export const filmSoundFiles = { raw: 'sound.f32', loudness: 'mix.txt', hum: humFile };

/** The chunk's sound and a little more for the fade into the next one, as FLAC; the same raw, what is loud in it, and its low end, measured before anything is done to it. */
export function filmSound(source: FilmSource, { fromFrame, frames }: FilmSpan, output: string): string[] {
  const fromMs = fromFrame * frameMs;
  const leadMs = Math.min(loudnessLeadMs, fromMs);
  const [lead, samples] = [(leadMs * sampleRate) / 1000, frames * samplesPerFrame];
  const over = fromMs - leadMs >= source.sound.endMs;
  const stereo = `aformat=sample_fmts=fltp:sample_rates=${sampleRate}:channel_layouts=stereo`;
  const heard = over ? `anullsrc=r=${sampleRate}:cl=stereo,${stereo}`
    : `[0:${source.sound.index}]asetpts=PTS-${seconds(fromMs - leadMs)}/TB,aresample=${sampleRate}:async=1:min_hard_comp=0.005:first_pts=0,${stereo},apad`;
  const own = `atrim=start_sample=${lead}:end_sample=${lead + samples}`;
  const graph = [
    `${heard},atrim=end_sample=${lead + samples + overlapSamples},asetpts=N/SR/TB,asplit=4[m][e][h][c]`,
    `[m]atrim=start_sample=${lead},asetpts=N/SR/TB[sound]`, `[c]${own},asetpts=N/SR/TB[raw]`,
    `[e]atrim=end_sample=${lead + samples},ebur128=metadata=1:peak=true,ametadata=mode=print:file=${filmSoundFiles.loudness}[seen]`,
    `[h]${own},asetpts=N/SR/TB,pan=mono|c0=0.5*c0+0.5*c1,aresample=${humRate}[low]`,
  ].join(';');
  return [
    ...(over ? [] : readFrom(source, Math.max(0, fromMs - leadMs - soundLeadMs))), '-filter_complex', graph, '-map', '[sound]', '-c:a', 'flac', '-sample_fmt', 's16', output,
    '-map', '[raw]', '-f', 'f32le', filmSoundFiles.raw, '-map', '[low]', '-f', 'f32le', filmSoundFiles.hum, '-map', '[seen]', '-f', 'null', '-',
  ];
}
