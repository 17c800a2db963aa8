// What ffmpeg is asked for to join chunks, as pure functions: lists, chapters, MP4 and HLS in one pass, the poster.
import { segmentMs } from '#contracts/replay.ts';
import type { Chapter } from '#contracts/recording.ts';
import type { PackPlan } from '../recording/model.ts';
import { framesPerSecond } from './grid.ts';

/** Frames [from, to) of a chunk that are in the part. */
export interface ChunkSpan { folder: string; frames: number; from: number; to: number }

export function chunkSpans({ chunks, fromFrame, toFrame }: Pick<PackPlan, 'chunks' | 'fromFrame' | 'toFrame'>): ChunkSpan[] {
  let start = 0;
  return chunks.flatMap(({ folder, frames }) => {
    const [from, to] = [Math.max(0, fromFrame - start), Math.min(frames, toFrame - start)];
    start += frames;
    return to > from ? [{ folder, frames, from, to }] : [];
  });
}

const seconds = (frames: number): string => (frames / framesPerSecond).toFixed(6);
const quoted = (path: string): string => `'${path.replaceAll("'", String.raw`'\''`)}'`;

/** The list the concat demuxer reads. Durations are given so that no rounding adds up; cuts stand on key frames, and decoding times are showing times. */
export const concatList = (spans: readonly ChunkSpan[], name: string): string => ['ffconcat version 1.0', ...spans.flatMap(({ folder, frames, from, to }) => [
  `file ${quoted(`${folder}/${name}`)}`,
  ...(from > 0 ? [`inpoint ${seconds(from)}`] : []), ...(to < frames ? [`outpoint ${seconds(to)}`] : []), `duration ${seconds(to - from)}`,
])].join('\n') + '\n';

/** Chapters without a text of their own are called by their kind, in both languages. */
const kindWords: Record<Chapter['kind'], string> = { start: '开始 Start', screen: '屏幕 Screen', slide: '课件 Slide', quiz: '答题 Quiz', stage: '上台 On stage' };
const escaped = (text: string): string => text.replaceAll(/[=;#\\\n]/g, (character) => `\\${character}`);

/** Chapters as ffmpeg's metadata file: each lasts to the next; those outside the part are left out. */
export function chapterText(chapters: readonly Chapter[], lengthMs: number): string {
  const within = chapters.filter(({ atMs }) => atMs >= 0 && atMs < lengthMs).sort((one, other) => one.atMs - other.atMs);
  const blocks = within.map(({ atMs, kind, label }, index) =>
    ['[CHAPTER]', 'TIMEBASE=1/1000', `START=${Math.round(atMs)}`, `END=${Math.round(within[index + 1]?.atMs ?? lengthMs)}`, `title=${escaped(label || kindWords[kind])}`].join('\n'));
  return [';FFMETADATA1', ...blocks].join('\n') + '\n';
}

const copy = ['-c', 'copy', '-bsf:a', 'aac_adtstoasc'];
/**
 * One file of fragments with byte ranges, written where ffmpeg runs. Negative times stay, as an edit list: else ffmpeg would move everything by the
 * sound's lead, and the rendition would be 21 to 43 ms behind the MP4.
 */
const hls = (name: string): string[] => [
  ...copy, '-map_chapters', '-1', '-avoid_negative_ts', 'disabled', '-hls_segment_options', 'video_track_timescale=90000', '-f', 'hls', '-hls_time', String(segmentMs / 1000), '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file',
  '-hls_segment_filename', `${name}.m4s`, `${name}.m3u8`,
];

/**
 * Everything that holds pictures or sound, from one reading of the chunks. `folder` holds the lists and the joined sound, of which the first `leadSeconds` come
 * before the part: they are there for the decoder and are not shown (edit list).
 */
export const packArguments = (folder: string, leadSeconds: number, frames: number): string[] => {
  const sound = (name: string): string[] => ['-itsoffset', (-leadSeconds).toFixed(6), '-i', `${folder}/${name}`];
  const list = (name: string): string[] => ['-f', 'concat', '-safe', '0', '-i', `${folder}/${name}`];
  return [
    ...list('main.txt'), ...sound('sound.aac'), ...list('low.txt'), ...sound('sound-low.aac'), '-f', 'ffmetadata', '-i', `${folder}/chapters.txt`,
    '-map', '0:v', '-map', '1:a', '-map_metadata', '4', '-map_chapters', '4', ...copy, '-frames:v', String(frames), '-video_track_timescale', '90000', '-movflags', '+faststart', 'unit.mp4',
    '-map', '0:v', '-map', '1:a', ...hls('main'), '-map', '2:v', '-map', '3:a', ...hls('low'), '-map', '3:a', ...hls('sound'),
  ];
};

export const posterArguments = (input: string, atSeconds: number, output: string): string[] =>
  ['-ss', atSeconds.toFixed(6), '-i', input, '-frames:v', '1', '-q:v', '4', output];

