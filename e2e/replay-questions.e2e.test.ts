// Questions in the replay in real Chromium on a real film: placed by a teacher where the film stands, in the way of a learner who makes up, kept without a network, skipped in another viewing.
import { mkdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LessonReport } from '#contracts/report.ts';
import { Question, Quiz } from '#db/entities/classroom.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Connection, Lesson, LessonSession, Unit } from '#db/entities/lesson.ts';
import { Replay } from '#db/entities/recording.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { newId } from '#domain/id.ts';
import { desktop, launchBrowser, phone } from '#testing/browser.ts';
import { foundPaths } from '../setup/found.ts';
import { madeFilmMs, storeMadeFilm } from '../setup/made-film.ts';
import { createSignaling } from '../signaling/app.ts';
import { enrolFace } from '../signaling/testing/classroom-world.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../signaling/testing/http-world.ts';
import { addSchool, addSession, type School } from '../signaling/testing/school.ts';

const pictures = join(import.meta.dirname, '../data/e2e-replay-questions');
const paths = foundPaths(process.env);
let world: HttpWorld;
let school: School;
let browser: Browser;
let url: string;
let closeApp: () => Promise<void>;
let teacher: Page;
let learner: Page;
let replayId: string;

async function pageOf(person: Known, viewport: { width: number; height: number }): Promise<Page> {
  const own = await browser.newContext({ viewport, baseURL: url, locale: 'zh-CN' });
  const [name = '', value = ''] = (await world.cookieOf(person)).split('=');
  await own.addCookies([{ name, value, url }]);
  return own.newPage();
}
async function shot(page: Page, name: string, both = true): Promise<void> {
  const before = page.viewportSize()!;
  for (const [size, viewport] of both ? [['390', phone], ['1440', desktop]] as const : [['now', before]] as const) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(pictures, `${name}-${size}.png`) });
    expect([name, size, await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)], 'nothing sticks out').toEqual([name, size, false]);
  }
  await page.setViewportSize(before);
}
const row = async (person: Known) => {
  const { rows } = (await world.call(`GET /api/lessons/${school.lessonId}/report`, school.teacher)).json<LessonReport>();
  return rows.find(({ personId }) => personId === person.personId)!;
};

/** A unit of 20 s with its film; in class a question was asked at 3 s of nobody who is here: one learner was there and not asked, the other never came. */
async function addTaught(): Promise<void> {
  const { orm } = world.deps;
  const startsAt = new Date(Date.now() - 3_600_000);
  const at = (ms: number): Date => new Date(startsAt.getTime() + ms);
  world.clock.set(startsAt);
  school = await addSchool(orm, startsAt, '示范学校');
  for (const person of [school.learner, school.other]) await enrolFace(world.deps, person.personId);
  const { institutionId, lessonId, courseId, unitIds } = school;
  const sessionId = await addSession(orm, school, startsAt, at(madeFilmMs));
  const em = orm.em.fork();
  await em.nativeUpdate(Lesson, { id: lessonId }, { status: 'ended' });
  await em.nativeUpdate(LessonSession, { id: sessionId }, { endedAt: at(madeFilmMs) });
  await em.nativeUpdate(Unit, { id: unitIds[0]! }, { startedAt: startsAt, endedAt: at(madeFilmMs) });
  await em.insert(Connection, {
    id: newId(), institutionId, lessonId, sessionId, personId: school.other.personId, role: 'student', deviceId: 'd', connectedAt: startsAt, lastSeenAt: at(madeFilmMs), leftAt: at(madeFilmMs), leftReason: 'lesson_ended', visible: true,
  });
  const questionId = newId();
  await em.insert(Question, {
    id: questionId, institutionId, courseId, kind: 'single', prompt: '焊接作业前，先做什么？', options: ['直接开工', '检查气瓶和接地', '先休息'], rightChoices: [1], explanation: '漏气和漏电是最常见的事故原因。', createdBy: school.teacher.personId, createdAt: at(0),
  });
  await em.insert(Quiz, { id: newId(), institutionId, lessonId, sessionId, questionId, openedAt: at(3000), deadlineAt: at(33_000), closedAt: at(16_000) });
  const recordingId = await addRecording(orm, { institutionId, lessonId, sessionId, at: startsAt }, { status: 'ready' });
  replayId = await addReplay(orm, { institutionId, lessonId, recordingId, unitId: unitIds[0]!, startsAt, durationMs: madeFilmMs });
  await em.nativeUpdate(Replay, { id: replayId }, { files: await storeMadeFilm(paths.FFMPEG_BIN ?? 'ffmpeg', world.deps.storage, replayId) });
}

beforeAll(async () => {
  world = await openHttpWorld();
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
  await addTaught();
  // From now on it is the time of the browsers.
  world.deps.now = () => new Date();
  world.clock.set(new Date());
  await world.call(`POST /api/courses/${school.courseId}/questions`, school.teacher, {
    payload: { kind: 'fillIn', stem: '焊工进入现场必须戴什么？', options: [], right: [], accepted: ['安全帽'], knowledgePoint: '防护', difficulty: 2, explanation: '保护头部。', pictureId: null },
  });
  const app = await createSignaling(world.deps);
  await app.listen({ port: 0, host: '127.0.0.1' });
  closeApp = () => app.close();
  url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  browser = await launchBrowser(paths.CHROMIUM_BIN!, { noCamera: true });
  teacher = await pageOf(school.teacher, desktop);
  learner = await pageOf(school.learner, phone);
});
afterAll(async () => {
  await browser?.close();
  await closeApp?.();
  await world?.close();
});

it('a teacher places a question of the bank where the film stands, and moves it', async () => {
  await teacher.goto(`/lessons/${school.lessonId}/replay?at=9`);
  await teacher.locator('[data-testid="film-question-line"][data-source="live"]').waitFor();
  await teacher.getByTestId('place-question').click();
  await teacher.getByTestId('place-this').waitFor();
  await shot(teacher, 'place');
  await teacher.getByTestId('place-this').click();
  await teacher.locator('[data-testid="film-question-line"][data-source="placed"][data-at-ms="9000"]').waitFor();
  await teacher.getByTestId('seek').fill('5000');
  await teacher.getByTestId('film-question-move').click();
  await teacher.locator('[data-testid="film-question-line"][data-source="placed"][data-at-ms="5000"]').waitFor();
  await shot(teacher, 'placed');
});

it('a learner who makes up comes to it, cannot get past it, answers without a network, and reads why when the line is back', async () => {
  await learner.goto(`/lessons/${school.lessonId}/replay`);
  await learner.getByTestId('make-up-start').click();
  // The sign-in, as the worker and the camera would have it: its own tests show the camera.
  await learner.getByTestId('make-up-check').waitFor();
  await world.deps.orm.em.fork().nativeUpdate(FaceCheck, { personId: school.learner.personId, status: 'asked' }, { status: 'settled', verdict: 'matched', answeredAt: new Date(), settledAt: new Date() });
  const sheet = learner.getByTestId('film-question');
  await sheet.waitFor();
  expect(await learner.evaluate(() => document.querySelector('video')!.paused)).toBe(true);
  expect(await sheet.innerText()).not.toContain('漏气');
  expect(await learner.getByTestId('film-skip').count()).toBe(0);
  await shot(learner, 'asked');
  await learner.getByTestId('quiz-choice-1').check();
  await learner.context().setOffline(true);
  await learner.getByTestId('film-answer').click();
  await learner.getByTestId('film-kept').waitFor();
  await shot(learner, 'kept', false);
  await learner.context().setOffline(false);
  await learner.locator('[data-testid="film-outcome"][data-right="true"]').waitFor();
  expect(await sheet.innerText()).toContain('漏气');
  await shot(learner, 'right');
  await learner.getByTestId('film-go-on').click();
  await learner.locator('[data-testid="quiz-text"]').waitFor();
  await learner.getByTestId('quiz-text').fill('安全鞋');
  await learner.getByTestId('film-answer').click();
  await learner.locator('[data-testid="film-outcome"][data-right="false"]').waitFor();
  await shot(learner, 'wrong', false);
  await learner.getByTestId('film-go-on').click();
  // What lies behind the last question counts now.
  await expect.poll(async () => Number(await learner.getByTestId('make-up').getAttribute('data-left-ms')), { timeout: 30_000 }).toBeLessThan(madeFilmMs - 5500);
  expect(await row(school.learner)).toMatchObject({ asked: 2, correct: 1, inReplay: { asked: 2, answered: 2, correct: 1 } });
});

it('whoever only watches may skip it, and what is answered is practice; the report says what came from the replay', async () => {
  const other = await pageOf(school.other, desktop);
  await other.goto(`/lessons/${school.lessonId}/replay`);
  await other.getByRole('button', { name: 'English' }).click();
  await other.getByTestId('start-film').click();
  await other.getByTestId('film-question').waitFor();
  await shot(other, 'skippable-english');
  await other.getByTestId('film-skip').click();
  await other.getByTestId('quiz-text').waitFor();
  await other.getByTestId('quiz-text').fill('安全帽');
  await other.getByTestId('film-answer').click();
  await other.locator('[data-testid="film-outcome"][data-right="true"]').waitFor();
  await shot(other, 'practice-english', false);
  expect(await row(school.other)).toMatchObject({ asked: 0, inReplay: { asked: 0 } });
  await teacher.goto(`/lessons/${school.lessonId}/report`);
  await teacher.getByTestId('quiz-placed').waitFor();
  await expect.poll(() => teacher.locator('[data-replay="counted"]').count()).toBe(2);
  expect(await teacher.locator('[data-replay="practice"]').count()).toBe(1);
  await shot(teacher, 'report');
});
