// The door of a lesson in real Chromium: a lobby, letting in, a locked door, a learner muted on stage, taken out and let back; teacher at a desk, one learner on a phone.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { demoPassword } from '#db/demo.ts';
import { desktop, launchBrowser, loggedIn, phone } from '#testing/browser.ts';
import { foundPaths } from '../setup/found.ts';
import { productPorts } from '../setup/ports.ts';
import { startProduct, type Product } from '../setup/product.ts';
import { enters, openLessonId, readsNotice, refusesFace, signsInByCode } from './people.ts';

const pictures = join(import.meta.dirname, '../data/e2e-door');
let product: Product;
let browser: Browser;
let folder: string;
let lessonId: string;
let teacher: Page;
let desk: Page;
let mobile: Page;
const shot = (page: Page, name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });

async function pageOf(login: string, viewport: typeof phone): Promise<{ context: BrowserContext; page: Page }> {
  const context = await loggedIn(browser, product.url, login, demoPassword, viewport);
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  return { context, page };
}

beforeAll(async () => {
  const { CHROMIUM_BIN } = foundPaths(process.env);
  if (!CHROMIUM_BIN) throw new Error('Chromium is missing: npm test installs it; otherwise set CHROMIUM_BIN');
  folder = await mkdtemp(join(tmpdir(), 'keshi-door-'));
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
  product = await startProduct({ env: { ...process.env, ...await productPorts(1), DATA_DIR: join(folder, 'data'), FACE_CHECKS_PER_UNIT: '0' } });
  browser = await launchBrowser(CHROMIUM_BIN);
  const lead = await pageOf('teacher', desktop);
  teacher = lead.page;
  lessonId = await openLessonId(lead.context);
  desk = (await pageOf('student1', desktop)).page;
  mobile = (await pageOf('student2', phone)).page;
  await teacher.goto(`/lessons/${lessonId}/enter`);
  await readsNotice(teacher);
  await enters(teacher, lessonId);
  for (const page of [desk, mobile]) {
    await page.goto(`/lessons/${lessonId}/enter`);
    await readsNotice(page);
    await refusesFace(page);
  }
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const [name, page] of Object.entries({ teacher, desk, mobile })) await shot(page, `failed-${name}`);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await rm(folder, { recursive: true, force: true });
});

const live = (page: Page) => page.goto(`/lessons/${lessonId}/live`);
const idOf = async (name: string): Promise<string> => (await teacher.locator('[data-testid="person"]', { hasText: name }).getAttribute('data-person'))!;

it('whoever is new waits at the door and is let in; a reload costs nobody the place', async () => {
  await teacher.getByTestId('tab-people').click();
  await teacher.getByTestId('door-lobby').click();
  await teacher.locator('[data-testid="door"][data-door="lobby"]').waitFor();
  await live(mobile);
  await mobile.getByTestId('at-door').waitFor();
  await live(desk);
  await desk.getByTestId('at-door').waitFor();
  await expect.poll(() => teacher.getByTestId('waiting').count()).toBe(2);
  await shot(teacher, 'teacher-lobby');
  await shot(mobile, 'learner-waits-phone');
  await shot(desk, 'learner-waits');
  await teacher.locator('[data-testid="waiting"]', { hasText: '王芳' }).getByTestId('admit').click();
  await mobile.getByTestId('classroom').waitFor();
  await mobile.reload();
  await mobile.getByTestId('classroom').waitFor();
  await teacher.getByTestId('door-locked').click();
  await desk.getByTestId('room-locked').waitFor();
  await shot(desk, 'learner-locked-out');
  await mobile.reload();
  await mobile.getByTestId('classroom').waitFor();
  await teacher.getByTestId('door-open').click();
  await teacher.locator('[data-testid="door"][data-door="open"]').waitFor();
  await desk.getByTestId('try-door').click();
  await desk.getByTestId('classroom').waitFor();
});

it('a learner on stage is muted, opens again, and cannot while microphones are locked', async () => {
  await teacher.getByTestId('start-lesson').click();
  await teacher.getByTestId('recording').waitFor();
  await signsInByCode(mobile, teacher, '王芳', product.dataDir);
  await mobile.getByTestId('raise-hand').click();
  await teacher.getByTestId('tab-hands').click();
  await teacher.getByTestId('hand-invite').click();
  await mobile.getByTestId('stage-accept').click();
  const speaking = (on: boolean) => mobile.locator(`[data-testid="toggle-microphone"][data-on="${on}"]`).waitFor();
  await speaking(true);
  await teacher.locator('[data-testid="mute-one"][data-open="true"]').click();
  await speaking(false);
  await mobile.getByTestId('toggle-microphone').click();
  await speaking(true);
  await teacher.getByTestId('lock-microphones').click();
  await speaking(false);
  await mobile.locator('[data-key="door.microphone.lockedNow"]').getByRole('button').click();
  await mobile.getByTestId('toggle-microphone').click();
  await mobile.locator('[data-key="door.microphone.lockedNow"]').waitFor();
  await speaking(false);
  await shot(teacher, 'teacher-microphones');
  await shot(mobile, 'learner-locked-microphone-phone');
  await teacher.getByTestId('lock-microphones').click();
  await mobile.locator('[data-key="door.microphone.unlockedNow"]').waitFor();
  await mobile.getByTestId('toggle-microphone').click();
  await teacher.locator('[data-testid="mute-one"][data-open="true"]').waitFor();
});

it('a learner who is taken out reads why, asks to come back, and is let in; the record says it', async () => {
  await teacher.getByTestId('tab-people').click();
  const personId = await idOf('王芳');
  await teacher.locator(`[data-testid="person"][data-person="${personId}"]`).getByTestId('remove-person').click();
  await teacher.getByTestId('reason-other').check();
  expect(await teacher.getByTestId('remove-confirm').isDisabled()).toBe(true);
  await teacher.getByTestId('removal-note').fill('一直在放音乐');
  await shot(teacher, 'teacher-takes-out');
  await teacher.getByTestId('remove-confirm').click();
  await mobile.getByTestId('room-removed').waitFor();
  await mobile.getByText('一直在放音乐').waitFor();
  await shot(mobile, 'learner-taken-out-phone');
  await teacher.locator(`[data-testid="removed"][data-person="${personId}"]`).waitFor();
  await shot(teacher, 'teacher-out');
  await mobile.reload();
  await mobile.getByTestId('room-removed').waitFor();
  await mobile.getByTestId('knock').click();
  await mobile.getByTestId('at-door').waitFor();
  await teacher.setViewportSize(phone);
  await teacher.locator(`[data-testid="waiting"][data-person="${personId}"]`).waitFor();
  await shot(teacher, 'teacher-phone');
  await teacher.locator(`[data-testid="waiting"][data-person="${personId}"]`).getByTestId('admit').click();
  await mobile.getByTestId('classroom').waitFor();
  await mobile.goto(`/lessons/${lessonId}/hours`);
  await mobile.getByTestId('removals').getByText('一直在放音乐').waitFor();
  await mobile.getByTestId('removals').scrollIntoViewIfNeeded();
  await shot(mobile, 'learner-record-phone');
});
