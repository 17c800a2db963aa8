// A few real Chromium pages in the middle of the load: whether what the simulated learners count is what a person sees.
import type { Browser } from 'playwright-core';
import { launchBrowser } from '#testing/browser.ts';
import { leadVideo } from '../classroom.ts';
import type { RunFigures } from './requirements.ts';

const patienceMs = 60_000;
const settleMs = 5000;

async function watchOnce(browser: Browser, url: string, cookie: string, lessonId: string): Promise<{ firstFrameMs: number; shownMs: number; height: number }> {
  const context = await browser.newContext({ baseURL: url, ignoreHTTPSErrors: true, locale: 'zh-CN' });
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url }]);
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  try {
    const openedMs = performance.now();
    await page.goto(`/lessons/${lessonId}/device-check`);
    await page.getByTestId('enter-lesson').waitFor();
    const shownMs = Math.round(performance.now() - openedMs);
    const clickedMs = performance.now();
    await page.getByTestId('enter-lesson').click();
    await page.waitForFunction((selector) => (document.querySelector<HTMLVideoElement>(selector)?.videoHeight ?? 0) > 0, leadVideo);
    const firstFrameMs = Math.round(performance.now() - clickedMs);
    await page.waitForTimeout(settleMs);
    const height = await page.evaluate((selector) => document.querySelector<HTMLVideoElement>(selector)?.videoHeight ?? 0, leadVideo);
    return { firstFrameMs, shownMs, height };
  } finally {
    await context.close();
  }
}

/** One after the other, so that a small machine shows a page and not its own load. Throws where a page never shows the teacher. */
export async function watchInBrowsers(chromium: string, url: string, lessonId: string, cookies: readonly string[]): Promise<NonNullable<RunFigures['browsers']>> {
  const browser = await launchBrowser(chromium);
  const figures: NonNullable<RunFigures['browsers']> = { firstFrameMs: [], shownMs: [], heights: [] };
  try {
    for (const cookie of cookies) {
      const { firstFrameMs, shownMs, height } = await watchOnce(browser, url, cookie, lessonId);
      figures.firstFrameMs.push(firstFrameMs);
      figures.shownMs.push(shownMs);
      figures.heights.push(height);
    }
    return figures;
  } finally {
    await browser.close();
  }
}
