// The pages of those who oversee, the office and the operator, one after the other: in both languages, at desk and phone width, as they are with little in them, while they load, and where the server fails.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desktop, phone } from '#testing/browser.ts';
import { openPlatform, type Platform } from './platform.ts';

const pages: Readonly<Record<string, readonly string[]>> = {
  inspector: ['/oversight', '/oversight?view=institutions', '/oversight?view=below', '/oversight?view=search', '/look-purpose', '/inspections', '/inspections/new', '/institution/retention', '/evidence', '/account/second-factor'],
  school: ['/institution', '/institution/looks', '/institution/retention', '/inspections', '/account', '/institution/api-clients', '/institution/webhooks'],
  admin: ['/operator/self-test', '/operator/security-log', '/connectors', '/operator'],
  student1: ['/account', '/evidence', '/api-docs', '/certificates'],
};

/** `lesson.title` where a text should be: each file of texts is the first part of their keys. */
const firstParts = new Set(readdirSync(join(import.meta.dirname, '../web/i18n/zh')).map((file) => file.replace(/\.ts$/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())));
const isKey = (word: string): boolean => firstParts.has(word.split('.')[0]!);

let platform: Platform;
beforeAll(async () => { platform = await openPlatform({ name: 'screens' }); }, 120_000);
afterAll(() => platform?.close());

/** Whoever oversees has said why they look (web/look-purpose.ts): learners are not opened without. */
async function pageOf(login: string): Promise<Page> {
  const page = await platform.pageOf(login);
  await page.addInitScript(() => { sessionStorage.setItem('keshi-look-purpose', '日常检查'); });
  return page;
}

/** What sticks out, which keys stand where words should, which fields say not what they are for. */
async function faultsOf(page: Page): Promise<string[]> {
  const { text, wide, unnamed } = await page.evaluate(() => ({
    text: document.body.innerText,
    wide: document.documentElement.scrollWidth > document.documentElement.clientWidth ? document.documentElement.scrollWidth : 0,
    unnamed: [...document.querySelectorAll<HTMLElement>('input:not([type=hidden]), select, textarea, button, a[href]')].filter((field) => {
      const labels = (field as HTMLInputElement).labels;
      const said = `${field.getAttribute('aria-label') ?? ''}${field.getAttribute('aria-labelledby') ?? ''}${field.title}${labels ? [...labels].map((label) => label.textContent ?? '').join('') : ''}`;
      return field.offsetParent !== null && said.trim() === '' && (field.matches('input, select, textarea') || (field.textContent ?? '').trim() === '');
    }).map((field) => field.outerHTML.slice(0, 120)),
  }));
  const shownKeys = (text.match(/(?<![/\w.-])[a-zA-Z][\w-]*(\.[\w-]+)+/g) ?? []).filter(isKey);
  return [...(wide > 0 ? [`is ${wide} wide`] : []), ...shownKeys.map((key) => `shows ${key}`), ...unnamed.map((html) => `says nothing of ${html}`)];
}

const nameOf = (path: string): string => path.slice(1).replace(/[/?=]/g, '-');
const sizes = [['1440', desktop], ['390', phone]] as const;
async function looksAt(page: Page, login: string, path: string, what: string, at: readonly (typeof sizes)[number][] = sizes): Promise<void> {
  for (const [size, viewport] of at) {
    await page.setViewportSize(viewport);
    await platform.shot(page, `${login}-${nameOf(path)}-${what}-${size}`, true);
    expect(await faultsOf(page), `${login} ${path} ${what} ${size}`).toEqual([]);
  }
  await page.setViewportSize(desktop);
}
const opened = async (page: Page, path: string): Promise<void> => {
  await page.goto(path);
  await page.waitForLoadState('networkidle');
};

/** The choice is the account's; kept on the device too. */
async function speaks(page: Page, locale: 'zh' | 'en'): Promise<void> {
  const answer = await page.request.put(`${platform.product.url}/api/me/locale`, { data: { locale }, headers: { origin: platform.product.url }, ignoreHTTPSErrors: true });
  expect(answer.status(), await answer.text()).toBeLessThan(300);
  await page.addInitScript((chosen) => { localStorage.setItem('keshi.locale', chosen); }, locale);
}

describe.each(Object.entries(pages))('%s', (login, paths) => {
  it.each(['zh', 'en'] as const)('finds all words in %s, nothing too wide, every field named, nothing failing', async (language) => {
    const page = await pageOf(login);
    const failed: string[] = [];
    page.on('pageerror', (error) => failed.push(error.message));
    page.on('console', (message) => { if (message.type() === 'error') failed.push(message.text()); });
    await speaks(page, language);
    for (const path of paths) {
      await opened(page, path);
      await looksAt(page, login, path, language);
      expect(failed, path).toEqual([]);
    }
    await page.context().close();
  }, 120_000);

  it('says in words that the server does not answer, and that something is on its way', async () => {
    const page = await pageOf(login);
    await speaks(page, 'zh');
    for (const path of paths) {
      let fails = false;
      const own = (url: URL): boolean => url.pathname.startsWith('/api/') && !/\/api\/(session|me|notices|features)/.test(url.pathname);
      await page.route(own, async (route) => {
        if (!fails) await new Promise((resolve) => { setTimeout(resolve, 700); });
        await (fails ? route.fulfill({ status: 500, contentType: 'application/json', body: JSON.stringify({ error: { code: 'internal', message: 'x' } }) }) : route.continue());
      });
      await page.goto(path);
      await page.locator('main').waitFor();
      await looksAt(page, login, path, 'loading', [sizes[1]]);
      fails = true;
      await opened(page, path);
      await looksAt(page, login, path, 'failed', [sizes[1]]);
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    }
    await page.context().close();
  }, 120_000);
});
