// What of the public corner is shown when (R33, R34).
import { expect, it } from 'vitest';
import { firstState, isPlainLink, isShown, jobEndsAt } from './public-post.ts';

const now = new Date('2026-03-02T01:00:00.000Z');
const later = (days: number): Date => new Date(now.getTime() + days * 86_400_000);

it('shows a job for ninety days at most, and not before somebody else let it through', () => {
  expect(jobEndsAt(later(30), now)).toEqual(later(30));
  expect(jobEndsAt(later(91), now)).toEqual(later(90));
  expect([jobEndsAt(now, now), jobEndsAt(later(-1), now)]).toEqual([null, null]);
  expect([firstState('job'), firstState('news')]).toEqual(['waiting', 'published']);
  expect(isShown({ state: 'published', endsAt: later(1) }, now)).toBe(true);
  expect(isShown({ state: 'published', endsAt: now }, now)).toBe(false);
  for (const state of ['waiting', 'refused', 'taken_down'] as const) expect(isShown({ state, endsAt: null }, now)).toBe(false);
});

it('takes plain links alone', () => {
  expect(['https://www.example.gov.cn/a?b=1', 'http://example.cn'].map(isPlainLink)).toEqual([true, true]);
  expect(['javascript:alert(1)', 'data:text/html,x', 'ftp://example.cn', 'https://bank.cn@evil.cn', 'example.cn', ''].map(isPlainLink)).toEqual(Array(6).fill(false));
});
