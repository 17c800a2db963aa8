// A replay as a real player gets it: files by ffmpeg, playlists and signed links over HTTP, decoded frame by frame.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { replayKey } from '#contracts/places.ts';
import type { ReplayFiles } from '#contracts/recording.ts';
import { Replay, Viewing } from '#db/entities/recording.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';
import { addWatchable, beginWatching, type Watcher } from '../testing/watcher.ts';

const run = promisify(execFile);
const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const seconds = 18;
let world: HttpWorld;
let school: School;
let folder: string;
let player: Watcher;
let origin: string;

/** The three renditions of one short film, as single files with byte ranges. */
async function makeFiles(replayId: string): Promise<ReplayFiles> {
  const hls = (name: string): string[] => ['-f', 'hls', '-hls_time', '4', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4', '-hls_flags', 'single_file', '-hls_segment_filename', `${name}.m4s`, `${name}.m3u8`];
  const video = (size: string): string[] => ['-map', '0:v', '-map', '1:a', '-s', size, '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '50', '-sc_threshold', '0', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  await run(ffmpeg, [
    '-v', 'error', '-f', 'lavfi', '-i', `testsrc2=s=640x360:r=25:d=${seconds}`, '-f', 'lavfi', '-i', `sine=f=440:r=48000:d=${seconds}`,
    ...video('640x360'), ...hls('main'), ...video('320x180'), ...hls('low'), '-map', '1:a', '-c:a', 'aac', '-b:a', '64k', ...hls('sound'),
  ], { cwd: folder });
  const files: ReplayFiles = { sizes: {}, sha256: {}, thumbnails: null };
  for (const name of ['main.m3u8', 'main.m4s', 'low.m3u8', 'low.m4s', 'sound.m3u8', 'sound.m4s'] as const) {
    await world.deps.storage.put(replayKey(replayId, name), join(folder, name));
    files.sizes[name] = (await readFile(join(folder, name))).length;
  }
  return files;
}

beforeAll(async () => {
  world = await openHttpWorld();
  folder = await mkdtemp(join(tmpdir(), 'playing-'));
  school = await addSchool(world.deps.orm, world.clock.now());
  const replayId = await addWatchable(world, school, seconds);
  await world.deps.orm.em.fork().nativeUpdate(Replay, { id: replayId }, { files: await makeFiles(replayId) });
  player = await beginWatching(world, school.learner, replayId);
  await world.app.listen({ port: 0, host: '127.0.0.1' });
  const address = world.app.server.address();
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

/** Follows every address of a media playlist and its redirects, as players do, into one file. Throws what was answered instead. */
async function download(rendition: string, cookie: string): Promise<string> {
  const get = async (path: string): Promise<Buffer> => {
    const response = await fetch(`${origin}${path}`, { headers: { cookie } });
    if (!response.ok) throw new Error(String(response.status));
    return Buffer.from(await response.arrayBuffer());
  };
  const lines = (await get(`${player.start.playlistUrl}/${rendition}`)).toString().split('\n');
  const paths = lines.flatMap((line) => /URI="([^"]+)"/.exec(line)?.[1] ?? (line.startsWith('/') ? line : []));
  const file = join(folder, `${rendition}-seen.mp4`);
  await writeFile(file, Buffer.concat(await Promise.all(paths.map(get))));
  return file;
}

/** The hash of every decoded frame of one stream. */
async function framesOf(input: string, map: string): Promise<string[]> {
  const { stdout } = await run(ffmpeg, ['-v', 'error', '-i', input, '-map', map, '-f', 'framemd5', '-'], { cwd: folder, maxBuffer: 10_000_000 });
  return stdout.split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.split(',').at(-1)!.trim());
}

it('tells codecs and picture of each rendition from its file', async () => {
  const { body } = await world.call(`GET ${player.start.playlistUrl}`, school.learner);
  expect(body).toMatch(/CODECS="avc1\.[0-9a-f]{6},mp4a\.40\.2",RESOLUTION=640x360,FRAME-RATE=25\.000\n\S+\/main/);
  expect(body).toMatch(/RESOLUTION=320x180,FRAME-RATE=25\.000\n\S+\/low/);
  expect(body).toMatch(/CODECS="mp4a\.40\.2"\n\S+\/sound/);
});

it('gives every frame of picture and sound through signed links', async () => {
  const cookie = await world.cookieOf(school.learner);
  for (const [rendition, map, count] of [['main', '0:v', seconds * 25], ['low', '0:v', seconds * 25], ['sound', '0:a', null]] as const) {
    const seen = await framesOf(await download(rendition, cookie), map);
    expect(seen).toEqual(await framesOf(`${rendition}.m3u8`, map));
    if (count) expect(seen).toHaveLength(count);
    else expect(seen.length).toBeGreaterThan(seconds * 45);
  }
  await player.beat({});
  const { issued } = await world.deps.orm.em.fork().findOneOrFail(Viewing, { id: player.start.viewingId });
  expect(issued).toEqual([[0, seconds * 1000]]);
});

it('gives nothing to a player without the login', async () => {
  await expect(download('main', '')).rejects.toThrow('401');
});
