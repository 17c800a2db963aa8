// Codes of regions: which are codes at all, and what lies in what.
import { describe, expect, it } from 'vitest';
import { anyCovers, covers, isRegionCode, provinceOf, provinces, regionAbove, regionLevel } from './region.ts';

it.each(['110000', '130300', '130306', '429004', '659001', '820000'])('%s is one', (code) => { expect(isRegionCode(code)).toBe(true); });
it.each(['', '13030', '1303066', '13030x', '100000', '990101', '000000', '130001', '13 306', '１３０３０６'])('"%s" is none', (code) => { expect(isRegionCode(code)).toBe(false); });

it('knows the level and what is above', () => {
  expect(['130000', '130300', '130306'].map(regionLevel)).toEqual(['province', 'city', 'county']);
  expect(['130000', '130300', '130306', '429004'].map(regionAbove)).toEqual([null, '130000', '130300', '429000']);
});

describe('covers', () => {
  it.each([['130000', '130306'], ['130000', '130300'], ['130300', '130306'], ['130306', '130306'], ['130000', '130000']])('%s covers %s', (outer, inner) => { expect(covers(outer, inner)).toBe(true); });
  it.each([['130300', '130000'], ['130306', '130300'], ['130300', '130400'], ['130300', '130406'], ['130000', '140000'], ['130302', '130306'], ['', '130306'], ['130000', ''], ['13', '130306'], ['110000', '119999x']])(
    '%s does not cover %s', (outer, inner) => { expect(covers(outer, inner)).toBe(false); });
  it('is asked of several', () => {
    expect(anyCovers(['110000', '130300'], '130306')).toBe(true);
    expect(anyCovers(['110000', '130300'], '130406')).toBe(false);
    expect(anyCovers([], '130306')).toBe(false);
  });
});

it('names every province once, in both languages', () => {
  expect(provinces).toHaveLength(34);
  expect(new Set(provinces.flatMap(({ code, zh, en }) => [code, zh, en])).size).toBe(34 * 3);
  expect(provinces.every(({ code }) => isRegionCode(code) && regionLevel(code) === 'province')).toBe(true);
  expect([provinceOf('130306')?.zh, provinceOf('990000')]).toEqual(['河北省', null]);
});
