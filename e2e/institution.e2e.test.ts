// From an empty institution to a certificate anybody can check, on the whole product: every step in the pages of whoever does it, at desk and phone width.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { LessonReport } from '#contracts/report.ts';
import { shanghaiDay } from '#domain/day.ts';
import { desktop, phone } from '#testing/browser.ts';
import { runInstitutions } from '../setup/institutions.ts';
import { cardNumber } from '../signaling/testing/registrant.ts';
import { workbookOf } from '../signaling/testing/rosters.ts';
import * as office from './office-deeds.ts';
import { asksToOpen, decidesOpening, publishesExam } from './opening-deeds.ts';
import { checksNumber, issuesAll, printsOwn } from './certificate-deeds.ts';
import { figuresRest, hoursPass, keepsSheet, signsThere, wasTaughtYesterday } from './place-deeds.ts';
import { answers, asks, attends, readsNotice, refusesFace, signsInByPhone } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';
import { freshenCohort } from '#db/queries/certificate-facts.ts';

const password = 'correct horse battery';
const newcomer = (name: string, phoneNumber: string): office.Newcomer => ({ name, number: cardNumber(), phone: phoneNumber, password });
const [director, teacher, learner] = [newcomer('王芳', '13800001111'), newcomer('周建国', '13800002222'), newcomer('李雷', '13800003333')];
const [deputy, authority] = [newcomer('何静', '13800004444'), newcomer('赵敏', '13800005555')];
const school = '宁远职业培训学校';
const course = '焊工（初级）';
const cohortTitle = '焊工初级 1 班';
let platform: Platform;
const pages: Record<string, Page> = {};
let dataDir: string;
let courseId: string;
let cohortId: string;
let institutionId: string;
let operate: (...words: string[]) => Promise<string[]>;

beforeAll(async () => {
  platform = await openPlatform({ name: 'institution' });
  dataDir = join(platform.folder, 'data');
  operate = async (...words) => {
    const said: string[] = [];
    await runInstitutions(words, { ...process.env, DATABASE_URL: platform.product.databaseUrl, DATA_DIR: dataDir }, (line) => said.push(line));
    return said;
  };
  for (const [role, viewport] of [['office', desktop], ['teacher', desktop], ['learner', phone], ['deputy', desktop], ['authority', desktop]] as const) {
    const context = await platform.browser.newContext({ viewport, locale: 'zh-CN', baseURL: platform.product.url, permissions: ['camera', 'microphone'], ignoreHTTPSErrors: true });
    pages[role] = await office.newPage(context);
  }
}, 120_000);
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await Promise.all(Object.entries(pages).map(([role, page]) => page.screenshot({ path: join(platform.pictures, `failed-${role}.png`), fullPage: true })));
});
afterAll(() => platform?.close());

let taken = 0;
/** At both widths; nothing is wider than the screen. */
async function both(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()!;
  taken += 1;
  for (const [size, viewport] of [['390', phone], ['1440', desktop]] as const) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(platform.pictures, `${String(taken).padStart(2, '0')}-${name}-${size}.png`), fullPage: true });
    expect([name, size, await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)], 'nothing sticks out').toEqual([name, size, false]);
  }
  await page.setViewportSize(before);
}

it('whoever runs the office registers, the operator makes the institution, and it stands empty', async () => {
  await office.registers(pages.office!, director, dataDir, () => both(pages.office!, 'register'));
  await office.registers(pages.teacher!, teacher, dataDir);
  await operate('add', school, director.phone, director.name);
  await pages.office!.goto('/cohorts');
  await pages.office!.getByTestId('cohorts-empty').waitFor();
  await both(pages.office!, 'empty');
}, 90_000);

it('states what it is filed for, adds its teacher and instructor', async () => {
  await office.statesProfile(pages.office!, shanghaiDay(new Date()));
  await both(pages.office!, 'institution');
  await office.addsStaff(pages.office!, teacher, 'teacher');
  await office.addsInstructor(pages.office!, teacher.name);
  await both(pages.office!, 'instructors');
}, 60_000);

it('writes the course file, has it reviewed by somebody else, and hands it in', async () => {
  courseId = await office.makesCourse(pages.office!, course);
  await both(pages.office!, 'dossier-empty');
  await office.writesQuestion(pages.office!, courseId);
  await office.writesDossier(pages.office!, courseId, teacher.name);
  await both(pages.office!, 'dossier');
  await office.reviewsContent(pages.teacher!, courseId, teacher.name);
  await both(pages.teacher!, 'review');
  await office.handsInDossier(pages.office!, courseId);
  await both(pages.office!, 'dossier-handed-in');
}, 120_000);

it('makes a class, takes its learners from a table, and plans a lesson', async () => {
  cohortId = await office.makesCohort(pages.office!, course, cohortTitle);
  const rows = [{ name: learner.name, document: '居民身份证', number: learner.number, phone: learner.phone, category: '企业职工', employer: '示范焊接厂' }];
  await office.importsRoster(pages.office!, await workbookOf(rows));
  await both(pages.office!, 'roster');
  await office.plansLesson(pages.office!, { cohort: cohortTitle, title: '焊接安全总则', teacher: teacher.name, startMs: Date.now() + 20 * 60_000, minutes: 45 });
  await both(pages.office!, 'timetable');
}, 90_000);

it('applies to open the class, which somebody else of the office approves and the authority opens', async () => {
  const [desk, second, above] = [pages.office!, pages.deputy!, pages.authority!];
  await office.registers(second, deputy, dataDir);
  await office.registers(above, authority, dataDir);
  await office.addsStaff(desk, deputy, 'institution');
  institutionId = (await operate('list'))[0]!.split(' ')[0]!;
  await operate('appoint', institutionId, 'regulator', authority.phone, authority.name);
  await publishesExam(desk, courseId, cohortId);
  const today = shanghaiDay(new Date());
  await asksToOpen(desk, cohortId, { region: '福建省', from: today, until: `${Number(today.slice(0, 4)) + 1}-01-31`, limit: 40, instructor: teacher.name, place: '一号焊接车间' }, () => both(desk, 'opening'));
  await decidesOpening(second, 'approve', () => both(second, 'opening-approve'));
  await decidesOpening(above, 'open', () => both(above, 'opening-authority'));
}, 120_000);

it('a learner on a phone registers, is in the class at once, and studies the lesson to its end', async () => {
  const [own, desk] = [pages.learner!, pages.teacher!];
  const began = Date.now();
  await office.registers(own, learner, dataDir, () => both(own, 'learner-registers'));
  expect(Date.now() - began).toBeLessThan(120_000);
  const open = own.getByText('焊接安全总则').first();
  await open.waitFor();
  await both(own, 'learner-home');
  const { lessons } = await (await own.context().request.get('/api/lessons')).json() as { lessons: { lessonId: string }[] };
  const { lessonId } = lessons[0]!;
  await attends(desk, lessonId, 'staff');
  await own.goto(`/lessons/${lessonId}/enter`);
  await readsNotice(own);
  await refusesFace(own);
  await own.goto(`/lessons/${lessonId}/device-check`);
  await own.getByTestId('enter-lesson').click();
  await own.getByText('还没有开课').waitFor();
  await desk.getByTestId('start-lesson').click();
  await desk.getByTestId('recording').waitFor();
  await signsInByPhone(own, desk, learner, dataDir);
  await own.locator('[data-testid="credit-line"][data-state="counting"]').waitFor();
  await asks(desk, { kind: 'single', prompt: '电焊作业前先做什么？', options: ['清理可燃物', '看天气', '换衣服', '休息'], right: [0] });
  await answers(own, [0]);
  await desk.getByTestId('quiz-close').click();
  await own.locator('[data-testid="quiz-outcome"]').waitFor();
  await both(own, 'learner-answered');
  await desk.getByTestId('end-lesson').click();
  await desk.getByTestId('end-lesson-confirm').click();
  await own.getByTestId('lesson-over').waitFor();
  await both(own, 'lesson-over');
  const report = await (await own.context().request.get(`/api/lessons/${lessonId}/report`)).json() as LessonReport;
  expect(report.rows).toMatchObject([{ asked: 1, correct: 1, attendanceLow: false, accuracyLow: false }]);
}, 180_000);

it('passes the exam on the phone, and reads what the certificate still waits for', async () => {
  const own = pages.learner!;
  await own.goto('/');
  await own.locator('[data-testid="own-exam"][data-stand="ready"]').waitFor();
  await own.getByTestId('own-exam-open').click();
  await own.getByTestId('exam-start').click();
  await own.getByTestId('exam-code-send').waitFor();
  await office.givesCode(own, learner.phone, dataDir);
  const question = own.getByTestId('paper-question');
  await question.locator('label.choice').filter({ hasText: '防火毯' }).locator('input').check();
  await both(own, 'exam');
  await own.getByTestId('hand-in').click();
  await own.getByTestId('hand-in-now').click();
  await own.locator('[data-testid="outcome"][data-result="passed"]').waitFor();
  await both(own, 'exam-passed');
  // One unit of twelve was taught, and nothing at the place: the gate of certificates says so.
  await own.goto('/hours');
  await own.getByTestId('own-certificates').waitFor();
  await both(own, 'certificate-waits');
  await pages.office!.goto(`/cohorts/${cohortId}/certificates?view=missing`);
  await pages.office!.getByTestId('candidate').filter({ hasText: learner.name }).waitFor();
  await both(pages.office!, 'certificates-missing');
}, 180_000);

it('practice is held in the workshop: signed there by phone coming and going, and the office keeps the sheet', async () => {
  const [desk, screen, own] = [pages.office!, pages.teacher!, pages.learner!];
  const { personId } = (await (await own.context().request.get('/api/me')).json() as { personId: string });
  const teacherId = (await (await screen.context().request.get('/api/me')).json() as { personId: string }).personId;
  const { databaseUrl } = platform.product;
  await wasTaughtYesterday(databaseUrl, platform.orm, { institutionId, cohortId, courseId, teacherId }, personId);
  const place = '一号焊接车间';
  const made = await desk.context().request.post('/api/places', { data: { institutionId, name: place } });
  expect(made.status(), await made.text()).toBe(200);
  const [untilMinutes, minutes] = [100, 540];
  await office.plansLesson(desk, { cohort: cohortTitle, title: '平焊实操', teacher: teacher.name, startMs: Date.now() + untilMinutes * 60_000, minutes, place });
  const { lessons } = await (await own.context().request.get('/api/lessons')).json() as { lessons: { lessonId: string; title: string }[] };
  const { lessonId } = lessons.find(({ title }) => title === '平焊实操')!;
  await own.goto(`/lessons/${lessonId}`);
  await own.getByTestId('to-site-sign').waitFor();
  await both(own, 'practice');
  await signsThere(screen, own, lessonId, 1);
  await both(screen, 'site-code');
  await both(own, 'site-signed-in');
  await hoursPass(databaseUrl, lessonId, untilMinutes + minutes + 5);
  await signsThere(screen, own, lessonId, 2);
  await both(own, 'site-signed-out');
  await keepsSheet(desk, lessonId, () => both(desk, 'sheet'));
  await both(desk, 'sheet-kept');
  await own.goto(`/lessons/${lessonId}/hours`);
  await own.getByText('540').first().waitFor();
  await both(own, 'practice-hours');
}, 180_000);

it('nothing is missing now: the office issues, the learner prints on the phone, and anybody checks', async () => {
  const [desk, own] = [pages.office!, pages.learner!];
  // What the worker does by itself soon after a lesson.
  await figuresRest(platform.product.databaseUrl, cohortId);
  await freshenCohort(platform.orm, { cohortId, institutionId }, new Date());
  await issuesAll(desk, cohortId, both);
  const serial = await printsOwn(own, platform.pictures, [learner.name, school, '焊工'], both);
  const stranger = await office.newPage(await platform.browser.newContext({ viewport: phone, locale: 'zh-CN', baseURL: platform.product.url, ignoreHTTPSErrors: true }));
  await checksNumber(stranger, serial);
  await stranger.getByTestId('certificate').waitFor();
  expect(await stranger.getByTestId('certificate').innerText()).toContain(learner.name);
  await both(stranger, 'public-check');
  await stranger.context().close();
}, 120_000);
