// The time an upload still takes is reckoned from what arrived since it flows, and is not guessed from nothing.
import { describe, expect, it } from 'vitest';
import { secondsLeft } from './upload-pace.ts';

const megabyte = 1_000_000;

describe('secondsLeft', () => {
  it('is what is left at the pace since the upload flows', () => {
    expect(secondsLeft({ fromBytes: 0, sinceMs: 1_000 }, 2 * megabyte, 10 * megabyte, 6_000)).toBe(20);
  });
  it('leaves out what was there before: a file gone on with is not quicker for it', () => {
    expect(secondsLeft({ fromBytes: 6 * megabyte, sinceMs: 0 }, 8 * megabyte, 10 * megabyte, 10_000)).toBe(10);
  });
  it('is nothing at the end', () => {
    expect(secondsLeft({ fromBytes: 0, sinceMs: 0 }, 10 * megabyte, 10 * megabyte, 10_000)).toBe(0);
  });
  it('says nothing before anything arrived, in the first seconds, or while it does not flow', () => {
    expect(secondsLeft({ fromBytes: 0, sinceMs: 0 }, 0, megabyte, 60_000)).toBeNull();
    expect(secondsLeft({ fromBytes: 0, sinceMs: 0 }, megabyte / 2, megabyte, 2_999)).toBeNull();
    expect(secondsLeft(null, megabyte / 2, megabyte, 60_000)).toBeNull();
  });
});
