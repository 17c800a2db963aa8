// A page that was shown and drawn on, in the film that really plays: read from the pictures of the published replay in Chromium, and from the file that is downloaded.
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ReplayCourseware } from '#contracts/courseware.ts';
import type { LessonReplay, ReplayPart } from '#contracts/replay.ts';
import { desktop, phone } from '#testing/browser.ts';
import { useMadeMedia } from '#testing/page-media.ts';
import { foundPaths } from '../setup/found.ts';
import { enters, movingPicture, openLessonId, readsNotice } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';

/** Nothing on a stage has this colour but the page. */
const paper = [20, 130, 150] as const;
const pen = [224, 43, 32] as const;
const light = [255, 42, 26] as const;
/** In the film, 1280 x 720, where the page is 960 x 540: nothing but paper; the line, which goes across its middle; where the pointer rests. */
const spots = { paper: { x: 300, y: 560 }, line: { x: 480, y: 360 }, dot: { x: 691, y: 252 } } as const;
let platform: Platform;
let lessonId: string;
let teacher: Page;
let unit: ReplayPart & { replayId: string };
let shown: ReplayCourseware;

beforeAll(async () => {
  platform = await openPlatform({ name: 'courseware-film', mediaWorkers: 2 });
  const teaching = await platform.contextOf('teacher');
  await useMadeMedia(teaching);
  lessonId = await openLessonId(teaching);
  teacher = await teaching.newPage();
  await teacher.goto(`/lessons/${lessonId}/enter`);
  await readsNotice(teacher);
});
afterAll(() => platform?.close());
const shot = (name: string): Promise<void> => platform.shot(teacher, name);
/** Until the teacher's camera has sent a second and a half more. */
const taught = async (): Promise<void> => {
  const from = await teacher.evaluate(() => performance.now());
  await movingPicture(teacher, 'video[data-source="camera"]');
  await teacher.waitForFunction((since) => performance.now() > since + 1500, from);
};

it('the teacher shows a page, draws across it, points, closes it and ends the lesson', async () => {
  await teacher.goto(`/lessons/${lessonId}`);
  await teacher.getByTestId('courseware-empty').waitFor();
  const [r, g, b] = paper;
  const buffer = await sharp({ create: { width: 1600, height: 900, channels: 3, background: { r, g, b } } }).png().toBuffer();
  await teacher.getByTestId('courseware-file').setInputFiles({ name: '挂图.png', mimeType: 'image/png', buffer });
  await teacher.locator('[data-testid="courseware-file-row"][data-status="ready"]').waitFor();
  await enters(teacher, lessonId);
  await teacher.getByTestId('start-lesson').click();
  await teacher.getByTestId('recording').waitFor();
  await taught();
  await teacher.getByTestId('tab-courseware').click();
  await teacher.getByTestId('courseware-show').click();
  await teacher.getByTestId('page-picture').waitFor();
  await taught();
  await teacher.getByTestId('pen').click();
  const sheet = (await teacher.getByTestId('page-picture').boundingBox())!;
  await teacher.mouse.move(sheet.x + sheet.width * 0.1, sheet.y + sheet.height * 0.5);
  await teacher.mouse.down();
  for (let step = 1; step <= 16; step++) await teacher.mouse.move(sheet.x + sheet.width * (0.1 + 0.05 * step), sheet.y + sheet.height * 0.5);
  await teacher.mouse.up();
  await teacher.getByTestId('stroke').waitFor({ state: 'attached' });
  await taught();
  await teacher.getByTestId('laser').click();
  await teacher.locator('[data-testid="page-frame"].laser').waitFor();
  // Without the colours of the pen below it the page has more room.
  const now = (await teacher.getByTestId('page-picture').boundingBox())!;
  await teacher.mouse.move(now.x + now.width * 0.7, now.y + now.height * 0.3);
  await teacher.mouse.move(now.x + now.width * 0.72, now.y + now.height * 0.3);
  await taught();
  await shot('01-class');
  await teacher.getByTestId('page-close').click();
  await teacher.getByTestId('page-picture').waitFor({ state: 'detached' });
  await taught();
  await teacher.getByTestId('end-lesson').click();
  await teacher.getByTestId('end-lesson-confirm').click();
  await teacher.getByTestId('lesson-over').waitFor();
});

it('a film is made of it that says what it shows', async () => {
  const { request } = teacher.context();
  await expect.poll(async () => {
    const response = await request.get(`/api/lessons/${lessonId}/replay`);
    const [part] = response.ok() ? (await response.json() as LessonReplay).parts : [];
    if (part?.replayId) unit = { ...part, replayId: part.replayId };
    return part?.status ?? 'none';
  }, { timeout: 240_000, interval: 500 }).not.toMatch(/^(none|processing)$/);
  shown = await (await request.get(`/api/replays/${unit.replayId}/courseware`)).json() as ReplayCourseware;
  expect(shown.inFilm).toBe(true);
  expect(shown.scenes).toHaveLength(1);
  expect(shown.lines).toHaveLength(1);
});

interface Place { x: number; y: number }
/** Colours of the film's own picture where the player shows it at this moment. */
const coloursAt = (ms: number): Promise<Record<keyof typeof spots, number[]>> => teacher.evaluate(async ({ seconds, places }) => {
  const video = document.querySelector('video')!;
  video.pause();
  await new Promise<void>((resolve) => {
    video.addEventListener('seeked', () => { resolve(); }, { once: true });
    video.currentTime = seconds;
  });
  const canvas = new OffscreenCanvas(1280, 720);
  const context = canvas.getContext('2d')!;
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  const colour = ({ x, y }: Place): number[] => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)];
  return { paper: colour(places.paper), line: colour(places.line), dot: colour(places.dot) };
}, { seconds: ms / 1000, places: spots });
const near = (one: readonly number[], other: readonly number[]): boolean => other.every((value, index) => Math.abs(value - one[index]!) < 40);

it('the replay that plays has page and line in its picture at their moments, and shows the page once', async () => {
  await teacher.goto(`/lessons/${lessonId}/replay`);
  await teacher.locator('video').waitFor();
  await teacher.evaluate(() => { const video = document.querySelector('video')!; video.muted = true; return video.play(); });
  await teacher.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
  const [scene, line] = [shown.scenes[0]!, shown.lines[0]!];
  const seen = async (ms: number): Promise<{ paper: boolean; line: boolean; dot: boolean }> => {
    const colours = await coloursAt(ms);
    return { paper: near(colours.paper, paper), line: near(colours.line, pen), dot: near(colours.dot, light) };
  };
  const without = { paper: false, line: false, dot: false };
  // 200 ms beside each moment: a frame of the film is 40 ms, the step of a line 80.
  expect(await seen(scene.fromMs - 200)).toEqual(without);
  expect(await seen(scene.fromMs + 200)).toEqual({ ...without, paper: true });
  expect(await seen(line.fromMs - 200)).toEqual({ ...without, paper: true });
  expect(await seen(line.fromMs + 200)).toEqual({ ...without, paper: true, line: true });
  await shot('02-replay');
  // The hand that closes the page takes the pointer away first: it was there somewhere before.
  let pointed = 0;
  for (let ms = line.fromMs + 300; ms < scene.toMs - 100; ms += 150) if ((await seen(ms)).dot) pointed += 150;
  expect(pointed).toBeGreaterThanOrEqual(1000);
  expect(await teacher.getByTestId('film-page').count()).toBe(0);
  await teacher.getByTestId('film-page-switch').click();
  await teacher.getByTestId('film-page').getByTestId('page-picture').waitFor();
  expect(await teacher.getByTestId('film-page').getByTestId('stroke').count()).toBe(1);
  await shot('03-replay-sharper');
  await teacher.setViewportSize(phone);
  await shot('05-phone-sharper');
  expect((await teacher.getByTestId('film-page-switch').boundingBox())!.height).toBeGreaterThanOrEqual(44);
  await teacher.getByTestId('film-page-switch').click();
  await teacher.getByTestId('film-page').waitFor({ state: 'detached' });
  await shot('06-phone');
  await teacher.setViewportSize(desktop);
  expect(await seen(scene.toMs + 200)).toEqual(without);
  await teacher.getByTestId('film-page-switch').waitFor({ state: 'detached' });
});

it('the file that is downloaded has them too, in any player', async () => {
  const file = join(platform.folder, 'unit.mp4');
  await writeFile(file, await (await teacher.context().request.get(unit.mp4Url!)).body());
  const { FFMPEG_BIN = 'ffmpeg' } = foundPaths(process.env);
  const { stdout } = await promisify(execFile)(FFMPEG_BIN, ['-v', 'error', '-ss', String((shown.lines[0]!.fromMs + 400) / 1000), '-i', file, '-frames:v', '1', '-f', 'image2pipe', '-c:v', 'png', '-'], { encoding: 'buffer', maxBuffer: 20e6 });
  const { data, info } = await sharp(stdout).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const colour = ({ x, y }: Place): number[] => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
  expect(near(colour(spots.paper), paper), String(colour(spots.paper))).toBe(true);
  expect(near(colour(spots.line), pen), String(colour(spots.line))).toBe(true);
  await sharp(stdout).toFile(join(platform.pictures, '04-file.png'));
});
