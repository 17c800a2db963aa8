// What is done in an exam again and again, and pictures of both sizes.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { desktop, phone } from '#testing/browser.ts';

export const pictures = join(import.meta.dirname, '../data/e2e-exam');

export async function both(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()!;
  for (const [size, viewport] of [['390', phone], ['1440', desktop]] as const) {
    await page.setViewportSize(viewport);
    await page.screenshot({ path: join(pictures, `${name}-${size}.png`), fullPage: true });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    expect([name, size, wide], 'nothing sticks out').toEqual([name, size, false]);
  }
  await page.setViewportSize(before);
}

/** What a learner who knows the answer does; what is right is always called so. */
export async function answersRight(page: Page): Promise<void> {
  const question = page.getByTestId('paper-question');
  const kind = await question.getAttribute('data-kind');
  if (kind === 'freeText') return question.getByTestId('free-text').fill('先断电，再检查接地和焊钳绝缘。');
  if (kind === 'fillIn') return question.getByTestId('quiz-text').fill('co2');
  if (kind === 'ordering') {
    for (const name of ['a', 'b', 'c']) await question.getByRole('button', { name, exact: true }).click();
    return;
  }
  for (const right of await question.locator('label.choice').filter({ hasText: kind === 'trueFalse' ? 'yes' : 'right' }).all()) await right.locator('input').check({ timeout: 5000 });
}
export const saved = (page: Page, state: string): Promise<void> => page.locator(`[data-testid="save-state"][data-state="${state}"]`).waitFor();

/** Kept for the next page too. */
export async function speaksEnglish(page: Page): Promise<void> {
  await Promise.all([page.waitForResponse((response) => response.url().endsWith('/api/me/locale') && response.ok()), page.getByRole('button', { name: /English/ }).click()]);
}
