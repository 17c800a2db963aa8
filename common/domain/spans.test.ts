// Spans are sets of moments, whatever order, duplicates and overlaps they come in.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intersectSpans, subtractSpans, totalMs, unionSpans, type Span } from './spans.ts';

const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 20 })).map(([fromMs, length]): Span => ({ fromMs, toMs: fromMs + length })), { maxLength: 12 });
const covers = (all: readonly Span[], ms: number): boolean => all.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);

describe('spans', () => {
  it('union, intersection and difference are those of the points', () => {
    fc.assert(fc.property(spans, spans, (a, b) => {
      const [union, both, only] = [unionSpans([...a, ...b]), intersectSpans(a, b), subtractSpans(a, b)];
      for (let ms = 0; ms <= 80; ms++) {
        expect(covers(union, ms)).toBe(covers(a, ms) || covers(b, ms));
        expect(covers(both, ms)).toBe(covers(a, ms) && covers(b, ms));
        expect(covers(only, ms)).toBe(covers(a, ms) && !covers(b, ms));
      }
      for (const list of [union, both, only]) for (let index = 1; index < list.length; index++) expect(list[index]!.fromMs).toBeGreaterThanOrEqual(list[index - 1]!.toMs);
      expect(totalMs(both) + totalMs(only)).toBe(totalMs(unionSpans(a)));
    }));
  });
});
