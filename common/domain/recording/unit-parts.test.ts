// Every frame of a unit in exactly one file, files alike in length and never too long.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupFrames, longestPartFrames, unitParts } from './unit-parts.ts';

const minutes = (count: number): number => count * 60 * 25;

describe('parts of a unit', () => {
  it('are one file up to 50:00', () => {
    expect(unitParts(1)).toEqual([{ fromFrame: 0, toFrame: 1 }]);
    expect(unitParts(longestPartFrames)).toHaveLength(1);
  });

  it('are two equal halves of 70 minutes', () => {
    expect(unitParts(minutes(70))).toEqual([{ fromFrame: 0, toFrame: minutes(35) }, { fromFrame: minutes(35), toFrame: minutes(70) }]);
  });

  it('cover every frame once, on group edges, at most a group apart in length', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: minutes(700) }), (frames) => {
      const parts = unitParts(frames);
      expect(parts[0]!.fromFrame).toBe(0);
      expect(parts.at(-1)!.toFrame).toBe(frames);
      parts.slice(1).forEach((part, index) => {
        expect(part.fromFrame).toBe(parts[index]!.toFrame);
        expect(part.fromFrame % groupFrames).toBe(0);
      });
      const lengths = parts.map(({ fromFrame, toFrame }) => toFrame - fromFrame);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(2 * groupFrames);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(longestPartFrames);
    }));
  });
});
