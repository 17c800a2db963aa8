// Enrolling a face in a real browser: hints from the real detector, refusals with their reason, no camera, no hints; and a replacement that staff decide.
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FaceEnrolment } from '#db/entities/check.ts';
import { Enrolment } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import { desktop, launchBrowser, phone } from '#testing/browser.ts';
import { foundPaths } from '../setup/found.ts';
import { createSignaling } from '../signaling/app.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../signaling/testing/http-world.ts';
import { addConsent, addPerson, addSchool, type School } from '../signaling/testing/school.ts';
import type { FaceDeps } from '../worker/face/deps.ts';
import { openFaceEngine } from '../worker/face/engine.ts';
import { enrolFace } from '../worker/face/enrol.ts';
import { cameraInPage, filmed, refusesCamera, shows } from './page-camera.ts';

const { CHROMIUM_BIN, FACE_MODELS_DIR: models } = foundPaths(process.env);
const photos = join(import.meta.dirname, '../../shared/faces');
const pictures = join(import.meta.dirname, '../data/e2e-enrolment');
const missing = !models ? ' (skipped: FACE_MODELS_DIR is not set)' : existsSync(photos) ? '' : ' (skipped: no folder ../shared/faces with test photos)';

const front = () => filmed('obama_1.jpg');
const turned = () => filmed('obama_2.jpg');

describe.skipIf(missing !== '')(`enrolling a face${missing}`, () => {
  let world: HttpWorld;
  let school: School;
  let browser: Browser;
  let url: string;
  let faces: FaceDeps;
  let closeApp: () => Promise<void>;
  beforeAll(async () => {
    world = await openHttpWorld();
    school = await addSchool(world.deps.orm, world.clock.now());
    const { orm, log, storage, vault, queues, now } = world.deps;
    faces = { orm, log, storage, vault, engine: await openFaceEngine(models!), now };
    await queues.work('face-enrol', 1, (data) => enrolFace(faces, data));
    const app = await createSignaling({ ...world.deps, config: { ...world.deps.config, FACE_MODELS_DIR: models } });
    await app.listen({ port: 0, host: '127.0.0.1' });
    closeApp = () => app.close();
    url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
    browser = await launchBrowser(CHROMIUM_BIN!);
    await rm(pictures, { recursive: true, force: true });
    await mkdir(pictures, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await closeApp?.();
    await world?.close();
    await faces?.engine?.close();
  });

  async function contextOf(person: Known, viewport = phone, locale: 'zh' | 'en' = 'zh'): Promise<BrowserContext> {
    await world.deps.orm.em.fork().execute('update account set locale = ? where person_id = ?', [locale, person.personId]);
    const context = await browser.newContext({ viewport, baseURL: url, locale: locale === 'zh' ? 'zh-CN' : 'en-GB' });
    const [name = '', value = ''] = (await world.cookieOf(person)).split('=');
    await context.addCookies([{ name, value, url }]);
    await context.addInitScript(cameraInPage);
    return context;
  }
  /** A learner of the lesson who agreed to everything, on the page before it. */
  async function learnerAtDoor(viewport = phone, locale: 'zh' | 'en' = 'zh'): Promise<{ page: Page; person: Known; context: BrowserContext }> {
    const person = await addPerson(world.deps.orm, world.clock.now(), '王师傅', school.institutionId, 'student');
    const { institutionId, cohortId } = school;
    await world.deps.orm.em.fork().insert(Enrolment, { id: newId(), institutionId, cohortId, personId: person.personId, createdAt: world.clock.now(), endedAt: null });
    for (const purpose of ['recording', 'face'] as const) await addConsent(world.deps.orm, person.personId, purpose, world.clock.now());
    const context = await contextOf(person, viewport, locale);
    const page = await context.newPage();
    await page.goto(`/lessons/${school.lessonId}/enter`);
    return { page, person, context };
  }
  const hint = (page: Page, word: string) => page.locator(`[data-hint="${word}"]`).waitFor();
  const shot = async (page: Page, name: string): Promise<void> => { await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true }); };
  async function both(page: Page, name: string): Promise<void> {
    for (const [size, viewport] of [['390', phone], ['1440', desktop]] as const) {
      await page.setViewportSize(viewport);
      await shot(page, `${name}-${size}`);
    }
    await page.setViewportSize(phone);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect([name, wide], 'nothing sticks out at 390 px').toEqual([name, false]);
  }
  async function takesBoth(page: Page, first: string, second: string): Promise<void> {
    // Of two enrolments in one millisecond nobody could say which is newer.
    world.clock.pass(1000);
    await shows(page, first);
    await page.getByRole('button', { name: '拍第 1 张' }).click();
    await shows(page, second);
    await page.getByRole('button', { name: '拍第 2 张' }).click();
    await page.getByRole('button', { name: '照片可以，提交' }).click();
  }

  it('says one thing at a time, what to change, until the picture can be taken', async () => {
    const { page, context } = await learnerAtDoor();
    await both(page, '01-before');
    await page.getByRole('button', { name: '打开摄像头' }).click();
    const sights: [string, string][] = [
      ['no_face', await filmed('noface_house.jpg')], ['several_faces', await filmed('two_people_1.jpg')], ['too_far', await filmed('obama_1.jpg', { height: 360 })],
      ['against_light', await filmed('obama_1.jpg', { photo: (picture) => picture.linear(0.55, 0), ground: 255 })],
      ['too_dark', await filmed('obama_1.jpg', { whole: (picture) => picture.linear(0.22, 0) })], ['too_bright', await filmed('obama_1.jpg', { whole: (picture) => picture.linear(0.4, 150) })],
      ['blurred', await filmed('obama_1.jpg', { whole: (picture) => picture.blur(6) })], ['good', await front()],
    ];
    for (const [word, address] of sights) {
      await shows(page, address);
      await hint(page, word);
      await both(page, `02-hint-${word}`);
    }
    await page.getByRole('button', { name: '拍第 1 张' }).click();
    await hint(page, 'goodTurned');
    await both(page, '03-second');
    await context.close();
  });

  it('refuses what the server cannot use, says why, and takes a turned pair', async () => {
    const { page, person, context } = await learnerAtDoor();
    await page.getByRole('button', { name: '打开摄像头' }).click();
    await takesBoth(page, await front(), await front());
    await page.getByTestId('rejected').getByText('第二张没有转头').waitFor();
    await both(page, '04-rejected');
    await page.getByRole('button', { name: '打开摄像头' }).click();
    await takesBoth(page, await front(), await turned());
    await page.getByText('照片已登记成功').waitFor();
    await both(page, '05-enrolled');
    expect((await world.deps.orm.em.fork().findOneOrFail(FaceEnrolment, { personId: person.personId, status: 'active' })).measures).toHaveProperty('live1');
    await context.close();
  });

  it('without WebAssembly says so, and goes on without hints', async () => {
    const { page, context } = await learnerAtDoor();
    await context.route('**/*.wasm', (route) => route.abort());
    await page.getByRole('button', { name: '打开摄像头' }).click();
    await hint(page, 'off');
    await both(page, '06-no-hints');
    await takesBoth(page, await front(), await turned());
    await page.getByText('照片已登记成功').waitFor();
    await context.close();
  });

  it('with the camera refused says what to do, and offers the other way', async () => {
    for (const locale of ['zh', 'en'] as const) {
      const { page, context, person } = await learnerAtDoor(phone, locale);
      await refusesCamera(page);
      await page.getByRole('button', { name: locale === 'zh' ? '打开摄像头' : 'Open the camera' }).click();
      await page.getByText(locale === 'zh' ? '浏览器没有允许使用' : 'the browser does not allow it').waitFor();
      await both(page, `07-refused-${locale}`);
      // By keyboard alone: the button is reached and pressed.
      await page.getByRole('button', { name: locale === 'zh' ? '改用其他方式' : 'Use the other way', exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.getByText(locale === 'zh' ? '您将用其他方式核验身份' : 'checked in another way').waitFor();
      const rows = await world.deps.orm.em.fork().execute('select way, reason from check_way where person_id = ?', [person.personId]);
      expect(rows).toEqual([{ way: 'alternative', reason: 'refused' }]);
      await context.close();
    }
  });

  it('lets a replacement wait for staff, who look and decide; the learner reads what became of it', async () => {
    const { page, person, context } = await learnerAtDoor();
    await page.getByRole('button', { name: '打开摄像头' }).click();
    await takesBoth(page, await front(), await turned());
    await page.getByText('照片已登记成功').waitFor();
    world.clock.pass(60_000);
    const replaces = async (): Promise<void> => {
      await page.getByRole('button', { name: '更换登记照片' }).click();
      await page.getByRole('button', { name: '打开摄像头' }).click();
      await page.getByText('请先选一个原因').waitFor();
      await both(page, '08-replace-why');
      await page.getByLabel('样子变了').check();
      await page.getByRole('button', { name: '打开摄像头' }).click();
      await takesBoth(page, await front(), await turned());
      await page.getByTestId('awaiting').waitFor();
    };
    await replaces();
    await both(page, '09-awaiting');
    const staff = await contextOf(school.scheduler, desktop);
    const desk = await staff.newPage();
    await desk.goto('/faces');
    await desk.getByRole('heading', { name: '王师傅' }).waitFor();
    await desk.getByText('像同一个人', { exact: true }).waitFor();
    expect(await world.events('picture:viewed')).toEqual([]);
    await desk.getByRole('button', { name: '查看照片' }).click();
    await desk.waitForFunction(() => [...document.querySelectorAll<HTMLImageElement>('figure img')].filter((image) => image.naturalWidth > 0).length === 4);
    expect(await world.events('picture:viewed')).toHaveLength(4);
    await both(desk, '10-staff');
    await desk.getByRole('button', { name: '不同意' }).click();
    await desk.getByText('请写明为什么不同意').waitFor();
    await desk.getByLabel('说明').fill('照片反光，请重拍');
    await desk.getByRole('button', { name: '不同意' }).click();
    await desk.getByText('没有同意王师傅更换照片').waitFor();
    await page.reload();
    await page.getByTestId('refused').getByText('照片反光，请重拍').waitFor();
    await both(page, '11-refused');
    world.clock.pass(60_000);
    await replaces();
    await desk.reload();
    await desk.getByRole('button', { name: '同意更换' }).click();
    await desk.getByText('已同意王师傅更换照片').waitFor();
    await both(desk, '12-staff-done');
    const rows = await world.deps.orm.em.fork().find(FaceEnrolment, { personId: person.personId }, { orderBy: { createdAt: 'asc' } });
    expect(rows.map(({ status }) => status)).toEqual(['replaced', 'refused', 'active']);
    await staff.close();
    await context.close();
  });
});
