// The operator's page in real Chromium over the whole product: empty, full, a media server taken out of service, the server away; desktop and phone, both languages.
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Orm } from '#db/orm.ts';
import { phone } from '#testing/browser.ts';
import { fillPlatform } from './full-platform.ts';
import { openPlatform, type Platform } from './platform.ts';

let platform: Platform;
let orm: Orm;
let admin: BrowserContext;
let page: Page;
const shot = (of: Page, name: string): Promise<void> => platform.shot(of, name, true);

beforeAll(async () => {
  platform = await openPlatform({ name: 'operator' });
  ({ orm } = platform);
  admin = await platform.contextOf('admin');
});
afterAll(() => platform?.close());

it('shows a platform at rest: its own node and programs, no lesson, as soon as there is an answer', async () => {
  page = await admin.newPage();
  const held = Promise.withResolvers<void>();
  await page.route('**/api/operator', async (route) => { await held.promise; await route.continue(); }, { times: 1 });
  await page.goto('/operator');
  await page.waitForSelector('.skeleton');
  await shot(page, '01-loading');
  held.resolve();
  await page.waitForSelector('[data-node="sfu-1"][data-state="ready"]');
  for (const role of ['signaling', 'worker']) expect(await page.locator(`[data-role="${role}"]`).count()).toBe(1);
  expect(await page.locator('table').count()).toBe(0);
  expect(await page.locator('[data-problem="no_node"], [data-problem="no_worker"], [data-problem="node_silent"]').count()).toBe(0);
  await shot(page, '02-at-rest');
});

it('is not for others: no link, no page, no answer', async () => {
  const teacher = await platform.contextOf('teacher');
  const other = await teacher.newPage();
  await other.goto('/operator');
  await other.waitForURL('**/forbidden');
  expect(await other.locator('header a[href="/operator"]').count()).toBe(0);
  expect((await teacher.request.get('/api/operator')).status()).toBe(403);
  await teacher.close();
});

it('metrics are on the internal ports of all roles, never on the public one', async () => {
  for (const [setting, metric] of [['SFU_CONTROL_PORT', 'keshi_sfu_rooms'], ['SIGNALING_INTERNAL_PORT', 'keshi_signaling_sockets'], ['WORKER_INTERNAL_PORT', 'keshi_worker_recordings']] as const) {
    expect(await (await fetch(`http://127.0.0.1:${platform.ports[setting]}/metrics`)).text(), setting).toContain(`\n${metric}`);
  }
  expect(await (await admin.request.get('/metrics')).text()).not.toContain('keshi_');
});

it('refreshes by itself when the platform fills: what is in danger comes first, in words that say what to do', async () => {
  await fillPlatform(orm);
  const first = page.locator('[data-problem]').first();
  await page.waitForSelector('[data-problem="recording_in_danger"]');
  expect(await first.getAttribute('data-problem')).toBe('recording_in_danger');
  expect(await first.innerText()).toMatch(/严重[\s\S]*录制有危险：磁盘已满[\s\S]*怎么办：先看磁盘/);
  expect(await page.locator('tbody tr').first().innerText()).toContain('录制有危险');
  expect(await page.locator('tbody tr').count()).toBe(12);
  await page.getByRole('button', { name: '全部显示（100）' }).click();
  expect(await page.locator('tbody tr').count()).toBe(100);
  await page.getByRole('button', { name: '收起' }).click();
  expect(await page.locator('[data-figure="reach"]').innerText()).toContain('90%');
  // What needs a look is among the first; the rest is a button away.
  expect(await page.locator('[data-node]').evaluateAll((cards) => cards.slice(0, 3).map((card) => card.getAttribute('data-state')))).toEqual(['silent', 'full', 'draining']);
  expect(await page.locator('[data-node]').count()).toBe(9);
  await shot(page, '03-full');
  await page.getByRole('button', { name: '全部显示（25）' }).click();
  expect(await page.locator('[data-node]').count()).toBe(25);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('What needs attention').waitFor();
  expect(await first.innerText()).toMatch(/Serious[\s\S]*in danger: the disk is full[\s\S]*What to do: Look at the disk first/);
  await shot(page, '04-full-english');
  await page.getByRole('button', { name: '中文' }).click();
});

it('fits a phone: nothing is wider than the screen', async () => {
  const small = await platform.pageOf('admin', phone);
  await small.goto('/operator');
  await small.waitForSelector('[data-problem="recording_in_danger"]');
  expect(await small.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.width);
  await shot(small, '05-phone');
  await platform.shot(small, '06-phone-top');
  await small.context().close();
});

it('takes a media server out of service after a question, and back in; the server itself hears it', async () => {
  const node = page.locator('[data-node="sfu-1"]');
  const drained = async () => (await orm.em.fork().execute<{ told: boolean }[]>(`select (load->>'draining')::boolean as told from media_node where id = 'sfu-1'`))[0]?.told;
  await node.getByRole('button', { name: '停止接新' }).click();
  await shot(page, '07-asked');
  await node.getByRole('button', { name: '取消' }).click();
  await node.getByRole('button', { name: '停止接新' }).click();
  await page.keyboard.press('Enter');
  await page.waitForSelector('[data-node="sfu-1"][data-state="drained"]');
  await expect.poll(drained, { timeout: 20_000 }).toBe(true);
  await node.getByRole('button', { name: '恢复接入' }).click();
  await page.waitForSelector('[data-node="sfu-1"][data-state="ready"]');
  await expect.poll(drained, { timeout: 20_000 }).toBe(false);
  const events = await orm.em.fork().execute<{ type: string }[]>(`select type from event where stream = 'node:sfu-1' order by id`);
  expect(events.map(({ type }) => type)).toEqual(['node:drained', 'node:restored']);
});

it('says since when the server does not answer, keeps what was known, and offers no button meanwhile', async () => {
  await platform.product.roles.signaling.close();
  await page.waitForSelector('[data-testid="away"]');
  expect(await page.locator('[data-testid="away"]').innerText()).toMatch(/从 \d\d:\d\d:\d\d 起联系不上服务器/);
  expect(await page.locator('[data-node]').count()).toBe(25);
  expect(await page.locator('[data-node="sfu-1"]').getByRole('button').isDisabled()).toBe(true);
  await shot(page, '08-away');
});
