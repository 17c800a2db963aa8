// The ledger beside what the test did: every stretch that did not count, with its reason, its beginning and its end.
import { expect } from 'vitest';
import type { Page } from 'playwright-core';
import type { HoursUnit, LessonHours } from '#contracts/hours.ts';

/** Epoch ms: not before, not after. */
export type Between = readonly [number, number];
export interface Lost { reason: HoursUnit['spans'][number]['reason']; from: Between; to: Between }

/** A moment on this machine's clock, which is the server's too; `earlyMs` and `lateMs` of it are the way between page and server. */
export const about = (atMs: number, earlyMs = 700, lateMs = 2_500): Between => [atMs - earlyMs, atMs + lateMs];

/** The same of a moment that lay somewhere between these two. */
export const between = (fromMs: number, toMs: number): Between => [about(fromMs)[0], about(toMs)[1]];

export const lostOf = ({ units }: LessonHours): { reason: string; fromMs: number; toMs: number }[] =>
  units.flatMap(({ spans }) => spans).filter(({ reason }) => reason !== 'present').map(({ reason, from, to }) => ({ reason, fromMs: Date.parse(from), toMs: Date.parse(to) }));

/** In order, and nothing else was lost. */
export function expectLost(hours: LessonHours, wanted: readonly Lost[]): void {
  const lost = lostOf(hours);
  const told = lost.map(({ reason, fromMs, toMs }) => `${reason} ${new Date(fromMs).toISOString()} ${toMs - fromMs} ms`).join('\n');
  expect(lost.map(({ reason }) => reason), told).toEqual(wanted.map(({ reason }) => reason));
  for (const [index, { reason, from, to }] of wanted.entries()) {
    for (const [which, at, [least, most]] of [['from', lost[index]!.fromMs, from], ['to', lost[index]!.toMs, to]] as const) {
      expect(at, `${hours.person.name}: ${reason} ${which}, ${at - least} ms after the earliest\n${told}`).toBeGreaterThanOrEqual(least);
      expect(at, `${hours.person.name}: ${reason} ${which}, ${at - most} ms after the latest\n${told}`).toBeLessThanOrEqual(most);
    }
  }
}

/** Nothing is told twice or left out: spans join, and what counted is what the unit says. */
export function expectWhole({ units }: LessonHours): void {
  for (const { spans, startedAt, endedAt, creditedMinutes } of units) {
    expect([spans[0]?.from, spans.at(-1)?.to]).toEqual([startedAt, endedAt]);
    for (const [index, span] of spans.slice(1).entries()) expect(span.from).toBe(spans[index]!.to);
    const counted = spans.filter(({ reason }) => reason === 'present').reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0);
    expect(creditedMinutes).toBe(Math.floor(counted / 6_000) / 10);
  }
}

/** The page says the same: reasons and times of what did not count, in order. */
export async function expectOnPage(page: Page, hours: LessonHours): Promise<void> {
  await page.getByTestId('unit-hours').first().waitFor();
  const rows = page.getByTestId('lost-span');
  const lost = lostOf(hours);
  const clock = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(11, 19);
  expect(await rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-reason')))).toEqual(lost.map(({ reason }) => reason));
  const texts = await rows.allInnerTexts();
  for (const [index, { fromMs, toMs }] of lost.entries()) expect(texts[index]).toContain(`${clock(fromMs)}–${clock(toMs)}`);
}
