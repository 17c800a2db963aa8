// Looks at an uploaded film before anything is made of it: which picture and sound it has, and how long it really is, by its last packet and not by what it says of itself.
import type { FilmFound, FilmKind } from '#domain/film.ts';
import { runLimited } from '../courseware/limited-run.ts';
import { ffprobeBeside, scanFfprobe } from '../compose/ffmpeg.ts';
import { RefusedFilm } from './refused.ts';

/** Of all that is in the file: the stream that is seen, the one that is heard, and their ends. Times are ms from the file's first instant. */
export interface FilmSource {
  path: string; kind: FilmKind; durationMs: number;
  picture: { index: number; width: number; height: number; endMs: number; /** Colours of what says nothing of them. */ matrix: 'bt709' | 'bt601' };
  sound: { index: number; endMs: number };
}

interface ProbedStream {
  index: number; codec_type?: string; codec_name?: string; width?: number; height?: number; sample_aspect_ratio?: string; color_space?: string; start_time?: string;
  disposition?: { attached_pic?: number; default?: number }; side_data_list?: { rotation?: number }[];
}
interface Probed { streams: ProbedStream[]; format: { start_time?: string } }

const limits = { cpuSeconds: 120, memoryMb: 4096, wallMs: 5 * 60_000 };
/** More lines than any camera has: a header that makes decoders take all memory. */
const mostLines = 8192;

/** Only this demuxer reads it, and it reads this file alone. */
export const inputArguments = ({ path, kind }: Pick<FilmSource, 'path' | 'kind'>): string[] => ['-protocol_whitelist', 'file', '-f', kind, '-i', path];

interface Look { ffmpegBin: string; folder: string; signal: AbortSignal }
type File = Pick<FilmSource, 'path' | 'kind'>;

async function probe({ ffmpegBin, folder, signal }: Look, file: File): Promise<Probed> {
  const args = ['-hide_banner', '-v', 'error', '-show_streams', '-show_format', '-of', 'json', ...inputArguments(file)];
  const { end, out, words } = await runLimited({ bin: ffprobeBeside(ffmpegBin), args, cwd: folder, ...limits, signal });
  if (end === 'missing') throw new Error('ffprobe is not there');
  if (end !== 'done') throw new RefusedFilm('unreadable', `ffprobe ${end}: ${words.slice(-300)}`);
  try {
    return JSON.parse(out) as Probed;
  } catch {
    throw new RefusedFilm('unreadable', 'ffprobe says nothing that can be read');
  }
}

/** As it is shown: stretched and turned as the file says. Pixels of unknown shape are square. */
export function shownSize({ width = 0, height = 0, sample_aspect_ratio: ratio, side_data_list: sides }: ProbedStream): { width: number; height: number } {
  const [across, down] = (ratio ?? '1:1').split(':').map(Number);
  const wide = across && down ? Math.round((width * across) / down) : width;
  const turn = Math.abs(sides?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0) % 180;
  return turn === 90 ? { width: height, height: wide } : { width: wide, height };
}

const matrixOf = ({ color_space: space, height = 0 }: ProbedStream): FilmSource['picture']['matrix'] =>
  (space === 'bt709' || ((space === undefined || space === 'unknown') && height >= 720) ? 'bt709' : 'bt601');

/** Where the last packet of each stream ends, seconds as the file counts. Reads the whole file: what its head says is not believed. */
async function endsOf({ ffmpegBin, folder, signal }: Look, file: File): Promise<Map<number, number>> {
  const ends = new Map<number, number>();
  const args = ['-show_entries', 'packet=stream_index,pts_time,dts_time,duration_time', '-of', 'csv=p=0', ...inputArguments(file)];
  await scanFfprobe({ bin: ffprobeBeside(ffmpegBin), args, cwd: folder, signal }, (line) => {
    const [index, pts, dts, duration] = line.split(',').map(Number);
    const at = Number.isFinite(pts) ? pts! : dts!;
    if (index === undefined || !Number.isFinite(at)) return;
    ends.set(index, Math.max(ends.get(index) ?? -Infinity, at + (Number.isFinite(duration) ? duration! : 0)));
  });
  return ends;
}

const found = (durationMs: number, picture: FilmFound['picture'], sound: boolean): FilmFound => ({ durationMs, picture, sound });

/** What is in the file, and the source to make units from; null where picture or sound is missing. Throws RefusedFilm for what nobody can read. */
export async function lookAtFilm(look: Look, file: File): Promise<{ found: FilmFound; source: FilmSource | null }> {
  const { streams, format } = await probe(look, file);
  if (streams.length === 0) throw new RefusedFilm('unreadable', 'nothing is in it');
  const picture = streams.find(({ codec_type: type, codec_name: codec, width, disposition }) => type === 'video' && codec && width && !disposition?.attached_pic);
  const sounds = streams.filter(({ codec_type: type, codec_name: codec }) => type === 'audio' && codec);
  const sound = sounds.find(({ disposition }) => disposition?.default) ?? sounds[0];
  const size = picture ? shownSize(picture) : null;
  if (!picture || !size || !sound) return { found: found(0, size, Boolean(sound)), source: null };
  if (Math.max(picture.width ?? 0, picture.height ?? 0, size.width, size.height) > mostLines) throw new RefusedFilm('unreadable', `${size.width}x${size.height} is more than any camera has`);
  const ends = await endsOf(look, file);
  // Every time is counted from here, as ffmpeg does when it is told to start at zero.
  const startSeconds = Number(format.start_time ?? 0) || 0;
  const endMs = ({ index }: ProbedStream): number => Math.max(0, ((ends.get(index) ?? 0) - startSeconds) * 1000);
  const durationMs = Math.max(endMs(picture), endMs(sound));
  return {
    found: found(durationMs, size, true),
    source: {
      ...file, durationMs, picture: { index: picture.index, ...size, endMs: endMs(picture), matrix: matrixOf(picture) }, sound: { index: sound.index, endMs: endMs(sound) },
    },
  };
}
