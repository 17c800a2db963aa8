// Ranges as RFC 9110 reads them: every answer lies inside the file, or says that it cannot.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseRange } from './file-answer.ts';

it('answers a range inside the file for any two numbers', () => {
  fc.assert(fc.property(fc.nat(10_000), fc.nat(10_000), fc.integer({ min: 1, max: 8000 }), (from, to, size) => {
    const wish = parseRange(`bytes=${from}-${to}`, size);
    expect(wish).toEqual(to < from ? 'whole' : from >= size ? 'unsatisfiable' : { start: from, end: Math.min(to, size - 1) });
  }));
});

it('answers the last bytes, at most all of them', () => {
  fc.assert(fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 8000 }), (count, size) => {
    expect(parseRange(`bytes=-${count}`, size)).toEqual({ start: Math.max(0, size - count), end: size - 1 });
  }));
});

it('never throws, whatever is sent', () => {
  fc.assert(fc.property(fc.string(), fc.nat(100), (header, size) => { parseRange(header, size); }));
  expect(parseRange(undefined, 10)).toBe('whole');
  expect(parseRange('bytes=0-', 0)).toBe('unsatisfiable');
});
