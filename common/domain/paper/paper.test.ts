// Weeks as they are filed, and what counts as missing.
import { expect, it } from 'vitest';
import { lastMonday, missing, paperCounts, plain, stated, toState, unmet, weekOf } from './paper.ts';

it.each([
  ['2026-03-01T15:59:59Z', '2026-02-16'], ['2026-03-01T16:00:00Z', '2026-02-23'], ['2026-03-08T15:59:59Z', '2026-02-23'], ['2026-03-08T16:00:00Z', '2026-03-02'],
])('at %s the week that is due began on %s', (now, day) => expect(lastMonday(new Date(now))).toBe(day));

it('a week lies between two midnights in Shanghai', () => {
  expect(weekOf('2026-02-23')).toEqual({ from: new Date('2026-02-22T16:00:00Z'), until: new Date('2026-03-01T16:00:00Z'), lastDay: '2026-03-01' });
  for (const day of ['2026-02-24', '2026-02-30', '2026-13-01', '', '2026-2-23']) expect(weekOf(day)).toBeNull();
});

it('counts cells by what they say, and blanks are nothing', () => {
  expect([stated('  '), stated(null), stated(' a ')]).toEqual([missing(), missing(), plain('a')]);
  expect(paperCounts({ parts: [
    { kind: 'fields', heading: '', rows: [{ label: '', cell: missing() }, { label: '', cell: plain('') }] },
    { kind: 'table', heading: '', columns: [], rows: [[unmet('x'), toState('x')], [toState('y')]], empty: '' },
  ] })).toEqual({ missing: 1, unmet: 1, toState: 2 });
});
