// `recording --minutes 3`: a real lesson in real Chromium over a bad network: a teacher with camera, microphone and screen, a learner on stage. What the unit shows is
// compared with what the pages say they drew and played.
import { createWriteStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { beep, otherHertz } from '#testing/beep.ts';
import { launchBrowser } from '#testing/browser.ts';
import { readTruth, useMadeMedia, type Truth } from '#testing/page-media.ts';
import { readBeepsOf, readPicturesOf, soundOffsetsMs, wholePicture, type PictureBox, type SeenPicture } from '#testing/read-media.ts';
import { readLoggedStreams, type LoggedStream } from './capture-truth.ts';
import { bringOnStage, endLesson, enter, teach } from './classroom.ts';
import { MediaRelay, type Weather } from './media-relay.ts';
import { withProduct, type ProductWorld } from './product-world.ts';
import { untilPublished, type Published } from './published.ts';
import { percentile, treeSeconds } from './statistics.ts';

const weather: Weather = { loss: 0.02, delayMs: 60, jitterMs: 30 };
/** Where cameras stand (worker/compose/layout.ts): alone, two side by side, two in the corner of a screen. */
const teacherBoxes: PictureBox[] = [wholePicture, { x: 0, y: 0.25, w: 0.5, h: 0.5 }, { x: 1008 / 1280, y: 560 / 720, w: 256 / 1280, h: 144 / 720 }];
const guestBoxes: PictureBox[] = [{ x: 0.5, y: 0.25, w: 0.5, h: 0.5 }, { x: 1008 / 1280, y: 400 / 720, w: 256 / 1280, h: 144 / 720 }];
/** A counter is shown for 200 ms; so much of it may be cut away by the edge of a gap, a span or the unit. */
const edgeMs = 250;

interface Lesson { teacher: Page; lessonId: string; relay: MediaRelay; truths: { teacher: Truth; guest: Truth } }

/** A third of the time with two cameras, a third with the screen, the rest without the guest. */
async function holdLesson({ product, found }: ProductWorld, relay: MediaRelay, minutes: number, cpu: (state: 'from' | 'to') => void, use: (lesson: Lesson) => Promise<Published>): Promise<{ lesson: Lesson; published: Published }> {
  const browser = await launchBrowser(found.chromium);
  try {
    const prepare = (hertz: number) => async (context: BrowserContext): Promise<void> => {
      await useMadeMedia(context, { hertz, noise: 12 });
      await relay.serve(context);
    };
    const { page: teacher, lessonId } = await teach(browser, product.url, prepare(beep.hertz));
    const guest = await enter(browser, product.url, 'student1', lessonId, prepare(otherHertz));
    await bringOnStage(teacher, guest);
    cpu('from');
    const third = (minutes * 60_000) / 3;
    await pause(third);
    await teacher.getByTestId('toggle-screen').click();
    await pause(third);
    await teacher.getByTestId('toggle-screen').click();
    await guest.getByTestId('leave-stage').click();
    await pause(third);
    cpu('to');
    const truths = { teacher: await readTruth(teacher), guest: await readTruth(guest) };
    await endLesson(teacher);
    const lesson = { teacher, lessonId, relay, truths };
    return { lesson, published: await use(lesson) };
  } finally {
    await browser.close();
  }
}

async function download(staff: BrowserContext, url: string, file: string, path: string): Promise<void> {
  const { cookies } = await staff.storageState();
  const response = await fetch(`${url}${path}`, { headers: { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') } });
  if (!response.ok || !response.body) throw new Error(`${path}: ${response.status}`);
  await pipeline(Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]), createWriteStream(file));
}

/** Pictures of a camera wherever it stands; the boxes are read one after another. */
async function readBoxes(file: string, ffmpeg: string, boxes: readonly PictureBox[]): Promise<SeenPicture[][]> {
  const read: SeenPicture[][] = [];
  for (const box of boxes) read.push(await readPicturesOf(file, ffmpeg, box));
  return read;
}
/** One list: of each moment the box where something of this camera can be read. */
const joined = (lists: readonly SeenPicture[][], own: (counter: number) => boolean): SeenPicture[] =>
  (lists[0] ?? []).map(({ atMs }, index) => ({ atMs, counter: lists.map((list) => list[index]?.counter ?? null).find((counter) => counter !== null && own(counter)) ?? null }));

/** Where the picture that first has a counter is placed around the moment of drawing it: -8 to 20 ms, measured; the picture before, with another counter, is 33 ms earlier. */
const placedEarlyMs = 10;

interface Span { fromMs: number; toMs: number }
/**
 * Counters that were drawn while the source was sent, outside the gaps, and are in no picture of the file: those of which a picture reached the sfu, and those the
 * browser never sent. `startMs`: the file's beginning on the machine's clock.
 */
export function missingCounters(truth: Pick<Truth, 'pictures'>, source: 'camera' | 'screen', seen: readonly SeenPicture[], startMs: number, gaps: readonly Span[], sentAtMs: readonly number[]): { reached: number[]; notSent: number } {
  const there = new Set(seen.map(({ counter }) => counter));
  const shown = truth.pictures.filter((picture) => picture.source === source);
  const own = shown.filter(({ counter }) => there.has(counter));
  const [first, last] = [own[0]?.counter ?? 0, own.at(-1)?.counter ?? 0];
  const absent = shown.filter(({ counter, atMs }) => counter > first && counter < last && !there.has(counter)
    && !gaps.some(({ fromMs, toMs }) => atMs - startMs > fromMs - edgeMs && atMs - startMs < toMs + edgeMs));
  const reached = absent.filter(({ atMs }) => sentAtMs.some((sentMs) => sentMs > atMs - placedEarlyMs && sentMs < atMs + 160));
  return { reached: reached.map(({ atMs }) => Math.round(atMs - startMs)), notSent: absent.length - reached.length };
}

/** When the pictures that reached the sfu were taken, on the machine's clock: the RTP time, placed by the packet that took the least time. A browser leaves pictures out. */
function takenAtMs(streams: readonly LoggedStream[], relay: MediaRelay): number[] {
  return streams.flatMap(({ ssrc, packets }) => {
    const own = relay.packets.filter((packet) => packet.ssrc === ssrc && packets.has(packet.timestamp));
    const first = own[0]?.timestamp ?? 0;
    // Timestamps are of 32 bits and may turn over.
    const mediaMs = (timestamp: number): number => ((timestamp - first) | 0) / 90;
    const offsetMs = own.reduce((least, { atMs, timestamp }) => Math.min(least, atMs - mediaMs(timestamp)), Number.POSITIVE_INFINITY) - (weather.delayMs - weather.jitterMs);
    return [...packets.keys()].map((timestamp) => mediaMs(timestamp) + offsetMs);
  });
}

/** Waits for the file and fetches it, while the browser still has its staff logged in. */
async function fetchUnit({ product, folder }: ProductWorld, { teacher, lessonId }: Lesson): Promise<Published> {
  const published = await untilPublished(teacher.context(), lessonId, 600_000);
  const [part] = published.parts;
  if (!part?.mp4Url || published.parts.length !== 1) throw new Error(`${published.parts.length} files of a short lesson`);
  await download(teacher.context(), product.url, join(folder, 'unit.mp4'), part.mp4Url);
  return published;
}

async function judge({ found: { ffmpeg }, folder, product: { dataDir } }: ProductWorld, { truths, relay }: Lesson, published: Published): Promise<Record<string, unknown>> {
  const file = join(folder, 'unit.mp4');
  const part = published.parts[0]!;
  const unit = published.lesson.units.find(({ unitId }) => unitId === part.unitId)!;
  const startMs = Date.parse(unit.startedAt!);
  const gaps = published.qualities[0]?.report?.gaps ?? [];
  const drawnBy = (truth: Truth, source: string) => new Set(truth.pictures.filter((one) => one.source === source).map(({ counter }) => counter));
  const [cameraCounters, guestCounters, screenCounters] = [drawnBy(truths.teacher, 'camera'), drawnBy(truths.guest, 'camera'), drawnBy(truths.teacher, 'screen')];
  const teacherLists = await readBoxes(file, ffmpeg, teacherBoxes);
  const camera = joined(teacherLists, (counter) => cameraCounters.has(counter));
  const screen = joined(teacherLists.slice(0, 1), (counter) => screenCounters.has(counter));
  const guest = joined(await readBoxes(file, ffmpeg, guestBoxes), (counter) => guestCounters.has(counter));
  const offsets = [
    ...soundOffsetsMs({ pictures: camera, beeps: await readBeepsOf(file, ffmpeg) }, truths.teacher),
    ...soundOffsetsMs({ pictures: guest, beeps: await readBeepsOf(file, ffmpeg, otherHertz) }, truths.guest, 'camera', otherHertz),
  ].map(({ offsetMs }) => offsetMs);
  const away = offsets.map(Math.abs);
  const [sessionId] = await readdir(join(dataDir, 'capture', published.lesson.lessonId));
  const streams = await readLoggedStreams(dataDir, published.lesson.lessonId, sessionId!);
  const teacherId = streams.find(({ source }) => source === 'screen')?.peerId;
  const taken = (source: string, own: boolean): number[] => takenAtMs(streams.filter((stream) => stream.source === source && (stream.peerId === teacherId) === own), relay);
  const missing = {
    camera: missingCounters(truths.teacher, 'camera', camera, startMs, gaps, taken('camera', true)), screen: missingCounters(truths.teacher, 'screen', screen, startMs, gaps, taken('screen', true)),
    guest: missingCounters(truths.guest, 'camera', guest, startMs, gaps, taken('camera', false)),
  };
  return {
    avOffsetMs: { p50: Math.round(percentile(away, 0.5)), p95: Math.round(percentile(away, 0.95)), max: Math.round(Math.max(...away)) },
    meanOffsetMs: Math.round(offsets.reduce((sum, one) => sum + one, 0) / offsets.length),
    framesMissing: missing.camera.reached.length + missing.screen.reached.length + missing.guest.reached.length, missing,
    countersDrawn: cameraCounters.size + guestCounters.size + screenCounters.size, beepsCompared: offsets.length,
    gaps: gaps.map(({ fromMs, toMs, reason }) => `${reason} ${fromMs}-${toMs}`), readyAfterEndMs: published.readyAfterMs,
    unitSeconds: (part.durationMs ?? 0) / 1000, liveSeconds: (Date.parse(unit.endedAt!) - startMs) / 1000,
    status: part.status, holdReasons: part.holdReasons, network: `relay: loss ${weather.loss * 100} %, delay ${weather.delayMs}±${weather.jitterMs} ms, both ways`,
    packets: { passed: relay.counts.passed, lost: relay.counts.lost },
  };
}

export const benchLive = (minutes: number): Promise<Record<string, unknown>> => withProduct({}, 2, async (world) => {
  const relay = await MediaRelay.open(world.mediaPort, world.mediaWorkers, weather);
  const { roles } = world.product;
  const pids = { sfu: roles.sfu.pid!, signaling: roles.signaling.pid!, worker: roles.worker.pid! };
  const read = (): Record<string, number> => ({ ...Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, treeSeconds(pid)])), generator: treeSeconds(process.pid) });
  const cpu: { from?: Record<string, number>; to?: Record<string, number>; fromMs: number; toMs: number } = { fromMs: 0, toMs: 0 };
  try {
    const { lesson, published } = await holdLesson(world, relay, minutes, (state) => {
      cpu[state] = read();
      cpu[`${state}Ms`] = performance.now();
    }, (one) => fetchUnit(world, one));
    const figures = await judge(world, lesson, published);
    const percent = (name: string): number => Math.round((((cpu.to?.[name] ?? 0) - (cpu.from?.[name] ?? 0)) / (cpu.toMs - cpu.fromMs)) * 100_000);
    const ours = ['sfu', 'signaling', 'worker'].map((name) => [name, percent(name)] as const);
    // The roles are children of this process, and so are the browser and the database.
    return { minutes, ...figures, cpuPercent: { ...Object.fromEntries(ours), generator: percent('generator') - ours.reduce((sum, [, value]) => sum + value, 0) } };
  } finally {
    relay.close();
  }
});
