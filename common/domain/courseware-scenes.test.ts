// Scenes of a film follow from the facts: cut at its ends, begun before it, closed in between.
import { expect, test } from 'vitest';
import { sceneAt, scenesOf } from './courseware-scenes.ts';

const turned = (atMs: number, page: number | null) => ({ atMs, coursewareId: page === null ? null : 'c', page: page ?? 1 });

test('what stood before the film stands in it, what is closed is gone, the last scene ends with the film', () => {
  const scenes = scenesOf([turned(500, 1), turned(900, 2), turned(1500, null), turned(1800, 3), turned(9000, 4)], { fromMs: 1000, toMs: 3000 });
  expect(scenes).toEqual([{ fromMs: 0, toMs: 500, coursewareId: 'c', page: 2 }, { fromMs: 800, toMs: 2000, coursewareId: 'c', page: 3 }]);
  expect([0, 499, 500, 799, 800, 1999, 2000].map((at) => sceneAt(scenes, at)?.page ?? null)).toEqual([2, 2, null, null, 3, 3, null]);
});

test('the same page in a row is one scene; nothing shown is none', () => {
  expect(scenesOf([turned(0, 1), turned(10, 1), turned(20, 2)], { fromMs: 0, toMs: 30 }).map(({ fromMs, toMs, page }) => [fromMs, toMs, page])).toEqual([[0, 20, 1], [20, 30, 2]]);
  expect(scenesOf([], { fromMs: 0, toMs: 10 })).toEqual([]);
});
