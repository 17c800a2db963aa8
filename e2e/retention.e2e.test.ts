// A learner takes the own data away, asks for deletion and reads what the law keeps and until when; the office holds something by name, ends it, decides the request; the operator reads the counter of faces. Empty and full, at desk and phone width, in both languages.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { desktop, phone } from '#testing/browser.ts';
import { speaksEnglish } from './exam-scenes.ts';
import { openPlatform, type Platform } from './platform.ts';

let platform: Platform;
let learner: Page;
let office: Page;
let taken = 0;
const rows = <T>(sql: string, values: unknown[] = []): Promise<T[]> => platform.orm.em.fork().execute<T[]>(sql, values);

/** At both widths; nothing is wider than the screen. */
async function both(page: Page, name: string): Promise<void> {
  taken += 1;
  for (const [size, viewport] of [['390', phone], ['1440', desktop]] as const) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(platform.pictures, `${String(taken).padStart(2, '0')}-${name}-${size}.png`), fullPage: true });
    expect([name, size, await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)], 'nothing sticks out').toEqual([name, size, false]);
  }
}

beforeAll(async () => {
  platform = await openPlatform({ name: 'retention' });
  [learner, office] = await Promise.all([platform.pageOf('student1', desktop), platform.pageOf('school', desktop)]);
}, 120_000);
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') for (const [name, page] of Object.entries({ learner, office })) await page.screenshot({ path: join(platform.pictures, `failed-${name}.png`), fullPage: true });
});
afterAll(() => platform?.close());

it('the office’s page is plain where nothing was asked, held or deleted', async () => {
  await office.goto('/institution/retention');
  await office.getByText('没有人申请删除。').waitFor();
  await both(office, 'office-empty');
});

it('a learner reads what is kept until when, and takes everything away as a file', async () => {
  await learner.goto('/account');
  const card = learner.getByTestId('own-data');
  await card.locator('summary').first().click();
  await card.getByText('姓名、证件号、手机号与账号').waitFor();
  expect(await card.innerText()).toMatch(/培训结束后保存 5 年/);
  const [download] = await Promise.all([learner.waitForEvent('download'), card.getByRole('link', { name: '导出我的全部资料' }).click()]);
  const told = JSON.parse(await readFile(await download.path(), 'utf8')) as { person: { name: string }[]; identity: { number_mask: string }[]; kept: unknown[] };
  expect(download.suggestedFilename()).toMatch(/^my-data-\d{4}-\d\d-\d\d\.json$/);
  expect([told.person[0]!.name, told.kept.length > 0, /11999919700101001/.test(JSON.stringify(told))]).toEqual(['李明', true, false]);
  await both(learner, 'learner-kept');
});

it('asks for deletion, and is told before what stays and until when', async () => {
  const card = learner.getByTestId('own-data');
  await card.getByRole('button', { name: '申请删除' }).click();
  await card.getByText('法律要求保存的记录').waitFor();
  await card.getByLabel('要删除什么、为什么').fill('不再参加培训，请删除我的人脸照片');
  await both(learner, 'learner-asks');
  await card.getByRole('button', { name: '提交申请' }).click();
  await card.getByText('等待教务处理').waitFor();
});

it('the office holds a learner by name with a reason; the request cannot be carried out meanwhile; the hold ends, and it is', async () => {
  await office.reload();
  const form = office.getByTestId('hold-form');
  await form.getByLabel('学员姓名').fill('没有这个人');
  await form.getByRole('button', { name: '查找' }).click();
  await form.getByText('没有找到').waitFor();
  await form.getByLabel('学员姓名').fill('李');
  await form.getByRole('button', { name: '查找' }).click();
  await form.getByText('李明').waitFor();
  await form.getByLabel('理由').fill('学时复议期间保全');
  await both(office, 'office-holds');
  await form.getByRole('button', { name: '设置' }).click();
  const holds = office.getByTestId('holds');
  await holds.getByText('保全：学员“李明”').waitFor();
  const requests = office.getByTestId('requests');
  await requests.getByLabel('给学员的答复').fill('已经核实');
  await requests.getByRole('button', { name: '删除人脸信息' }).click();
  await office.getByRole('alert').getByText('保全').waitFor();
  await both(office, 'office-refused');
  await holds.getByLabel('解除的理由').fill('复议已经结束');
  await holds.getByRole('button', { name: '解除保全' }).click();
  await holds.getByText('解除：复议已经结束').waitFor();
  await requests.getByLabel('给学员的答复').fill('已经核实');
  await requests.getByRole('button', { name: '删除人脸信息' }).click();
  await requests.getByText('已执行').waitFor();
  expect((await rows<{ type: string }>(`select type from event where type in ('hold:set', 'hold:ended', 'face:deleted') order by at`)).map(({ type }) => type)).toEqual(['hold:set', 'hold:ended', 'face:deleted']);
  await learner.reload();
  await learner.getByTestId('own-data').getByText('教务答复：已经核实').waitFor();
  await both(learner, 'learner-answered');
});

it('what went by time stands there with its rule in words; in English too', async () => {
  const [school] = await rows<{ id: string; lesson: string }>(`select i.id, (select id from lesson l where l.institution_id = i.id limit 1) as lesson from institution i join membership m on m.institution_id = i.id join account a on a.person_id = m.person_id where a.login = 'school'`);
  for (const [name, counts, rule] of [['fact', '{"connection":41,"face_check":120}', 'fact 5 years default@1'], ['recording', '{"replay":2,"files":18}', 'recording 5 years default@1'], ['question', '{"question_version":3}', 'question 5 years default@1']]) {
    await rows(`insert into deletion_certificate (id, institution_id, class, subject_id, counts, ids_hash, rule, due_at, deleted_at) values (?, ?, ?, ?, ?::jsonb, ?, ?, now(), now())`, [newId(), school!.id, name, school!.lesson, counts, 'ab'.repeat(32), rule]);
  }
  await office.reload();
  await office.getByTestId('deletions').getByText('依据：培训结束后保存 5 年（规则 default@1）').first().waitFor();
  await both(office, 'office-full');
  for (const page of [office, learner]) await speaksEnglish(page);
  await office.getByText('Certificates of deletion').waitFor();
  await both(office, 'office-english');
  await learner.getByTestId('own-data').locator('summary').first().click();
  await both(learner, 'learner-english');
});

it('the operator reads how many faces are stored, against the line of 100,000', async () => {
  const page = await platform.pageOf('admin', desktop);
  await page.goto('/operator');
  await page.locator('[data-figure="storedFaces"]').waitFor();
  expect(await page.locator('[data-figure="storedFaces"]').innerText()).toMatch(/0[\s\S]*100,?\s?000|10 万/);
  expect(await page.locator('[data-figure="deletions"]').innerText()).toMatch(/[34] 项[\s\S]*依法保全 0 项/);
  expect(await page.getByText('operator.').count()).toBe(0);
  await both(page, 'operator');
  await page.context().close();
});
