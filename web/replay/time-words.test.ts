// Lengths in words: cut, never rounded up, and without empty halves.
import { describe, expect, it } from 'vitest';
import { leftWords, lengthWords } from './time-words.ts';

describe('lengthWords', () => {
  it.each([
    [750_999, 'replay.length.both', { m: 12, s: 30 }], [2_700_000, 'replay.length.minutes', { m: 45, s: 0 }], [59_999, 'replay.length.seconds', { m: 0, s: 59 }], [-5, 'replay.length.seconds', { m: 0, s: 0 }],
  ])('%i ms', (ms, key, filled) => expect(lengthWords(ms)).toEqual({ key, filled }));
});

describe('leftWords', () => {
  it('says seconds below a minute, minutes above, nothing where unknown', () => {
    expect([leftWords(0), leftWords(59.2), leftWords(61), leftWords(null)]).toEqual([
      { key: 'replay.leftSeconds', filled: { n: 1 } }, { key: 'replay.leftSeconds', filled: { n: 60 } }, { key: 'replay.leftMinutes', filled: { n: 2 } }, null,
    ]);
  });
});
