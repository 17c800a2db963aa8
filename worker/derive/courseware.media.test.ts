// Courseware in the film itself, from rows and raw captures to the published file with the real ffmpeg: page, lines and pointer at their moments, nothing covered, nothing of it twice.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coursewarePageKey } from '#contracts/places.ts';
import type { Replay } from '#db/entities/recording.ts';
import { DomainError } from '#domain/errors.ts';
import { at, DeriveWorld, ffmpegBin as ffmpeg, type MadeRecording } from '../testing/derive-world.ts';
import { coloursOf, pictureHashes, type Area } from '../testing/measure-media.ts';
import { ShownCourseware, type Colour } from '../testing/shown-courseware.ts';
import { deriveChunk } from './chunk.ts';
import { deriveAll } from './derive-all.ts';
import { readPages } from './film-pages.ts';
import { rebuildRecording } from './rebuild.ts';
import { loadRecording } from './recording-state.ts';

const endMs = 22_000;
const [teal, olive]: [Colour, Colour] = [[20, 130, 150], [120, 130, 20]];
/** 16:9 beside the cameras: 960 x 540 in the middle of the left three quarters. */
const page = { left: 0, top: 90, width: 960, height: 540 };
const around = (x: number, y: number, half = 4): Area => ({ x: Math.round(page.left + (x * page.width) / 10_000) - half, y: Math.round(page.top + (y * page.height) / 10_000) - half, width: 2 * half, height: 2 * half });
/** Where nothing is drawn on the page, on the line, at the two places of the pointer; in the camera beside the page; where the camera alone would be large. */
const areas = {
  paper: around(1500, 8500), line: around(5000, 5000), first: around(2500, 2500), second: around(7500, 2500), beside: { x: 1000, y: 300, width: 240, height: 120 }, below: { x: 100, y: 660, width: 200, height: 50 },
} as const;
type Seen = Record<keyof typeof areas, [number, number, number][]>;

let world: DeriveWorld;
let made: MadeRecording;
let shown: ShownCourseware;
let replay: Replay;
let seen: Seen;
beforeAll(async () => {
  world = await DeriveWorld.create(100);
  made = await world.addRecording(null, [[0, endMs]]);
  await world.capture(made);
  shown = await ShownCourseware.create(world, made, [teal, olive, null]);
  for (const [ms, number] of [[3000, 1], [8000, 2], [10_000, 1], [11_000, null], [18_000, 3], [19_000, null]] as const) await shown.turns(ms, number);
  await shown.draws(1, 5000, 7000, { colour: 'red', width: 160, points: [1000, 5000, 9000, 5000] });
  await shown.draws(2, 8520, null, { colour: 'blue', width: 160, points: [1000, 5000, 9000, 5000] });
  for (const [ms, place] of [[5500, { x: 2500, y: 2500 }], [6200, { x: 7500, y: 2500 }], [6600, null], [10_400, { x: 2500, y: 2500 }]] as const) await shown.points(1, ms, place);
  await world.timeline(made, endMs, true);
  await world.moveUnit(made.unitIds[0]!, [0, endMs]);
  await world.endSession(made, endMs);
  await deriveAll(world.deps, made);
  replay = (await world.replays(made.recordingId))[0]!;
  seen = await look();
});
afterAll(() => world?.close());

const filmOf = (): string => world.pathOf(replay.id, 'unit.mp4');
async function look(): Promise<Seen> {
  const entries: [string, [number, number, number][]][] = [];
  for (const [name, area] of Object.entries(areas)) entries.push([name, await coloursOf(ffmpeg, filmOf(), area)]);
  return Object.fromEntries(entries) as Seen;
}
/** Encoded colours stray a little. */
const near = (one: readonly number[], [red, green, blue]: Colour): boolean => [red, green, blue].every((value, index) => Math.abs(value - one[index]!) < 30);
const red: Colour = [224, 43, 32];
const dot: Colour = [255, 42, 26];
const blue: Colour = [23, 98, 214];
/** Stretches in ms in which the area has that colour. */
function stretches(area: keyof Seen, colour: Colour): [number, number][] {
  const found: [number, number][] = [];
  seen[area].forEach((one, frame) => {
    if (!near(one, colour)) return;
    const last = found.at(-1);
    if (last?.[1] === frame * 40) last[1] += 40;
    else found.push([frame * 40, frame * 40 + 40]);
  });
  return found;
}
/** Lines and pointer change every second frame: a moment is met within one frame and the half of such a step. */
function expectStretches(area: keyof Seen, colour: Colour, wanted: [number, number][]): void {
  const got = stretches(area, colour);
  expect(got, area).toHaveLength(wanted.length);
  wanted.forEach((edges, index) => edges.forEach((ms, side) => expect(Math.abs(got[index]![side as 0 | 1] - ms), `${area} ${String(got[index])} for ${String(edges)}`).toBeLessThanOrEqual(80)));
}

describe('a film of a lesson with courseware', () => {
  it('shows each page while it stood on the stage', () => {
    expectStretches('paper', teal, [[3000, 8000], [10_000, 11_000]]);
    expectStretches('paper', olive, [[8000, 10_000]]);
  });

  it('shows a line from when it was drawn until it was taken away, on its own page only', () => {
    expectStretches('line', red, [[5000, 7000]]);
    expectStretches('line', blue, [[8520, 10_000]]);
    expectStretches('line', teal, [[3000, 5000], [7000, 8000], [10_000, 11_000]]);
  });

  it('shows the pointer where it was, until it was taken away or the page closed', () => {
    expectStretches('first', dot, [[5500, 6200], [10_400, 11_000]]);
    expectStretches('second', dot, [[6200, 6600]]);
  });

  it('has the camera beside the page, uncovered, and flashing there', () => {
    const bright = (list: readonly number[]): boolean => list[0]! > 150 && list[1]! > 150;
    const within = seen.beside.slice(4 * 25, 8 * 25);
    expect(within.some(bright)).toBe(true);
    expect(within.some((one) => !bright(one))).toBe(true);
    // Above and below the page there is nothing.
    for (const frame of [4 * 25, 7 * 25]) expect(Math.max(...seen.below[frame]!)).toBeLessThan(60);
  });

  it('shows the camera large again when the page is closed, and a screen that was shared meanwhile', () => {
    // The camera is grey, the slate behind a page is darker.
    expect(seen.below[2 * 25 + 12]!.every((value) => value > 35)).toBe(true);
    const slide: Colour = [0, 0, 254];
    expect(near(seen.below[10 * 25]!, slide)).toBe(false);
    expect(near(seen.below[12 * 25]!, slide)).toBe(true);
  });

  it('has the camera where a page could not be read, and says so', async () => {
    expect(seen.below[18 * 25 + 12]!.every((value) => value > 35)).toBe(true);
    const missing = replay.gaps.filter(({ reason }) => reason === 'page_missing');
    expect(missing).toEqual([{ fromMs: 18_000, toMs: 19_000, reason: 'page_missing' }]);
    expect(replay.quality?.gaps).toContainEqual(missing[0]);
    expect(replay.status).not.toBe('failed');
    expect(await world.recording(made.recordingId)).toMatchObject({ status: 'ready' });
  });

  it('is marked, so that the replay shows no page beside it; a standing page is no frozen camera, nor black', () => {
    expect(replay.coursewareInFilm).toBe(true);
    expect(replay.quality?.frozen.filter(({ fromMs, toMs }) => fromMs < 11_000 && toMs > 3000)).toEqual([]);
    expect(replay.quality?.black.filter(({ fromMs, toMs }) => fromMs < 11_000 && toMs > 3000)).toEqual([]);
  });
});

it('made again it is the same, picture for picture', async () => {
  const before = await pictureHashes(ffmpeg, filmOf());
  await rebuildRecording(world.deps, made.recordingId);
  expect(await pictureHashes(ffmpeg, filmOf())).toEqual(before);
});

describe('what comes late', () => {
  const shortMs = 8000;
  let lesson: MadeRecording;
  let own: ShownCourseware;
  const again = async (): Promise<void> => {
    [replay] = await world.replays(lesson.recordingId) as [Replay];
    seen = await look();
  };
  beforeAll(async () => {
    lesson = await world.addRecording(shortMs, [[0, shortMs]]);
    await world.capture(lesson, shortMs);
    await world.timeline(lesson, shortMs, true);
    own = await ShownCourseware.create(world, lesson, [teal]);
    await own.turns(1500, 1);
  });

  it('into the rows, behind the chunk that should have it: the chunk is made again before the file is joined', async () => {
    for (const ordinal of [0, 1]) await deriveChunk(world.deps, { recordingId: lesson.recordingId, unitId: lesson.unitIds[0]!, ordinal });
    await own.draws(1, 5000, 7000, { colour: 'red', width: 160, points: [1000, 5000, 9000, 5000] });
    await deriveAll(world.deps, lesson);
    await again();
    expectStretches('line', red, [[5000, 7000]]);
  });

  it('a picture that was missing: it is told, and in the film once that is made again', async () => {
    const key = coursewarePageKey(own.id, 1, 'page');
    const bytes = await world.deps.storage.read(key);
    await world.deps.storage.putBytes(key, Buffer.from('no picture'));
    await rebuildRecording(world.deps, lesson.recordingId);
    await again();
    expectStretches('paper', teal, []);
    expect(replay.gaps).toContainEqual({ fromMs: 1500, toMs: shortMs, reason: 'page_missing' });
    await world.deps.storage.putBytes(key, bytes);
    await rebuildRecording(world.deps, lesson.recordingId);
    await again();
    expectStretches('paper', teal, [[1500, shortMs]]);
    expect(replay.gaps.filter(({ reason }) => reason === 'page_missing')).toEqual([]);
  });

  it('while the storage is away no film is made without its pages: the job is tried again', async () => {
    const away = { ...world.deps.storage, read: () => Promise.reject(new DomainError('storage_unavailable', 'away')) };
    await expect(readPages({ ...world.deps, storage: away }, await loadRecording(world.deps.orm, lesson.recordingId), { fromMs: at(0).getTime(), toMs: at(4000).getTime() }))
      .rejects.toMatchObject({ code: 'storage_unavailable' });
  });
});
