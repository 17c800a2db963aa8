// What is done with certificates in the pages of whoever does it: issuing, printing, checking.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import type { Page } from 'playwright-core';

type Shot = (page: Page, name: string) => Promise<void>;

/** The words of a PDF, which is kept among the pictures. */
export async function wordsOf(pdf: Buffer, file: string): Promise<string> {
  await writeFile(file, pdf);
  return (await promisify(execFile)('pdftotext', ['-layout', file, '-'])).stdout;
}

/** To all who lack nothing. */
export async function issuesAll(page: Page, cohortId: string, shot: Shot): Promise<void> {
  await page.goto(`/cohorts/${cohortId}/certificates`);
  await page.getByTestId('issue-all').click();
  await shot(page, 'certificates-ask');
  await page.getByTestId('issue-sure').click();
  await page.getByTestId('issued').waitFor();
}

/** Finds the own one, downloads it, opens it and prints it; all of `parts` stand in both. Answers its number. */
export async function printsOwn(page: Page, pictures: string, parts: readonly string[], shot: Shot): Promise<string> {
  await page.goto('/hours');
  const own = page.getByTestId('own-certificates');
  await own.waitFor();
  await shot(page, 'own-certificates');
  const [download] = await Promise.all([page.waitForEvent('download'), own.getByRole('link', { name: 'PDF' }).click()]);
  const file = await wordsOf(await readFile(await download.path()), join(pictures, 'certificate.pdf'));
  await own.getByRole('link').first().click();
  await page.getByTestId('certificate').waitFor();
  await shot(page, 'certificate');
  // On paper there is the certificate and nothing else.
  const printed = await wordsOf(await page.pdf({ format: 'A4' }), join(pictures, 'printed.pdf'));
  for (const part of parts) for (const text of [file, printed]) expect(text).toContain(part);
  expect(printed).not.toContain('退出登录');
  return (await page.getByTestId('certificate-serial').innerText()).trim();
}

/** Typed by anybody, in small letters. */
export async function checksNumber(page: Page, serial: string): Promise<void> {
  await page.goto('/certificates');
  await page.getByLabel('证书编号').fill(serial.toLowerCase());
  await page.getByTestId('check').click();
}
