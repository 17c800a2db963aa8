// What the office of an institution does with its pages, in the order a new institution does it.
import { vi } from 'vitest';
import type { BrowserContext, Page } from 'playwright-core';
import { prohibitedClassIds } from '#domain/course/content-review.ts';
import { codesSent } from './people.ts';

export interface Newcomer { name: string; number: string; phone: string; password: string; employer?: string }

/** The code that comes to this phone after the deed that orders it. */
async function codeAfter(orders: () => Promise<void>, phone: string, dataDir: string): Promise<string> {
  const before = (await codesSent(dataDir, phone)).length;
  await orders();
  return vi.waitFor(async () => {
    const codes = await codesSent(dataDir, phone);
    if (codes.length <= before) throw new Error(`no code was sent to ${phone}`);
    return codes.at(-1)!;
  }, { timeout: 10_000 });
}

/** The sign-in of an exam; of a code that was ordered less than a minute before the page says that it is too soon. */
export async function givesCode(page: Page, phone: string, dataDir: string): Promise<void> {
  const code = await codeAfter(() => vi.waitFor(async () => {
    await page.getByTestId('exam-code-send').click();
    await page.getByTestId('exam-code').waitFor({ timeout: 2_000 });
  }, { timeout: 90_000, interval: 5_000 }), phone, dataDir);
  await page.getByTestId('exam-code').fill(code);
  await page.getByTestId('exam-code-answer').click();
  await page.getByTestId('exam-check').waitFor({ state: 'detached' });
}

/** Real name, phone with its code, consents; the page goes home when it is done. */
export async function registers(page: Page, who: Newcomer, dataDir: string, shot: () => Promise<void> = () => Promise.resolve()): Promise<void> {
  await page.goto('/register');
  await page.locator('#name').fill(who.name);
  await page.locator('#number').fill(who.number);
  await page.locator('input[name="category"][value="enterprise_staff"]').check();
  await page.locator('#employer').fill(who.employer ?? '示范焊接厂');
  await page.locator('#phone').fill(who.phone);
  const code = await codeAfter(() => page.getByRole('button', { name: '获取验证码' }).click(), who.phone, dataDir);
  await page.locator('#code').fill(code);
  await page.locator('#new-password').fill(who.password);
  await page.locator('input[name="agree-identity"]').check();
  await shot();
  await page.getByRole('button', { name: '注册', exact: true }).click();
  await page.waitForURL((url) => url.pathname === '/');
}

/** Where an institution is filed, on what ground it uses the platform, who answers for it; in force from yesterday on for two years. */
export async function statesProfile(page: Page, today: string): Promise<void> {
  const year = Number(today.slice(0, 4));
  await page.goto('/institution');
  await page.getByLabel('职业技能类').check();
  const fields = {
    统一社会信用代码: '91350100M000100Y43', 备案编号: '闽人社备 2026-17', 备案有效期起: `${year - 1}-01-01`, 备案有效期止: `${year + 1}-12-31`, 办公地址: '福州市鼓楼区 1 号', 负责人: '王芳', 职务: '校长',
    联系电话: '0591-1234567', 日常管理员: '王芳', 日常管理员电话: '13800001111', 技术支持热线: '400-000-0000', 热线服务时间: '每天 24 小时', 平台提供方: '课时平台',
  };
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(text);
  for (const label of ['注册地', '可以开展培训的地区']) await page.getByLabel(`${label}: 选择省份`).selectOption({ label: '福建省' });
  await page.getByTestId('add-region').click();
  await page.getByLabel('平台使用方式').selectOption('right_of_use');
  await page.getByRole('button', { name: '保存', exact: true }).click();
  await page.getByText('已保存。').waitFor();
  await page.locator('[data-testid="filing"][data-state="in_force"]').waitFor();
}

export async function addsStaff(page: Page, who: Newcomer, role: 'teacher' | 'institution'): Promise<void> {
  await page.goto('/institution/staff');
  await page.getByLabel('手机号或登录名').fill(who.phone);
  await page.getByLabel('姓名', { exact: true }).fill(who.name);
  await page.getByLabel('身份', { exact: true }).selectOption(role);
  await page.getByRole('button', { name: '添加人员' }).click();
  await page.getByText(`已添加${who.name}`).waitFor();
}

/** Qualified by a certificate of level 3 in the occupation (R38). */
export async function addsInstructor(page: Page, name: string): Promise<void> {
  await page.goto('/instructors');
  await page.getByTestId('new-instructor').click();
  await page.locator('#instructor-person').selectOption({ label: name });
  await page.locator('#instructor-trade').fill('焊接');
  await page.locator('#instructor-rank').fill('高级技师');
  await page.getByTestId('add-paper').click();
  const paper = page.getByTestId('paper');
  await paper.getByLabel('等级').selectOption('3');
  await paper.getByLabel('证书或职称名称').fill('焊工');
  await paper.getByLabel('证书编号').fill('Z-2026-1');
  await paper.getByLabel('职业（工种）').fill('焊工');
  await paper.getByLabel('职业编码').fill('6-18-02-04');
  await page.getByTestId('save-instructor').click();
  await page.getByTestId('instructor').filter({ hasText: name }).waitFor();
}

export async function makesCourse(page: Page, title: string): Promise<string> {
  await page.goto('/courses');
  await page.getByTestId('new-course').click();
  await page.locator('#course-title').fill(title);
  await page.getByTestId('make-course').click();
  await page.getByTestId('dossier-editor').waitFor();
  return new URL(page.url()).pathname.split('/')[2]!;
}

/** A single-choice question on fire, whose second answer is right. */
export async function writesQuestion(page: Page, courseId: string): Promise<void> {
  await page.goto(`/courses/${courseId}/questions/new`);
  await page.getByTestId('stem').fill('电焊作业前，周围可燃物应当怎样处理？');
  for (const [index, text] of ['不用处理', '移到 10 米以外或用防火毯盖住', '浇一点水'].entries()) await page.getByTestId(`option-${index}`).fill(text);
  await page.getByTestId('right-1').check();
  await page.getByTestId('point').fill('消防');
  await page.getByTestId('save-question').click();
  await page.getByTestId('question-saved').waitFor();
}

const half = 12;
/** A row, copied until there are twelve of it. */
async function writesRows(page: Page, first: number, { title, online }: { title: string; online: boolean }): Promise<void> {
  const row = page.locator(`[data-testid="plan-row"][data-row="${first}"]`);
  await page.getByTestId('add-row').click();
  await row.getByTestId('row-title').fill(title);
  await row.locator('textarea').fill('三条要点：看、移、盖。');
  await row.getByTestId('row-way').selectOption(online ? 'online' : 'offline');
  await row.getByTestId('row-minutes').fill('45');
  await row.getByLabel('课中答题（知识点）').selectOption('消防');
  if (online) await row.getByTestId('row-public').check();
  for (let copies = 1; copies < half; copies++) await row.getByRole('button', { name: new RegExp(`复制第 ${first} `) }).click();
}

/** Everything but the review, until the page says that only it is missing. */
export async function writesDossier(page: Page, courseId: string, instructor: string): Promise<void> {
  await page.goto(`/courses/${courseId}/dossier`);
  await page.getByTestId('dossier-editor').waitFor();
  const lines = { 'course-occupation': '焊工', 'course-occupation-code': '6-18-02-04', 'course-standard-name': '国家职业技能标准 焊工', 'course-owner': '宁远职校', 'course-user': '宁远职校', 'course-audience': '没有焊接经验的成年人' };
  const choices = { 'course-level': '5', 'course-programme': 'skill', 'course-standard': 'national', 'course-source': 'own', 'course-evaluation': 'completion', 'course-charge': 'free' };
  for (const [id, choice] of Object.entries(choices)) await page.locator(`#${id}`).selectOption(choice);
  for (const [id, text] of Object.entries(lines)) await page.locator(`#${id}`).fill(text);
  for (const area of await page.locator('section textarea[id^="course-"]').all()) await area.fill('按国家职业技能标准，先理论后实操，每课有提问，结束有考试。');
  for (const [group, choice] of [['dossier-resources', 'video'], ['dossier-forms', 'live'], ['dossier-forms', 'offline']]) await page.locator(`#${group} input[value="${choice}"]`).check();
  await page.locator('#dossier-instructors').getByText(instructor).click();
  await page.locator('#dossier-plan input[type="number"]').last().fill('1');
  await writesRows(page, 1, { title: '焊接安全总则', online: true });
  await writesRows(page, half + 1, { title: '平焊实操', online: false });
  await page.locator('[data-testid="dossier-state"][data-state="saved"]').waitFor();
}

/** All ten classes looked at and found clean, signed with the own name. */
export async function reviewsContent(page: Page, courseId: string, signature: string): Promise<void> {
  await page.goto(`/courses/${courseId}/review`);
  await page.getByTestId('review-form').waitFor();
  for (const classId of prohibitedClassIds) await page.locator(`input[name="class-${classId}"][value="clean"]`).check();
  await page.locator('#review-signature').fill(signature);
  await page.getByTestId('sign-review').click();
  await page.getByTestId('review-done').waitFor();
}

export async function handsInDossier(page: Page, courseId: string): Promise<void> {
  await page.goto(`/courses/${courseId}/dossier`);
  await page.locator('[data-testid="dossier-state"][data-state="saved"]').waitFor();
  await page.getByTestId('submit-dossier').click();
  await page.getByTestId('submit-now').click();
  await page.getByTestId('dossier-reader').waitFor();
}

export async function makesCohort(page: Page, course: string, title: string): Promise<string> {
  await page.goto('/cohorts');
  await page.getByTestId('new-cohort').click();
  await page.getByTestId('cohort-course').selectOption({ label: course });
  await page.getByTestId('cohort-title').fill(title);
  await page.getByTestId('cohort-programme').selectOption({ index: 1 });
  await page.getByTestId('cohort-create').click();
  await page.getByTestId('to-roster-import').waitFor();
  return new URL(page.url()).pathname.split('/')[2]!;
}

export async function importsRoster(page: Page, workbook: Buffer): Promise<void> {
  await page.getByTestId('to-roster-import').click();
  await page.getByTestId('roster-file').setInputFiles({ name: '名单.xlsx', mimeType: '', buffer: workbook });
  await page.getByTestId('roster-take').click();
  await page.locator('[data-testid="roster-state"][data-status="imported"]').waitFor();
}

interface PlannedLesson { cohort: string; title: string; teacher: string; startMs: number; minutes: number; /** Held there. */ place?: string }
/** Fills the form as it asks: day and time of Shanghai. */
export async function plansLesson(page: Page, { cohort, title, teacher, startMs, minutes, place }: PlannedLesson): Promise<void> {
  const local = new Date(startMs + 8 * 3_600_000).toISOString();
  await page.goto('/schedule');
  await page.getByTestId('plan').click();
  const form = page.getByTestId('plan-form');
  await form.locator('#cohort option', { hasText: cohort }).first().evaluate((option: HTMLOptionElement) => { const select = option.closest('select')!; select.value = option.value; select.dispatchEvent(new Event('change')); });
  await form.locator('#title').fill(title);
  await form.locator('input[type="date"]').first().fill(local.slice(0, 10));
  await form.locator('input[type="time"]').first().fill(local.slice(11, 16));
  await form.locator('#minutes').fill(String(minutes));
  await form.locator('label.choice', { hasText: teacher }).locator('input[name="teachers"]').check();
  if (place !== undefined) {
    await form.locator('#place').selectOption({ label: place });
    await form.getByTestId('plan-offline').check();
  }
  await form.getByRole('button', { name: '排课' }).click();
  await page.getByText(title).first().waitFor();
}

/** The page of somebody who has just registered. */
export async function newPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}
