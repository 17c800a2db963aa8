// A regulator at the console while a class runs: sees it counted, looks in unseen, looks a learner up by name, document and certificate; empty and full, at desk and phone width, in both languages.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { demoPapers } from '#db/demo.ts';
import { desktop, phone as phoneSize } from '#testing/browser.ts';
import { useMadeMedia } from '#testing/page-media.ts';
import { addCertificate } from '../signaling/testing/certificate.ts';
import type { HttpWorld } from '../signaling/testing/http-world.ts';
import type { School } from '../signaling/testing/school.ts';
import { speaksEnglish } from './exam-scenes.ts';
import { fillRegions } from './oversight-world.ts';
import { enters, leadCamera, movingPicture, openLessonId, readsNotice, refusesFace } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';

let platform: Platform;
let teacher: Page;
let student: Page;
let inspector: Page;
let lessonId: string;
let serial: string;
let inspectorId: string;
let institutionId: string;
/** All that the pages of the class were told by the server, as it came. */
const told: string[] = [];
const hears = (page: Page): void => { page.on('websocket', (line) => line.on('framereceived', ({ payload }) => told.push(String(payload)))); };

async function addsCertificate(): Promise<string> {
  const em = platform.orm.em.fork();
  const [learner] = await em.execute<{ person_id: string; cohort_id: string; institution_id: string; office: string }[]>(
    `select e.person_id, e.cohort_id, e.institution_id, (select person_id from account where login = 'school') as office from enrolment e join account a on a.person_id = e.person_id where a.login = 'student1'`);
  const { person_id: personId, cohort_id: cohortId, institution_id: of, office } = learner!;
  institutionId = of;
  const school = { institutionId: of, cohortId, learner: { personId }, scheduler: { personId: office } } as School;
  return (await addCertificate({ deps: { orm: platform.orm }, clock: { now: () => new Date() } } as HttpWorld, school)).serial;
}

beforeAll(async () => {
  platform = await openPlatform({ name: 'oversight' });
  const context = await platform.contextOf('teacher', desktop);
  await useMadeMedia(context);
  teacher = await context.newPage();
  [student, inspector] = await Promise.all([platform.pageOf('student2', phoneSize), platform.pageOf('inspector', desktop)]);
  [teacher, student].forEach(hears);
  lessonId = await openLessonId(teacher.context());
  serial = await addsCertificate();
  const [known] = await platform.orm.em.fork().execute<{ person_id: string }[]>(`select person_id from account where login = 'inspector'`);
  inspectorId = known!.person_id;
}, 120_000);
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const [name, page] of Object.entries({ teacher, student, inspector })) await page.screenshot({ path: join(platform.pictures, `failed-${name}.png`), fullPage: true });
});
afterAll(() => platform?.close());

let taken = 0;
/** At both widths; nothing is wider than the screen. */
async function both(page: Page, name: string): Promise<void> {
  taken += 1;
  for (const [size, viewport] of [['390', phoneSize], ['1440', desktop]] as const) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(platform.pictures, `${String(taken).padStart(2, '0')}-${name}-${size}.png`), fullPage: true });
    expect([name, size, await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)], 'nothing sticks out').toEqual([name, size, false]);
  }
  await page.setViewportSize(desktop);
}

it('is for regulators alone, and stands in their navigation', async () => {
  await teacher.goto('/oversight');
  await teacher.waitForURL('**/forbidden');
  await inspector.goto('/');
  await inspector.getByRole('link', { name: '监管', exact: true }).click();
  await inspector.getByTestId('oversight-figures').waitFor();
});

it('is empty while nothing runs, in both languages', async () => {
  await inspector.getByTestId('live-empty').waitFor();
  await both(inspector, 'live-empty');
  await inspector.goto('/oversight?view=below');
  // Learners are opened for a purpose, said once.
  await inspector.getByLabel('查看目的').fill('日常检查');
  await inspector.getByTestId('purpose-say').click();
  await inspector.getByTestId('below-empty').waitFor();
  await both(inspector, 'below-empty');
  await inspector.goto('/oversight?view=search');
  await both(inspector, 'search-empty');
  await speaksEnglish(inspector);
  await inspector.goto('/oversight');
  await inspector.getByTestId('live-empty').waitFor();
  await both(inspector, 'live-empty-english');
  await inspector.getByRole('button', { name: '中文' }).click();
  await inspector.getByText('地区', { exact: true }).waitFor();
});

it('a class that begins is there within ten seconds, with who is present of whom it expects', async () => {
  await teacher.goto(`/lessons/${lessonId}/enter`);
  await readsNotice(teacher);
  await enters(teacher, lessonId);
  await student.goto(`/lessons/${lessonId}/enter`);
  await readsNotice(student);
  await refusesFace(student);
  await teacher.getByTestId('start-lesson').click();
  await teacher.getByTestId('recording').waitFor();
  await enters(student, lessonId);
  const card = inspector.locator(`[data-testid="live-class"][data-lesson="${lessonId}"][data-present="1"][data-expected="6"]`);
  await card.waitFor({ timeout: 15_000 });
  expect(await card.innerText()).toMatch(/第三课 电焊机的检查[\s\S]*周建国[\s\S]*1 \/ 6/);
  await card.locator('[data-testid="recording-state"][data-state="good"]').waitFor();
  for (const region of ['130000', '130300']) expect(await inspector.locator(`[data-region="${region}"]`).getAttribute('data-classes')).toBe('1');
  await both(inspector, 'live');
}, 90_000);

const countOf = (page: Page): Promise<string | null> => page.getByTestId('present-count').getAttribute('data-count');
it('looks in unseen: the picture moves, and nobody in the class is told or counts differently', async () => {
  await teacher.getByTestId('tab-people').click();
  await movingPicture(student, leadCamera);
  const people = (): Promise<string[]> => teacher.getByTestId('person').allInnerTexts();
  const before = { teacher: await countOf(teacher), student: await countOf(student), people: await people() };
  expect(before).toMatchObject({ teacher: '2', student: '2' });
  told.length = 0;
  await inspector.getByTestId('look-in').click();
  await inspector.getByTestId('unseen').waitFor();
  await movingPicture(inspector, leadCamera);
  expect(await countOf(inspector)).toBe('2');
  for (const control of ['raise-hand', 'start-lesson', 'end-lesson']) expect(await inspector.getByTestId(control).count()).toBe(0);
  await inspector.screenshot({ path: join(platform.pictures, 'looking-in-1440.png') });
  await inspector.setViewportSize(phoneSize);
  await inspector.screenshot({ path: join(platform.pictures, 'looking-in-390.png') });
  await inspector.setViewportSize(desktop);
  // Longer than any round in which counts and people are told.
  await teacher.waitForTimeout(5_000);
  expect({ teacher: await countOf(teacher), student: await countOf(student), people: await people() }).toEqual(before);
  await teacher.screenshot({ path: join(platform.pictures, 'teacher-while-looked-at.png') });
  await inspector.getByTestId('unseen-leave').click();
  await inspector.waitForURL('**/oversight');
  await teacher.waitForTimeout(3_000);
  expect({ teacher: await countOf(teacher), student: await countOf(student), people: await people() }).toEqual(before);
  const heard = told.join('\n');
  expect(heard).not.toContain(inspectorId);
  expect(heard).not.toContain('监管员');
  expect(told.filter((frame) => /"(participant:changed|participants:changed|presence:counted|media:produced|media:wanted|lesson:changed)"/.test(frame))).toEqual([]);
  const seats = await platform.orm.em.fork().execute<{ role: string; left_reason: string | null }[]>('select role, left_reason from connection where lesson_id = ? and person_id = ?', [lessonId, inspectorId]);
  expect(seats).toEqual([{ role: 'observer', left_reason: 'left' }]);
}, 90_000);

async function looksUp(text: string): Promise<void> {
  await inspector.getByTestId('search-text').fill(text);
  await Promise.all([inspector.waitForResponse((response) => response.url().endsWith('/api/oversight/search')), inspector.getByTestId('search-go').click()]);
}
it('looks a learner up by name, by document and by certificate, and comes to hours and certificate', async () => {
  await inspector.getByTestId('view-search').click();
  // The ledger knows the class a moment after it began.
  await expect.poll(async () => { await looksUp('李'); return inspector.getByTestId('found-learner').count(); }, { timeout: 60_000, interval: 1_000 }).toBe(1);
  await inspector.locator('[data-testid="search-found"][data-by="name"]').waitFor();
  await both(inspector, 'found-by-name');
  await looksUp(demoPapers(0).number);
  await inspector.locator('[data-testid="search-found"][data-by="number"]').waitFor();
  expect(await inspector.getByTestId('found').innerText()).not.toContain(demoPapers(0).number);
  await looksUp(serial.toLowerCase());
  await inspector.locator('[data-testid="search-found"][data-by="certificate"]').waitFor();
  await both(inspector, 'found-by-certificate');
  expect(inspector.url()).not.toContain(serial);
  await looksUp(`${demoPapers(0).number.slice(0, -1)}${demoPapers(0).number.endsWith('1') ? '2' : '1'}`);
  await inspector.getByTestId('search-unclear').waitFor();
  await looksUp('司马光');
  await inspector.getByTestId('search-nothing').waitFor();
  await looksUp('李明');
  await inspector.getByTestId('to-certificate').click();
  await inspector.waitForURL(`**/certificates/${serial}`);
  await inspector.goBack();
  await looksUp('李明');
  await inspector.getByTestId('to-hours').click();
  await inspector.getByText('全部学时统计清单').first().waitFor();
}, 120_000);

it('holds many institutions in many regions: live, by risk, below, looked up', async () => {
  await fillRegions(platform.orm, platform.product.databaseUrl, inspectorId);
  await inspector.goto('/oversight');
  await expect.poll(() => inspector.getByTestId('live-class').count(), { timeout: 20_000 }).toBeGreaterThan(10);
  await both(inspector, 'live-full');
  await inspector.locator('[data-region="130000"]').click();
  await inspector.locator('[data-region="130300"]').click();
  await inspector.locator('[data-region="130302"]').click();
  await inspector.waitForURL('**/oversight?region=130302');
  await expect.poll(() => inspector.getByTestId('live-class').count()).toBeLessThan(10);
  await both(inspector, 'live-of-a-county');
  await inspector.getByTestId('view-institutions').click();
  await inspector.locator('[data-testid="institution-risk"][data-level="high"]').first().waitFor();
  expect(await inspector.getByTestId('institution-risk').count()).toBe(13);
  await both(inspector, 'risk');
  await inspector.getByTestId('view-below').click();
  await inspector.getByTestId('learner-below').first().waitFor();
  const first = await inspector.getByTestId('learner-below').count();
  await inspector.getByTestId('below-more').click();
  await expect.poll(() => inspector.getByTestId('learner-below').count()).toBeGreaterThan(first);
  await inspector.getByLabel('机构').selectOption(institutionId);
  await inspector.waitForURL('**institution=*');
  await inspector.goto('/oversight?view=below&what=checks');
  await inspector.getByTestId('learner-below').first().waitFor();
  await both(inspector, 'below');
  await inspector.getByTestId('view-search').click();
  await looksUp('上官');
  await both(inspector, 'found-many');
  await speaksEnglish(inspector);
  for (const [view, ready] of [['live', 'live-class'], ['institutions', 'institution-risk'], ['below', 'learner-below']] as const) {
    await inspector.goto(`/oversight?view=${view}`);
    await inspector.getByTestId(ready).first().waitFor();
    await both(inspector, `${view}-english`);
  }
}, 120_000);
