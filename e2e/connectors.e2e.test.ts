// The page of supervision platforms in real Chromium, over the whole product and a real receiving server: connected, sent, in trouble, refused, differing, mended; desktop and phone, both languages.
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { appendEvents, unitOfWork } from '#db/orm.ts';
import { newId } from '#domain/id.ts';
import { phone } from '#testing/browser.ts';
import { ReceivingPlatform } from '../worker/testing/receiving-platform.ts';
import { openPlatform, type Platform } from './platform.ts';

let product: Platform;
let page: Page;
let secret = '';
const receiving = new ReceivingPlatform(() => secret);
const shot = (of: Page, name: string): Promise<void> => product.shot(of, name, true);
const card = () => page.locator('[data-connector="省监管平台"]');
const figure = (name: string) => card().locator(`[data-figure="${name}"]`).innerText();
const state = () => card().getAttribute('data-state');

async function facts(count: number): Promise<string[]> {
  const actor = { personId: null, institutionId: null };
  const events = Array.from({ length: count }, () => ({ actor, stream: `person:${newId()}` as const, type: 'check:missed', at: new Date(), payload: { checkId: newId() } }));
  await unitOfWork(product.orm, actor, (em) => appendEvents(em, events));
  return (await product.orm.em.fork().execute<{ id: string }[]>(`select id from event where type = 'check:missed' order by id desc limit ?`, [count])).map(({ id }) => id);
}

beforeAll(async () => {
  await receiving.start();
  product = await openPlatform({ name: 'connectors', env: { CONNECTOR_PRIVATE_ADDRESSES: 'true' } });
  page = await product.pageOf('admin');
});
afterAll(async () => {
  await product?.close();
  await receiving.stop();
});

it('connects a platform, after saying what is wrong; the secret is shown once', async () => {
  await page.goto('/operator');
  await page.getByRole('link', { name: '监管平台对接' }).click();
  await page.getByText('还没有对接的监管平台').waitFor();
  await shot(page, '01-none');
  await page.getByTestId('connector-add').click();
  await page.getByRole('button', { name: '开始对接' }).click();
  expect(await page.getByText('请填写这一项').count()).toBe(2);
  await page.getByLabel('名称').fill('省监管平台');
  await page.getByLabel('对方的接口地址').fill('jg.example.gov.cn');
  await page.getByRole('button', { name: '开始对接' }).click();
  await page.getByText('这个地址不能用').waitFor();
  await shot(page, '02-refused');
  await page.getByLabel('对方的接口地址').fill(receiving.address);
  await page.getByRole('button', { name: '开始对接' }).click();
  secret = await page.getByTestId('secret').locator('code').innerText();
  expect(secret.length).toBeGreaterThan(40);
  await shot(page, '03-secret');
  await page.getByRole('button', { name: '我已经记下' }).click();
  expect(await page.content()).not.toContain(secret);
});

it('sends, says since when a platform is not reached, and goes on', async () => {
  await facts(30);
  await expect.poll(() => figure('sent'), { timeout: 20_000 }).toBe('30');
  await receiving.stop();
  await facts(5);
  await expect.poll(state, { timeout: 20_000 }).toBe('trouble');
  expect(await card().getByTestId('trouble').innerText()).toMatch(/起送不到：连不上/);
  expect(await figure('waiting')).toBe('5');
  await shot(page, '04-trouble');
  await receiving.start();
  await expect.poll(() => figure('sent'), { timeout: 30_000 }).toBe('35');
  await expect.poll(state).toBe('well');
});

it('shows what was put aside with their reason, and sends it again', async () => {
  await card().getByRole('button', { name: '暂停' }).click();
  await expect.poll(state).toBe('paused');
  const [refused] = await facts(3);
  receiving.refuses.set(refused!, 'TRAINEE_UNKNOWN');
  await card().getByRole('button', { name: '继续发送' }).click();
  await expect.poll(() => figure('dead'), { timeout: 30_000 }).toBe('1');
  await card().getByRole('button', { name: '查看搁置的内容' }).click();
  await page.locator(`[data-dead="${refused}"]`).getByText('TRAINEE_UNKNOWN').waitFor();
  await shot(page, '05-dead');
  receiving.refuses.clear();
  await page.locator(`[data-dead="${refused}"]`).getByRole('button', { name: '再送一次' }).click();
  await expect.poll(() => figure('sent'), { timeout: 20_000 }).toBe('38');
  await expect.poll(() => figure('dead')).toBe('0');
});

it('compares a day, names what is missing and altered there, and mends it', async () => {
  const [lost, changed] = [...receiving.store.keys()];
  receiving.store.delete(lost!);
  receiving.store.get(changed!)!.fact.data = { result: '1' };
  await card().getByRole('button', { name: '与对方核对' }).click();
  await card().getByRole('button', { name: '核对', exact: true }).click();
  await expect.poll(() => card().getByTestId('compared').innerText(), { timeout: 20_000 }).toMatch(/有 2 条不一致/);
  await card().getByRole('button', { name: '核对结果' }).click();
  await card().locator('[data-way="missing"]').waitFor();
  expect(await card().locator('[data-way]').allInnerTexts()).toEqual(expect.arrayContaining([expect.stringContaining(lost!), expect.stringContaining(changed!)]));
  await shot(page, '06-differs');
  const small = await product.pageOf('admin', phone);
  await small.goto('/connectors');
  await small.getByRole('button', { name: '核对结果' }).click();
  await small.locator('[data-way="missing"]').waitFor();
  expect(await small.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.width);
  await shot(small, '07-phone');
  await small.context().close();
  await card().getByRole('button', { name: '把对方缺的' }).click();
  await expect.poll(() => receiving.store.has(lost!), { timeout: 20_000 }).toBe(true);
});

it('sends everything again from a day on, and says how far it is', async () => {
  // What is opened while an answer is on its way stays open when it comes.
  await page.route('**/pausing', async (route) => { await delay(1000); await route.continue(); });
  await card().getByRole('button', { name: '暂停' }).click();
  await card().getByRole('button', { name: '从某天起重新发送' }).click();
  await expect.poll(state).toBe('paused');
  await page.unroute('**/pausing');
  await card().getByRole('button', { name: '重新发送', exact: true }).click();
  await card().getByTestId('replay').waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('Supervision platforms').first().waitFor();
  await shot(page, '08-replay-english');
  await card().getByRole('button', { name: 'Go on sending' }).click();
  await expect.poll(() => card().getByTestId('replay').count(), { timeout: 30_000 }).toBe(0);
  expect(Math.min(...[...receiving.store.values()].map(({ times }) => times))).toBeGreaterThan(0);
  expect(receiving.store.size).toBe(38);
});

it('is not for others', async () => {
  const other = await product.pageOf('teacher');
  await other.goto('/connectors');
  await other.waitForURL('**/forbidden');
  expect((await other.context().request.get('/api/connectors')).status()).toBe(403);
});
