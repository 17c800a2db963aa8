// The page after class in real Chromium over the whole product: nobody came, five learners with and without a replay, three hundred; desktop and phone, both languages, by mouse and by keys.
// And in class: the people of three hundred, page by page.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Cohort } from '#db/entities/people.ts';
import { Replay } from '#db/entities/recording.ts';
import type { Orm } from '#db/orm.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { addLearners, addTaughtClass, type ClassPlan, type InCohort, type Story, type TaughtClass } from '#db/testing/taught-class.ts';
import { newId } from '#domain/id.ts';
import { phone } from '#testing/browser.ts';
import { attends, openLessonId } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';

const dayMs = 86_400_000;
let platform: Platform;
let orm: Orm;
let page: Page;
let small: Page;
let school: Omit<InCohort, 'cohortId'>;
let five: TaughtClass;
let replayId: string;
const shot = (of: Page, name: string): Promise<void> => platform.shot(of, name, true);

beforeAll(async () => {
  platform = await openPlatform({ name: 'after-class' });
  ({ orm } = platform);
  const [found] = await orm.em.fork().execute<{ institution_id: string; course_id: string; person_id: string }[]>(
    `select c.institution_id, c.course_id, a.person_id from cohort c, account a where a.login = 'teacher' limit 1`);
  school = { institutionId: found!.institution_id, courseId: found!.course_id, teacherId: found!.person_id };
  [page, small] = await Promise.all([platform.pageOf('teacher'), platform.pageOf('teacher', phone)]);
});
afterAll(() => platform?.close());

/** A class of its own, taught yesterday. */
async function taughtClass(stories: readonly [string, Story][], plan: Omit<ClassPlan, 'startsAt'>): Promise<TaughtClass> {
  const cohortId = newId();
  const startsAt = new Date(Math.floor(Date.now() / dayMs) * dayMs - dayMs + 3_600_000);
  const since = new Date(startsAt.getTime() - dayMs);
  await orm.em.fork().insert(Cohort, { id: cohortId, institutionId: school.institutionId, courseId: school.courseId, title: `焊工 ${stories.length} 人班`, createdAt: since });
  const ids = await addLearners(orm, { ...school, cohortId }, stories.map(([name]) => name), since);
  return addTaughtClass(orm, { ...school, cohortId }, stories.map(([, story], index) => ({ personId: ids[index]!, story })), { startsAt, ...plan });
}
async function open(of: Page, { lessonId }: TaughtClass): Promise<void> {
  await of.goto(`/lessons/${lessonId}/after-class`);
  await of.waitForSelector('.summary, [data-testid="after-note"]');
}
const fits = (of: Page) => of.evaluate(() => document.documentElement.scrollWidth);

it('says that nobody came, and that there is no replay yet', async () => {
  const empty = await taughtClass([['郑一', {}], ['王二', {}]], { title: '没有人来的课' });
  const held = Promise.withResolvers<void>();
  await page.route('**/api/lessons/*/after-class', async (route) => { await held.promise; await route.continue(); }, { times: 1 });
  await page.goto(`/lessons/${empty.lessonId}/after-class`);
  await page.waitForSelector('.skeleton');
  held.resolve();
  await page.waitForSelector('[data-testid="nobody-came"]');
  expect(await page.locator('[data-testid="learner"][data-need="never_came"]').count()).toBe(2);
  await shot(page, '01-nobody-came');
  await open(small, empty);
  expect(await fits(small)).toBe(phone.width);
  await shot(small, '02-nobody-came-phone');
});

it('shows a small class whole: curve, drop, questions, strips; jumps wait for the replay', async () => {
  five = await taughtClass([
    ['李明', { seats: [[-1, 95, 'lesson_ended']], checks: [[30, 'matched'], [75, 'matched']], answers: ['right', 'right', 'right'], hands: [12, 60] }],
    ['王芳', { seats: [[0, 26, 'cut'], [34, 95, 'lesson_ended']], checks: [[20, 'matched']], answers: ['right', 'wrong', 'right'], hands: [61] }],
    ['张伟', { seats: [[3, 26, 'left']], answers: ['wrong', null] }],
    ['刘洋', { seats: [[0, 26, 'cut'], [50, 95, 'lesson_ended']], hidden: [[70, 80]], answers: ['wrong', 'wrong', null] }],
    ['陈静', { seats: [[0, 95, 'lesson_ended']], checks: [[80, 'missed']], answers: ['right', 'right', 'right'] }],
  ], {
    units: [[0, 45], [50, 95]], interruptions: [[38, 40]], chat: [25.2, 25.5, 40], onStage: [[0, 13, 16]],
    questions: [{ at: 8, until: 9, prompt: '电焊作业前，第一步应该做什么？' }, { at: 25, until: 27, prompt: '发现有人触电，先断电还是先救人？' }, { at: 62, until: 63, prompt: '动火作业要不要许可证？' }],
  });
  await open(page, five);
  expect(await page.locator('[data-testid="no-replay"]').getAttribute('data-why')).toBe('processing');
  expect(await page.locator('[data-testid="jump"]').count()).toBe(0);
  const drop = page.locator('[data-testid="drop"]').first();
  expect(await drop.getAttribute('data-lost')).toBe('3');
  expect(await drop.innerText()).toMatch(/少了 3 人[\s\S]*5 人减到 2 人[\s\S]*在答题“发现有人触电[\s\S]*聊天 2 条/);
  expect(await page.locator('[data-testid="question"]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-accuracy')))).toEqual(['0.6', '0.4', '0.75']);
  expect(await page.locator('[data-testid="learner"]').evaluateAll((rows) => rows.map((row) => row.getAttribute('data-need')))).toEqual(['attendance', 'attendance', 'accuracy', 'checks', 'none']);
  await page.locator('[data-testid="curve"]').focus();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  expect(page.url()).toContain('/after-class');
  await shot(page, '03-five');
  await open(small, five);
  expect(await fits(small)).toBe(phone.width);
  await small.locator('[data-testid="learner"] summary').first().click();
  expect(await small.locator('[data-testid="learner"]').first().locator('.line').count()).toBeGreaterThan(2);
  await shot(small, '04-five-phone');
});

it('leads from the curve, a drop, a question, a mark and a strip into the replay at that moment', async () => {
  const { institutionId } = school;
  const { lessonId, sessionId, unitIds, at } = five;
  const recordingId = await addRecording(orm, { institutionId, lessonId, sessionId, at: at(0) }, { status: 'ready' });
  replayId = await addReplay(orm, { institutionId, lessonId, recordingId, unitId: unitIds[0]!, startsAt: at(0), durationMs: 45 * 60_000 });
  await addReplay(orm, { institutionId, lessonId, recordingId, unitId: unitIds[1]!, startsAt: at(50), durationMs: 45 * 60_000 });
  await open(page, five);
  expect(await page.locator('[data-testid="no-replay"]').count()).toBe(0);
  const lands = async (unit: string, seconds: number, within = 1): Promise<void> => {
    await page.waitForURL('**/replay?**');
    const query = new URL(page.url()).searchParams;
    expect([query.get('unit'), query.get('part')]).toEqual([unit, null]);
    expect(Math.abs(Number(query.get('at')) - seconds), query.get('at') ?? '').toBeLessThanOrEqual(within);
    await expect.poll(() => page.locator('[data-testid="seek"]').inputValue()).toBe(String(Number(query.get('at')) * 1000));
    await page.goBack();
    await page.waitForSelector('[data-testid="drop"]');
  };
  const press = (selector: string, share: number) => page.locator(selector).first().evaluate((element, x) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    element.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: left + width * x, clientY: top + height / 2 }));
  }, share);
  await page.locator('[data-testid="drop"] [data-testid="jump"]').first().click();
  // The last point of the curve before minute 26, a little before it.
  await lands('1', 26 * 60 - 15 - 5);
  await page.locator('[data-testid="question"] [data-testid="jump"]').nth(2).click();
  await lands('2', 12 * 60 - 5);
  await press('[data-testid="curve"]', 60 / 95);
  await lands('2', 10 * 60 - 5, 10);
  await press('[data-testid="strip"]', 10 / 95);
  await lands('1', 10 * 60 - 5, 10);
  await page.locator('[data-testid="mark"]').first().click();
  await lands('1', 8 * 60 - 5);
  await page.locator('[data-testid="curve"]').focus();
  for (let step = 0; step < 4; step++) await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await lands('1', 2 * 60 - 5);
  await orm.em.fork().nativeUpdate(Replay, { id: replayId }, { status: 'held' });
  await page.reload();
  expect(await page.locator('[data-testid="no-replay"]').getAttribute('data-why')).toBe('held');
  expect(await page.locator('[data-testid="drop"] [data-testid="jump"]').count()).toBe(0);
  await page.getByRole('button', { name: 'English' }).click();
  await page.getByText('Moments that lost people').waitFor();
  await shot(page, '05-five-english');
  await page.getByRole('button', { name: '中文' }).click();
});

it('shows three hundred page by page, finds one by name, and is linked from the lesson and its report', async () => {
  const names = ['李', '王', '张', '刘', '陈', '杨', '赵', '黄', '周', '吴'];
  const many = await taughtClass(Array.from({ length: 300 }, (_, index): [string, Story] => {
    const away = index % 7 === 3;
    const cut = index % 11 === 5;
    return [`${names[index % 10]}学员${String(index + 1).padStart(3, '0')}`, index % 40 === 39 ? {} : {
      seats: away ? [[(index % 9) - 3, 31 + (index % 3) / 4, 'left']] : cut ? [[(index % 9) - 3, 15.2, 'cut'], [16.5 + (index % 4), 45, 'lesson_ended']] : [[(index % 9) - 3, 45 - (index % 13 === 0 ? 3 : 0), 'lesson_ended']],
      checks: [[10 + (index % 30), index % 29 === 0 ? 'missed' : 'matched']], answers: [index % 3 ? 'right' : 'wrong', away ? undefined : index % 5 ? 'right' : null], hands: index % 25 === 0 ? [20 + (index % 8)] : [],
    }];
  }), { questions: [{ at: 12, until: 13, prompt: '灭火器多久检查一次？' }, { at: 40, until: 41, prompt: '高处作业的安全带怎么系？' }], chat: [30.5, 30.6, 30.9, 31], title: '大班课 焊接安全总则' });
  await page.goto(`/lessons/${many.lessonId}`);
  await page.getByRole('link', { name: '课后回顾' }).click();
  await page.waitForSelector('[data-testid="learner"]');
  expect(await page.locator('[data-testid="learner"]').count()).toBe(50);
  await shot(page, '06-three-hundred');
  const first = await page.locator('[data-testid="learner"]').first().getAttribute('data-person');
  await page.locator('[data-testid="next-page"]').click();
  await expect.poll(() => page.locator('[data-testid="learner"]').first().getAttribute('data-person')).not.toBe(first);
  await page.locator('[data-testid="search-learner"]').fill('学员12');
  await page.waitForSelector('[data-testid="found"][data-found="10"]');
  await page.locator('[data-testid="search-learner"]').fill('没有这个人');
  await page.waitForSelector('[data-testid="found"][data-found="0"]');
  await page.goto(`/lessons/${many.lessonId}/report`);
  await page.getByRole('link', { name: '课后回顾' }).waitFor();
  await open(small, many);
  expect(await fits(small)).toBe(phone.width);
  await shot(small, '07-three-hundred-phone');
});

it('is for staff: a learner is told so, and who has no line is offered another try', async () => {
  const student = await platform.pageOf('student1', phone);
  const [lesson] = await orm.em.fork().execute<{ id: string }[]>(`select l.id from lesson l join enrolment e on e.cohort_id = l.cohort_id join account a on a.person_id = e.person_id where a.login = 'student1' limit 1`);
  await student.goto(`/lessons/${lesson!.id}/after-class`);
  await student.waitForSelector('[role="alert"]');
  expect(await student.locator('[data-testid="learner"]').count()).toBe(0);
  await page.route('**/api/lessons/*/after-class', (route) => route.abort(), { times: 1 });
  await page.goto(`/lessons/${five.lessonId}/after-class`);
  await page.getByRole('button', { name: '重新加载' }).click();
  await page.waitForSelector('[data-testid="drop"]');
});

it('in a class of three hundred staff see the people page by page, by attention or by name, and find one', async () => {
  const lessonId = await openLessonId(page.context());
  const [found] = await orm.em.fork().execute<{ cohort_id: string }[]>('select cohort_id from lesson where id = ?', [lessonId]);
  await addLearners(orm, { institutionId: school.institutionId, cohortId: found!.cohort_id }, Array.from({ length: 300 }, (_, index) => `学员${String(index + 1).padStart(3, '0')}`), new Date(Date.now() - dayMs));
  await attends(page, lessonId, 'staff');
  const roster = page.locator('[data-testid="roster"]');
  await page.locator('[data-testid="tab-people"]').click();
  await page.waitForSelector('[data-testid="roster"][data-page="1"][data-found="306"]');
  expect(await roster.locator('[data-testid="person"]').count()).toBe(50);
  await page.locator('[data-testid="roster-next"]').click();
  await page.waitForSelector('[data-testid="roster"][data-page="2"]');
  await page.locator('[data-testid="roster-search"]').fill('学员29');
  await page.waitForSelector('[data-testid="roster"][data-page="1"][data-found="10"]');
  await page.locator('[data-testid="roster-name"]').click();
  await expect.poll(() => roster.locator('[data-testid="person"] strong').allInnerTexts()).toEqual(Array.from({ length: 10 }, (_, index) => `学员29${index}`));
  await page.locator('[data-testid="roster-search"]').fill('');
  await page.waitForSelector('[data-testid="roster"][data-found="306"]');
  await shot(page, '08-roster');
  await page.setViewportSize(phone);
  expect(await fits(page)).toBe(phone.width);
  await shot(page, '09-roster-phone');
});
