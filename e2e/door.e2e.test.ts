// The door of a lesson in real Chromium: a lobby, letting in, a locked door, a learner muted on stage, taken out and let back; teacher at a desk, one learner on a phone.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { desktop, phone } from '#testing/browser.ts';
import { attends, openLessonId, readsNotice, refusesFace, signsInByCode } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';

let platform: Platform;
let lessonId: string;
let teacher: Page;
let desk: Page;
let mobile: Page;
const shot = (page: Page, name: string): Promise<void> => platform.shot(page, name);

beforeAll(async () => {
  platform = await openPlatform({ name: 'door' });
  [teacher, desk, mobile] = await Promise.all([platform.pageOf('teacher', desktop), platform.pageOf('student1', desktop), platform.pageOf('student2', phone)]);
  lessonId = await openLessonId(teacher.context());
  await attends(teacher, lessonId, 'staff');
  await Promise.all([desk, mobile].map(async (page) => {
    await page.goto(`/lessons/${lessonId}/enter`);
    await readsNotice(page);
    await refusesFace(page);
  }));
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const [name, page] of Object.entries({ teacher, desk, mobile })) await shot(page, `failed-${name}`);
});
afterAll(() => platform?.close());

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
  await signsInByCode(mobile, teacher, '王芳', platform.product.dataDir);
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
