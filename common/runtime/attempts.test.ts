// Counting attempts: taken before they are made, given back when right, forgotten with their window, bounded in memory.
import { expect, it } from 'vitest';
import { countAttempts } from './attempts.ts';

const one = (key: string, limit = 3) => [{ key, limit }];

it('refuses after the limit and says how long', () => {
  const attempts = countAttempts(60_000);
  for (let index = 0; index < 3; index++) expect(attempts.take(one('a'), index * 1000)).toBe(0);
  expect(attempts.take(one('a'), 3000)).toBe(57);
  expect(attempts.take(one('b'), 3000)).toBe(0);
  expect(attempts.take(one('a'), 60_000)).toBe(0);
});

it('takes from every key or from none', () => {
  const attempts = countAttempts(60_000);
  for (let index = 0; index < 3; index++) attempts.take(one('full'), 0);
  const both = [{ key: 'full', limit: 3 }, { key: 'free', limit: 1 }];
  for (let index = 0; index < 5; index++) expect(attempts.take(both, 0)).toBe(60);
  expect(attempts.take(one('free', 1), 0)).toBe(0);
});

it('gives back and forgets', () => {
  const attempts = countAttempts(60_000);
  for (let index = 0; index < 10; index++) {
    expect(attempts.take(one('a'), 0)).toBe(0);
    attempts.giveBack('a');
  }
  for (let index = 0; index < 3; index++) attempts.take(one('a'), 0);
  attempts.forget('a');
  expect(attempts.take(one('a'), 0)).toBe(0);
  attempts.giveBack('never seen');
});

it('stays within its memory under a flood of names', () => {
  const attempts = countAttempts(60_000, 100);
  attempts.take(one('first', 1), 0);
  for (let index = 0; index < 500; index++) attempts.take(one(`name-${index}`), 0);
  expect(attempts.take(one('first', 1), 0)).toBe(0);
  expect(attempts.take(one('name-499', 1), 0)).toBeGreaterThan(0);
});
