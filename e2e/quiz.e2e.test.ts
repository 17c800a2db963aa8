// Questions in class in real Chromium: typed in one line, answered on a phone whose clock is a day off and whose network is cut, asked again, and a learner picked by lot.
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { desktop, phone } from '#testing/browser.ts';
import { CutLine } from '#testing/cut-line.ts';
import { attends, openLessonId } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';

let platform: Platform;
let line: CutLine;
let teaching: BrowserContext;
let teacher: Page;
let learner: Page;
let lessonId: string;
const shot = (page: Page, name: string): Promise<void> => platform.shot(page, name);

/** In the page: its clock is a day ahead. */
function dayAhead(): void {
  const Real = Date;
  const aheadMs = 86_400_000;
  class Ahead extends Real {
    constructor(...parts: unknown[]) {
      if (parts.length === 0) super(Real.now() + aheadMs);
      else super(...(parts as [number]));
    }
    static override now(): number { return Real.now() + aheadMs; }
  }
  globalThis.Date = Ahead as DateConstructor;
}

beforeAll(async () => {
  platform = await openPlatform({ name: 'quiz' });
  line = await CutLine.to(Number(new URL(platform.product.url).port));
  teaching = await platform.contextOf('teacher', desktop);
  const learning = await platform.contextOf('student2', phone, line.url);
  await learning.addInitScript(dayAhead);
  lessonId = await openLessonId(teaching);
  [teacher, learner] = [await teaching.newPage(), await learning.newPage()];
  await attends(teacher, lessonId, 'staff');
  await teacher.getByTestId('start-lesson').click();
  await attends(learner, lessonId, 'learner');
  await teacher.getByTestId('tab-quiz').click();
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await shot(teacher, 'failed-teacher');
  await shot(learner, 'failed-learner');
});
afterAll(async () => {
  line?.close();
  await platform?.close();
});

it('is opened by keyboard alone, and counts down by the server’s clock', async () => {
  await teacher.getByTestId('quick-line').focus();
  await teacher.keyboard.type('气瓶可以横放着用吗？');
  await teacher.keyboard.press('Enter');
  await teacher.getByText('请在行末写上正确答案').waitFor();
  await teacher.keyboard.type('错');
  await teacher.locator('[data-testid="quick-preview"][data-kind="trueFalse"]').waitFor();
  await shot(teacher, '01-teacher-types');
  await teacher.keyboard.press('Enter');
  await teacher.getByTestId('quiz-running').waitFor();
  await learner.getByTestId('quiz-sheet').waitFor();
  expect(await learner.getByTestId('quiz-sheet').getByRole('timer').textContent()).toMatch(/^还剩 [01]:\d\d$/);
  expect(Math.abs(await learner.evaluate(() => Date.now()) - Date.now())).toBeGreaterThan(86_000_000);
  await shot(learner, '02-learner-asked');
});

it('an answer given without a network is kept on the phone and handed in once it is back, though the question is closed', async () => {
  line.cut();
  await learner.getByTestId('quiz-choice-1').check();
  await learner.getByTestId('quiz-answer').click();
  await learner.getByTestId('quiz-kept').waitFor();
  expect(await learner.evaluate(() => localStorage.getItem('keshi.answers'))).toContain('"choices":[1]');
  await shot(learner, '03-learner-kept');
  await shot(teacher, '04-teacher-waits');
  await teacher.getByTestId('quiz-close').click();
  await teacher.getByTestId('quiz-result').waitFor();
  line.mend();
  await learner.locator('[data-testid="notice"][data-key="classroom.quiz.lateTaken"]').waitFor();
  await shot(learner, '05-learner-handed-in');
  await teacher.locator('[data-testid="quiz-result"] [data-count="1"][data-right="true"]').waitFor();
  expect(await learner.evaluate(() => localStorage.getItem('keshi.answers'))).toBe('[]');
});

it('is asked again, spread live, explained, and stands beside the first asking', async () => {
  await teacher.getByTestId('quiz-again').first().click();
  await learner.getByTestId('quiz-choice-0').check();
  await learner.getByTestId('quiz-answer').click();
  await learner.getByTestId('quiz-received').waitFor();
  await teacher.locator('[data-testid="quiz-spread"] [data-count="1"]').waitFor();
  await shot(teacher, '06-teacher-spread');
  await teacher.getByTestId('quiz-close').click();
  await learner.locator('[data-testid="quiz-outcome"][data-outcome="wrong"]').waitFor();
  await teacher.getByTestId('quiz-compare').waitFor();
  await shot(teacher, '07-teacher-compares');
  await learner.getByTestId('quiz-dismiss').click();
  await teacher.getByTestId('quiz-prompt').fill('焊接前先做什么？');
  await teacher.getByText('讲解（可不填）').click();
  await teacher.getByTestId('quiz-explanation').fill('先检查接地，再检查焊钳绝缘。');
  await teacher.getByTestId('quiz-right-0').check({ force: true });
  await teacher.getByTestId('quiz-send').click();
  await learner.getByTestId('quiz-choice-0').check();
  await learner.getByTestId('quiz-answer').click();
  await learner.getByTestId('quiz-received').waitFor();
  await teacher.getByTestId('quiz-close').click();
  await learner.getByTestId('quiz-why').getByText('先检查接地').waitFor();
  await shot(learner, '08-learner-explained');
  await learner.getByTestId('quiz-dismiss').click();
});

it('picks who is here; the class sees the name, and results stand by learner in class and in the report', async () => {
  await teacher.getByTestId('pick-draw').click();
  await learner.locator('[data-testid="picked"][data-mine="true"]').waitFor();
  await shot(learner, '09-learner-picked');
  await teacher.getByTestId('pick').waitFor();
  await teacher.getByTestId('quiz-by-learner-open').click();
  const marks = teacher.locator('[data-testid="quiz-by-learner"] [data-testid="quiz-learner"] [data-mark]');
  await marks.nth(2).waitFor();
  expect(await marks.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['mark']))).toEqual(['right', 'wrong', 'right']);
  await marks.first().scrollIntoViewIfNeeded();
  await shot(teacher, '10-teacher-by-learner');
  await learner.getByTestId('picked-ok').click();
  await learner.getByTestId('picked').waitFor({ state: 'detached' });
  const report = await teaching.newPage();
  await report.goto(`/lessons/${lessonId}/report`);
  await report.getByTestId('quiz-details').getByTestId('quiz-learner').first().waitFor();
  await platform.shot(report, '11-report', true);
  await report.setViewportSize(phone);
  await platform.shot(report, '12-report-phone', true);
});
