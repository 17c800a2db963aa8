// What a teacher and a learner do with their pages, in their own words: buttons and labels as they are read.
import { expect } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';

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

/** The recording notice, which everybody reads. */
export async function readsNotice(page: Page): Promise<void> {
  await page.getByRole('checkbox', { name: '我已阅读并知晓' }).check();
  await page.getByRole('button', { name: '下一步' }).click();
}

/** Gives the face consent and two pictures; answers when the server has judged them. */
export async function enrolsFace(page: Page, shot: (page: Page, name: string) => Promise<void>): Promise<void> {
  await page.getByRole('button', { name: '同意人脸核验', exact: true }).click();
  await page.getByRole('button', { name: '打开摄像头' }).click();
  await page.getByRole('button', { name: '拍第 1 张' }).click();
  await page.getByRole('button', { name: '拍第 2 张' }).click();
  await shot(page, 'enrolment-pictures');
  await page.getByRole('button', { name: '照片可以，提交' }).click();
  await page.getByText('照片已登记成功').waitFor();
}

export async function refusesFace(page: Page): Promise<void> {
  await page.getByRole('button', { name: '不同意，用其他方式' }).click();
  await page.getByText('您将用其他方式核验身份').waitFor();
}

/** From the device check into the classroom. */
export async function enters(page: Page, lessonId: string): Promise<void> {
  await page.goto(`/lessons/${lessonId}/device-check`);
  await page.getByTestId('enter-lesson').click();
  await page.getByTestId('stage').waitFor();
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
