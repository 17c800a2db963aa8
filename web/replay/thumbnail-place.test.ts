// Every moment of a film has a picture that lies on its sheet.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { previewLeft, sheetSize, thumbnailAt } from './thumbnail-place.ts';

const sheet = { url: '/t.jpg', everyMs: 10_000, columns: 10, count: 23, width: 160, height: 90 };

describe('thumbnailAt', () => {
  it('counts along the rows', () => {
    expect([0, 9999, 10_000, 100_000, 225_000].map((at) => thumbnailAt(at, sheet))).toEqual([
      { index: 0, x: 0, y: 0 }, { index: 0, x: 0, y: 0 }, { index: 1, x: 160, y: 0 }, { index: 10, x: 0, y: 90 }, { index: 22, x: 320, y: 180 },
    ]);
  });
  it('always lies on the sheet', () => {
    fc.assert(fc.property(fc.integer({ min: -1000, max: 9_000_000 }), fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 12 }), (at, count, columns) => {
      const one = { ...sheet, count, columns };
      const { index, x, y } = thumbnailAt(at, one);
      expect(index).toBeLessThan(count);
      expect(x + one.width).toBeLessThanOrEqual(sheetSize(one).width);
      expect(y + one.height).toBeLessThanOrEqual(sheetSize(one).height);
    }));
  });
});

describe('previewLeft', () => {
  it('follows the pointer and stops at the edges', () => {
    expect([0, 0.5, 1].map((share) => previewLeft(share, 800, 160))).toEqual([0, 320, 640]);
    expect(previewLeft(0.9, 100, 160)).toBe(0);
  });
});
