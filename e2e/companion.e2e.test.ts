// A teacher's phone as second camera in real Chromium: the code is read off the teacher's page, the phone films, a learner sees the moving picture large.
import type { BrowserContext, Page } from 'playwright-core';
import decodeQR from 'qr/decode.js';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { desktop, phone as phoneSize } from '#testing/browser.ts';
import { attends, movingPicture, openLessonId } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';

const at = (place: 'main' | 'corner', source: string): string => `[data-testid="stage"] [data-place="${place}"] video[data-source="${source}"]`;

let platform: Platform;
let forPhone: BrowserContext;
let teacher: Page;
let student: Page;
let phone: Page;
let link: string;
let taken = 0;
const shot = async (page: Page, name: string): Promise<void> => {
  taken += 1;
  await platform.shot(page, `${String(taken).padStart(2, '0')}-${name}`);
};

beforeAll(async () => {
  platform = await openPlatform({ name: 'companion' });
  // Nobody is logged in on the phone.
  forPhone = await platform.browser.newContext({ viewport: phoneSize, locale: 'zh-CN', permissions: ['camera'], ignoreHTTPSErrors: true, isMobile: true, hasTouch: true });
  forPhone.setDefaultTimeout(30_000);
  [teacher, student, phone] = await Promise.all([platform.pageOf('teacher'), platform.pageOf('student1'), forPhone.newPage()]);
  const lessonId = await openLessonId(teacher.context());
  await attends(teacher, lessonId, 'staff');
  await teacher.getByTestId('start-lesson').click();
  await teacher.getByTestId('recording').waitFor();
  await attends(student, lessonId, 'learner');
  await movingPicture(student, at('main', 'camera'));
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const [name, page] of Object.entries({ teacher, student, phone })) await shot(page, `failed-${name}`);
});
afterAll(() => platform?.close());

describe('a phone as second camera (R44, R133)', () => {
  it('is connected by the code on the teacher’s page', async () => {
    await teacher.getByTestId('companion').click();
    await teacher.locator('[data-testid="companion-dialog"][data-view="code"]').waitFor();
    await shot(teacher, 'teacher-code');
    const { data, info } = await sharp(await teacher.getByTestId('qr').screenshot()).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    link = decodeQR({ width: info.width, height: info.height, data });
    expect(link).toMatch(new RegExp(`^${platform.product.url}/companion/[0-9a-f-]{36}\\?lang=zh#[\\w-]{43}$`));
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
    const context = await platform.browser.newContext({ viewport: phoneSize, locale: 'zh-CN', ignoreHTTPSErrors: true });
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
