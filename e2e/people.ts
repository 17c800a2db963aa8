// What a teacher and a learner do with their pages, in their own words: buttons and labels as they are read.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';
import { demoAccounts, demoPapers } from '#db/demo.ts';

export const leadCamera = '[data-testid="stage"] video[data-source="camera"]';

/** Times out with the reason where a page shows no picture. */
export async function decodedFrames(page: Page, selector: string, atLeast: number): Promise<number> {
  const handle = await page.waitForFunction(({ wanted, frames }) => {
    const video = document.querySelector<HTMLVideoElement>(wanted);
    const decoded = video?.getVideoPlaybackQuality().totalVideoFrames ?? 0;
    return decoded >= frames ? decoded : false;
  }, { wanted: selector, frames: atLeast });
  return await handle.jsonValue() as number;
}

/** Waits until the picture moves: fifteen more pictures than now, in this or a new element. */
export async function movingPicture(page: Page, selector: string): Promise<void> {
  await page.evaluate(() => Object.assign(globalThis, { keshiPictures: 0, keshiWatched: null }));
  await page.waitForFunction((wanted) => {
    const video = document.querySelector<HTMLVideoElement>(wanted);
    if (video && Reflect.get(globalThis, 'keshiWatched') !== video) {
      Object.assign(globalThis, { keshiWatched: video });
      const count = (): void => {
        Object.assign(globalThis, { keshiPictures: (Reflect.get(globalThis, 'keshiPictures') as number) + 1 });
        video.requestVideoFrameCallback(count);
      };
      video.requestVideoFrameCallback(count);
    }
    return (Reflect.get(globalThis, 'keshiPictures') as number) >= 15;
  }, selector);
}

export async function openLessonId(context: BrowserContext): Promise<string> {
  const { lessons } = await (await context.request.get('/api/lessons')).json() as { lessons: { lessonId: string; status: string }[] };
  const open = lessons.find((lesson) => lesson.status === 'open');
  if (!open) throw new Error('no open lesson in the demo school');
  return open.lessonId;
}

/** The recording notice, which everybody reads; done when the server has it: who goes elsewhere before that has not read it. */
export async function readsNotice(page: Page): Promise<void> {
  const box = page.getByRole('checkbox', { name: '我已阅读并知晓' });
  await box.check();
  await page.getByRole('button', { name: '下一步' }).click();
  await box.waitFor({ state: 'detached' });
}

/** A camera of two pictures shows the other one after so long (face-cameras.ts). */
const turnedAfterSeconds = 2;

/** Gives the face consent and two pictures, the second when the camera shows the head turned; answers when the server has judged them. */
export async function enrolsFace(page: Page, shot: (page: Page, name: string) => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: '同意人脸核验', exact: true }).click();
  await page.getByRole('button', { name: '打开摄像头' }).click();
  await page.getByRole('button', { name: '拍第 1 张' }).click();
  const shownAt = await page.evaluate(() => document.querySelector('video')!.currentTime);
  await page.waitForFunction((until) => document.querySelector('video')!.currentTime >= until, shownAt + turnedAfterSeconds);
  await page.getByRole('button', { name: '拍第 2 张' }).click();
  await shot(page, 'enrolment-pictures');
  await page.getByRole('button', { name: '照片可以，提交' }).click();
  await page.getByText('照片已登记成功').waitFor();
}

export async function refusesFace(page: Page): Promise<void> {
  await page.getByRole('button', { name: '不同意，用其他方式' }).click();
  await page.getByText('您将用其他方式核验身份').waitFor();
}

/** The codes that the demo sent to this phone, oldest first: its provider is the log of signaling. */
export async function codesSent(dataDir: string, phone: string): Promise<string[]> {
  const log = await readFile(join(dataDir, 'logs/signaling.log'), 'utf8');
  return [...log.matchAll(new RegExp(`the code for ${phone.slice(0, 3)}\\*+${phone.slice(-4)} is (\\d{6})`, 'g'))].map(([, code]) => code!);
}

/** Answers the open check by the code on this phone; the teacher, who sees who waits, says that they are there. */
export async function signsInByPhone(learner: Page, teacher: Page, { name, phone }: { name: string; phone: string }, dataDir: string, shot: (page: Page, name: string) => Promise<void> = () => Promise.resolve()): Promise<void> {
  await learner.getByTestId('check-code').waitFor();
  // The page may know of it before the log is on the disk.
  const code = await vi.waitFor(async () => {
    const [last] = (await codesSent(dataDir, phone)).slice(-1);
    if (!last) throw new Error(`no code was sent to ${phone}`);
    return last;
  }, { timeout: 10_000 });
  await shot(learner, 'learner-signs-in');
  await learner.getByTestId('check-code').fill(code);
  await learner.getByTestId('check-code-send').click();
  await teacher.getByTestId('tab-checks').click();
  const look = teacher.locator('[data-testid="look"][data-code="entered"]', { hasText: name });
  await look.waitFor();
  await shot(teacher, 'teacher-looks');
  await look.getByTestId('look-seen').click();
  await look.waitFor({ state: 'detached' });
  await learner.getByTestId('sign-in-bar').waitFor({ state: 'detached' });
}

/** The same of a learner of the demo. */
export const signsInByCode = (learner: Page, teacher: Page, name: string, dataDir: string, shot?: (page: Page, name: string) => Promise<void>): Promise<void> =>
  signsInByPhone(learner, teacher, { name, phone: demoPapers(demoAccounts.filter(({ as }) => as === 'learner').findIndex((account) => account.name === name)).phone }, dataDir, shot);

/** From the device check into the classroom. */
export async function enters(page: Page, lessonId: string): Promise<void> {
  await page.goto(`/lessons/${lessonId}/device-check`);
  await page.getByTestId('enter-lesson').click();
  await page.getByTestId('stage').waitFor();
}

/** Everything before the lesson, for a learner on the way without a face, and into the classroom. */
export async function attends(page: Page, lessonId: string, as: 'learner' | 'staff'): Promise<void> {
  await page.goto(`/lessons/${lessonId}/enter`);
  await readsNotice(page);
  if (as === 'learner') await refusesFace(page);
  await enters(page, lessonId);
}

export interface QuizDraft { kind: 'single' | 'multiple' | 'trueFalse'; prompt: string; options: string[]; right: number[] }

/** Opens the questions' tab and asks. */
export async function asks(page: Page, quiz: QuizDraft): Promise<void> {
  await page.getByTestId('tab-quiz').click();
  await page.getByTestId(`quiz-kind-${quiz.kind}`).check({ force: true });
  await page.getByTestId('quiz-prompt').fill(quiz.prompt);
  if (quiz.kind !== 'trueFalse') {
    for (const [index, option] of quiz.options.entries()) await page.getByTestId(`quiz-option-${index}`).fill(option);
  }
  for (const index of quiz.right) await page.getByTestId(`quiz-right-${index}`).check({ force: true });
  await page.getByTestId('quiz-send').click();
  await page.getByTestId('quiz-running').waitFor();
}

export async function answers(page: Page, choices: number[]): Promise<void> {
  await page.getByTestId('quiz-sheet').waitFor();
  for (const index of choices) await page.getByTestId(`quiz-choice-${index}`).check({ force: true });
  await page.getByTestId('quiz-answer').click();
  await page.getByTestId('quiz-received').waitFor();
}

/** The figures of one learner's report row. */
export function rowOf<T extends { login: string }>(rows: T[], login: string): T {
  const row = rows.find((one) => one.login === login);
  expect(row, `${login} stands in the report`).toBeDefined();
  return row!;
}

/** The secret of a second factor as its page shows it (base32, in groups). */
export const bytesOfSecret = (secret: string): Buffer => Buffer.from((secret.match(/[A-Z2-7]/g) ?? []).map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0')).join('').match(/.{8}/g)!.map((bits) => Number.parseInt(bits, 2)));
