// What ffmpeg is asked for, as pure functions: pictures of a span, a whole unit, its HLS form, its poster.

export interface PictureInput {
  path: string;
  /** Added to the file's times, in seconds, to get the span's; negative for frames that are only there to decode the first one. */
  shiftSeconds: number;
  box: { x: number; y: number; width: number; height: number };
}
export interface SoundInput { path: string; shiftSeconds: number }

const background = '0x101418';
/** The same in every span of every unit: only then may spans be joined without encoding again. */
const videoEncoder = [
  '-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-level', '3.1', '-crf', '23', '-maxrate', '1900k', '-bufsize', '3800k',
  '-g', '50', '-keyint_min', '50', '-sc_threshold', '0', '-flags', '+cgop', '-pix_fmt', 'yuv420p',
  '-color_range', 'tv', '-colorspace', 'smpte170m', '-color_primaries', 'smpte170m', '-color_trc', 'smpte170m',
  '-threads', '2', '-video_track_timescale', '90000',
];
const seconds = (value: number): string => value.toFixed(6);

/** `fps` shows at every 40 ms the frame nearest before or at it; of the frames before 0 the last one stays. */
function pictureChain({ shiftSeconds, box }: PictureInput, index: number, under: string, over: string): string {
  const { x, y, width, height } = box;
  return `[${index}:v]setpts=PTS+(${seconds(shiftSeconds)})/TB,fps=25:start_time=0,`
    + `scale=${width}:${height}:force_original_aspect_ratio=decrease:force_divisible_by=2,setsar=1[p${index}];`
    + `[${under}][p${index}]overlay=${x}+(${width}-w)/2:${y}+(${height}-h)/2:eof_action=repeat[${over}]`;
}

/** Pictures only: `frames` frames at 25 per second. Without inputs a plain slate. */
export function spanArguments(span: { frames: number; width: number; height: number; pictures: readonly PictureInput[]; output: string }): string[] {
  const { frames, width, height, pictures, output } = span;
  const chains = pictures.map((picture, index) => pictureChain(picture, index, index === 0 ? 'bg' : `o${index - 1}`, `o${index}`));
  const last = pictures.length === 0 ? 'bg' : `o${pictures.length - 1}`;
  const graph = [`color=c=${background}:s=${width}x${height}:r=25:d=${seconds(frames / 25)}[bg]`, ...chains, `[${last}]format=yuv420p[v]`].join(';');
  return [
    ...pictures.flatMap(({ path }) => ['-i', path]), '-filter_complex', graph, '-map', '[v]', '-frames:v', String(frames), ...videoEncoder, output,
  ];
}

/** The list the concat demuxer reads; durations are given so that no rounding adds up. */
export const concatList = (spans: readonly { path: string; frames: number }[]): string =>
  ['ffconcat version 1.0', ...spans.flatMap(({ path, frames }) => [`file '${path}'`, `duration ${seconds(frames / 25)}`])].join('\n') + '\n';

/** Every voice on the unit's time line: silence where nothing was sent, stretched by parts per million where clocks drift. */
function soundGraph(sounds: readonly SoundInput[], firstInput: number, length: number): string {
  const lanes = sounds.map(({ shiftSeconds }, index) =>
    `[${index + firstInput}:a]asetpts=PTS+(${seconds(shiftSeconds)})/TB,aresample=48000:async=1000:min_hard_comp=0.015:first_pts=0,`
    + `aformat=sample_fmts=fltp:channel_layouts=stereo[s${index}]`);
  const mix = sounds.length === 0
    ? 'anullsrc=r=48000:cl=stereo'
    : `${sounds.map((_, index) => `[s${index}]`).join('')}amix=inputs=${sounds.length}:normalize=0:dropout_transition=0:duration=longest,alimiter=limit=0.95:level=disabled`;
  return [...lanes, `${mix},apad,atrim=end_sample=${Math.round(length * 48_000)}[a]`].join(';');
}

/** The finished file: pictures as they are, sound mixed and encoded once. `length` in seconds. */
export const unitArguments = (unit: { list: string; sounds: readonly SoundInput[]; length: number; output: string }): string[] => [
  '-f', 'concat', '-safe', '0', '-i', unit.list, ...unit.sounds.flatMap(({ path }) => ['-i', path]),
  '-filter_complex', soundGraph(unit.sounds, 1, unit.length), '-map', '0:v', '-map', '[a]',
  '-c:v', 'copy', '-c:a', 'aac', '-b:a', '128k', '-ar', '48000', '-ac', '2', '-video_track_timescale', '90000', '-movflags', '+faststart', unit.output,
];

/** HLS as byte ranges of one fragmented file, from the finished file and without encoding. Run it where the output shall lie. */
export const hlsArguments = (input: string, media: string, playlist: string): string[] => [
  '-i', input, '-c', 'copy', '-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4',
  '-hls_flags', 'single_file', '-hls_segment_filename', media, playlist,
];

export const posterArguments = (input: string, atSeconds: number, output: string): string[] =>
  ['-ss', seconds(atSeconds), '-i', input, '-frames:v', '1', '-q:v', '4', output];
