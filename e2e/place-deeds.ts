// A lesson at a place in the pages of whoever does it: planned, signed by phone, its sheet kept. And what no test can wait for: hours that pass, a day of lessons.
import type { Page } from 'playwright-core';
import { Client } from 'pg';
import type { Orm } from '#db/orm.ts';
import { addTaughtClass, type InCohort } from '#db/testing/taught-class.ts';

const minuteMs = 60_000;

/** Statements as the database's owner: what is written is moved, as if it had happened earlier. */
async function moved(databaseUrl: string, statements: readonly [sql: string, values: readonly unknown[]][]): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (const [sql, values] of statements) await client.query(sql, [...values]);
  } finally {
    await client.end();
  }
}

/** The class was enrolled two days ago, and taught twelve units of it yesterday, with a question that was answered; rows as lessons leave them. */
export async function wasTaughtYesterday(databaseUrl: string, orm: Orm, of: InCohort, personId: string): Promise<void> {
  await moved(databaseUrl, [[`update enrolment set created_at = created_at - interval '2 days' where cohort_id = $1`, [of.cohortId]]]);
  const units = Array.from({ length: 12 }, (_unit, index): [number, number] => [index * 45, (index + 1) * 45]);
  await addTaughtClass(orm, of, [{ personId, story: { seats: [[0, 540, 'left']], answers: ['right'] } }], {
    startsAt: new Date(Date.now() - 24 * 60 * minuteMs), title: '焊接安全与工艺', units, questions: [{ at: 8, until: 9, prompt: '焊接前先做什么？' }],
  });
}

/** The lesson, its units and what was signed there were so much earlier. */
export const hoursPass = (databaseUrl: string, lessonId: string, minutes: number): Promise<void> => moved(databaseUrl, [
  [`update lesson set starts_at = starts_at - make_interval(mins => $2) where id = $1`, [lessonId, minutes]],
  [`update unit set planned_start_at = planned_start_at - make_interval(mins => $2) where lesson_id = $1`, [lessonId, minutes]],
  [`update site_sign set at = at - make_interval(mins => $2) where lesson_id = $1`, [lessonId, minutes]],
]);

/** What is looked at once more a minute and a half after a lesson is due now. */
export const figuresRest = (databaseUrl: string, cohortId: string): Promise<void> => moved(databaseUrl, [
  [`update ledger_due set due_at = now() where due_at > now() and lesson_id in (select id from lesson where cohort_id = $1)`, [cohortId]],
]);

/** What the teacher's screen shows is scanned: the phone opens the link. */
export async function signsThere(screen: Page, phone: Page, lessonId: string, signs: number): Promise<void> {
  await screen.goto(`/lessons/${lessonId}/site-code`);
  await screen.getByTestId('site-code').waitFor();
  await phone.goto(`/lessons/${lessonId}/site-sign?code=${await screen.getByTestId('site-code').getAttribute('data-code')}`);
  await phone.getByTestId('site-sign').click();
  await phone.locator(`[data-testid="site-state"][data-signs="${signs}"]`).waitFor();
}

/** Of people who all signed by phone: nothing is to be typed. */
export async function keepsSheet(page: Page, lessonId: string, shot: () => Promise<void>): Promise<void> {
  await page.goto(`/lessons/${lessonId}`);
  await page.getByTestId('offline-sheet').click();
  await page.getByTestId('paperless').waitFor();
  await shot();
  await page.getByTestId('offline-save').click();
  await page.getByTestId('offline-saved').waitFor();
}
