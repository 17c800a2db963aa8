// From the click to the first picture, from the teacher's camera to the learner's screen, and from start to ready.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { makeBeepMicrophone, makeCounterCamera } from '#testing/camera-files.ts';
import { counterReadings, launchBrowser, readCounters, type Reading } from '#testing/browser.ts';
import { startProduct, type Product } from '../setup/product.ts';
import { productPorts } from '../setup/ports.ts';
import { foundPaths } from '../setup/found.ts';
import { startBare } from './bare/server.ts';
import { enter, leadVideo, teach } from './classroom.ts';
import { p50p95, percentile, processorSeconds } from './statistics.ts';

const joins = 30;
const wantedReadings = 300;
const cameraSeconds = 120;
interface Join { toFirstFrameMs: number; heightWithin5s: number }

/** One learner on a fresh page, from the click on «enter» on. The page marks click and first picture itself. */
async function joinOnce(browser: Browser, url: string, login: string, lessonId: string): Promise<{ page: Page; join: Join; close: () => Promise<void> }> {
  const page = await enter(browser, url, login, lessonId);
  await page.waitForFunction(() => performance.getEntriesByName('first-frame').length > 0);
  const toFirstFrameMs = await page.evaluate(() =>
    performance.getEntriesByName('first-frame')[0]!.startTime - performance.getEntriesByName('join-click')[0]!.startTime);
  const heightWithin5s = await page.evaluate(async (selector) => {
    const until = performance.now() + 5000;
    let height = 0;
    while (performance.now() < until && height < 720) {
      height = document.querySelector<HTMLVideoElement>(selector)?.videoHeight ?? 0;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return height;
  }, leadVideo);
  return { page, join: { toFirstFrameMs, heightWithin5s }, close: () => page.context().close() };
}

/** How often each value occurs. */
function tally(values: readonly number[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** Milliseconds between a counter on the teacher's own screen and the same counter on the learner's; both pages have the machine's clock. */
export function delays(sent: readonly Reading[], received: readonly Reading[], loopMs: number): number[] {
  const shown = new Map<number, number[]>();
  for (const { counter, atMs } of sent) shown.set(counter, [...(shown.get(counter) ?? []), atMs]);
  return received.flatMap(({ counter, atMs }) => {
    const before = (shown.get(counter) ?? []).filter((at) => at <= atMs && atMs - at < loopMs / 2);
    const last = before.at(-1);
    return last === undefined ? [] : [atMs - last];
  });
}

async function glassToGlass(browser: Browser, teacher: Page, url: string, lessonId: string): Promise<number[]> {
  const { page, close } = await joinOnce(browser, url, 'student1', lessonId);
  await readCounters(teacher, leadVideo);
  await readCounters(page, leadVideo);
  await page.waitForFunction((wanted) => (Reflect.get(globalThis, 'keshiReadings') as unknown[]).length >= wanted, wantedReadings * 1.5, { timeout: 120_000 });
  const found = delays(await counterReadings(teacher), await counterReadings(page), cameraSeconds * 1000);
  await close();
  return found;
}

interface BarePage { send(): Promise<void>; watch(): Promise<number> }

/** The same machine, browsers and camera with mediasoup alone: what a join costs at least. Each on a fresh page. */
async function bareJoins(sender: Browser, watcher: Browser, workerBin: string): Promise<number[]> {
  const bare = await startBare(workerBin);
  const open = async (browser: Browser): Promise<Page> => {
    const page = await (await browser.newContext({ permissions: ['camera'] })).newPage();
    await page.goto(bare.url);
    return page;
  };
  try {
    const sending = await open(sender);
    await sending.evaluate(() => (Reflect.get(globalThis, 'barePage') as BarePage).send());
    const found: number[] = [];
    for (let index = 0; index < joins; index++) {
      const page = await open(watcher);
      found.push(await page.evaluate(() => (Reflect.get(globalThis, 'barePage') as BarePage).watch()));
      await page.context().close();
    }
    await sending.context().close();
    return found;
  } finally {
    bare.close();
  }
}

async function measureLesson(product: Product, folder: string, chromiumBin: string, workerBin: string): Promise<Record<string, unknown>> {
  const camera = { cameraFile: join(folder, 'camera.mjpeg'), microphoneFile: join(folder, 'microphone.wav') };
  const [teacherBrowser, learnerBrowser] = [await launchBrowser(chromiumBin, camera), await launchBrowser(chromiumBin, {})];
  try {
    const { page: teacher, lessonId } = await teach(teacherBrowser, product.url);
    const cpuFrom = { chromium: processorSeconds('chromium'), at: performance.now() };
    const joined: Join[] = [];
    for (let index = 0; index < joins; index++) {
      const { join: one, close } = await joinOnce(learnerBrowser, product.url, `student${(index % 6) + 1}`, lessonId);
      joined.push(one);
      await close();
    }
    const delayMs = await glassToGlass(learnerBrowser, teacher, product.url, lessonId);
    await teacher.context().close();
    const bare = await bareJoins(teacherBrowser, learnerBrowser, workerBin);
    const ours = joined.map((one) => one.toFirstFrameMs);
    const wallSeconds = (performance.now() - cpuFrom.at) / 1000;
    return {
      joinToFirstFrameMs: p50p95(ours),
      bareJoinToFirstFrameMs: p50p95(bare),
      ratioToBare: Number((percentile(ours, 0.5) / percentile(bare, 0.5)).toFixed(2)),
      receivedHeight: Math.min(...joined.map((one) => one.heightWithin5s)),
      receivedHeights: tally(joined.map((one) => one.heightWithin5s)),
      glassToGlassMs: p50p95(delayMs),
      samples: { joins: joined.length, bareJoins: bare.length, glassToGlass: delayMs.length },
      generatorCpuPercent: Math.round(((processorSeconds('chromium') - cpuFrom.chromium) / wallSeconds) * 100),
    };
  } finally {
    await Promise.all([teacherBrowser.close(), learnerBrowser.close()]);
  }
}

/** `startToReadyMs` is a second start over existing data; `firstStartToReadyMs` one over an empty folder. Set-up is done before both. */
export async function benchJoin(): Promise<Record<string, unknown>> {
  const found = foundPaths(process.env);
  const { CHROMIUM_BIN, MEDIASOUP_WORKER_BIN } = found;
  if (!CHROMIUM_BIN || !MEDIASOUP_WORKER_BIN) throw new Error('Chromium or the media worker is missing: set CHROMIUM_BIN, MEDIASOUP_WORKER_BIN');
  const folder = await mkdtemp(join(tmpdir(), 'keshi-bench-'));
  try {
    await makeCounterCamera(join(folder, 'camera.mjpeg'), cameraSeconds, 1280, 720, found.FFMPEG_BIN);
    await makeBeepMicrophone(join(folder, 'microphone.wav'), cameraSeconds);
    const env = { ...process.env, ...await productPorts(2), DATA_DIR: join(folder, 'data') };
    const first = await startProduct({ env });
    await first.stop();
    const product = await startProduct({ env });
    try {
      const figures = await measureLesson(product, folder, CHROMIUM_BIN, MEDIASOUP_WORKER_BIN);
      return { ...figures, startToReadyMs: product.startedInMs, firstStartToReadyMs: first.startedInMs };
    } finally {
      await product.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
