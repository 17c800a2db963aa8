// What stands on the page at each frame, from the facts: pages, lines, pointer.
import { describe, expect, it } from 'vitest';
import { pageFaces, pointerPlaces, type FilmPages } from './pages.ts';

const T = Date.parse('2026-03-02T02:00:00Z');
const grid = { startMs: T, frames: 250 };
const whole = { fromFrame: 0, toFrame: 250 };
const a = { coursewareId: 'a', page: 1 };
const scene = (fromMs: number, toMs: number, page = 1) => ({ fromMs: T + fromMs, toMs: T + toMs, coursewareId: 'a', page });
const line = (strokeId: string, fromMs: number, toMs: number | null = null, page = 1) =>
  ({ ...a, page, fromMs: T + fromMs, toMs: toMs === null ? null : T + toMs, stroke: { strokeId, colour: 'red' as const, width: 60 as const, points: [0, 0, 9, 9] } });
const word = (atMs: number, at: { x: number; y: number } | null, page = 1) => ({ ...a, page, atMs: T + atMs, at });
const pages = (more: Partial<FilmPages>): FilmPages => ({ scenes: [], lines: [], words: [], pictures: new Map(), ...more });
const faces = (film: FilmPages, span = whole) => pageFaces(film, grid, span).map(({ fromFrame, page, strokes }) => [fromFrame, page, strokes.map(({ strokeId }) => strokeId).join('')]);
const places = (film: FilmPages, span = whole) => pointerPlaces(film, grid, span).map(({ fromFrame, at }) => [fromFrame, at?.x ?? null]);

describe('the faces of a page', () => {
  it('change with turns and lines, and a line that was there before the chunk stands from its first frame', () => {
    const film = pages({ scenes: [scene(-9000, 4000), scene(4000, 10_000, 2)], lines: [line('a', -5000), line('b', 2000, 3000), line('c', 6000, null, 2)] });
    expect(faces(film)).toEqual([[0, 1, 'a'], [50, 1, 'ab'], [76, 1, 'a'], [100, 2, ''], [150, 2, 'c']]);
  });

  it('begin with the span, whatever happened before it', () => {
    const film = pages({ scenes: [scene(0, 10_000)], lines: [line('a', 1000), line('b', 2000, 5000)] });
    expect(faces(film, { fromFrame: 60, toFrame: 250 })).toEqual([[60, 1, 'ab'], [126, 1, 'a']]);
  });

  it('turned back, a page has the lines it had', () => {
    const film = pages({ scenes: [scene(0, 2000), scene(2000, 4000, 2), scene(4000, 10_000)], lines: [line('a', 1000)] });
    expect(faces(film)).toEqual([[0, 1, ''], [26, 1, 'a'], [50, 2, ''], [100, 1, 'a']]);
  });

  it('change 12.5 times a second at most, each within 40 ms of its time', () => {
    const lines = Array.from({ length: 200 }, (_, index) => line(String(index), index * 17));
    const made = pageFaces(pages({ scenes: [scene(0, 10_000)], lines }), grid, whole);
    const [steps, late] = [made.slice(1).map(({ fromFrame }, index) => fromFrame - made[index]!.fromFrame), made.map(({ fromFrame, strokes }) => fromFrame * 40 - (strokes.length - 1) * 17)];
    expect(Math.min(...steps)).toBe(2);
    // Of those that come together the last one counts: it was drawn within a frame.
    expect(Math.max(...late.map(Math.abs))).toBeLessThanOrEqual(40 + 17);
    expect(made.at(-1)!.strokes).toHaveLength(200);
  });

  it('two chunks that meet show the same where one would', () => {
    const film = pages({ scenes: [scene(0, 10_000)], lines: [line('a', 1010), line('b', 4960, 5030), line('c', 7000)] });
    const at = (list: ReturnType<typeof pageFaces>, frame: number, offset: number) => list.findLast(({ fromFrame }) => fromFrame + offset <= frame)!.strokes.length;
    const [one, first, second] = [pageFaces(film, grid, whole), pageFaces(film, { startMs: T, frames: 124 }, { fromFrame: 0, toFrame: 124 }), pageFaces(film, { startMs: T + 124 * 40, frames: 126 }, { fromFrame: 0, toFrame: 126 })];
    for (let frame = 0; frame < 250; frame++) expect(frame < 124 ? at(first, frame, 0) : at(second, frame, 124)).toBe(at(one, frame, 0));
  });
});

describe('the pointer', () => {
  it('stands where it was last, until it is gone or the page is turned', () => {
    const film = pages({ scenes: [scene(0, 4000), scene(4000, 10_000, 2)], words: [word(1000, { x: 10, y: 1 }), word(1500, { x: 20, y: 1 }), word(2000, null), word(3000, { x: 30, y: 1 }), word(6000, { x: 40, y: 1 }, 2)] });
    expect(places(film)).toEqual([[0, null], [26, 10], [38, 20], [50, null], [76, 30], [100, null], [150, 40]]);
  });

  it('comes over from the chunk before, but not over a turn between', () => {
    expect(places(pages({ scenes: [scene(-5000, 10_000)], words: [word(-800, { x: 10, y: 1 })] }))).toEqual([[0, 10]]);
    expect(places(pages({ scenes: [scene(-500, 10_000)], words: [word(-800, { x: 10, y: 1 })] }))).toEqual([]);
  });

  it('on another page than the shown one is not seen', () => {
    expect(places(pages({ scenes: [scene(0, 10_000)], words: [word(1000, { x: 10, y: 1 }, 2), word(2000, { x: 10, y: 1 })] }))).toEqual([[0, null], [50, 10]]);
  });

  it('moved without end it moves 12.5 times a second', () => {
    const words = Array.from({ length: 600 }, (_, index) => word(index * 16, { x: index, y: 1 }));
    expect(pointerPlaces(pages({ scenes: [scene(0, 10_000)], words }), grid, whole).length).toBeLessThanOrEqual(126);
  });
});
