// A short film as the product would have derived it: three renditions with their playlists and a poster, made by ffmpeg and put into a storage. For measurements.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { replayKey } from '#contracts/places.ts';
import type { ReplayFiles } from '#contracts/recording.ts';
import type { Storage } from '#runtime/storage.ts';

const run = promisify(execFile);
const seconds = 20;
export const madeFilmMs = seconds * 1000;

/** Each rendition one file with byte ranges of 4 s, as replays have them. */
async function makeFilm(ffmpeg: string, folder: string): Promise<void> {
  const hls = (name: string): string[] => ['-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file', '-hls_segment_filename', `${name}.m4s`, `${name}.m3u8`];
  const video = (size: string, rate: string): string[] => ['-map', '0:v', '-map', '1:a', '-s', size, '-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', rate, '-g', '50', '-sc_threshold', '0', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  await run(ffmpeg, [
    '-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=640x360:r=25:d=${seconds}`, '-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${seconds}`,
    ...video('1280x720', '1500k'), ...hls('main'), ...video('640x360', '350k'), ...hls('low'), '-map', '1:a', '-c:a', 'aac', '-b:a', '64k', ...hls('sound'),
  ], { cwd: folder });
  await run(ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=640x360:d=1', '-frames:v', '1', 'poster.jpg'], { cwd: folder });
}

/** Answers what the replay's row says of its files. */
export async function storeMadeFilm(ffmpeg: string, storage: Storage, replayId: string): Promise<ReplayFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'keshi-film-'));
  try {
    await makeFilm(ffmpeg, folder);
    const files: ReplayFiles = { sizes: {}, sha256: {}, thumbnails: null };
    for (const name of ['main.m3u8', 'main.m4s', 'low.m3u8', 'low.m4s', 'sound.m3u8', 'sound.m4s', 'poster.jpg'] as const) {
      const bytes = await readFile(join(folder, name));
      files.sizes[name] = bytes.length;
      files.sha256[name] = createHash('sha256').update(bytes).digest('hex');
      await storage.move(replayKey(replayId, name), join(folder, name));
    }
    return files;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
