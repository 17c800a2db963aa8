// What it takes until a class may be taught: an exam, the application, somebody else of the office, the authority.
import { expect } from 'vitest';
import type { Page } from 'playwright-core';

/** Over the REST interface: how an exam is made in its pages is told elsewhere. */
export async function publishesExam(page: Page, courseId: string, cohortId: string): Promise<void> {
  const { request } = page.context();
  const at = Date.now();
  const part = { courseId, kinds: [], knowledgePoint: null, leastDifficulty: 1, mostDifficulty: 5, count: 1, pointsEach: 10 };
  const data = {
    title: '结业考试', instructions: '', follows: { kind: 'course', courseId }, cohortIds: [cohortId], parts: [part], fixed: [], freeText: [], opensAt: new Date(at).toISOString(), closesAt: new Date(at + 7_200_000).toISOString(),
    durationMinutes: 60, passPercent: 60, attempts: 1, waitMinutes: 0, shuffleQuestions: true, shuffleOptions: true, showRight: true,
  };
  const made = await request.post('/api/exams', { data });
  expect(made.status(), await made.text()).toBe(200);
  const { examId } = await made.json() as { examId: string };
  const published = await request.post(`/api/exams/${examId}/publication`);
  expect(published.status(), await published.text()).toBe(200);
}

export interface Application { region: string; from: string; until: string; limit: number; instructor: string; place: string }
/** Written and handed in. */
export async function asksToOpen(page: Page, cohortId: string, { region, from, until, limit, instructor, place }: Application, shot: () => Promise<void>): Promise<void> {
  await page.goto(`/cohorts/${cohortId}`);
  await page.getByTestId('opening-write').click();
  const form = page.getByTestId('opening-form');
  await form.getByLabel('培训地区: 选择省份').selectOption({ label: region });
  await form.getByLabel('开始日期').fill(from);
  await form.getByLabel('结束日期').fill(until);
  await form.getByLabel('人数上限').fill(String(limit));
  await form.getByText(instructor).click();
  await form.getByLabel('线下培训地点').fill(place);
  await shot();
  await page.getByTestId('opening-save').click();
  await form.waitFor({ state: 'detached' });
  await decides(page, 'submit', 'submitted');
}

/** Pressed, and meant. */
async function decides(page: Page, move: 'submit' | 'approve' | 'open', state: string): Promise<void> {
  await page.getByTestId(`opening-${move}`).click();
  await page.getByTestId('opening-sure').click();
  await page.locator(`[data-testid="opening"][data-state="${state}"]`).waitFor();
}

/** From the list of what waits for them. */
export async function decidesOpening(page: Page, move: 'approve' | 'open', shot: () => Promise<void>): Promise<void> {
  await page.goto('/cohort-approvals');
  await page.getByTestId('approval-open').click();
  await page.getByTestId('opening').waitFor();
  await shot();
  await decides(page, move, move === 'approve' ? 'approved' : 'opened');
}
