// Temporary: pictures of help.
import { mkdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { desktop, launchBrowser, phone } from '#testing/browser.ts';
import { foundPaths } from '../setup/found.ts';
import { createSignaling } from '../signaling/app.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../signaling/testing/http-world.ts';
import { addPerson, addSchool, type School } from '../signaling/testing/school.ts';

const pictures = join(import.meta.dirname, '../data/e2e-help');
let world: HttpWorld; let school: School; let browser: Browser; let url: string; let closeApp: () => Promise<void>; let operator: Known;
beforeAll(async () => {
  world = await openHttpWorld();
  world.clock.set(new Date());
  school = await addSchool(world.deps.orm, world.clock.now(), '示范学校');
  operator = await addPerson(world.deps.orm, world.clock.now(), '平台管理员', school.institutionId, 'admin');
  const app = await createSignaling(world.deps);
  await app.listen({ port: 0, host: '127.0.0.1' });
  closeApp = () => app.close();
  url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  browser = await launchBrowser(foundPaths(process.env).CHROMIUM_BIN!, { noCamera: true });
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
});
afterAll(async () => { await browser?.close(); await closeApp?.(); await world?.close(); });
async function both(of: Page, name: string) {
  for (const [size, viewport] of [['1440', desktop], ['390', phone]] as const) {
    await of.setViewportSize(viewport);
    await of.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
    const wide = await of.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect.soft([name, size, wide]).toEqual([name, size, false]);
  }
}
async function pageOf(person: Known | null): Promise<Page> {
  const own = await browser.newContext({ viewport: desktop, baseURL: url, locale: 'zh-CN' });
  if (person) { const [name = '', value = ''] = (await world.cookieOf(person)).split('='); await own.addCookies([{ name, value, url }]); }
  return own.newPage();
}
it('pictures', async () => {
  const out = await pageOf(null);
  await out.goto('/login'); await out.getByText('报告问题').waitFor(); await both(out, '01-login');
  await out.goto('/help'); await out.getByText('您还没有登录').waitFor(); await both(out, '02-help-out');
  await out.goto('/register'); await out.getByText('学员类别').waitFor(); await both(out, '03-register');
  const page = await pageOf(school.learner);
  await page.goto('/'); await page.getByTestId('help').click();
  await page.locator('[data-category=picture]').click();
  await page.getByLabel('说一句就行').fill('能听到声音，看不到画面');
  await page.getByText('一起发送的技术信息').click();
  await both(page, '04-form');
  await page.getByTestId('help-send').click(); await page.getByTestId('help-sent').waitFor(); await page.getByTestId('own-ticket').waitFor();
  await both(page, '05-sent');
  const office = await pageOf(operator);
  await office.goto('/help-desk'); await office.getByTestId('desk-ticket').waitFor(); await both(office, '06-desk');
  await office.getByLabel('答复', { exact: true }).fill('请刷新页面再试'); await office.getByText('发送答复').click(); await office.getByText('请刷新页面再试').waitFor();
  await office.getByText('记为事故').click(); await office.getByLabel('发生了什么').fill('机房断网'); await both(office, '07-incident'); await office.getByTestId('incident-save').click(); await office.getByTestId('incident').waitFor(); await both(office, '08-incidents');
  await office.goto('/operator'); await office.getByTestId('note-incident').first().waitFor(); await office.getByTestId('note-incident').first().click(); await office.getByText('已记入事故记录').waitFor(); await both(office, '09-operator');
  await page.goto('/notices'); await page.getByText('您报告的问题有了答复').waitFor(); await both(page, '10-notice');
  await page.getByText('您报告的问题有了答复').click(); await page.getByText('请刷新页面再试').waitFor(); await both(page, '11-answered');
  await page.getByRole('button', { name: 'English' }).click(); await page.getByText('What I reported').waitFor(); await both(page, '12-en');
});
