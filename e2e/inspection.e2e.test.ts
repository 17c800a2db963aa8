// An inspection of recordings in a real browser on a real film: in with a second factor, sealed, drawn, played to a face check, its picture seen for a purpose, a finding filed; the institution answers; accepted and closed.
// Every look stands in the institution's log, those of an unannounced inspection once it is told of it.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Account } from '#db/entities/people.ts';
import { Replay } from '#db/entities/recording.ts';
import { reckonLedger } from '#db/queries/ledger-reckon.ts';
import { hashPassword } from '#runtime/password.ts';
import { totpCode, totpStep } from '#runtime/totp.ts';
import { desktop, launchBrowser, phone } from '#testing/browser.ts';
import { redrawInspection } from '#testing/redraw-inspection.ts';
import { foundPaths } from '../setup/found.ts';
import { madeFilmMs, storeMadeFilm } from '../setup/made-film.ts';
import { createSignaling } from '../signaling/app.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../signaling/testing/http-world.ts';
import { addCheckPicture, addRecordedClass } from '../signaling/testing/inspection.ts';
import { addSchool, type School } from '../signaling/testing/school.ts';
import { wordsOf } from './certificate-deeds.ts';
import { speaksEnglish } from './exam-scenes.ts';
import { bytesOfSecret, decodedFrames } from './people.ts';
import { chromiumBin, emptyPictures } from './platform.ts';

const password = 'inspector-of-2026';
let world: HttpWorld;
let school: School;
let browser: Browser;
let url: string;
let pictures: string;
let closeApp: () => Promise<void>;
let inspector: Page;
let office: Page;

async function pageOf(person: Known | null): Promise<Page> {
  const context = await browser.newContext({ viewport: desktop, baseURL: url, locale: 'zh-CN', acceptDownloads: true });
  if (person) {
    const [name = '', value = ''] = (await world.cookieOf(person)).split('=');
    await context.addCookies([{ name, value, url }]);
  }
  context.setDefaultTimeout(20_000);
  return context.newPage();
}
async function both(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()!;
  for (const [size, viewport] of [['390', phone], ['1440', desktop]] as const) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
    expect([name, size, await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)], 'nothing sticks out').toEqual([name, size, false]);
  }
  await page.setViewportSize(before);
}
const at = (path: string) => (url: URL): boolean => url.pathname === path;
async function types(page: Page, person: Known): Promise<void> {
  const { login } = await world.deps.orm.em.fork().findOneOrFail(Account, { id: person.accountId });
  await page.goto('/login');
  await page.locator('#login').fill(login);
  await page.locator('#password').fill(password);
  await page.locator('form button[type="submit"]').click();
}
/** Sets the second factor up, of which nothing goes on before; comes out, and in again with password and code. */
async function logsIn(page: Page, person: Known): Promise<void> {
  await types(page, person);
  await page.waitForURL(at('/account/second-factor'));
  await page.goto('/inspections');
  await page.waitForURL(at('/account/second-factor'));
  await page.fill('#factor-password', password);
  await page.click('form button[type=submit]');
  const secret = bytesOfSecret((await page.getByTestId('secret').textContent())!);
  await page.fill('#factor-code', totpCode(secret, totpStep(new Date())));
  await page.click('form button[type=submit]');
  await page.getByTestId('recovery-codes').waitFor();
  await page.context().clearCookies();
  await types(page, person);
  await page.waitForSelector('#code');
  // The code that was given is used up: the next one is taken a little early.
  await page.fill('#code', totpCode(secret, totpStep(new Date()) + 1));
  await page.click('form button[type=submit]');
  await page.waitForURL(at('/'));
}
/** What the institution reads of who looked, newest first. */
async function looksTold(): Promise<string[]> {
  await office.goto('/institution/looks');
  await office.getByRole('heading', { name: '监管查看记录' }).waitFor();
  await office.waitForLoadState('networkidle');
  return (await office.getByTestId('looks').locator('li').allInnerTexts()).map((line) => line.replace(/\s+/g, ' '));
}

/** A film of 20 s: two come, one check is not passed at 6 s, a question at 9 s, a gap at 12 s, one leaves at 15 s. */
beforeAll(async () => {
  world = await openHttpWorld();
  const now = new Date();
  world.clock.set(now);
  Object.assign(world.deps.config, { SECOND_FACTOR: 'required' });
  world.deps.now = () => new Date();
  school = await addSchool(world.deps.orm, now, '示范职业培训学校');
  const one = await addRecordedClass(world, school, { title: '焊接安全与防护', daysAgo: 2, durationMs: madeFilmMs, questionAt: 0.15, replay: { gaps: [{ fromMs: 12_000, toMs: 13_500, reason: 'node_down' }] }, stories: [
    { name: '李志强', story: { seats: [[0.02, 0.25, 'left']], checks: [[0.1, 'mismatched']], answers: ['right'] } }, { name: '王秀英', story: { seats: [[0.02, 45, 'left']], checks: [[0.1, 'matched']], answers: ['wrong'] } },
  ] });
  await reckonLedger(world.deps.orm, one.lessonId, now, { all: true });
  const em = world.deps.orm.em.fork();
  await em.nativeUpdate(Replay, { id: one.replayId }, { files: await storeMadeFilm(foundPaths(process.env).FFMPEG_BIN ?? 'ffmpeg', world.deps.storage, one.replayId) });
  for (const checkId of one.checkIds) await addCheckPicture(world, school, checkId);
  await em.nativeUpdate(Account, { id: school.regulator.accountId }, { passwordHash: await hashPassword(password) });
  const app = await createSignaling(world.deps);
  await app.listen({ port: 0, host: '127.0.0.1' });
  closeApp = () => app.close();
  url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  browser = await launchBrowser(chromiumBin(), { noCamera: true });
  pictures = await emptyPictures('inspection');
  [inspector, office] = await Promise.all([pageOf(null), pageOf(school.scheduler)]);
});
afterAll(async () => {
  await browser?.close();
  await closeApp?.();
  await world?.close();
});

it('the inspector logs in with a second factor, and gets nowhere without', () => logsIn(inspector, school.regulator));

it('the inspector seals a seed, draws, and the list draws the same for anybody', async () => {
  await inspector.goto('/inspections');
  await inspector.getByTestId('inspections-empty').waitFor();
  await both(inspector, '01-none');
  await inspector.getByTestId('inspection-new').click();
  await inspector.getByTestId('inspection-form').waitFor();
  await inspector.getByTestId('inspection-seal').click();
  await inspector.getByText('请填写名称，至少两个字。').waitFor();
  await inspector.getByLabel('名称').fill('十一月焊工班录像抽查');
  await both(inspector, '02-form');
  await inspector.getByTestId('inspection-seal').click();
  const sealed = (await inspector.getByTestId('inspection-seedHash').innerText()).trim();
  await both(inspector, '03-sealed');
  await inspector.getByLabel('加入您自己的文字').fill('07 11 23');
  await inspector.getByTestId('inspection-draw').click();
  await inspector.getByTestId('drawn-units').waitFor();
  await inspector.getByText('怎样重新抽取').click();
  const seed = (await inspector.getByTestId('inspection-seed').innerText()).trim();
  expect(createHash('sha256').update(Buffer.from(seed, 'hex')).digest('hex')).toBe(sealed);
  const [download] = await Promise.all([inspector.waitForEvent('download'), inspector.getByTestId('inspection-list').click()]);
  const list = await readFile(await download.path(), 'utf8');
  expect(createHash('sha256').update(list).digest('hex')).toBe((await inspector.getByTestId('inspection-populationHash').innerText()).trim());
  expect(redrawInspection(list, seed, '07 11 23', 5)).toHaveLength(1);
  await both(inspector, '04-drawn');
  // Nobody at the institution knows of it.
  await office.goto('/inspections');
  await office.getByTestId('inspections-empty').waitFor();
});

it('plays, jumps to a face check, sees its picture after saying why, and files a finding there', async () => {
  await inspector.getByTestId('unit-look').click();
  await inspector.getByTestId('inspection-marks').waitFor();
  expect(await Promise.all(['check', 'quiz', 'gap', 'presence'].map((kind) => inspector.getByTestId(`mark-${kind}`).count()))).toEqual([2, 1, 1, 1]);
  await inspector.getByRole('button', { name: '播放' }).first().click();
  await decodedFrames(inspector, 'video', 10);
  await inspector.getByTestId('marks-check').click();
  await inspector.getByTestId('mark-check').filter({ hasText: '不是本人' }).click();
  await inspector.waitForFunction(() => { const at = document.querySelector('video')!.currentTime; return at >= 5.5 && at < 9; });
  await inspector.getByRole('button', { name: '暂停' }).first().click();
  await inspector.getByTestId('check-picture-show').click();
  await inspector.getByText('请写明目的，至少四个字。').waitFor();
  await inspector.getByLabel('查看目的').fill('核对第 6 秒的核验是否本人');
  await inspector.getByTestId('check-picture-show').click();
  await inspector.getByTestId('check-picture-shown').waitFor();
  await expect.poll(() => inspector.getByTestId('check-picture-shown').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(128);
  await both(inspector, '05-film');
  await inspector.getByTestId('find-here').click();
  await inspector.getByTestId('finding-form').waitFor();
  await both(inspector, '06-finding-form');
  await inspector.getByTestId('finding-form-words').fill('核验照片与画面中的人不一致，疑似替课。');
  await inspector.getByTestId('finding-form-send').click();
  await inspector.getByTestId('finding').waitFor();
  const [filed] = await world.deps.orm.em.fork().execute<{ at_ms: number; evidence: string[] }[]>('select at_ms, evidence from inspection_finding');
  expect(filed!.evidence).toEqual(['face_check']);
  expect(filed!.at_ms).toBeGreaterThanOrEqual(5500);
  expect(filed!.at_ms).toBeLessThan(12_000);
  await both(inspector, '07-filed');
  // The film and the picture were looked at, which is on record, and not told yet.
  expect(await looksTold()).toEqual([]);
  expect((await world.deps.orm.em.fork().execute<{ n: number }[]>('select count(*)::int as n from look where inspection_id is not null'))[0]!.n).toBeGreaterThan(3);
});

it('hands it over; the institution finds it on its first page, goes to the moment, and answers', async () => {
  await inspector.getByText('回到抽查').click();
  await inspector.getByTestId('inspection-hand-over').waitFor();
  await both(inspector, '08-hand-over');
  await inspector.getByTestId('inspection-hand-over').click();
  await inspector.getByTestId('inspection-state').filter({ hasText: '整改中' }).waitFor();
  await office.goto('/');
  await office.getByTestId('waiting').getByText('个抽查问题等处理').click();
  await office.getByTestId('inspection-brief').getByRole('link').click();
  await office.getByTestId('finding').waitFor();
  expect(await office.getByText('核对第 6 秒的核验是否本人').count(), 'the look stands there with its purpose').toBe(1);
  await both(office, '09-office');
  const told = await looksTold();
  expect(told.filter((line) => /观看回放：焊接安全与防护.*检查时查看/.test(line)), 'the recording').not.toEqual([]);
  expect(told.filter((line) => /检查：.*1 次核验.*检查时查看。用途：核对第 6 秒的核验是否本人/.test(line)), 'the picture').toHaveLength(1);
  await both(office, '09-looks');
  await office.goBack();
  await office.getByTestId('finding').waitFor();
  await office.getByTestId('finding-goto').click();
  await office.getByTestId('seek').waitFor();
  await office.goBack();
  await office.getByTestId('finding-answer').click();
  await office.getByTestId('finding-words').fill('已核实为替课，取消该学员本课学时，并更换签到方式。');
  await both(office, '10-answer');
  await office.getByTestId('finding-send').click();
  await office.locator('[data-testid="finding"][data-state="answered"]').waitFor();
});

it('the inspector accepts, closes, and takes the report along', async () => {
  await inspector.goto('/inspections');
  await inspector.getByTestId('inspection-brief').getByRole('link').click();
  await inspector.getByTestId('finding-accept').waitFor();
  await both(inspector, '11-answered');
  await inspector.getByTestId('finding-accept').click();
  await inspector.getByLabel('办结意见').fill('整改到位。');
  await inspector.getByTestId('inspection-close').click();
  await inspector.getByTestId('inspection-state').filter({ hasText: '已办结' }).waitFor();
  await both(inspector, '12-closed');
  const [download] = await Promise.all([inspector.waitForEvent('download'), inspector.getByTestId('inspection-report').click()]);
  const words = await wordsOf(await readFile(await download.path()), join(pictures, 'report.pdf'));
  for (const part of ['录像抽查报告', '十一月焊工班录像抽查', '疑似替课', '已整改', '整改到位']) expect(words).toContain(part);
  await speaksEnglish(inspector);
  await both(inspector, '13-english');
});

it('looks a learner up in the console only after saying why, and the institution reads the purpose with each look', async () => {
  await inspector.goto('/oversight');
  await inspector.getByRole('button', { name: '中文' }).click();
  // What was said for the picture still stands in this tab: a new one has said nothing.
  const other = await inspector.context().newPage();
  await other.goto('/oversight?view=search');
  await other.getByTestId('purpose-form').waitFor();
  await other.getByTestId('purpose-say').click();
  await other.getByText('请写明目的，至少四个字。').waitFor();
  await both(other, '14-purpose');
  await other.getByLabel('查看目的').fill('投诉件 2026-118 核对学时');
  await other.getByTestId('purpose-say').click();
  await other.getByTestId('said-purpose').filter({ hasText: '投诉件 2026-118' }).waitFor();
  await other.getByTestId('search-text').fill('李志强');
  await other.getByTestId('search-go').click();
  await other.getByTestId('found-learner').waitFor();
  await both(other, '15-found');
  await other.getByTestId('to-hours').click();
  await other.waitForURL('**/ledger/*');
  await other.waitForLoadState('networkidle');
  const told = await looksTold();
  const learner = told.filter((line) => line.includes('李志强'));
  expect(learner.length).toBeGreaterThan(0);
  for (const line of learner) expect(line).toContain('用途：投诉件 2026-118 核对学时');
  // Every recording, picture and learner, each with whoever looked.
  const [{ n }] = await world.deps.orm.em.fork().execute<[{ n: number }]>('select count(*)::int as n from look');
  expect(told).toHaveLength(n);
  await both(office, '16-looks');
});
