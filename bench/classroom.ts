// A lesson in real browsers: a teacher who starts it, a learner who comes on stage, as the benches need them.
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { demoPassword } from '#db/demo.ts';
import { consentVersion } from '#domain/consent.ts';
import { loggedIn } from '#testing/browser.ts';

/** The lead's picture on a page. */
export const leadVideo = '[data-testid="stage"] video[data-source="camera"]';
/** Called with each fresh context before any page is opened. */
export type Prepare = (context: BrowserContext) => Promise<void>;

async function openLesson(context: BrowserContext): Promise<string> {
  const response = await context.request.get('/api/lessons');
  const { lessons } = await response.json() as { lessons: { lessonId: string; status: string }[] };
  const lesson = lessons.find((one) => one.status === 'open');
  if (!lesson) throw new Error('no open lesson in the demo school');
  return lesson.lessonId;
}

const consent = (context: BrowserContext, purpose: 'recording' | 'face', given: boolean): Promise<unknown> =>
  context.request.post('/api/consents', { data: { purpose, version: consentVersion[purpose], given } });

/** The demo's teacher, with the lesson started and the own camera in the picture. */
export async function teach(browser: Browser, url: string, prepare: Prepare = () => Promise.resolve()): Promise<{ page: Page; lessonId: string }> {
  const context = await loggedIn(browser, url, 'teacher', demoPassword);
  await prepare(context);
  await consent(context, 'recording', true);
  const lessonId = await openLesson(context);
  const page = await context.newPage();
  await page.goto(`/lessons/${lessonId}/device-check`);
  await page.getByTestId('enter-lesson').click();
  await page.getByTestId('start-lesson').click();
  await page.waitForFunction((selector) => (document.querySelector<HTMLVideoElement>(selector)?.videoHeight ?? 0) > 0, leadVideo);
  return { page, lessonId };
}

/** A learner on a fresh page, just after the click that enters the lesson. */
export async function enter(browser: Browser, url: string, login: string, lessonId: string, prepare: Prepare = () => Promise.resolve()): Promise<Page> {
  const context = await loggedIn(browser, url, login, demoPassword);
  await prepare(context);
  await consent(context, 'recording', true);
  await consent(context, 'face', false);
  const page = await context.newPage();
  await page.goto(`/lessons/${lessonId}/device-check`);
  await page.getByTestId('enter-lesson').click();
  return page;
}

/** The learner asks for the stage and is let up; answers when the teacher sees the learner's camera. */
export async function bringOnStage(teacher: Page, learner: Page): Promise<void> {
  await learner.getByTestId('raise-hand').click();
  await teacher.getByTestId('tab-hands').click();
  await teacher.getByTestId('hand-invite').first().click();
  await learner.getByTestId('stage-accept').click();
  await teacher.waitForFunction(() => [...document.querySelectorAll<HTMLVideoElement>('video[data-source="camera"]:not([data-own="true"])')].some((video) => video.videoHeight > 0));
}

export async function endLesson(teacher: Page): Promise<void> {
  await teacher.getByTestId('end-lesson').click();
  await teacher.getByTestId('end-lesson-confirm').click();
}
