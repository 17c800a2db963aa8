// The question bank in a real browser: written with a preview that can be tried, changed, imported from a table with its faults told, arranged in a set.
import { mkdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { columnWords, sheetColumns, type SheetColumn } from '#domain/question-sheet.ts';
import { desktop, launchBrowser, phone } from '#testing/browser.ts';
import { foundPaths } from '../setup/found.ts';
import { createSignaling } from '../signaling/app.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../signaling/testing/http-world.ts';
import { addSchool, type School } from '../signaling/testing/school.ts';

const pictures = join(import.meta.dirname, '../data/e2e-question-bank');
let world: HttpWorld;
let school: School;
let browser: Browser;
let url: string;
let closeApp: () => Promise<void>;
let page: Page;

async function pageOf(person: Known): Promise<Page> {
  const own = await browser.newContext({ viewport: desktop, baseURL: url, locale: 'zh-CN' });
  const [name = '', value = ''] = (await world.cookieOf(person)).split('=');
  await own.addCookies([{ name, value, url }]);
  return own.newPage();
}

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now(), '示范学校');
  const app = await createSignaling(world.deps);
  await app.listen({ port: 0, host: '127.0.0.1' });
  closeApp = () => app.close();
  url = `http://localhost:${(app.server.address() as AddressInfo).port}`;
  browser = await launchBrowser(foundPaths(process.env).CHROMIUM_BIN!, { noCamera: true });
  page = await pageOf(school.teacher);
  await rm(pictures, { recursive: true, force: true });
  await mkdir(pictures, { recursive: true });
});
afterAll(async () => {
  await browser?.close();
  await closeApp?.();
  await world?.close();
});

async function both(name: string): Promise<void> {
  for (const [size, viewport] of [['390', phone], ['1440', desktop]] as const) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect([name, size, wide], 'nothing sticks out').toEqual([name, size, false]);
  }
}

type Row = Partial<Record<SheetColumn, string | number>>;
async function tableOf(rows: readonly Row[]): Promise<{ name: string; mimeType: string; buffer: Buffer }> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('题目');
  sheet.addRow(sheetColumns.map((column) => columnWords[column].zh));
  for (const row of rows) sheet.addRow(sheetColumns.map((column) => row[column] ?? null));
  return { name: '消防题目.xlsx', mimeType: '', buffer: Buffer.from(await workbook.xlsx.writeBuffer()) };
}
const rowNumber = (index: number): Row => ({ kind: '单选题', stem: `第${index + 1}题：干粉灭火器压力表的指针应当在哪个区域？`, optionA: '红色区域', optionB: '黄色区域', optionC: '绿色区域', answer: 'C', knowledgePoint: '消防器材', difficulty: 2 });

it('a teacher finds the empty bank of the course, writes a question and tries it as a learner', async () => {
  await page.goto('/');
  await page.getByRole('link', { name: '题库' }).click();
  await page.getByTestId('open-bank').waitFor();
  await both('banks');
  await page.getByTestId('open-bank').click();
  await page.getByTestId('bank-empty').waitFor();
  await both('bank-empty');
  await page.getByTestId('new-question').click();
  await page.getByTestId('stem').fill('灭火器的压力表指针在哪个区域时可以使用？');
  for (const [index, text] of ['红色', '黄色', '绿色'].entries()) await page.getByTestId(`option-${index}`).fill(text);
  await page.getByTestId('save-question').click();
  await page.getByText('没有正确答案。请标出正确答案。').waitFor();
  await both('editor-missing');
  expect(await world.events('question:added')).toEqual([]);
  await page.getByTestId('right-2').check();
  await page.getByTestId('question-picture').setInputFiles({ name: 'gauge.png', mimeType: 'image/png', buffer: await sharp({ create: { width: 600, height: 300, channels: 3, background: '#c9d8c0' } }).png().toBuffer() });
  await page.getByTestId('phone-preview').locator('img').evaluate((image: HTMLImageElement) => image.decode());
  await page.getByTestId('explanation').fill('绿色表示压力正常。');
  await page.getByTestId('point').fill('消防器材');
  await page.getByTestId('preview-choice-0').check();
  await page.getByTestId('preview-answer').click();
  await page.locator('[data-testid="preview-outcome"][data-right="false"]').waitFor();
  await page.getByTestId('preview-choice-2').check();
  await page.getByTestId('preview-answer').click();
  await page.locator('[data-testid="preview-outcome"][data-right="true"]').waitFor();
  await both('editor');
  await page.getByTestId('save-question').click();
  await page.getByTestId('question-saved').waitFor();
  // The next one at once: of another kind, with the same point.
  await page.getByTestId('kind-fillIn').check();
  await page.getByTestId('stem').fill('二氧化碳的化学式是____。');
  await page.getByTestId('accepted').fill('CO2\n二氧化碳');
  expect(await page.getByTestId('point').inputValue()).toBe('消防器材');
  await page.getByTestId('preview-text').fill('ｃｏ２ ');
  await page.getByTestId('preview-answer').click();
  await page.locator('[data-testid="preview-outcome"][data-right="true"]').waitFor();
  await both('editor-fill-in');
  await page.getByTestId('save-question').click();
  await expect.poll(async () => (await world.events('question:added')).length).toBe(2);
  await page.getByTestId('kind-ordering').check();
  for (const [index, text] of ['提起灭火器', '拔下保险销', '按下压把'].entries()) await page.getByTestId(`option-${index}`).fill(text);
  await both('editor-ordering');
});

it('finds it, changes it into a second version, and sees the first', async () => {
  await page.goto(`/courses/${school.courseId}/questions`);
  await page.getByTestId('bank-search').fill('压力表');
  await page.getByTestId('bank-search').press('Enter');
  await page.getByText('共 1 道题').waitFor();
  await page.getByRole('link', { name: /^修改/ }).click();
  await page.getByTestId('option-0').fill('红色区域');
  await page.getByTestId('save-question').click();
  await page.getByText('已保存为第 2 版。').waitFor();
  expect(await page.getByTestId('versions').locator('li').count()).toBe(1);
  await both('question-versions');
});

it('is told each fault of a table, and imports it once it is mended', async () => {
  const rows = Array.from({ length: 60 }, (_, index) => rowNumber(index));
  const bad = rows.map((row, index) => (index === 4 ? { ...row, answer: '' } : index === 11 ? { ...row, kind: '简答题' } : index === 30 ? { ...row, optionB: '' } : index === 50 ? rows[2]! : row));
  await page.goto(`/courses/${school.courseId}/question-import`);
  await both('import-start');
  await page.getByTestId('import-file').setInputFiles({ name: 'notes.xlsx', mimeType: '', buffer: Buffer.from('no workbook') });
  await page.getByTestId('import-failure').waitFor();
  await page.getByTestId('import-file').setInputFiles(await tableOf(bad));
  await page.locator('[data-testid="import-report"][data-rows="60"][data-bad="4"]').waitFor();
  expect(await page.getByTestId('import-problem').count()).toBe(4);
  expect(await page.getByTestId('import-problem').nth(0).innerText()).toMatch(/第 6 行[\s\S]*M 正确答案[\s\S]*没有正确答案/);
  expect(await page.getByTestId('import-problem').nth(3).innerText()).toMatch(/第 52 行[\s\S]*和第 4 行是同一道题/);
  await both('import-faults');
  await page.getByTestId('import-file').setInputFiles(await tableOf(rows));
  await page.getByTestId('import-take').waitFor();
  await both('import-good');
  world.clock.pass(60_000);
  await page.getByTestId('import-take').click();
  await page.getByTestId('import-done').waitFor();
  await page.getByRole('link', { name: '去看题库' }).click();
  await page.getByText('共 62 道题').waitFor();
  await both('bank-full');
});

it('arranges questions in a set', async () => {
  await page.getByTestId('to-sets').click();
  await page.getByTestId('new-set').click();
  await page.getByTestId('set-name').fill('第一课 随堂练习');
  for (const index of [0, 3, 1]) await page.getByTestId('pick').nth(index).click();
  await page.getByRole('button', { name: /^上移：第2题/ }).click();
  await both('set-editor');
  await page.getByTestId('save-set').click();
  await page.getByTestId('sets').getByText('第一课 随堂练习').waitFor();
  await both('sets');
  const stems = (await world.deps.orm.em.fork().execute<{ stem: string }[]>(
    `select v.stem from question_set_item i join bank_question q on q.id = i.question_id join question_version v on v.question_id = q.id and v.version = q.version order by i.ordinal`)).map(({ stem }) => stem.split('：')[0]);
  expect(stems).toEqual(['第1题', '第2题', '第4题']);
});

it('says the same in English', async () => {
  await page.getByRole('button', { name: /English/ }).click();
  await page.getByRole('heading', { name: 'Question sets' }).waitFor();
  await page.goto(`/courses/${school.courseId}/questions`);
  await page.getByText('Questions: 62').waitFor();
  await both('bank-english');
  await page.getByTestId('new-question').click();
  await page.getByTestId('save-question').click();
  await page.getByText('There is no question. Please write it.').waitFor();
  await both('editor-english');
});

it('is not for learners', async () => {
  const learner = await pageOf(school.learner);
  await learner.goto(`/courses/${school.courseId}/questions`);
  await learner.getByRole('heading', { name: '没有权限' }).waitFor();
  expect(await learner.getByRole('link', { name: '题库' }).count()).toBe(0);
});
