// Real Chromium for tests and measurements: camera and microphone played from files, and a reader of the burnt-in counter.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { counterGrid } from './counter-picture.ts';

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream',
  '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run', '--disable-quic',
  '--autoplay-policy=no-user-gesture-required', '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows', '--auto-select-desktop-capture-source=Entire screen', '--ignore-certificate-errors',
];
const camera = (path: string): string => `--use-file-for-fake-video-capture=${path}`;
const microphone = (path: string): string => `--use-file-for-fake-audio-capture=${path}`;

/**
 * Chromium at low priority, as a file in `folder` to start it by: people's devices are not the server, and their work must not count as the machine's where
 * the product measures how busy it is.
 */
export async function politeChromium(executablePath: string, folder: string): Promise<string> {
  const path = join(folder, 'chromium');
  await writeFile(path, `#!/bin/sh\nexec nice -n 5 '${executablePath}' "$@"\n`, { mode: 0o755 });
  return path;
}

export interface Devices { cameraFile?: string; microphoneFile?: string; noCamera?: boolean; /** Lets `openTabs` in. */ debugPort?: number }

/** One browser process per set of devices: the files belong to the process, not to a page. */
export function launchBrowser(executablePath: string, devices: Devices = {}): Promise<Browser> {
  const args = flags.filter((flag) => !(devices.noCamera && flag.startsWith('--use-fake-')));
  if (devices.cameraFile) args.push(camera(devices.cameraFile));
  if (devices.microphoneFile) args.push(microphone(devices.microphoneFile));
  if (devices.debugPort) args.push(`--remote-debugging-port=${devices.debugPort}`);
  return chromium.launch({ executablePath, headless: true, args });
}

/**
 * The tabs of a browser started with that `debugPort`, as they are: of any other context Playwright keeps every page in front, here one that is not chosen is hidden,
 * as for people. Close what is answered before the browser.
 */
export async function openTabs(debugPort: number): Promise<{ context: BrowserContext; close(): Promise<void> }> {
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${debugPort}`, { noDefaults: true });
  const [context] = browser.contexts();
  if (!context) throw new Error('a browser without its own context');
  return { context, close: () => browser.close() };
}

export const desktop = { width: 1440, height: 900 };
export const phone = { width: 390, height: 844 };

export async function logIn(context: BrowserContext, url: string, login: string, password: string): Promise<void> {
  const response = await context.request.post(`${url}/api/session`, { data: { login, password }, ignoreHTTPSErrors: true });
  if (!response.ok()) throw new Error(`${login} cannot log in: ${response.status()} ${await response.text()}`);
}

/** A fresh context, logged in through the API, Chinese unless said otherwise. */
export async function loggedIn(
  browser: Browser, url: string, login: string, password: string, viewport: { width: number; height: number } = desktop,
): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport, locale: 'zh-CN', baseURL: url, permissions: ['camera', 'microphone'], ignoreHTTPSErrors: true });
  await logIn(context, url, login, password);
  return context;
}

/** One reading of the counter: what a video element showed when, on the clock all pages of a machine share. */
export interface Reading { counter: number; atMs: number }

/** Reads the counter of every picture of `selector` from now on; collect with counterReadings. Runs inside the page. */
export async function readCounters(page: Page, selector: string): Promise<void> {
  await page.evaluate(({ selector: wanted, grid }) => {
    const video = document.querySelector<HTMLVideoElement>(wanted);
    if (!video) throw new Error(`no video ${wanted}`);
    const columns = grid.bits + grid.checkBits;
    const canvas = new OffscreenCanvas(columns, 1);
    const context = canvas.getContext('2d', { willReadFrequently: true })!;
    const readings: { counter: number; atMs: number }[] = [];
    Object.assign(globalThis, { keshiReadings: readings });
    const read = (): void => {
      const atMs = performance.timeOrigin + performance.now();
      const y = video.videoHeight * (grid.topShare + grid.heightShare / 2);
      // The middle of each block alone, so that scaling does not mix neighbours.
      for (let index = 0; index < columns; index++) {
        const x = video.videoWidth * (grid.leftShare + (grid.widthShare * (index + 0.5)) / columns);
        context.drawImage(video, x - 1, y - 1, 2, 2, index, 0, 1, 1);
      }
      const levels = context.getImageData(0, 0, columns, 1).data;
      let value = 0;
      for (let index = 0; index < columns; index++) value = value * 2 + (levels[index * 4]! > 126 ? 1 : 0);
      const counter = Math.floor(value / 16);
      let check = 0b1010;
      for (let rest = counter; rest > 0; rest = Math.floor(rest / 16)) check ^= rest % 16;
      if (check === value % 16) readings.push({ counter, atMs });
      video.requestVideoFrameCallback(read);
    };
    video.requestVideoFrameCallback(read);
  }, { selector, grid: counterGrid });
}

/** Everything read so far. */
export const counterReadings = (page: Page): Promise<Reading[]> =>
  page.evaluate(() => (Reflect.get(globalThis, 'keshiReadings') as Reading[] | undefined) ?? []);
