// A set of the question bank in class, in real Chromium: pushed question by question, answered on a phone in every kind with the network cut in between, results by question, learner and knowledge point.
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { desktop, phone } from '#testing/browser.ts';
import { CutLine } from '#testing/cut-line.ts';
import { attends, enters, openLessonId, readsNotice } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';

let platform: Platform;
let line: CutLine;
let teaching: BrowserContext;
let teacher: Page;
let learner: Page;
let lessonId: string;
const shot = (page: Page, name: string): Promise<void> => platform.shot(page, name);

const usual = { accepted: [] as string[], difficulty: 2, explanation: '', pictureId: null };
const prepared = [
  { ...usual, kind: 'single', stem: '图中灭火器的压力表说明什么？', options: ['压力不足', '压力正常', '压力过高'], right: [1], knowledgePoint: '消防器材', explanation: '指针在绿区，压力正常。' },
  { ...usual, kind: 'multiple', stem: '哪些火灾可以用二氧化碳灭火器？', options: ['电器', '油类', '金属钠'], right: [0, 1], knowledgePoint: '灭火剂' },
  { ...usual, kind: 'fillIn', stem: '二氧化碳的化学式是____。', options: [], right: [], accepted: ['CO2', '二氧化碳'], knowledgePoint: '灭火剂' },
  { ...usual, kind: 'ordering', stem: '干粉灭火器怎么用？', options: ['提起灭火器', '拔下保险销', '对准火焰根部', '按下压把'], right: [0, 1, 2, 3], knowledgePoint: '消防器材' },
];

/** In the page of a teacher: questions of the course with a picture in the first one, and a set of them. */
async function prepare({ questions, courseTitle }: { questions: object[]; courseTitle: string }): Promise<void> {
  const call = async (path: string, body?: BodyInit, type = 'application/json'): Promise<Record<string, string>> => {
    const reply = await fetch(path, body ? { method: 'POST', body, headers: { 'content-type': type } } : undefined);
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return await reply.json() as Record<string, string>;
  };
  const { courses } = await call('/api/question-banks') as unknown as { courses: { courseId: string; title: string }[] };
  const { courseId } = courses.find(({ title }) => title === courseTitle)!;
  const canvas = Object.assign(document.createElement('canvas'), { width: 800, height: 400 });
  const pen = canvas.getContext('2d')!;
  for (const [index, colour] of ['#c33', '#393', '#cb3'].entries()) {
    pen.fillStyle = colour;
    pen.fillRect(index * 267, 0, 267, 400);
  }
  const picture = await new Promise<Blob>((done) => { canvas.toBlob((blob) => done(blob!)); });
  const { pictureId } = await call(`/api/courses/${courseId}/question-pictures`, picture, 'image/png');
  const questionIds: string[] = [];
  for (const [index, question] of questions.entries()) {
    questionIds.push((await call(`/api/courses/${courseId}/questions`, JSON.stringify({ ...question, ...(index === 0 && { pictureId }) })))['questionId']!);
  }
  await call(`/api/courses/${courseId}/question-sets`, JSON.stringify({ name: '第一课 随堂练习', secondsEach: 300, questionIds }));
}

beforeAll(async () => {
  platform = await openPlatform({ name: 'question-set' });
  line = await CutLine.to(Number(new URL(platform.product.url).port));
  teaching = await platform.contextOf('teacher', desktop);
  lessonId = await openLessonId(teaching);
  [teacher, learner] = [await teaching.newPage(), await platform.pageOf('student2', phone, line.url)];
  await teacher.goto(`/lessons/${lessonId}/enter`);
  const { lessons } = await (await teaching.request.get('/api/lessons')).json() as { lessons: { lessonId: string; courseTitle: string }[] };
  await teacher.evaluate(prepare, { questions: prepared, courseTitle: lessons.find((one) => one.lessonId === lessonId)!.courseTitle });
  await readsNotice(teacher);
  await enters(teacher, lessonId);
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

const pushed = async (kind: string): Promise<void> => {
  await teacher.getByTestId('set-next').click();
  await teacher.getByTestId('quiz-running').waitFor();
  await learner.locator(`[data-testid="quiz-sheet"] [data-kind="${kind}"]`).waitFor();
};
const ofSet = (): Promise<unknown> => learner.getByTestId('quiz-of-set').evaluate((one: HTMLElement) => [one.dataset['answered'], one.dataset['all']]);
const closed = async (outcome: string): Promise<void> => {
  await teacher.getByTestId('quiz-close').click();
  await learner.locator(`[data-testid="quiz-outcome"][data-outcome="${outcome}"]`).waitFor();
};
const orderedOnPhone = async (texts: readonly string[]): Promise<void> => {
  for (const text of texts) await learner.getByTestId('answer-sheet').getByRole('button', { name: text }).click();
};

it('the set stands in class with what comes next, and its first question reaches the phone with its picture', async () => {
  await teacher.getByTestId('set-choose').click();
  expect(await teacher.getByTestId('set-progress').textContent()).toBe('0 / 4');
  await teacher.getByTestId('set-box').locator('img').first().evaluate((image: HTMLImageElement) => image.decode());
  await shot(teacher, '01-teacher-set-1440');
  await pushed('single');
  await teacher.getByText('1 / 4').waitFor();
  const sheet = learner.getByTestId('answer-sheet');
  await sheet.locator('img').first().evaluate((image: HTMLImageElement) => image.decode());
  await shot(learner, '02-learner-picture-390');
  await sheet.getByTestId('question-picture-open').click();
  await learner.getByTestId('question-picture-large').getByRole('button').first().click();
  await shot(learner, '03-learner-picture-large-390');
  await learner.getByTestId('question-picture-close').click();
  expect(await ofSet()).toEqual(['0', '4']);
  await learner.getByTestId('quiz-choice-1').check();
  await learner.getByTestId('quiz-answer').click();
  await learner.getByTestId('quiz-received').waitFor();
  expect(await ofSet()).toEqual(['1', '4']);
  await closed('right');
  await learner.getByTestId('quiz-dismiss').click();
});

it('is left and come back to where it was, also after a reload', async () => {
  await teacher.getByTestId('set-leave').click();
  await teacher.getByTestId('set-choose').getByText('1 / 4').waitFor();
  await teacher.getByTestId('bank-open').click();
  await teacher.getByTestId('bank-words').fill('化学式');
  await teacher.getByTestId('bank-look').click();
  await teacher.locator('[data-testid="bank-question"][data-asked="false"]').waitFor();
  await teacher.reload();
  await teacher.getByTestId('tab-quiz').click();
  await teacher.getByTestId('set-progress').getByText('1 / 4').waitFor();
  expect(await teacher.getByTestId('set-next-stem').textContent()).toContain('二氧化碳灭火器');
  await pushed('multiple');
  await learner.getByTestId('quiz-choice-0').check();
  await learner.getByTestId('quiz-answer').click();
  await learner.getByTestId('quiz-received').waitFor();
  await closed('wrong');
  await learner.getByTestId('quiz-dismiss').click();
});

it('what is typed without a network is kept on the phone and merged once after the cut', async () => {
  await pushed('fillIn');
  line.cut();
  await learner.getByTestId('quiz-text').fill('ｃｏ２');
  await shot(learner, '04-learner-types-390');
  await learner.getByTestId('quiz-answer').click();
  await learner.getByTestId('quiz-kept').waitFor();
  expect(await learner.evaluate(() => localStorage.getItem('keshi.answers'))).toContain('"text":"ｃｏ２"');
  await teacher.getByTestId('quiz-close').click();
  await teacher.getByTestId('quiz-result').first().waitFor();
  line.mend();
  await learner.locator('[data-testid="notice"][data-key="classroom.quiz.lateTaken"]').waitFor();
  await teacher.locator('[data-testid="quiz-result"] [data-right="true"][data-count="1"]').first().waitFor();
  expect(await learner.evaluate(() => localStorage.getItem('keshi.answers'))).toBe('[]');
});

it('an order is tapped on the phone, looked at right and wrong, and the set is done', async () => {
  await pushed('ordering');
  // What was typed through the cut counts, and a reload forgets nothing.
  await learner.reload();
  await learner.locator('[data-testid="quiz-of-set"][data-answered="3"]').waitFor();
  await orderedOnPhone(prepared[3]!.options.slice(0, 2));
  await shot(learner, '05-learner-orders-390');
  await orderedOnPhone(prepared[3]!.options.slice(2));
  await learner.getByTestId('quiz-answer').click();
  await learner.getByTestId('quiz-received').waitFor();
  await teacher.locator('[data-testid="quiz-spread"] [data-right="true"][data-count="1"]').waitFor();
  await shot(teacher, '06-teacher-running-1440');
  await closed('right');
  await shot(learner, '07-learner-ordered-390');
  await teacher.getByTestId('set-done').waitFor();
  await teacher.getByTestId('quiz-frequent').first().waitFor();
  await shot(teacher, '08-teacher-done-1440');
});

it('results stand by question, learner and knowledge point, in class and in the report, in both languages', async () => {
  await teacher.getByTestId('quiz-by-learner-open').click();
  const learners = teacher.locator('[data-testid="quiz-by-learner"] [data-testid="quiz-learner"] [data-mark]');
  await learners.nth(3).waitFor();
  expect(await learners.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset['mark']))).toEqual(['right', 'wrong', 'right', 'right']);
  const points = teacher.getByTestId('quiz-by-learner').getByTestId('quiz-point');
  expect(await points.evaluateAll((all) => all.map((one) => [one.dataset['point'], one.dataset['asked'], one.dataset['correct']]))).toEqual([['消防器材', '2', '2'], ['灭火剂', '2', '1']]);
  await points.first().scrollIntoViewIfNeeded();
  await shot(teacher, '09-teacher-points-1440');
  const report = await teaching.newPage();
  await report.goto(`/lessons/${lessonId}/report`);
  await report.getByTestId('quiz-details').getByTestId('quiz-point').nth(1).waitFor();
  await platform.shot(report, '10-report-1440', true);
  await report.setViewportSize(phone);
  await platform.shot(report, '11-report-390', true);
  await report.getByRole('button', { name: /English/ }).click();
  await report.getByText('By knowledge point').waitFor();
  await platform.shot(report, '12-report-english-390', true);
  await teacher.reload();
  await teacher.getByTestId('tab-quiz').click();
  await teacher.getByTestId('set-choose').waitFor();
  await shot(teacher, '13-teacher-english-1440');
});
