// A program that reads: the office makes it and sees its secret once, its signed requests are answered, it is ended and refused; the page that tells developers how.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { desktop, phone } from '#testing/browser.ts';
import { openPlatform, type Platform } from './platform.ts';

let platform: Platform;
let page: Page;
let client: { id: string; secret: string };
beforeAll(async () => {
  platform = await openPlatform({ name: 'api' });
  page = await platform.pageOf('school');
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

/** As docs/api.md says. */
async function asks(path: string): Promise<{ status: number; body: { items?: { title: string }[]; error?: { code: string } } }> {
  const [time, nonce] = [String(Date.now()), randomBytes(16).toString('hex')];
  const text = [time, nonce, 'GET', path, createHash('sha256').digest('hex')].join('\n');
  const headers = { 'x-keshi-client': client.id, 'x-keshi-time': time, 'x-keshi-nonce': nonce, 'x-keshi-signature': createHmac('sha256', client.secret).update(text).digest('hex') };
  const answer = await page.request.fetch(`${platform.product.url}${path}`, { headers, ignoreHTTPSErrors: true });
  return { status: answer.status(), body: await answer.json() as Awaited<ReturnType<typeof asks>>['body'] };
}

it('is made by the office, which sees its secret once', async () => {
  await page.goto('/institution');
  await page.getByRole('link', { name: '程序接口' }).click();
  await page.getByText('还没有允许任何程序读取。').waitFor();
  await both('none');
  await page.getByTestId('api-client-add').click();
  await page.getByRole('button', { name: '生成密钥' }).click();
  await page.getByText('请至少选一项。').waitFor();
  await both('missing');
  await page.getByLabel('程序名称').fill('集团人事系统');
  await page.locator('[data-scope="lessons:read"]').check();
  await page.getByRole('button', { name: '生成密钥' }).click();
  client = { secret: (await page.getByTestId('api-client-secret').textContent())!, id: (await page.getByTestId('api-client-id').textContent())! };
  await both('secret');
  await page.getByRole('button', { name: '我已经记下' }).click();
  await page.reload();
  await page.getByTestId('api-client').waitFor();
  expect(await page.content()).not.toContain(client.secret);
});

it('reads by signed requests what it may read, and nothing else', async () => {
  const { status, body } = await asks('/api/v1/lessons?limit=2');
  expect([status, body.items?.length]).toEqual([200, 2]);
  expect((await asks('/api/v1/ledger')).body.error?.code).toBe('api_scope_missing');
  await page.reload();
  expect(await page.getByTestId('api-client').innerText()).toMatch(/最近使用/);
});

it('is told to developers, in both languages', async () => {
  await page.getByRole('link', { name: '接口说明（给程序开发人员）' }).click();
  await page.getByTestId('operation').first().waitFor();
  await page.getByLabel('查找接口').fill('v1 lessons');
  expect(await page.getByTestId('operation').count()).toBe(1);
  await page.getByTestId('operation').locator('summary').click();
  await both('docs');
  await Promise.all([page.waitForResponse((answer) => answer.url().endsWith('/api/me/locale') && answer.ok()), page.getByRole('button', { name: /English/ }).click()]);
  await page.getByText('How a request is signed').waitFor();
  await both('docs-english');
  await page.getByRole('button', { name: '中文' }).click();
});

it('is ended after a question, and refused from then on', async () => {
  await page.goto('/institution/api-clients');
  await page.getByTestId('api-client-end').click();
  await both('end');
  await page.getByTestId('api-client-end-sure').click();
  await page.locator('[data-testid="api-client"][data-ended="true"]').waitFor();
  await both('ended');
  expect((await asks('/api/v1/lessons')).body.error?.code).toBe('api_signature_wrong');
});

it('another system is told of facts: added, refused where it lies inside, paused and ended', async () => {
  await page.getByRole('link', { name: '自动通知' }).click();
  await page.getByTestId('webhook-add').click();
  await page.getByLabel('名称').fill('集团人事系统');
  await page.getByLabel('接收地址').fill('https://192.168.1.9/in');
  await page.getByRole('button', { name: '添加', exact: true }).click();
  await page.locator('form .notice.bad').waitFor();
  await both('webhook-refused');
  await page.getByLabel('接收地址').fill('https://hr.invalid/in');
  await page.getByRole('button', { name: '添加', exact: true }).click();
  expect(await page.getByTestId('webhook-secret').textContent()).toMatch(/^whsec_/);
  await page.getByTestId('webhook').waitFor();
  await both('webhook-secret');
  await page.getByRole('button', { name: '我已经记下' }).click();
  await page.getByTestId('webhook-pause').click();
  await page.locator('[data-testid="webhook"][data-state="paused"]').waitFor();
  await both('webhook-paused');
  await page.getByTestId('webhook-end').click();
  await page.getByTestId('webhook-end-sure').click();
  await page.getByText('还没有通知地址。').waitFor();
});
