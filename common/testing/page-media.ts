// Camera, microphone and screen made inside a page of Chromium, with a log of every picture and beep: what a recording of them must show is known exactly,
// however late the page runs on a loaded machine.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { build } from 'vite';
import { beep } from './beep.ts';

export interface PageMediaOptions {
  /** The burnt-in counter grows so often; 0: with every picture (30 a second). */
  counterEveryMs: number;
  /** Strength of the noise in the camera's picture, 0..127 levels. */
  noise: number;
  slideEveryMs: number;
  /** Of the beep at every full second of sound. */
  hertz: number;
  /** Peak of a made voice between the beeps, 0..1. */
  voice: number;
}
export type PictureSourceName = 'camera' | 'screen';
/** What a page showed and played. `atMs` is the machine's clock as the page reads it. */
export interface PageTruth {
  /** The moment each counter was first drawn, in order. */
  pictures: { source: PictureSourceName; counter: number; atMs: number }[];
  /** Beginnings of beeps on the sound's own clock. */
  beeps: { contextMs: number; hertz: number }[];
  /** Readings of both clocks together: `[atMs, contextMs]`, twenty a second. */
  clock: [number, number][];
  /** Inside the page only: is a beep being played? */
  sounding: (nowMs: number) => boolean;
}
export type Truth = Omit<PageTruth, 'sounding'>;

const defaults: PageMediaOptions = { counterEveryMs: 200, noise: 0, slideEveryMs: 20_000, hertz: beep.hertz, voice: 0.15 };
let bundled: Promise<string> | null = null;

async function bundle(): Promise<string> {
  const folder = dirname(fileURLToPath(import.meta.url));
  const results = await build({
    configFile: false, logLevel: 'error', root: folder,
    build: { write: false, lib: { entry: join(folder, 'page-media-page.ts'), formats: ['iife'], name: 'unused' }, minify: false, target: 'es2023' },
  });
  const [result] = Array.isArray(results) ? results : [results];
  if (!result || !('output' in result)) throw new Error('the page media was not bundled');
  return result.output[0].code;
}

/** From the next load on every page here has made devices; Chromium's own are not asked. Needs `autoplay-policy=no-user-gesture-required`. */
export async function useMadeMedia(target: BrowserContext | Page, options: Partial<PageMediaOptions> = {}): Promise<void> {
  bundled ??= bundle();
  await target.addInitScript({ content: `globalThis.pageMediaOptions = ${JSON.stringify({ ...defaults, ...options })};\n${await bundled}` });
}

/** Everything the page has shown and played since it was loaded; `sinceMs` leaves out what was before. */
export const readTruth = (page: Page, sinceMs = 0): Promise<Truth> => page.evaluate((since) => ({
  pictures: window.pageTruth.pictures.filter(({ atMs }) => atMs >= since), beeps: window.pageTruth.beeps,
  clock: window.pageTruth.clock.filter(([atMs]) => atMs >= since),
}), sinceMs);

/**
 * When each beep began, on the page's clock (ms). The sound's clock goes in steps of about 10 ms and stands still where the machine is too busy for sound, so
 * each beep is placed by the readings around it (the middle one of a second); a beep without readings around it is left out.
 */
export function beepTimes({ beeps, clock }: Truth): { hertz: number; atMs: number }[] {
  return beeps.flatMap(({ contextMs, hertz }) => {
    const near = clock.filter(([, context]) => Math.abs(context - contextMs) <= 500).map(([atMs, context]) => atMs - context).sort((one, other) => one - other);
    const middle = near[Math.floor(near.length / 2)];
    return middle === undefined || near.length < 5 ? [] : [{ hertz, atMs: contextMs + middle }];
  });
}
