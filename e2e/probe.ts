// What a finished unit is, said by ffprobe, which had no part in making it.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface Probed {
  durationSeconds: number; sizeBytes: number;
  video: { codec: string; width: number; height: number; fps: string }; audio: { codec: string; channels: number; rate: number };
}

interface Stream { codec_type: string; codec_name: string; width?: number; height?: number; r_frame_rate?: string; channels?: number; sample_rate?: string }

/** Throws with ffprobe's words where the file cannot be read or has no picture or no sound. */
export async function probe(ffprobeBin: string, file: string): Promise<Probed> {
  const { stdout } = await run(ffprobeBin, ['-v', 'error', '-show_format', '-show_streams', '-of', 'json', file]);
  const { streams, format } = JSON.parse(stdout) as { streams: Stream[]; format: { duration: string; size: string } };
  const video = streams.find((stream) => stream.codec_type === 'video');
  const audio = streams.find((stream) => stream.codec_type === 'audio');
  if (!video || !audio) throw new Error('no picture or no sound in the unit');
  return {
    durationSeconds: Number(format.duration), sizeBytes: Number(format.size),
    video: { codec: video.codec_name, width: video.width ?? 0, height: video.height ?? 0, fps: video.r_frame_rate ?? '' },
    audio: { codec: audio.codec_name, channels: audio.channels ?? 0, rate: Number(audio.sample_rate) },
  };
}
