// Registering in a real browser, by keyboard and on a phone: faults while typing, a code on the phone, the account page, a look that the learner sees, a consent taken back.
import { mkdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Enrolment } from '#db/entities/people.ts';
import { consentVersion } from '#domain/consent.ts';
import { newId } from '#domain/id.ts';
import { desktop, launchBrowser, phone } from '#testing/browser.ts';
import { foundPaths } from '../setup/found.ts';
import { createSignaling } from '../signaling/app.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../signaling/testing/http-world.ts';
import { cardNumber, phoneNumber } from '../signaling/testing/registrant.ts';
import { addSchool, type School } from '../signaling/testing/school.ts';

const pictures = join(import.meta.dirname, '../data/e2e-register');
const [number, mobile, password] = [cardNumber(), phoneNumber(), 'correct horse'];
let world: HttpWorld;
let school: School;
let browser: Browser;
let url: string;
let closeApp: () => Promise<void>;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now(), '示范学校');
  const app = await createSignaling(world.deps);
  await app.listen({ port: 0, host: '127.0.0.1' });
  closeApp = () => app.close();
  url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  browser = await launchBrowser(foundPaths(process.env).CHROMIUM_BIN!, { noCamera: true });
  context = await browser.newContext({ viewport: phone, baseURL: url, locale: 'zh-CN' });
  page = await context.newPage();
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
  await closeApp?.();
  await world?.close();
});

async function both(of: Page, name: string): Promise<void> {
  for (const [size, viewport] of [['1440', desktop], ['390', phone]] as const) {
    await of.setViewportSize(viewport);
    await of.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
    const wide = await of.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect([name, size, wide], 'nothing sticks out').toEqual([name, size, false]);
  }
}
async function pageOf(person: Known): Promise<Page> {
  const own = await browser.newContext({ viewport: desktop, baseURL: url, locale: 'zh-CN' });
  const [name = '', value = ''] = (await world.cookieOf(person)).split('=');
  await own.addCookies([{ name, value, url }]);
  return own.newPage();
}

it('says what is wrong while one types, ticks nothing beforehand, and sends nothing before all is right', async () => {
  await page.goto('/login');
  await page.getByRole('link', { name: '还没有账号？实名注册' }).click();
  await page.getByRole('heading', { name: '实名注册', level: 1 }).waitFor();
  expect(await page.getByRole('checkbox').evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).checked))).toEqual([false, false]);
  await page.getByLabel('证件号码').fill('110105');
  await page.getByText('还差 12 位').waitFor();
  await page.getByLabel('证件号码').fill('110105194912310021');
  await page.getByLabel('姓名').fill('李雷2');
  await page.getByLabel('证件类型').focus();
  await page.getByText('号码有一位写错了').waitFor();
  await page.getByText('姓名只能是文字').waitFor();
  await both(page, '01-faults');
  await page.getByRole('button', { name: '注册', exact: true }).click();
  await page.getByText('请先阅读并勾选“实名信息”一项').waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('name');
  await both(page, '02-missing');
  expect(world.phone.messages).toHaveLength(0);
});

it('registers by keyboard alone, and says so of a wrong code first', async () => {
  await page.setViewportSize(desktop);
  const type = async (text: string): Promise<void> => { await page.keyboard.press('ControlOrMeta+a'); await page.keyboard.type(text); };
  const next = () => page.keyboard.press('Tab');
  await page.getByLabel('姓名').focus();
  await type('李雷');
  await next();
  await next();
  await type(number.toLowerCase());
  await page.getByText('号码写法正确，出生日期 1990-03-07').waitFor();
  await next();
  for (let option = 0; option < 3; option++) await page.keyboard.press('ArrowDown');
  await next();
  await type('示范焊接厂');
  await next();
  await type(mobile);
  await next();
  await page.keyboard.press('Enter');
  await page.getByText('验证码已发送').waitFor();
  const code = world.phone.codeOf(mobile);
  // Focus goes to the code by itself.
  await type(code === '111111' ? '222222' : '111111');
  await next();
  await type(password);
  await next();
  await next();
  await page.keyboard.press('Space');
  expect(await page.getByRole('checkbox').evaluateAll((boxes) => boxes.map((box) => (box as HTMLInputElement).checked))).toEqual([true, false]);
  await page.keyboard.press('Enter');
  await page.getByRole('alert').getByText('验证码不对').waitFor();
  await both(page, '03-wrong-code');
  await page.getByLabel('短信验证码').fill(code);
  await page.keyboard.press('Enter');
  await page.getByText('李雷').first().waitFor();
  await page.waitForURL(`${url}/`);
});

it('shows masks, who looked and why, and takes a consent back in two steps', async () => {
  const me = (await (await context.request.get('/api/me')).json()) as { personId: string };
  await world.deps.orm.em.fork().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId: school.cohortId, personId: me.personId, createdAt: world.clock.now(), endedAt: null });
  const office = await pageOf(school.scheduler);
  await office.goto(`/persons/${me.personId}`);
  await office.getByText(`110*************${number.slice(-2)}`).waitFor();
  await office.getByRole('button', { name: '记录并显示' }).click();
  await office.getByText('请至少选择一项').waitFor();
  await office.getByLabel('证件号码').check();
  await office.getByRole('button', { name: '记录并显示' }).click();
  await office.getByText('请写明理由').waitFor();
  await both(office, '04-office');
  await office.getByLabel('查看的理由').fill('申报补贴时核对身份');
  await office.getByRole('button', { name: '记录并显示' }).click();
  await office.getByText(number, { exact: true }).waitFor();
  await both(office, '05-opened');
  await office.context().close();
  await world.call('POST /api/consents', null, { headers: { cookie: (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ') }, payload: { purpose: 'face', version: consentVersion.face, given: true } });
  world.clock.pass(1000);
  await page.getByRole('link', { name: /李雷/ }).click();
  await page.getByText(`110*************${number.slice(-2)}`).waitFor();
  expect(await page.content()).not.toContain(number);
  await page.getByText('理由：申报补贴时核对身份').waitFor();
  await both(page, '06-account');
  await page.getByRole('button', { name: '撤回同意 人脸核验' }).click();
  await page.getByText('人脸特征立即删除').waitFor();
  await both(page, '07-withdraw');
  await page.getByRole('button', { name: '确定撤回' }).click();
  await page.getByRole('button', { name: '确定撤回' }).waitFor({ state: 'detached' });
  await expect.poll(async () => await (await context.request.get('/api/consents')).json()).toMatchObject({ face: 'refused', checkWay: 'alternative' });
});

it('signs in by phone afterwards, in English too', async () => {
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByRole('heading', { name: 'Who looked at my details' }).waitFor();
  await both(page, '08-account-en');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('Account or phone number').fill(`${mobile.slice(0, 3)} ${mobile.slice(3, 7)} ${mobile.slice(7)}`);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await page.getByText('李雷').first().waitFor();
  // Whoever is registered has nothing to register.
  await page.goto('/register');
  await page.waitForURL(`${url}/account`);
});

it('a learner whose account an institution made is asked for the real name before the lesson, and comes back to it by itself', async () => {
  const { learner, lessonId } = school;
  await world.deps.orm.em.fork().execute('delete from identity where person_id = ?', [learner.personId]);
  const own = await pageOf(learner);
  await own.goto(`/lessons/${lessonId}/live`);
  await own.getByRole('heading', { name: '请先填写实名信息' }).waitFor();
  await both(own, '10-identity-first');
  await own.getByRole('link', { name: '去填写实名信息' }).click();
  await own.getByText('您的账号由培训机构开通').waitFor();
  const papers = { number: 'E7654321', mobile: phoneNumber() };
  await own.getByLabel('证件类型').selectOption('passport');
  await own.getByLabel('证件号码').fill(papers.number);
  await own.getByLabel('出生日期').fill('2013-01-01');
  await own.getByLabel('证件类型').focus();
  await own.getByRole('radio', { name: '其他' }).check();
  await own.getByText('您未满 14 周岁').waitFor();
  await both(own, '11-child');
  await own.getByLabel('出生日期').fill('1990-03-07');
  await own.getByLabel('手机号', { exact: true }).fill(papers.mobile);
  await own.getByRole('button', { name: '获取验证码' }).click();
  await own.getByText('验证码已发送').waitFor();
  await own.getByLabel('短信验证码').fill(world.phone.codeOf(papers.mobile));
  await own.getByRole('checkbox', { name: '我同意收集和保存实名信息' }).check();
  await both(own, '12-own-form');
  await own.getByRole('button', { name: '完成实名登记' }).click();
  await own.waitForURL(`${url}/lessons/${lessonId}/enter`);
  await own.getByRole('heading', { name: '本课程会录制' }).waitFor();
  await own.context().close();
});

it('who is denied by an authority reads it, and the way to put it right', async () => {
  const { learner, lessonId } = school;
  await world.deps.orm.em.fork().execute(`update identity set authority_status = 'denied', authority_at = now() where person_id = ?`, [learner.personId]);
  const own = await pageOf(learner);
  await own.goto(`/lessons/${lessonId}/enter`);
  await own.getByRole('heading', { name: '姓名和证件号码对不上' }).waitFor();
  await own.goto('/account');
  await own.getByText('更正之前不能上课和看回放').waitFor();
  await both(own, '13-denied');
  await own.getByRole('link', { name: '去更正' }).click();
  await own.getByText('更正后会再核验一次').waitFor();
  expect(await own.getByLabel('姓名').inputValue()).toBe('示范学校 learner');
  await own.context().close();
});

it('a forgotten password is set anew by phone, changed on the account page, and the account closed with it', async () => {
  world.clock.pass(60_000);
  await page.getByRole('button', { name: '中文' }).click();
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.getByRole('link', { name: '忘记密码？' }).click();
  await page.getByLabel('登记的手机号').fill(mobile);
  await page.getByRole('button', { name: '获取验证码' }).click();
  await page.getByText('验证码已发送').waitFor();
  await page.getByLabel('短信验证码').fill(world.phone.codeOf(mobile));
  await page.getByLabel('新密码').fill('another horse');
  await both(page, '14-reset');
  await page.getByRole('button', { name: '设置新密码' }).click();
  await page.getByRole('link', { name: '去登录' }).click();
  await page.getByLabel('账号或手机号').fill(mobile);
  await page.getByLabel('密码', { exact: true }).fill('another horse');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /李雷/ }).click();
  await page.getByRole('button', { name: '修改密码' }).click();
  await page.getByLabel('当前密码').fill('wrong horse');
  await page.getByLabel('新密码').fill('third horse');
  await page.getByRole('button', { name: '保存新密码' }).click();
  await page.getByRole('alert').getByText('当前密码不对').waitFor();
  await both(page, '15-password');
  await page.getByRole('button', { name: '修改密码' }).click();
  await page.getByRole('button', { name: '我要注销账号' }).click();
  await page.getByText('依法按规定年限保存').waitFor();
  await page.getByLabel('当前密码').fill('another horse');
  await both(page, '16-closing');
  await page.getByRole('button', { name: '确定注销' }).click();
  await page.getByText('账号已注销').waitFor();
  await both(page, '17-closed');
  expect((await context.request.get('/api/me')).status()).toBe(401);
  await context.close();
});
