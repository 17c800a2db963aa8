// A teacher's phone as second camera in real Chromium: the code is read off the teacher's page, the phone films, a learner sees the moving picture large.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import decodeQR from 'qr/decode.js';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { demoPassword } from '#db/demo.ts';
import { desktop, launchBrowser, loggedIn, phone as phoneSize } from '#testing/browser.ts';
import { foundPaths } from '../setup/found.ts';
import { productPorts } from '../setup/ports.ts';
import { startProduct, type Product } from '../setup/product.ts';
import { enters, movingPicture, openLessonId, readsNotice, refusesFace } from './people.ts';

const pictures = join(import.meta.dirname, '../data/e2e-companion');
const at = (place: 'main' | 'corner', source: string): string => `[data-testid="stage"] [data-place="${place}"] video[data-source="${source}"]`;

let folder: string;
let product: Product;
let browser: Browser;
let forPhone: BrowserContext;
let teacher: Page;
let student: Page;
let phone: Page;
let link: string;
let taken = 0;
const shot = async (page: Page, name: string): Promise<void> => {
  taken += 1;
  await page.screenshot({ path: join(pictures, `${String(taken).padStart(2, '0')}-${name}.png`) });
};

beforeAll(async () => {
  const { CHROMIUM_BIN } = foundPaths(process.env);
  if (!CHROMIUM_BIN) throw new Error('Chromium is missing: npm test installs it; otherwise set CHROMIUM_BIN');
  folder = await mkdtemp(join(tmpdir(), 'keshi-companion-'));
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
  product = await startProduct({ env: { ...process.env, ...await productPorts(1), DATA_DIR: join(folder, 'data'), FACE_CHECKS_PER_UNIT: '0' } });
  browser = await launchBrowser(CHROMIUM_BIN);
  const forTeacher = await loggedIn(browser, product.url, 'teacher', demoPassword, desktop);
  const forStudent = await loggedIn(browser, product.url, 'student1', demoPassword, desktop);
  // Nobody is logged in on the phone.
  forPhone = await browser.newContext({ viewport: phoneSize, locale: 'zh-CN', permissions: ['camera'], ignoreHTTPSErrors: true, isMobile: true, hasTouch: true });
  [teacher, student, phone] = [await forTeacher.newPage(), await forStudent.newPage(), await forPhone.newPage()];
  for (const page of [teacher, student, phone]) page.setDefaultTimeout(30_000);
  const lessonId = await openLessonId(forTeacher);
  for (const page of [teacher, student]) {
    await page.goto(`/lessons/${lessonId}/enter`);
    await readsNotice(page);
  }
  await refusesFace(student);
  await enters(teacher, lessonId);
  await teacher.getByTestId('start-lesson').click();
  await teacher.getByTestId('recording').waitFor();
  await enters(student, lessonId);
  await movingPicture(student, at('main', 'camera'));
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const [name, page] of Object.entries({ teacher, student, phone })) await shot(page, `failed-${name}`);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('a phone as second camera (R44, R133)', () => {
  it('is connected by the code on the teacher’s page', async () => {
    await teacher.getByTestId('companion').click();
    await teacher.locator('[data-testid="companion-dialog"][data-view="code"]').waitFor();
    await shot(teacher, 'teacher-code');
    const { data, info } = await sharp(await teacher.getByTestId('qr').screenshot()).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    link = decodeQR({ width: info.width, height: info.height, data });
    expect(link).toMatch(new RegExp(`^${product.url}/companion/[0-9a-f-]{36}\\?lang=zh#[\\w-]{43}$`));
    await phone.goto(link);
    await phone.locator('[data-testid="phone"][data-status="ready"]').waitFor();
    await shot(phone, 'phone-ready');
    await teacher.locator('[data-testid="companion-dialog"][data-view="connected"]').waitFor();
    await shot(teacher, 'teacher-connected');
  });

  it('films, and everybody sees it large with the teacher’s camera small', async () => {
    await phone.getByTestId('phone-start').click();
    await phone.locator('[data-testid="phone"][data-status="sending"]').waitFor();
    await movingPicture(phone, '[data-testid="phone-preview"]');
    await movingPicture(student, at('main', 'documentCamera'));
    await movingPicture(student, at('corner', 'camera'));
    await movingPicture(teacher, at('main', 'documentCamera'));
    await teacher.getByTestId('companion-close').click();
    for (const [name, page] of Object.entries({ teacher, student, phone })) await shot(page, `filming-${name}`);
    await phone.setViewportSize({ width: phoneSize.height, height: phoneSize.width });
    await shot(phone, 'phone-sideways');
    await phone.setViewportSize(phoneSize);
  });

  it('is not a person: nobody more is present', async () => {
    await student.getByText('2 人在场', { exact: true }).first().waitFor();
    await teacher.setViewportSize(phoneSize);
    await shot(teacher, 'teacher-on-a-phone');
    await teacher.setViewportSize(desktop);
  });

  it('is small where the teacher wants the own camera large, for everybody', async () => {
    await teacher.getByTestId('layout-cameraLarge').click();
    await movingPicture(student, at('main', 'camera'));
    await movingPicture(student, at('corner', 'documentCamera'));
    await shot(student, 'student-camera-large');
    await teacher.getByTestId('layout-inset').click();
    await movingPicture(student, at('main', 'documentCamera'));
  });

  it('cannot be opened by a second phone', async () => {
    const context = await browser.newContext({ viewport: phoneSize, locale: 'zh-CN', ignoreHTTPSErrors: true });
    const second = await context.newPage();
    await second.goto(link);
    await second.locator('[data-testid="phone-end"][data-why="companion_used"]').waitFor();
    await shot(second, 'second-phone');
    await context.close();
  });

  it('comes back by itself after a cut and after the page was loaded anew, and the teacher is told', async () => {
    await forPhone.setOffline(true);
    await teacher.getByText('手机摄像头断开了').first().waitFor();
    await phone.locator('[data-testid="phone"][data-status="reconnecting"]').waitFor();
    await shot(phone, 'phone-cut');
    await forPhone.setOffline(false);
    await phone.locator('[data-testid="phone"][data-status="sending"]').waitFor();
    await movingPicture(student, at('main', 'documentCamera'));
    await teacher.reload();
    await movingPicture(teacher, at('main', 'documentCamera'));
    await phone.reload();
    await phone.locator('[data-testid="phone"][data-status="sending"]').waitFor();
    await movingPicture(phone, '[data-testid="phone-preview"]');
    await movingPicture(student, at('main', 'documentCamera'));
  });

  it('stops where the phone says so, and ends where the teacher says so', async () => {
    await phone.getByTestId('phone-stop').click();
    await phone.locator('[data-testid="phone"][data-status="ready"]').waitFor();
    await movingPicture(student, at('main', 'camera'));
    await teacher.getByTestId('companion').click();
    await teacher.getByTestId('companion-end').click();
    await phone.locator('[data-testid="phone-end"][data-why="revoked"]').waitFor();
    await shot(phone, 'phone-ended');
    await phone.reload();
    await phone.locator('[data-testid="phone-end"][data-why="companion_ended"]').waitFor();
  });
});
