// From the camera to the verdict on the real platform: a learner in Chromium whose camera shows a real face, a teacher who asks for checks.
import { setTimeout as pause } from 'node:timers/promises';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { ConsentState } from '#contracts/check.ts';
import { demoPassword } from '#db/demo.ts';
import { consentVersion } from '#domain/consent.ts';
import { launchBrowser, loggedIn } from '#testing/browser.ts';
import { makeFaceCamera } from '../../e2e/face-cameras.ts';
import { teach } from '../classroom.ts';
import { withProduct } from '../product-world.ts';
import { percentile } from '../statistics.ts';
import { CheckWatch, type WatchedCheck } from './check-watch.ts';

type Figures = Record<string, unknown>;
/** One learner's face: two pictures that are good enough to enrol, and what the camera shows. */
export interface Learner { enrol: readonly Buffer[]; camera: readonly string[] }
/** `pressed`: the learner presses as soon as the camera is there; `untouched`: the page takes the picture by itself. */
export interface Wanted { pressed: number; untouched: number }

const enrolWithinMs = 60_000;
const settleWithinMs = 60_000;

async function consent(context: BrowserContext, purpose: 'recording' | 'face'): Promise<void> {
  const response = await context.request.post('/api/consents', { data: { purpose, version: consentVersion[purpose], given: true } });
  if (!response.ok()) throw new Error(`consent to ${purpose}: ${response.status()} ${await response.text()}`);
}

/** Sends the pictures and waits for the worker's word. */
async function enrol(context: BrowserContext, pictures: readonly Buffer[]): Promise<void> {
  const form = new FormData();
  pictures.forEach((bytes, index) => form.append('picture', new File([new Uint8Array(bytes)], `${index}.jpg`, { type: 'image/jpeg' })));
  const sent = await context.request.post('/api/face-enrolment', { multipart: form });
  if (!sent.ok()) throw new Error(`enrolment: ${sent.status()} ${await sent.text()}`);
  const late = performance.now() + enrolWithinMs;
  for (;;) {
    const state = await (await context.request.get('/api/consents')).json() as ConsentState;
    if (state.faceEnrolment === 'active') return;
    if (state.rejectReason !== null || performance.now() > late) throw new Error(`the face is not enrolled: ${JSON.stringify(state)}`);
    await pause(200);
  }
}

async function enter(browser: Browser, url: string, lessonId: string, { enrol: pictures }: Learner): Promise<{ page: Page; watch: CheckWatch }> {
  const context = await loggedIn(browser, url, 'student1', demoPassword);
  await consent(context, 'recording');
  await consent(context, 'face');
  await enrol(context, pictures);
  const page = await context.newPage();
  const watch = CheckWatch.watch(page);
  await page.goto(`/lessons/${lessonId}/device-check`);
  await page.getByTestId('enter-lesson').click();
  return { page, watch };
}

const settled = ({ settledMs }: WatchedCheck): boolean => settledMs !== null;

/** The teacher asks, the learner is seen. Answers when the learner's page knows the verdict. */
async function check(teacher: Page, { page, watch }: { page: Page; watch: CheckWatch }, press: boolean): Promise<WatchedCheck> {
  const index = watch.count;
  await teacher.getByTestId('check-all').click();
  const { checkId } = await watch.until(index, () => true, settleWithinMs);
  if (press) await page.locator(`[data-check="${checkId}"]`).getByTestId('check-take').click();
  return watch.until(index, settled, settleWithinMs);
}

const between = (checks: readonly WatchedCheck[], from: 'askedMs' | 'sentMs', share: number): number =>
  Math.round(percentile(checks.map((one) => one.settledMs! - (one[from] ?? Number.NaN)), share));

/** Times as the learner's page has them, from the asking or from the picture's sending until the verdict. */
export function endToEndFigures(pressed: readonly WatchedCheck[], untouched: readonly WatchedCheck[]): Figures {
  const verdicts: Record<string, number> = {};
  for (const { verdict } of [...pressed, ...untouched]) verdicts[String(verdict)] = (verdicts[String(verdict)] ?? 0) + 1;
  return {
    e2eVerdictP95Ms: between(pressed, 'askedMs', 0.95), e2eVerdictP50Ms: between(pressed, 'askedMs', 0.5), e2eChecks: pressed.length, e2eVerdicts: verdicts,
    e2ePictureToVerdictP95Ms: between([...pressed, ...untouched], 'sentMs', 0.95), e2ePictureToVerdictP50Ms: between([...pressed, ...untouched], 'sentMs', 0.5),
    e2eUntouchedP95Ms: untouched.length > 0 ? between(untouched, 'askedMs', 0.95) : null, e2eUntouchedChecks: untouched.length,
  };
}

export const measureEndToEnd = (learner: Learner, wanted: Wanted): Promise<Figures> => withProduct({}, 2, async ({ product, folder, found }) => {
  const cameraFile = join(folder, 'face.mjpeg');
  await makeFaceCamera(cameraFile, learner.camera, found.ffmpeg);
  const browsers = await Promise.all([launchBrowser(found.chromium), launchBrowser(found.chromium, { cameraFile })]);
  const [forTeacher, forLearner] = browsers as [Browser, Browser];
  try {
    const { page: teacher, lessonId } = await teach(forTeacher, product.url);
    const seat = await enter(forLearner, product.url, lessonId, learner);
    // The sign-in comes by itself, and the page answers it by itself.
    await seat.watch.until(0, settled, settleWithinMs);
    await teacher.getByTestId('tab-checks').click();
    const pressed: WatchedCheck[] = [];
    const untouched: WatchedCheck[] = [];
    for (let index = 0; index < wanted.pressed; index++) pressed.push(await check(teacher, seat, true));
    for (let index = 0; index < wanted.untouched; index++) untouched.push(await check(teacher, seat, false));
    return endToEndFigures(pressed, untouched);
  } finally {
    await Promise.all(browsers.map((browser) => browser.close()));
  }
});
