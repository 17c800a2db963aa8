// Figures as the operator reads them: units that fit their size, and what each problem measured.
import { describe, expect, it } from 'vitest';
import { problemCodes, type Problem } from '#contracts/operator.ts';
import { bitRate, problemFigure, span, wholePercent } from './figure-words.ts';

const t = (key: string, named: Record<string, unknown> = {}): string => (key === 'common.none' ? '—' : `${String(named['n'])} ${key.split('.')[1]}`);

describe('spans', () => {
  it.each([
    [null, '—'], [0, '0 ms'], [999.4, '999 ms'], [1000, '1.0 seconds'], [9940, '9.9 seconds'], [12_400, '12 seconds'], [119_000, '119 seconds'],
    [120_000, '2 minutes'], [7_199_000, '120 minutes'], [7_200_000, '2 hours'],
  ])('%s is %s', (ms, words) => expect(span(ms, t)).toBe(words));
});

it('network load and shares', () => {
  expect([0, 400_000, 1_400_000, 999_000_000, 2_449_000_000].map(bitRate)).toEqual(['0 Mbit/s', '<1 Mbit/s', '1 Mbit/s', '999 Mbit/s', '2.4 Gbit/s']);
  expect([0, 0.004, 0.5, 1.2].map(wholePercent)).toEqual(['0%', '0%', '50%', '120%']);
});

it('each problem says its figure in its own unit, or none', () => {
  const problem = (code: Problem['code'], figure: number | null): Problem => ({ code, figure, grave: true, about: null, troubles: [], lessonId: null });
  expect(problemFigure(problem('queue_stuck', 90_000), t)).toBe('90 seconds');
  expect(problemFigure(problem('disk_low', 2_000_000_000), t)).toBe('2.0 GB');
  expect(problemFigure(problem('rtt_high', 0.7996), t)).toBe('79.9%');
  expect(problemFigure(problem('people_refused', 12), t)).toBe('12');
  for (const code of problemCodes) expect(problemFigure(problem(code, null), t)).toBe('');
});
