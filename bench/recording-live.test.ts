// Which counters that a file does not show are the recording's fault.
import { expect, it } from 'vitest';
import { missingCounters } from './recording-live.ts';

const pictures = Array.from({ length: 10 }, (_, index) => ({ source: 'camera' as const, counter: 100 + index, atMs: 5000 + index * 200 }));
const absent = 104;
const seen = pictures.filter(({ counter }) => counter !== absent).map(({ counter, atMs }) => ({ counter, atMs: atMs - 5000 }));
/** Thirty pictures a second as they are placed: a little later than they were drawn. */
const sent = (left: (atMs: number) => boolean): number[] => Array.from({ length: 60 }, (_, index) => 5000 + (index * 100) / 3).filter((atMs) => !left(atMs)).map((atMs) => atMs + 5);
const hole = (atMs: number): boolean => atMs > 5799 && atMs < 5999;

it('a counter of which a picture reached the sfu should be there', () => {
  expect(missingCounters({ pictures }, 'camera', seen, 5000, [], sent(() => false))).toEqual({ reached: [800], notSent: 0 });
});
it('a counter is not sent when the browser left out all of its pictures, and the one before was sent', () => {
  expect(missingCounters({ pictures }, 'camera', seen, 5000, [], sent(hole))).toEqual({ reached: [], notSent: 1 });
});
it('a gap that the report admits excuses a counter', () => {
  expect(missingCounters({ pictures }, 'camera', seen, 5000, [{ fromMs: 760, toMs: 1010 }], sent(() => false))).toEqual({ reached: [], notSent: 0 });
});
