// Courseware in real Chromium over the whole product: a teacher uploads a Chinese PDF, turns pages and draws; a learner on a phone sees both, looks back and returns; one who comes late lands on the page.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { desktop, phone } from '#testing/browser.ts';
import { madePdf } from '#testing/made-pdf.ts';
import { useMadeMedia } from '#testing/page-media.ts';
import { attends, enters, openLessonId, readsNotice, signsInByCode } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';

let platform: Platform;
let lessonId: string;
let teacher: Page;
let learner: Page;
const shot = (page: Page, name: string): Promise<void> => platform.shot(page, name);

async function entersAsLearner(login: string, viewport?: typeof phone): Promise<Page> {
  const page = await platform.pageOf(login, viewport);
  await attends(page, lessonId, 'learner');
  return page;
}
const onPage = (page: Page, number: number) => page.locator(`[data-testid="courseware"][data-page="${number}"]`);
/** Share of dark pixels of the page's picture: words are drawn on it. */
const inkOf = (page: Page): Promise<number> => page.getByTestId('page-picture').evaluate(async (image: HTMLImageElement) => {
  await image.decode();
  const canvas = new OffscreenCanvas(image.naturalWidth, image.naturalHeight);
  const context = canvas.getContext('2d')!;
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let dark = 0;
  for (let at = 0; at < data.length; at += 4) if (data[at]! < 100) dark++;
  return (4 * dark) / data.length;
});
const strokes = (page: Page) => page.getByTestId('stroke');

beforeAll(async () => {
  platform = await openPlatform({ name: 'courseware' });
  const teaching = await platform.contextOf('teacher');
  await useMadeMedia(teaching);
  lessonId = await openLessonId(teaching);
  teacher = await teaching.newPage();
  await teacher.goto(`/lessons/${lessonId}/enter`);
  await readsNotice(teacher);
});
afterAll(() => platform?.close());

it('the teacher uploads before the lesson; a disguised program is refused in words', async () => {
  await teacher.goto(`/lessons/${lessonId}`);
  await teacher.getByTestId('courseware-empty').waitFor();
  await teacher.getByTestId('courseware-file').setInputFiles({ name: '课件.pdf', mimeType: 'application/pdf', buffer: Buffer.from('MZ this program cannot be run') });
  await teacher.getByText('这个文件的内容不是 PDF').waitFor();
  const script = madePdf({ pages: ['x'], catalogue: '/OpenAction 90 0 R', packed: { 90: '<< /S /JavaScript /JS (x) >>' } });
  await teacher.getByTestId('courseware-file').setInputFiles({ name: '带脚本.pdf', mimeType: 'application/pdf', buffer: script });
  await teacher.getByTestId('courseware-refusal').getByText('文件里有脚本').waitFor();
  const pdf = madePdf({ pages: ['焊接安全操作规程', '检查地线和夹钳', '戴好面罩和手套', '课后思考'] });
  await teacher.getByTestId('courseware-file').setInputFiles({ name: '焊接安全.pdf', mimeType: 'application/pdf', buffer: pdf });
  await teacher.locator('[data-testid="courseware-file-row"][data-status="ready"]').waitFor();
  await teacher.getByTestId('lesson-courseware').scrollIntoViewIfNeeded();
  await shot(teacher, '01-shelf');
});

it('a learner on a phone follows the pages, sees the Chinese words and the drawing', async () => {
  await enters(teacher, lessonId);
  await teacher.getByTestId('start-lesson').click();
  learner = await entersAsLearner('student2', phone);
  // Until they have signed in, that is what lies on the screen.
  await signsInByCode(learner, teacher, '王芳', platform.product.dataDir);
  await teacher.getByTestId('tab-courseware').click();
  await teacher.getByTestId('courseware-show').click();
  await onPage(learner, 1).waitFor();
  expect(await inkOf(learner)).toBeGreaterThan(0.008);
  await teacher.getByTestId('page-next').click();
  await onPage(learner, 2).waitFor();
  await teacher.keyboard.press('ArrowRight');
  await onPage(learner, 3).waitFor();
  await teacher.getByTestId('pen').click();
  const frame = (await teacher.getByTestId('page-frame').boundingBox())!;
  await teacher.mouse.move(frame.x + frame.width * 0.3, frame.y + frame.height * 0.6);
  await teacher.mouse.down();
  for (let step = 1; step <= 20; step++) await teacher.mouse.move(frame.x + frame.width * (0.3 + 0.02 * step), frame.y + frame.height * (0.6 + 0.05 * Math.sin(step / 2)));
  await teacher.mouse.up();
  await strokes(learner).waitFor({ state: 'attached' });
  expect(await strokes(teacher).count()).toBe(1);
  await teacher.getByTestId('laser').click();
  await teacher.mouse.move(frame.x + frame.width * 0.5, frame.y + frame.height * 0.4);
  await teacher.mouse.move(frame.x + frame.width * 0.52, frame.y + frame.height * 0.42);
  await learner.getByTestId('pointer').waitFor();
  await shot(teacher, '02-teacher');
  await shot(learner, '03-phone');
  // On the teacher's phone the tools take the rows they need, not the page's.
  await teacher.setViewportSize(phone);
  await teacher.getByTestId('pen').click();
  expect((await teacher.getByTestId('page-picture').boundingBox())!.height).toBeGreaterThan(180);
  await shot(teacher, '02-teacher-phone');
  await teacher.getByTestId('laser').click();
  await teacher.setViewportSize(desktop);
});

it('the page is the main picture of the phone, and its buttons fit a thumb', async () => {
  const page = (await learner.getByTestId('page-picture').boundingBox())!;
  expect(page.width).toBeGreaterThan(380);
  const camera = await learner.locator('[data-testid="tile"]').first().boundingBox();
  if (camera) {
    expect(camera.width).toBeLessThan(page.width / 2);
    expect(camera.y).toBeGreaterThanOrEqual(page.y + page.height - 1);
  }
  for (const name of ['page-previous', 'page-number', 'page-next']) expect((await learner.getByTestId(name).boundingBox())!.height, name).toBeGreaterThanOrEqual(44);
});

it('the learner looks back alone, cannot look ahead, and returns to the teacher', async () => {
  expect(await learner.getByTestId('page-next').isDisabled()).toBe(true);
  await learner.getByTestId('page-previous').click();
  await onPage(learner, 2).waitFor();
  expect(await strokes(learner).count()).toBe(0);
  await teacher.mouse.move(5, 5);
  await teacher.getByTestId('page-next').click();
  await learner.locator('[data-testid="courseware"][data-lead-page="4"][data-page="2"]').waitFor();
  await shot(learner, '04-phone-looks-back');
  await learner.getByTestId('page-return').click();
  await onPage(learner, 4).waitFor();
  expect(await learner.getByTestId('page-return').count()).toBe(0);
});

it('who comes late lands on the page with its lines; taken back they are gone for all; closed, the stage is the camera again', async () => {
  await teacher.getByTestId('page-number').click();
  await teacher.getByTestId('thumbs').locator('[data-page="3"]').click();
  await onPage(teacher, 3).waitFor();
  const late = await entersAsLearner('student1');
  await onPage(late, 3).waitFor();
  await strokes(late).waitFor({ state: 'attached' });
  await shot(late, '05-late');
  await teacher.getByTestId('undo').click();
  for (const page of [late, learner]) await strokes(page).waitFor({ state: 'detached' });
  await teacher.getByTestId('page-close').click();
  for (const page of [late, learner]) await page.getByTestId('courseware').waitFor({ state: 'detached' });
  await shot(teacher, '06-closed');
});
