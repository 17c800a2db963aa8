// An exam in a real browser: made from the bank and published, taken on a phone whose network is cut, handed in once, its free text marked, and its pass rate shown.
import { mkdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ExamScores, OwnResult } from '#contracts/exam.ts';
import { desktop, launchBrowser, phone } from '#testing/browser.ts';
import { CutLine } from '#testing/cut-line.ts';
import { foundPaths } from '../setup/found.ts';
import { createSignaling } from '../signaling/app.ts';
import { addBankQuestion } from '../signaling/testing/exam.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../signaling/testing/http-world.ts';
import { addSchool, type School } from '../signaling/testing/school.ts';

const pictures = join(import.meta.dirname, '../data/e2e-exam');
let world: HttpWorld;
let school: School;
let browser: Browser;
let line: CutLine;
let url: string;
let closeApp: () => Promise<void>;
let teacher: Page;
let learner: Page;
let learning: BrowserContext;
let examId: string;
let attemptId: string;

async function contextOf(person: Known, baseURL: string, viewport: typeof phone): Promise<BrowserContext> {
  const own = await browser.newContext({ viewport, baseURL, locale: 'zh-CN' });
  const [name = '', value = ''] = (await world.cookieOf(person)).split('=');
  await own.addCookies([{ name, value, url: baseURL }]);
  own.setDefaultTimeout(20_000);
  return own;
}

beforeAll(async () => {
  world = await openHttpWorld();
  // Time runs here: a paper has a clock.
  world.clock.set(new Date());
  school = await addSchool(world.deps.orm, world.clock.now(), '示范学校');
  for (const kind of ['single', 'multiple', 'trueFalse', 'fillIn', 'ordering', 'single'] as const) await addBankQuestion(world, school, kind);
  const app = await createSignaling({ ...world.deps, now: () => new Date() });
  await app.listen({ port: 0, host: '127.0.0.1' });
  closeApp = () => app.close();
  const { port } = app.server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  line = await CutLine.to(port);
  browser = await launchBrowser(foundPaths(process.env).CHROMIUM_BIN!, { noCamera: true });
  teacher = await (await contextOf(school.teacher, url, desktop)).newPage();
  learning = await contextOf(school.learner, line.url, phone);
  learner = await learning.newPage();
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  await teacher.screenshot({ path: join(pictures, 'failed-teacher.png'), fullPage: true });
  await learner.screenshot({ path: join(pictures, 'failed-learner.png'), fullPage: true });
});
afterAll(async () => {
  await browser?.close();
  line?.close();
  await closeApp?.();
  await world?.close();
});

async function both(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()!;
  for (const [size, viewport] of [['390', phone], ['1440', desktop]] as const) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect([name, size, wide], 'nothing sticks out').toEqual([name, size, false]);
  }
  await page.setViewportSize(before);
}

/** What a learner who knows the answer does; what is right is always called so. */
async function answersRight(page: Page): Promise<void> {
  const question = page.getByTestId('paper-question');
  const kind = await question.getAttribute('data-kind');
  if (kind === 'freeText') return question.getByTestId('free-text').fill('先断电，再检查接地和焊钳绝缘。');
  if (kind === 'fillIn') return question.getByTestId('quiz-text').fill('co2');
  if (kind === 'ordering') {
    for (const name of ['a', 'b', 'c']) await question.getByRole('button', { name, exact: true }).click();
    return;
  }
  for (const right of await question.locator('label.choice').filter({ hasText: kind === 'trueFalse' ? 'yes' : 'right' }).all()) await right.locator('input').check({ timeout: 5000 });
}
const saved = (page: Page, state: string): Promise<void> => page.locator(`[data-testid="save-state"][data-state="${state}"]`).waitFor();

it('is made from the bank, told what it lacks, and published', async () => {
  await teacher.goto('/');
  await teacher.getByRole('link', { name: '考试', exact: true }).click();
  await teacher.getByTestId('exams-empty').waitFor();
  await both(teacher, '01-exams-empty');
  await teacher.getByTestId('new-exam').click();
  await teacher.getByLabel('考试名称').fill('焊工单元测验');
  await teacher.getByTestId('exam-course').waitFor();
  await both(teacher, '02-new');
  await teacher.getByTestId('make-exam').click();
  await teacher.locator('[data-testid="exam-problems"] [data-problem="no_questions"]').waitFor();
  await teacher.getByTestId('add-part').click();
  await teacher.locator('[data-testid="supply"][data-short="4"]').waitFor();
  expect(await teacher.getByTestId('publish').isDisabled()).toBe(true);
  await both(teacher, '03-short');
  await teacher.getByTestId('part-0-count').fill('6');
  await teacher.locator('[data-testid="supply"][data-fitting="6"][data-short="0"]').waitFor();
  await teacher.getByTestId('add-task').click();
  await teacher.locator('[data-testid="draft-state"][data-state="unsound"]').waitFor();
  await teacher.getByTestId('task-0-prompt').fill('焊接前要做哪些检查？');
  await teacher.getByTestId('task-0-guidance').fill('断电、接地、绝缘，各得一部分');
  await teacher.getByTestId('task-0-points').fill('8');
  const shanghai = new Date(Date.now() + 8 * 3_600_000).toISOString();
  await teacher.getByTestId('opens-day').fill(shanghai.slice(0, 10));
  await teacher.getByTestId('opens-time').fill(shanghai.slice(11, 16));
  await teacher.locator('[data-testid="draft-state"][data-state="saved"]').waitFor();
  await both(teacher, '04-editor');
  await teacher.getByTestId('publish').click();
  await teacher.getByTestId('publish-now').click();
  await teacher.getByTestId('published-exam').waitFor();
  await both(teacher, '05-published');
  examId = new URL(teacher.url()).pathname.split('/')[2]!;
});

it('is found on the learner’s home page and begun', async () => {
  await learner.goto('/');
  await learner.locator('[data-testid="own-exam"][data-stand="ready"]').waitFor();
  await both(learner, '06-home');
  await learner.getByTestId('own-exam-open').click();
  await learner.getByTestId('exam-start').waitFor();
  await both(learner, '07-own-exam');
  await learner.getByTestId('exam-start').click();
  await learner.getByTestId('paper-question').waitFor();
  await both(learner, '09-paper');
});

it('keeps what is answered without a network, over a reload, and sends it', async () => {
  await answersRight(learner);
  await saved(learner, 'saved');
  line.cut();
  await learner.getByTestId('after').click();
  await learner.locator('[data-testid="paper-question"][data-ordinal="2"]').waitFor();
  await answersRight(learner);
  await learner.getByTestId('flag').click();
  await saved(learner, 'offline');
  expect(await learner.evaluate((id) => Object.entries(localStorage).filter(([key]) => key.startsWith('keshi.exam.')).map(([, text]) => Object.keys((JSON.parse(text) as { waiting: object }).waiting))[0] ?? id, examId)).toEqual(['2']);
  await both(learner, '10-offline');
  line.mend();
  await learner.reload();
  await learner.getByTestId('paper-question').waitFor();
  await saved(learner, 'saved');
  await learner.getByTestId('open-overview').click();
  expect(await learner.getByRole('dialog').getByTestId('overview').getAttribute('data-answered')).toBe('2');
  expect(await learner.getByRole('dialog').getByTestId('cell-2').getAttribute('data-flagged')).toBe('true');
  await learner.screenshot({ path: join(pictures, '11-overview-390.png') });
  await learner.getByRole('dialog').getByTestId('cell-3').click();
});

it('goes on on another device, and the first one is told', async () => {
  const other = await (await contextOf(school.learner, url, desktop)).newPage();
  await other.goto(`/my-exams/${examId}`);
  await other.locator('[data-testid="own-stand"][data-stand="running"]').waitFor();
  await other.getByTestId('exam-start').click();
  await other.getByTestId('paper-question').waitFor();
  expect(await other.getByTestId('overview').getAttribute('data-answered')).toBe('2');
  await other.screenshot({ path: join(pictures, '12-other-device-1440.png') });
  await learner.getByTestId('elsewhere').waitFor();
  await both(learner, '13-elsewhere');
  await learner.getByTestId('take-back').click();
  await learner.getByTestId('paper-question').waitFor();
  await other.getByTestId('elsewhere').waitFor();
  await other.context().close();
});

it('names what is unanswered, is handed in once, and waits for its marks', async () => {
  for (let n = 3; n < 7; n++) {
    await learner.locator(`[data-testid="paper-question"][data-ordinal="${n}"]`).waitFor();
    await answersRight(learner);
    await learner.getByTestId('after').click();
  }
  await learner.getByTestId('hand-in').click();
  await learner.locator('[data-testid="unanswered"][data-count="1"]').waitFor();
  await learner.screenshot({ path: join(pictures, '14-hand-in-390.png') });
  await learner.getByRole('button', { name: '去第 7 题' }).click();
  await answersRight(learner);
  await learner.getByTestId('hand-in').click();
  await learner.getByTestId('hand-in-now').click();
  await learner.locator('[data-testid="outcome"][data-result="to_mark"]').waitFor();
  await both(learner, '15-to-mark');
  attemptId = new URL(learner.url()).pathname.split('/')[2]!;
  const again = await learning.request.post(`${line.url}/api/exam-attempts/${attemptId}/submission`, { data: { turn: 3, answers: [{ ordinal: 1, revision: 99, answer: null }] } });
  expect((await again.json() as OwnResult).attempt).toMatchObject({ status: 'submitted', submitReason: 'self', result: 'to_mark' });
  expect(await world.events('exam:submitted')).toHaveLength(1);
});

it('is marked by the teacher without a name, by keyboard, and passed', async () => {
  await teacher.goto('/exams');
  await teacher.getByTestId('exam-queue').waitFor();
  await both(teacher, '16-exams');
  await teacher.getByTestId('to-marking').click();
  await teacher.getByTestId('mark-text').waitFor();
  expect(await teacher.getByTestId('marking').innerText()).not.toContain('learner');
  await both(teacher, '17-marking');
  await teacher.keyboard.type('6');
  await teacher.keyboard.press('Tab');
  await teacher.getByTestId('mark-comment').fill('少了一步：没有说检查焊机外壳。');
  await teacher.keyboard.press('Control+Enter');
  await teacher.getByTestId('marking-empty').waitFor();
  await both(teacher, '18-marked');
  await learner.reload();
  await learner.locator('[data-testid="outcome"][data-result="passed"][data-points="18"]').waitFor();
  await both(learner, '19-passed');
});

it('shows pass rate, scores and everybody, also as a file, and the paper', async () => {
  await teacher.goto(`/exams/${examId}/scores`);
  await teacher.locator('[data-testid="pass-rate"][data-rate="1"]').waitFor();
  expect(await teacher.getByTestId('score-row').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['result']).sort())).toEqual(['none', 'passed']);
  await both(teacher, '20-scores');
  const told = await (await teacher.request.get(`/api/exams/${examId}/scores`)).json() as ExamScores;
  expect(told.rates[0]).toMatchObject({ learners: 2, passed: 1, failed: 0, rate: 1 });
  const [file] = await Promise.all([teacher.waitForEvent('download'), teacher.getByTestId('scores-file').click()]);
  expect(file.suggestedFilename()).toMatch(/\.xlsx$/);
  await teacher.getByTestId('see-paper').click();
  await teacher.getByTestId('result-item').first().waitFor();
  expect(await teacher.locator('[data-testid="result-item"][data-correct="true"]').count()).toBe(6);
  await both(teacher, '21-paper');
});

it('says the same in English, and is closed to learners where it is for staff', async () => {
  await Promise.all([teacher.waitForResponse((response) => response.url().endsWith('/api/me/locale') && response.ok()), teacher.getByRole('button', { name: /English/ }).click()]);
  await teacher.goto(`/exams/${examId}/scores`);
  await teacher.getByRole('heading', { name: 'Pass rate' }).waitFor();
  await both(teacher, '22-scores-english');
  await teacher.goto(`/exams/${examId}`);
  await teacher.getByTestId('copy-exam').click();
  await teacher.getByTestId('exam-editor').waitFor();
  await both(teacher, '23-editor-english');
  await learner.goto(`/exams/${examId}`);
  await learner.getByRole('heading', { name: '没有权限' }).waitFor();
  expect((await learning.request.get(`${line.url}/api/exams/${examId}/marking`)).status()).toBe(403);
});
