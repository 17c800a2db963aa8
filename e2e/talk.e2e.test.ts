// Talking in real Chromium: the chat kept in order, words to the teacher alone, and questions that stay; a teacher and a learner at desks, a learner on a phone.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { desktop, phone as phoneSize } from '#testing/browser.ts';
import { openLessonId, readsNotice, refusesFace } from './people.ts';
import { openPlatform, type Platform } from './platform.ts';

let platform: Platform;
let words: string;
let lessonId: string;
let teacher: Page;
let student: Page;
let phone: Page;
const shot = (page: Page, name: string): Promise<void> => platform.shot(page, name);

async function says(page: Page, text: string): Promise<void> {
  await page.getByTestId('chat-input').fill(text);
  await page.getByTestId('chat-send').click();
}
const message = (page: Page, text: string) => page.getByTestId('chat-message').filter({ hasText: text });
/** The demo's people have not been in a lesson yet. */
async function comesIn(page: Page, learner: boolean): Promise<void> {
  await page.goto(`/lessons/${lessonId}/enter`);
  await readsNotice(page);
  if (learner) await refusesFace(page);
  await page.goto(`/lessons/${lessonId}/live`);
  await page.getByTestId('chat-list').waitFor();
}

/** In the page: tabs whose word stands in two lines or sticks out, or that are too small for a thumb. */
const brokenOrSmall = (tabs: Element[]): string[] => tabs.filter((tab) => {
  const word = document.createRange();
  word.selectNode(tab.lastChild!);
  const { width, height } = tab.getBoundingClientRect();
  return word.getClientRects().length !== 1 || tab.scrollWidth > tab.clientWidth || width < 43 || height < 44;
}).map((tab) => tab.textContent ?? '');

beforeAll(async () => {
  words = await mkdtemp(join(tmpdir(), 'keshi-words-'));
  await writeFile(join(words, 'words.txt'), '# of this test\n代考\n');
  platform = await openPlatform({ name: 'talk', env: { REFUSED_WORDS_FILE: join(words, 'words.txt') } });
  [teacher, student, phone] = await Promise.all([platform.pageOf('teacher', desktop), platform.pageOf('student1', desktop), platform.pageOf('student2', phoneSize)]);
  lessonId = await openLessonId(teacher.context());
  await Promise.all([comesIn(teacher, false), comesIn(phone, true)]);
});
afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return;
  for (const [name, page] of Object.entries({ teacher, student, phone })) await shot(page, `failed-${name}`);
});
afterAll(async () => {
  await platform?.close();
  await rm(words, { recursive: true, force: true });
});

it('pins an announcement, deletes a message, mutes its writer: at once for who is here, and for who comes later', async () => {
  await says(phone, '老师好，这节课要交作业吗？');
  await says(phone, '这句话不该说');
  await says(teacher, '大家好，请先检查焊钳和面罩。');
  await teacher.getByTestId('chat-announce').click();
  await says(teacher, '本节课结束前请完成实训记录表，十点半集合。');
  await phone.getByTestId('chat-pinned').getByText('十点半集合').waitFor();
  const bad = message(teacher, '这句话不该说');
  await bad.getByTestId('chat-more').click();
  await shot(teacher, '01-teacher-menu');
  await bad.getByTestId('chat-mute').click();
  await phone.locator('[data-testid="chat-shut"][data-why="chat_muted"]').waitFor();
  await shot(phone, '02-learner-muted');
  await bad.getByTestId('chat-more').click();
  await bad.getByTestId('chat-delete').click();
  await shot(teacher, '03-teacher-deletes');
  await teacher.getByTestId('chat-delete-sure').click();
  await phone.locator('[data-testid="chat-message"][data-deleted="true"]').waitFor();
  await comesIn(student, true);
  await student.getByTestId('chat-pinned').getByText('十点半集合').waitFor();
  await student.locator('[data-testid="chat-message"][data-deleted="true"]').waitFor();
  expect(await student.getByText('这句话不该说').count()).toBe(0);
});

it('lifts the muting, slows the chat, closes it, and refuses what is on the list', async () => {
  await teacher.getByTestId('chat-order').locator('summary').click();
  await shot(teacher, '04-teacher-order');
  await teacher.getByTestId('chat-unmute').click();
  await says(phone, '谁能帮我代-考');
  await phone.locator('[data-testid="chat-pending"][data-failed="word_refused"]').waitFor();
  await shot(phone, '05-learner-word-refused');
  await phone.getByTestId('chat-discard').click();
  await teacher.getByTestId('chat-slow').selectOption('300');
  // Counted from the own last message, which was sent before.
  await phone.getByTestId('chat-input').fill('还有一个问题');
  await phone.getByText(/慢速模式：\d:\d\d 后可以发言/).waitFor();
  await phone.locator('[data-testid="chat-send"]:disabled').waitFor();
  await shot(phone, '06-learner-slow');
  await teacher.getByTestId('chat-muted-all').check();
  await student.locator('[data-testid="chat-shut"][data-why="chat_closed"]').waitFor();
  await shot(student, '07-learner-closed');
  await says(teacher, '请看黑板，先不要发言。');
  await message(student, '先不要发言').waitFor();
  await shot(teacher, '08-teacher-closed');
  await teacher.getByTestId('chat-order').locator('summary').click();
});

it('carries words to the teacher alone, and the answer back', async () => {
  await phone.getByTestId('talk-private').click();
  await shot(phone, '09-learner-private-empty');
  await phone.getByTestId('private-input').fill('老师，我的面罩坏了，能换一个吗？');
  await phone.getByTestId('private-send').click();
  await teacher.getByTestId('talk-private').getByText('1').waitFor();
  await teacher.getByTestId('talk-private').click();
  await shot(teacher, '10-teacher-private-list');
  await teacher.getByTestId('private-learner').click();
  await teacher.getByTestId('private-input').fill('可以，下课来找我。');
  await teacher.getByTestId('private-send').click();
  await phone.getByTestId('private-message').filter({ hasText: '下课来找我' }).waitFor();
  await shot(phone, '11-learner-private');
  await shot(teacher, '12-teacher-private');
  await student.getByTestId('talk-private').click();
  await student.getByTestId('private-list').waitFor();
  expect(await student.getByTestId('private-message').count()).toBe(0);
});

it('keeps questions: asked and answered in class, read and solved on the page of the lesson', async () => {
  await phone.getByTestId('tab-qa').click();
  await phone.getByTestId('qa-none').waitFor();
  await shot(phone, '13-learner-no-questions');
  await phone.getByTestId('qa-ask').click();
  await phone.getByTestId('qa-text').fill('立焊的时候焊条角度应该是多少？电流要不要调小？');
  await phone.getByTestId('qa-send').click();
  await teacher.getByTestId('tab-qa').getByText('1').waitFor();
  await teacher.getByTestId('tab-qa').click();
  await teacher.getByTestId('qa-reply').click();
  await teacher.getByTestId('qa-text').fill('角度 60 到 80 度，电流比平焊小 10% 左右。');
  await shot(teacher, '14-teacher-answers');
  await teacher.getByTestId('qa-send').click();
  await phone.locator('[data-testid="qa-thread"][data-state="answered"]').waitFor();
  await shot(phone, '15-learner-answered');
  await student.goto(`/lessons/${lessonId}`);
  await student.getByTestId('qa-link').click();
  await student.locator('[data-testid="qa-thread"][data-state="answered"]').waitFor();
  expect(await student.getByTestId('qa-reply').count()).toBe(0);
  await shot(student, '16-other-learner-page');
  await teacher.goto(`/lessons/${lessonId}`);
  await teacher.locator('[data-testid="qa-link"][data-unsolved="1"]').waitFor();
  await shot(teacher, '17-teacher-lesson');
  await phone.goto(`/lessons/${lessonId}/qa`);
  await phone.getByTestId('qa-solve').click();
  await phone.locator('[data-testid="qa-thread"][data-state="solved"]').waitFor();
  await shot(phone, '18-learner-page');
  await teacher.getByTestId('qa-link').click();
  await teacher.getByTestId('qa-narrow').check();
  await teacher.getByTestId('qa-none').waitFor();
});

it('fits a phone in both languages', async () => {
  await teacher.context().request.put('/api/me/locale', { data: { locale: 'en' } });
  await teacher.setViewportSize(phoneSize);
  await teacher.goto(`/lessons/${lessonId}/live`);
  for (const tab of ['qa', 'chat']) {
    await teacher.getByTestId(`tab-${tab}`).click();
    await teacher.getByTestId(tab === 'qa' ? 'qa-board' : 'chat-list').waitFor();
    await shot(teacher, `19-teacher-phone-${tab}`);
    expect(await teacher.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(phoneSize.width);
  }
  for (const size of [desktop, phoneSize]) {
    await teacher.setViewportSize(size);
    expect(await teacher.getByRole('tab').evaluateAll(brokenOrSmall), `tabs at ${size.width}`).toEqual([]);
  }
  await teacher.getByTestId('chat-order').locator('summary').click();
  await shot(teacher, '20-teacher-phone-order');
});
