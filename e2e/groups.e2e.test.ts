// Breakout groups in real Chromium: a class divided, each group sees itself alone, the teacher looks in, time ends it and everybody sees the teacher again.
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { LessonReplay, ReplayPart } from '#contracts/replay.ts';
import { demoAccounts } from '#db/demo.ts';
import { desktop, phone } from '#testing/browser.ts';
import { attends, leadCamera, movingPicture, openLessonId, signsInByCode } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';

const others = '[data-testid="stage"] video[data-source="camera"][data-own="false"]';
let platform: Platform;
let lessonId: string;
let teacher: Page;
let first: Page;
let second: Page;
let third: Page;
const nameOf = (index: number): string => demoAccounts.find(({ login }) => login === `student${index + 1}`)!.name;
const shot = (page: Page, name: string): Promise<void> => platform.shot(page, name);

beforeAll(async () => {
  platform = await openPlatform({ name: 'groups' });
  [teacher, first, second, third] = await Promise.all([['teacher', desktop], ['student1', desktop], ['student2', phone], ['student3', phone]].map(([login, size]) =>
    platform.pageOf(login as string, size as typeof phone))) as [Page, Page, Page, Page];
  lessonId = await openLessonId(teacher.context());
  await attends(teacher, lessonId, 'staff');
  await teacher.getByTestId('start-lesson').click();
  await teacher.getByTestId('recording').waitFor();
  await Promise.all([first, second, third].map((page) => attends(page, lessonId, 'learner')));
  for (const [page, name] of [[first, nameOf(0)], [second, nameOf(1)], [third, nameOf(2)]] as const) await signsInByCode(page, teacher, name, platform.product.dataDir);
  await movingPicture(first, leadCamera);
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const [name, page] of Object.entries({ teacher, first, second, third })) await shot(page, `failed-${name}`);
});
afterAll(() => platform?.close());

it('the teacher divides those present by hand and starts', async () => {
  await teacher.getByTestId('tab-groups').click();
  await expect.poll(() => teacher.getByTestId('groups-count').textContent()).toBe('2');
  await shot(teacher, 'teacher-divides');
  for (const [index, to] of [[0, 0], [1, 0], [2, 1]] as const) {
    const row = teacher.getByRole('combobox', { name: `${nameOf(index)}去哪一组` });
    await row.selectOption(`${to}`);
  }
  await teacher.getByTestId('groups-minutes').selectOption('5');
  await teacher.setViewportSize(phone);
  await shot(teacher, 'teacher-divides-on-a-phone');
  await teacher.setViewportSize(desktop);
  await teacher.getByTestId('groups-start').click();
  await first.locator('[data-testid="group-banner"][data-group="1"]').waitFor();
  await second.locator('[data-testid="group-banner"][data-group="1"]').waitFor();
  await third.locator('[data-testid="group-banner"][data-group="2"]').waitFor();
});

it('each sees the moving picture of the own group, and nobody of the other', async () => {
  // Recorded unless the teacher says otherwise, and everybody is told before they talk.
  for (const page of [first, second, third]) {
    await page.locator('[data-testid="group-recorded"][data-recorded="true"]').waitFor();
    await page.getByTestId('group-talk').click();
  }
  await movingPicture(first, others);
  await movingPicture(second, others);
  // Alone in a group, with nobody to hear, a learner loses no minute.
  await third.getByText('学时正在累计').waitFor();
  for (const [name, page] of Object.entries({ first, second, third })) await shot(page, `in-group-${name}`);
  expect(await third.locator(others).count()).toBe(0);
  expect(await first.locator(others).count()).toBe(1);
  expect(await teacher.locator(others).count()).toBe(0);
});

it('a group calls, the teacher looks in, tells all, and a learner who reloads is in the same group', async () => {
  await third.getByTestId('raise-hand').click();
  await teacher.getByTestId('group-call').waitFor();
  await shot(teacher, 'teacher-is-called');
  await teacher.getByTestId('group-call').getByRole('button').click();
  await movingPicture(third, others);
  await movingPicture(teacher, others);
  await teacher.getByTestId('groups-line').fill('还有两分钟，请写下结论');
  await teacher.getByTestId('groups-tell').click();
  await first.getByTestId('group-told').waitFor();
  await shot(teacher, 'teacher-in-a-group');
  await shot(third, 'visited-on-a-phone');
  await teacher.setViewportSize(phone);
  await shot(teacher, 'teacher-in-a-group-on-a-phone');
  await teacher.setViewportSize(desktop);
  await second.reload();
  await second.locator('[data-testid="group-banner"][data-group="1"]').waitFor();
  await movingPicture(second, others);
});

it('time ends it: everybody is back by itself and sees the teacher, who sees nobody’s camera', async () => {
  await platform.orm.em.fork().execute('update breakout set ends_at = now() where ended_at is null');
  for (const page of [first, second, third, teacher]) await page.getByTestId('group-banner').waitFor({ state: 'detached' });
  for (const page of [first, second, third]) await movingPicture(page, leadCamera);
  expect(await teacher.locator(others).count()).toBe(0);
  await shot(third, 'back-on-a-phone');
});

it('each group has a film of its own for the teacher, and none for learners', async () => {
  await teacher.getByTestId('end-lesson').click();
  await teacher.getByTestId('end-lesson-confirm').click();
  const partsOf = async (page: Page): Promise<ReplayPart[]> => (await (await page.request.get(`/api/lessons/${lessonId}/replay`)).json() as LessonReplay).parts.filter(({ group }) => group);
  await expect.poll(async () => (await partsOf(teacher)).map(({ status }) => status), { timeout: 240_000, interval: 1000 }).toEqual(['ready', 'ready']);
  const [film] = await partsOf(teacher);
  expect(film!.group!.people).toEqual([nameOf(0), nameOf(1)].sort((one, other) => film!.group!.people.indexOf(one) - film!.group!.people.indexOf(other)));
  await teacher.goto(`/lessons/${lessonId}/replay?group=${film!.group!.groupId}`);
  await teacher.getByTestId('group-film').waitFor();
  await teacher.evaluate(() => { const video = document.querySelector('video')!; video.muted = true; return video.play(); });
  await teacher.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 0.5);
  await shot(teacher, 'teacher-watches-a-group');
  await teacher.setViewportSize(phone);
  await shot(teacher, 'teacher-watches-a-group-on-a-phone');
  expect(await partsOf(first)).toEqual([]);
  expect((await first.request.post(`/api/replays/${film!.replayId}/viewings`, { data: {} })).status()).toBe(404);
});
