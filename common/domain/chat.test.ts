// The writing rate: a burst of five, then one a second.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayWrite } from './chat.ts';

test('five at once, the sixth a second later', () => {
  const five = [0, 0, 0, 0, 0];
  expect(mayWrite([0, 0, 0, 0], 0)).toBe(true);
  expect(mayWrite(five, 0)).toBe(false);
  expect(mayWrite(five, 999)).toBe(false);
  expect(mayWrite(five, 1000)).toBe(true);
});

test('never more than burst + seconds in any window', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 60 }), (gaps) => {
    const sent: number[] = [];
    let now = 0;
    for (const gap of gaps) {
      now += gap;
      if (mayWrite(sent, now)) sent.push(now);
    }
    for (let from = 0; from < sent.length; from++) {
      for (let to = from; to < sent.length; to++) expect(to - from + 1).toBeLessThanOrEqual(5 + (sent[to]! - sent[from]!) / 1000 + 1e-9);
    }
  }));
});
