// A regulator's way in, in a browser: password, a second factor set up before anything else, recovery codes, and the code at the next login; at desk and phone width.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { demoPassword } from '#db/demo.ts';
import { totpCode, totpStep } from '#runtime/totp.ts';
import { desktop, phone } from '#testing/browser.ts';
import { bytesOfSecret } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';

let platform: Platform;
let page: Page;
beforeAll(async () => {
  platform = await openPlatform({ name: 'guard', env: { SECOND_FACTOR: 'required' } });
  page = await (await platform.browser.newContext({ viewport: desktop, locale: 'zh-CN', baseURL: platform.product.url, ignoreHTTPSErrors: true })).newPage();
}, 120_000);
afterEach(async ({ task }) => { if (task.result?.state === 'fail') await page.screenshot({ path: join(platform.pictures, 'failed.png'), fullPage: true }); });
afterAll(() => platform?.close());

let taken = 0;
async function both(name: string): Promise<void> {
  taken += 1;
  for (const [size, viewport] of [['390', phone], ['1440', desktop]] as const) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(platform.pictures, `${String(taken).padStart(2, '0')}-${name}-${size}.png`), fullPage: true });
    expect([name, size, await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)]).toEqual([name, size, false]);
  }
}
async function typesPassword(): Promise<void> {
  await page.fill('#login', 'inspector');
  await page.fill('#password', demoPassword);
  await page.click('button[type=submit]');
}
let secret: Buffer;
let recovery: string[];

it('gets nowhere before the second factor is set up, and to the page that was asked for afterwards', async () => {
  await page.goto('/review');
  await typesPassword();
  await page.waitForURL('**/account/second-factor?next=**');
  await both('must');
  await page.goto('/');
  await page.waitForURL('**/account/second-factor**');
  await page.fill('#factor-password', 'wrong');
  await page.click('form button[type=submit]');
  await page.waitForSelector('.notice.bad');
  await page.fill('#factor-password', demoPassword);
  await page.click('form button[type=submit]');
  secret = bytesOfSecret((await page.getByTestId('secret').textContent())!);
  expect(secret).toHaveLength(20);
  await page.getByTestId('qr').waitFor();
  await both('set-up');
  await page.fill('#factor-code', '000000');
  await page.click('form button[type=submit]');
  await page.waitForSelector('.notice.bad');
  await page.fill('#factor-code', totpCode(secret, totpStep(new Date())));
  await page.click('form button[type=submit]');
  await page.getByTestId('recovery-codes').waitFor();
  recovery = await page.getByTestId('recovery-codes').locator('li').allTextContents();
  expect(recovery).toHaveLength(10);
  await both('recovery-codes');
  await page.click('button.primary');
  await page.waitForURL((url) => url.pathname === '/');
});

it('what it looked at stands on the page of the institution', async () => {
  for (const path of ['/institution', '/ledger']) {
    await page.goto(path);
    await page.waitForLoadState('networkidle');
  }
  const lesson = (await platform.orm.em.fork().execute<{ id: string }[]>(`select id from lesson order by starts_at limit 1`))[0]!;
  await page.goto(`/lessons/${lesson.id}`);
  await page.waitForLoadState('networkidle');
  const inspector = page;
  page = await platform.pageOf('school');
  await page.goto('/institution/looks');
  await page.getByTestId('looks').waitFor();
  const lines = await page.getByTestId('looks').locator('li').allTextContents();
  expect(lines[0]).toMatch(/监管员/);
  expect(lines.join()).toMatch(/查看一节课/);
  await both('looks');
  page = inspector;
});

it('is asked for a code at the next login; a recovery code does as well', async () => {
  await page.context().clearCookies();
  await page.goto('/login');
  await typesPassword();
  await page.waitForSelector('#code');
  await both('code');
  await page.fill('#code', '000000');
  await page.click('button[type=submit]');
  await page.waitForSelector('#login-failure .notice');
  await both('code-wrong');
  await page.fill('#code', recovery[0]!);
  await page.click('button[type=submit]');
  await page.waitForURL((url) => url.pathname === '/');
  await page.goto('/account/second-factor');
  await page.waitForSelector('#factor-code-now');
  await both('manage');
});
