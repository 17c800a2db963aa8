// One real browser in the crowd: from the click on a lesson in the list to its page, and to the poster of its replay, as a person sees them.
import type { Browser, Page } from 'playwright-core';
import type { Learner } from './clicks.ts';

export interface Shown { pageShownMs: number; posterShownMs: number }

async function openAs(browser: Browser, url: string, { cookie }: Learner): Promise<Page> {
  const context = await browser.newContext({ locale: 'zh-CN', baseURL: url });
  const [name = '', value = ''] = cookie.split('=');
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Lax' }]);
  return context.newPage();
}

/** What must be there: something that is seen, or bytes that a picture of the page is made of. */
interface Wanted { selector?: string; resource?: string }

/** Milliseconds from the click on `link` to the frame in which what is wanted stands on the page; on the page's own clock. */
function shownAfterClick(page: Page, link: string, wanted: Wanted): Promise<number> {
  return page.evaluate(({ from, selector, resource }) => new Promise<number>((resolve, reject) => {
    const clicked = document.querySelector<HTMLElement>(from);
    if (!clicked) return reject(new Error(`nothing to click on: ${from}`));
    const startedMs = performance.now();
    const there = (): boolean => {
      if (resource) return performance.getEntriesByType('resource').some(({ name, startTime }) => startTime >= startedMs && name.endsWith(resource));
      return (document.querySelector<HTMLElement>(selector ?? '')?.offsetHeight ?? 0) > 0;
    };
    const look = (): void => {
      if (there()) requestAnimationFrame(() => resolve(performance.now() - startedMs));
      else if (performance.now() - startedMs > 30_000) reject(new Error(`not shown within 30 s: ${selector ?? resource}`));
      else requestAnimationFrame(look);
    };
    clicked.click();
    look();
  }), { from: link, selector: wanted.selector ?? null, resource: wanted.resource ?? null });
}

/** On the page before the click everything has come; what the click needs is asked for then. */
export async function timePage(browser: Browser, url: string, learner: Learner, lessonId: string): Promise<Shown> {
  const page = await openAs(browser, url, learner);
  const said: string[] = [];
  page.on('console', (message) => { said.push(message.text()); });
  page.on('pageerror', (error) => { said.push(error.message); });
  try {
    await page.goto('/');
    await page.waitForSelector(`a[href="/lessons/${lessonId}"]`).catch(async (error: unknown) => {
      throw new Error(`the list does not come: ${said.slice(-5).join('; ') || 'the page said nothing'}; it shows: ${(await page.innerText('body')).slice(0, 200)}`, { cause: error });
    });
    const pageShownMs = await shownAfterClick(page, `a[href="/lessons/${lessonId}"]`, { selector: '.units li' });
    await page.waitForSelector(`a[href="/lessons/${lessonId}/replay"]`);
    const posterShownMs = await shownAfterClick(page, `a[href="/lessons/${lessonId}/replay"]`, { resource: '/poster.jpg' });
    return { pageShownMs: Math.round(pageShownMs), posterShownMs: Math.round(posterShownMs) };
  } finally {
    await page.context().close();
  }
}
