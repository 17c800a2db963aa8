// Uploaded films become files of units with the real ffmpeg: sound stays with the picture whatever the container and its frames, nothing is stretched, what is no unit is refused, and work goes on where it was.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { filmFileKey, filmPieceKey, filmWorkDirectory } from '#contracts/places.ts';
import { replayFileNames } from '#contracts/recording.ts';
import { Film, FilmFile, FilmPiece } from '#db/entities/film.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { addSchool, type School } from '#db/testing/school.ts';
import { abandonedFilmMs, filmKindOf, filmPieceBytes } from '#domain/film.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { folderStorage } from '#runtime/storage.ts';
import { coloursOf, flashesOf, offsets, tonesOf } from '../testing/measure-media.ts';
import type { FilmDeps } from './deps.ts';
import { removeLeftFilms } from './left-films.ts';
import { giveUpFilm, makeFilm } from './make.ts';

const ffmpeg = process.env['FFMPEG_BIN'] ?? 'ffmpeg';
const now = new Date('2026-03-02T02:00:00Z');
const quiet = new AbortController().signal;
const centre = { x: 560, y: 280, width: 160, height: 160 };
const left = { x: 40, y: 280, width: 100, height: 160 };

let db: TestDatabase;
let made: string;
let folder: string;
let deps: FilmDeps;
let school: School;
beforeAll(async () => {
  db = await testDatabase();
  made = await mkdtemp(join(tmpdir(), 'films-'));
});
afterAll(async () => {
  await db?.close();
  await rm(made, { recursive: true, force: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'film-'));
  deps = {
    orm: db.orm, log: createLog('test', 'silent'), storage: folderStorage(join(folder, 'files')), dataDir: folder, ffmpegBin: ffmpeg, now: () => now,
    // Units of 5 s and more, chunks of 4 s.
    limits: { leastUnitMs: 5000, longestFilmMs: 60_000 }, chunkFrames: 100, turn: () => Promise.resolve({ go: true, threads: 2 }),
  };
  school = await addSchool(db.orm, 0, now);
  return () => rm(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => promisify(execFile)(ffmpeg, ['-hide_banner', '-loglevel', 'error', '-y', ...args]);
/** Dark, with a white square in the middle for 200 ms and a beep of 60 ms at every full second. */
const flash = (seconds: number, size = '1280x720', rate = 30): string[] => [
  '-f', 'lavfi', '-i', `color=c=0x204060:s=${size}:r=${rate}:d=${seconds},drawbox=x=iw/2-200:y=ih/2-200:w=400:h=400:c=white:t=fill:enable='lt(mod(t+0.001,1),0.2)'`,
];
const beep = (seconds: number): string[] => ['-f', 'lavfi', '-i', `aevalsrc='0.4*sin(2*PI*1000*t)*lt(mod(t,1),0.06)':s=44100:d=${seconds}`];
const x264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
async function film(name: string, ...args: string[]): Promise<Buffer> {
  const path = join(made, name);
  await run(...args, path);
  return readFile(path);
}

async function upload(file: Buffer, change: Partial<Film> = {}): Promise<string> {
  const id = newId();
  const { institutionId, courseId, teacherId } = school;
  const em = db.orm.em.fork();
  await em.insert(Film, {
    id, institutionId, courseId, title: 'x', mark: 'm', uploadedBy: teacherId, sizeBytes: file.length, receivedBytes: file.length, kind: filmKindOf(file), status: 'checking', refusal: null, sha256: null,
    durationMs: null, progress: null, secondsLeft: null, createdAt: now, heardAt: now, madeAt: null, settledAt: null, reviewedBy: null, reviewedAt: null, review: null, cleanedAt: null, removedAt: null, ...change,
  });
  for (let ordinal = 0; ordinal * filmPieceBytes < file.length; ordinal++) {
    const bytes = file.subarray(ordinal * filmPieceBytes, (ordinal + 1) * filmPieceBytes);
    await deps.storage.putBytes(filmPieceKey(id, ordinal), bytes);
    await em.insert(FilmPiece, { filmId: id, ordinal, institutionId, sizeBytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), receivedAt: now });
  }
  return id;
}
const rowOf = (id: string): Promise<Film> => db.orm.em.fork().findOneOrFail(Film, { id });
const filesOf = (id: string): Promise<FilmFile[]> => db.orm.em.fork().find(FilmFile, { filmId: id }, { orderBy: { ordinal: 'asc' } });
const eventsOf = (type: string, id: string) => db.orm.em.fork().execute<{ payload: Record<string, unknown> }[]>("select payload from event where type = ? and payload->>'filmId' = ?", [type, id]);
const pathOf = (id: string, ordinal = 1): string => join(folder, 'files', filmFileKey(id, ordinal, 'unit.mp4'));
const workOf = (id: string): Promise<string[]> => readdir(join(folder, filmWorkDirectory(id))).catch(() => []);
async function after(file: Buffer, change: Partial<Film> = {}): Promise<Film> {
  const id = await upload(file, change);
  expect(await makeFilm(deps, { filmId: id }, quiet)).toBeUndefined();
  expect(await workOf(id)).toEqual([]);
  return rowOf(id);
}
/** Sound against picture at every second, ms. */
const syncOf = async (id: string, ordinal = 1): Promise<number[]> => offsets(await flashesOf(ffmpeg, pathOf(id, ordinal), centre), await tonesOf(ffmpeg, pathOf(id, ordinal)));

describe('R17, R123 to R130: a film of any common kind becomes files as a unit must have them', () => {
  it('is cut into units of one length, each whole and of its size, and waits for a person', async () => {
    const row = await after(await film('plain.mp4', ...flash(13), ...beep(13), ...x264, '-c:a', 'aac'));
    expect(row).toMatchObject({ status: 'review', refusal: null, settledAt: null, madeAt: now });
    expect(Math.abs(row.durationMs! - 13_000)).toBeLessThan(60);
    const files = await filesOf(row.id);
    expect(files.map(({ ordinal, unit, part, parts, width, height }) => [ordinal, unit, part, parts, width, height])).toEqual([[1, 1, 1, 1, 1280, 720], [2, 2, 1, 1, 1280, 720]]);
    expect(files.every(({ durationMs }) => durationMs >= 5000)).toBe(true);
    expect(Math.abs(files.reduce((sum, { durationMs }) => sum + durationMs, 0) - 13_000)).toBeLessThan(80);
    for (const { ordinal, files: { sizes } } of files) {
      for (const name of replayFileNames) expect((await stat(join(folder, 'files', filmFileKey(row.id, ordinal, name)))).size).toBe(sizes[name]);
    }
    expect(files[0]!.quality).toMatchObject({ avOffsetMs: null, share720: 1, sourceHeight: 720, gaps: [], black: [] });
    expect(await eventsOf('film:made', row.id)).toHaveLength(1);
    for (const ordinal of [1, 2]) {
      const off = await syncOf(row.id, ordinal);
      expect(off.length).toBeGreaterThanOrEqual(4);
      // A frame is 40 ms, and one of 30 a second stands up to half of that beside it.
      expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(40);
    }
  }, 120_000);

  it.each([
    ['uneven frames in Matroska', 'uneven.mkv', ['-vf', "select='lt(mod(n,30),9)'", '-vsync', 'vfr', ...x264, '-g', '300', '-c:a', 'libopus']],
    ['a transport stream that starts late', 'late.ts', [...x264, '-g', '50', '-c:a', 'aac', '-output_ts_offset', '7']],
    ['60 frames a second in WebM', 'fast.webm', ['-r', '60', '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '2M', '-c:a', 'libopus']],
    ['a QuickTime file with plain sound', 'plain.mov', [...x264, '-bf', '2', '-c:a', 'pcm_s16le']],
  ])('keeps sound and picture together: %s', async (_what, name, args) => {
    const row = await after(await film(name, ...flash(10), ...beep(10), ...args));
    expect(row).toMatchObject({ status: 'review', refusal: null });
    const off = await syncOf(row.id);
    expect(off.length).toBeGreaterThanOrEqual(3);
    expect(Math.max(...off.map(Math.abs))).toBeLessThanOrEqual(45);
  }, 120_000);

  it('R135: keeps the shape of a film that is turned or not as wide, on a dark ground', async () => {
    const flat = join(made, 'flat.mp4');
    await run('-f', 'lavfi', '-i', 'color=c=red:s=1280x720:r=25:d=6', ...beep(6), ...x264, '-c:a', 'aac', flat);
    const turned = await after(await film('turned.mp4', '-i', flat, '-c', 'copy', '-metadata:s:v:0', 'rotate=90'));
    const narrow = await after(await film('narrow.mp4', '-f', 'lavfi', '-i', 'color=c=red:s=960x720:r=25:d=6', ...beep(6), ...x264, '-c:a', 'aac'));
    for (const { id, status } of [turned, narrow]) {
      expect(status).toBe('review');
      const [red] = (await coloursOf(ffmpeg, pathOf(id), centre))[50]!;
      const dark = (await coloursOf(ffmpeg, pathOf(id), left))[50]!;
      expect(red).toBeGreaterThan(200);
      expect(Math.max(...dark)).toBeLessThan(60);
    }
    // 405 columns of a picture that is 720 lines tall.
    const beside = (await coloursOf(ffmpeg, pathOf(turned.id), { x: 320, y: 280, width: 80, height: 160 }))[50]!;
    expect(Math.max(...beside)).toBeLessThan(60);
  }, 120_000);

  it('R130: brings a quiet film to its loudness with one gain', async () => {
    const speech = ['-f', 'lavfi', '-i', "aevalsrc='0.1*sin(2*PI*300*t)*(0.6+0.4*sin(2*PI*3*t))':s=48000:d=8"];
    const row = await after(await film('quiet.mp4', ...flash(8), ...speech, ...x264, '-c:a', 'aac'));
    const [file] = await filesOf(row.id);
    expect(Math.abs(file!.quality.loudness.integratedLufs! + 16)).toBeLessThan(1);
  }, 120_000);
});

describe('what is no unit is refused, and says why', () => {
  const refused = async (file: Buffer, change: Partial<Film> = {}): Promise<string | null> => {
    const row = await after(file, change);
    expect(row).toMatchObject({ status: 'refused', settledAt: now });
    expect(await eventsOf('film:refused', row.id)).toMatchObject([{ payload: { refusal: row.refusal } }]);
    expect(await filesOf(row.id)).toEqual([]);
    return row.refusal ?? null;
  };
  it('by what is in it, and by its last packet, whatever its head says', async () => {
    expect(await refused(await film('mute.mp4', ...flash(6), ...x264))).toBe('no_sound');
    expect(await refused(await film('blind.mp4', ...beep(6), '-c:a', 'aac'))).toBe('no_picture');
    expect(await refused(await film('small.mp4', ...flash(6, '854x480'), ...beep(6), ...x264, '-c:a', 'aac'))).toBe('too_small');
    expect(await refused(await film('short.mp4', ...flash(4), ...beep(4), ...x264, '-c:a', 'aac'))).toBe('too_short');
    const whole = await film('whole.mp4', ...flash(8), ...beep(8), ...x264, '-c:a', 'aac', '-movflags', '+faststart');
    expect(await refused(whole.subarray(0, Math.floor(whole.length / 2)))).toBe('too_short');
    expect(await refused(Buffer.concat([whole.subarray(0, 40), Buffer.alloc(5000, 9)]))).toBe('unreadable');
  }, 120_000);

  it('where a piece is not as it came', async () => {
    const file = await film('pieces.mp4', ...flash(6), ...beep(6), ...x264, '-c:a', 'aac');
    const id = await upload(file);
    await deps.storage.putBytes(filmPieceKey(id, 0), Buffer.concat([file.subarray(0, 5000), Buffer.from('x'), file.subarray(5001)]));
    await makeFilm(deps, { filmId: id }, quiet);
    expect(await rowOf(id)).toMatchObject({ status: 'refused', refusal: 'damaged' });
  });
});

describe('work that is cut off', () => {
  it('goes on where it was, gives way to live lessons, and is never half there', async () => {
    const id = await upload(await film('long.mp4', ...flash(13), ...beep(13), ...x264, '-c:a', 'aac'));
    let turns = 0;
    const busy: FilmDeps = { ...deps, turn: () => Promise.resolve(++turns === 2 ? { go: false, waitMs: 777 } : { go: true, threads: 2 }) };
    expect(await makeFilm(busy, { filmId: id }, quiet)).toEqual({ laterMs: 777 });
    expect(await rowOf(id)).toMatchObject({ status: 'making', progress: 0 });
    expect(await filesOf(id)).toEqual([]);
    const stop = new AbortController();
    const dying: FilmDeps = { ...deps, turn: () => { if (++turns === 4) stop.abort(); return Promise.resolve({ go: true, threads: 2 }); } };
    await expect(makeFilm(dying, { filmId: id }, stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
    expect(await rowOf(id)).toMatchObject({ status: 'making', progress: 0.5 });
    // 13 s are four chunks of at most 4 s: two stand, so two are asked for.
    const before = turns;
    const rest: FilmDeps = { ...deps, turn: () => { turns++; return Promise.resolve({ go: true, threads: 2 }); } };
    await makeFilm(rest, { filmId: id }, quiet);
    expect(turns - before).toBe(2);
    expect(await rowOf(id)).toMatchObject({ status: 'review', progress: null });
    expect(await filesOf(id)).toHaveLength(2);
    await makeFilm(rest, { filmId: id }, quiet);
    expect(await filesOf(id)).toHaveLength(2);
  }, 120_000);

  it('ends with a word when it fails for good, and stops when the film is taken away', async () => {
    const file = await film('gone.mp4', ...flash(6), ...beep(6), ...x264, '-c:a', 'aac');
    const id = await upload(file);
    await expect(makeFilm({ ...deps, ffmpegBin: join(folder, 'no-ffmpeg') }, { filmId: id }, quiet)).rejects.toThrow();
    expect(await rowOf(id)).toMatchObject({ status: 'checking' });
    await giveUpFilm(deps, { filmId: id });
    expect(await rowOf(id)).toMatchObject({ status: 'refused', refusal: 'failed' });
    const removed = await after(file, { removedAt: now });
    expect(removed).toMatchObject({ status: 'checking' });
    expect(await filesOf(removed.id)).toEqual([]);
  });
});

describe('what is left', () => {
  it('goes in its time: uploads nobody went on with, pieces long after the decision, everything of what was taken away', async () => {
    const file = Buffer.concat([Buffer.from([0, 0, 0, 32]), Buffer.from('ftypisom'), Buffer.alloc(500)]);
    const days = (count: number): Date => new Date(now.getTime() - count * 86_400_000);
    const left = { orm: db.orm, storage: deps.storage, now: () => now, filmUploadDays: 30 };
    await removeLeftFilms(left);
    const abandoned = await upload(file, { status: 'uploading', heardAt: new Date(now.getTime() - abandonedFilmMs - 1) });
    const going = await upload(file, { status: 'uploading', heardAt: days(6) });
    const fresh = await upload(file, { status: 'refused', refusal: 'no_sound', settledAt: days(29) });
    const old = await upload(file, { status: 'refused', refusal: 'no_sound', settledAt: days(31) });
    const removed = await upload(file, { status: 'checking', removedAt: now });
    expect(await removeLeftFilms(left)).toBe(3);
    expect(await removeLeftFilms(left)).toBe(0);
    const there = async (id: string): Promise<boolean> => (await deps.storage.stat(filmPieceKey(id, 0))) !== null;
    expect(await Promise.all([abandoned, going, fresh, old, removed].map(there))).toEqual([false, true, true, false, false]);
    expect(await db.orm.em.fork().count(Film, { id: abandoned })).toBe(0);
    expect(await rowOf(old)).toMatchObject({ status: 'refused', cleanedAt: now });
  });
});
