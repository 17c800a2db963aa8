// An exam in a real browser: made from the bank and published, taken after the sign-in on a phone whose network is cut, handed in once, marked, its pass rate shown, and a held score decided.
import { mkdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ExamScores, MarkQueue, OwnResult } from '#contracts/exam.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { PhoneCode } from '#db/entities/identity.ts';
import { changePhone } from '#db/queries/identities.ts';
import { desktop, launchBrowser, phone } from '#testing/browser.ts';
import { CutLine } from '#testing/cut-line.ts';
import { foundPaths } from '../setup/found.ts';
import { createSignaling } from '../signaling/app.ts';
import { lookAtChecks } from '../signaling/exam/clock.ts';
import { addBankQuestion } from '../signaling/testing/exam.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../signaling/testing/http-world.ts';
import { phoneNumber } from '../signaling/testing/registrant.ts';
import { addConsent, addSchool, type School } from '../signaling/testing/school.ts';
import { answersRight, both, pictures, saved, speaksEnglish } from './exam-scenes.ts';

const [learnersPhone, othersPhone] = [phoneNumber(), phoneNumber()];
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
  for (const [{ personId }, number] of [[school.learner, learnersPhone], [school.other, othersPhone]] as const) {
    await addConsent(world.deps.orm, personId, 'face', world.clock.now(), false);
    await changePhone(world.deps.orm.em.fork(), world.deps.vault, personId, number, world.clock.now());
  }
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
  await Promise.all([teacher, learner].map((page, n) => page.screenshot({ path: join(pictures, `failed-${n}.png`), fullPage: true })));
});
afterAll(async () => {
  await browser?.close();
  line?.close();
  await closeApp?.();
  await world?.close();
});

async function givesCode(page: Page, number: string, name: string): Promise<void> {
  await page.getByTestId('exam-code-send').click();
  await page.getByTestId('exam-code').waitFor();
  await both(page, name);
  await page.getByTestId('exam-code').fill(world.phone.codeOf(number));
  await page.getByTestId('exam-code-answer').click();
  await page.getByTestId('exam-check').waitFor({ state: 'detached' });
}
/** The clock, so many minutes from now, looks until so many checks of this person are open: it passes over whoever is being saved just then. */
const looks = ({ personId }: Known, open: number, minutes = 0): Promise<void> => expect.poll(async () => {
  await lookAtChecks({ ...world.deps, now: () => new Date(Date.now() + minutes * 60_000) });
  return world.deps.orm.em.fork().count(FaceCheck, { personId, status: 'asked' });
}, { timeout: 10_000 }).toBe(open);
/** Its moment is now, and the code of the sign-in is longer ago than a minute: exams are. */
async function spotComes(person: Known): Promise<void> {
  const em = world.deps.orm.em.fork();
  await em.nativeDelete(PhoneCode, { personId: person.personId });
  await em.execute('update exam_attempt set next_spot_at = now() where person_id = ?', [person.personId]);
  await looks(person, 1);
}
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

it('is found on the learner’s home page, and the first question comes after the sign-in', async () => {
  await learner.goto('/');
  await learner.locator('[data-testid="own-exam"][data-stand="ready"]').waitFor();
  await both(learner, '06-home');
  await learner.getByTestId('own-exam-open').click();
  await learner.getByTestId('exam-demands').waitFor();
  await both(learner, '07-own-exam');
  await learner.getByTestId('exam-start').click();
  await learner.locator('[data-testid="exam-check"][data-kind="sign_in"]').waitFor();
  expect(await learner.getByTestId('paper-question').count()).toBe(0);
  expect(await world.events('exam:started')).toEqual([]);
  await givesCode(learner, learnersPhone, '08-sign-in');
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

it('asks a spot check over the paper while it is written, and loses no letter', async () => {
  await learner.getByTestId('open-overview').click();
  await learner.getByRole('dialog').getByTestId('cell-7').click();
  const text = learner.getByTestId('free-text');
  await text.pressSequentially('first cut ');
  await spotComes(school.learner);
  await learner.locator('[data-testid="exam-check"][data-kind="spot"]').waitFor();
  await learner.keyboard.type('the power');
  expect(await text.inputValue()).toBe('first cut the power');
  await givesCode(learner, learnersPhone, '11b-spot');
  expect(await text.inputValue()).toBe('first cut the power');
  await text.fill('');
  await saved(learner, 'saved');
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
  const file = await teacher.request.get((await teacher.getByTestId('scores-file').getAttribute('href'))!);
  expect([file.headers()['content-disposition'], (await file.body()).subarray(0, 2).toString()]).toEqual([expect.stringMatching(/\.xlsx"/), 'PK']);
  await Promise.all([teacher.waitForEvent('download'), teacher.getByTestId('scores-file').click()]);
  await teacher.getByTestId('see-paper').click();
  await teacher.locator('[data-testid="result-item"][data-correct="true"]').nth(5).waitFor();
  await both(teacher, '21-paper');
});

it('says the same in English, and is closed to learners where it is for staff', async () => {
  await speaksEnglish(teacher);
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

it('holds a score whose spot check was missed until staff decide', async () => {
  const other = await (await contextOf(school.other, url, phone)).newPage();
  await other.goto(`/my-exams/${examId}`);
  await speaksEnglish(other);
  await other.getByTestId('exam-start').click();
  await givesCode(other, othersPhone, '24-sign-in-english');
  await answersRight(other);
  for (const last of [false, true]) {
    await (last ? other.getByTestId('exam-again').click() : spotComes(school.other));
    await other.getByTestId('exam-code-send').waitFor();
    await looks(school.other, 0, 10);
    await other.getByTestId(last ? 'exam-check-lost' : 'exam-again').waitFor();
    await both(other, last ? '26-lost-english' : '25-missed-english');
  }
  await other.getByTestId('open-overview').click();
  await other.getByRole('dialog').getByTestId('cell-7').click();
  await answersRight(other);
  await other.getByTestId('hand-in').click();
  await other.getByTestId('hand-in-now').click();
  await other.locator('[data-testid="outcome"][data-result="to_mark"]').waitFor();
  const [text] = (await (await teacher.request.get(`/api/exams/${examId}/marking`)).json() as MarkQueue).items;
  await teacher.request.post(`/api/exam-attempts/${text!.attemptId}/marks`, { data: { ordinal: text!.ordinal, points: 0, comment: '', replaces: null } });
  await other.reload();
  await other.locator('[data-testid="outcome"][data-result="held"]').waitFor();
  await both(other, '27-held-english');
  await teacher.goto(`/exam-attempts/${text!.attemptId}/review`);
  await teacher.getByTestId('decide-counts').check();
  await teacher.getByTestId('decide-reason').fill('I saw him write.');
  await both(teacher, '28-decision-english');
  await teacher.getByTestId('decide-save').click();
  await teacher.locator('[data-testid="decision"][data-outcome="counts"]').waitFor();
  await other.reload();
  await other.locator('[data-testid="outcome"][data-result="failed"]').waitFor();
});
