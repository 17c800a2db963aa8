// The tree of regions: sums rise, what has no region stands last.
import { expect, test } from 'vitest';
import { regionTree } from './region-tree.ts';

const count = (region: string | null, classes: number, present = classes * 10) => ({ region, institutions: 1, classes, present, expected: present + 1 });

test('sums rise from county to province; where most happens stands first', () => {
  const tree = regionTree([count('130302', 2), count('130304', 3), count('130100', 1), count('350100', 9), count(null, 20), count('xx', 1)]);
  expect(tree.map(({ code, classes, institutions }) => [code, classes, institutions])).toEqual([['350000', 9, 1], ['130000', 6, 3], [null, 21, 2]]);
  expect(tree[1]!.below.map(({ code, classes }) => [code, classes])).toEqual([['130300', 5], ['130100', 1]]);
  expect(tree[1]!.below[0]!.below).toEqual([
    { code: '130304', institutions: 1, classes: 3, present: 30, expected: 31, below: [] }, { code: '130302', institutions: 1, classes: 2, present: 20, expected: 21, below: [] },
  ]);
});

test('a county whose city comes later in the list is in it once', () => {
  const [province] = regionTree([count('130302', 1), count('130300', 1), count('130000', 1)]);
  expect([province!.classes, province!.below.length, province!.below[0]!.classes, province!.below[0]!.below.length]).toEqual([3, 1, 2, 1]);
  expect(regionTree([])).toEqual([]);
});
