// `live-stream --watch 60`: how far behind the teacher the delayed broadcast is on a learner's screen, by the counter burnt into the teacher's picture, and what the page says of it.
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { counterReadings, launchBrowser, politeChromium, readCounters } from '#testing/browser.ts';
import { readTruth, useMadeMedia } from '#testing/page-media.ts';
import { freePort } from '#runtime/free-port.ts';
import { metricsPath } from '#runtime/metrics-server.ts';
import { enter, teach } from './classroom.ts';
import { withProduct, type ProductWorld } from './product-world.ts';
import { p50p95 } from './statistics.ts';

const video = '[data-testid="live-stream"] video';
/** After the first picture: what is listed when one begins is a little older. */
const settleMs = 10_000;

/** What the page says, once a second. */
async function saidSeconds(page: Page, seconds: number): Promise<number[]> {
  const said: number[] = [];
  for (let second = 0; second < seconds; second++) {
    await pause(1000);
    const behind = await page.getByTestId('live-stream').getAttribute('data-behind');
    if (behind !== null) said.push(Number(behind));
  }
  return said;
}

/** Mean time from a segment's last moment to its being listed, as the worker counts it: the rest is the player's distance and what it waits for the list. */
async function listedMs(port: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}${metricsPath}`)).text();
  const figure = (part: string): number => Number(new RegExp(`^keshi_worker_broadcast_behind_seconds_${part} ([\\d.]+)$`, 'm').exec(text)?.[1]);
  return Math.round((figure('sum') / figure('count')) * 1000);
}

/** In real Chromium over the whole product, on one machine: all clocks are the same. `load` is the machine's, before and at the end. */
export async function watchLiveStream(seconds: number): Promise<Record<string, unknown>> {
  const port = await freePort();
  return withProduct({ WORKER_INTERNAL_PORT: String(port) }, 1, (world) => watch(world, port, seconds));
}

async function watch({ product, folder, found }: ProductWorld, workerPort: number, seconds: number): Promise<Record<string, unknown>> {
  const before = loadavg()[0]!;
  const browser = await launchBrowser(await politeChromium(found.chromium, folder));
  try {
    const { page: teacher, lessonId } = await teach(browser, product.url, (context) => useMadeMedia(context));
    // Relays only, and there is none: the network lets no media through.
    const learner = await enter(browser, product.url, 'student2', lessonId, async (context) => void await context.addInitScript(() => {
      const Real = RTCPeerConnection;
      globalThis.RTCPeerConnection = class extends Real {
        constructor(given?: RTCConfiguration) { super({ ...given, iceTransportPolicy: 'relay' }); }
      };
    }));
    await learner.getByTestId('live-stream-choose').click({ timeout: 60_000 });
    const askedMs = Date.now();
    await learner.waitForFunction((selector) => (document.querySelector<HTMLVideoElement>(selector)?.currentTime ?? 0) > 0, video, { timeout: 120_000 });
    const firstPictureMs = Date.now() - askedMs;
    await pause(settleMs);
    await readCounters(learner, video);
    const said = await saidSeconds(learner, seconds);
    const drawn = new Map((await readTruth(teacher)).pictures.filter(({ source }) => source === 'camera').map(({ counter, atMs }) => [counter, atMs]));
    const behind = (await counterReadings(learner)).flatMap(({ counter, atMs }) => (drawn.has(counter) ? [atMs - drawn.get(counter)!] : []));
    return {
      watchedSeconds: seconds, readings: behind.length, behindMs: p50p95(behind), saidSeconds: p50p95(said), listedMs: await listedMs(workerPort), firstPictureMs, cores: availableParallelism(), load: [before, loadavg()[0]],
    };
  } finally {
    await browser.close();
  }
}
