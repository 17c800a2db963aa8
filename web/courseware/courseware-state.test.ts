// The page on the stage as words of the server come: in order, twice, late, for another page.
import { expect, test } from 'vitest';
import type { StageCourseware, Stroke } from '#contracts/courseware.ts';
import { withDrawn, withErased, withPointed, withShown, type Pointed } from './courseware-state.ts';

const stroke = (strokeId: string): Stroke => ({ strokeId, colour: 'red', width: 60, points: [1, 1, 2, 2] });
const shown = (page: number, turn: number, strokes: Stroke[] = []) => ({ turn, shown: { coursewareId: 'c', title: 'x', page, pageCount: 9, furthest: 9, strokes } });
const start = { courseware: { turn: 0, shown: null } as StageCourseware, goneStrokes: [] as string[], pointed: null as Pointed | null };
const where = { coursewareId: 'c', page: 2 };
const ids = (state: { courseware: { shown: { strokes: Stroke[] } | null } }): string[] | undefined => state.courseware.shown?.strokes.map(({ strokeId }) => strokeId);

test('of two turns the later one stands, in whatever order they come', () => {
  const late = withShown(withShown(start, shown(5, 4)), shown(4, 3));
  expect(late.courseware.shown?.page).toBe(5);
  expect(withShown(late, { turn: 5, shown: null }).courseware.shown).toBe(null);
});

test('lines are added once, on their page only, and one taken away does not come back', () => {
  const page = withShown(start, shown(2, 1, [stroke('a')]));
  const drawn = withDrawn(withDrawn(page, { ...where, stroke: stroke('b') }), { ...where, stroke: stroke('b') });
  expect(ids(drawn)).toEqual(['a', 'b']);
  expect(ids(withDrawn(drawn, { ...where, page: 3, stroke: stroke('c') }))).toEqual(['a', 'b']);
  const erased = withErased(drawn, { ...where, strokeIds: ['b', 'z'] });
  expect(ids(erased)).toEqual(['a']);
  expect(ids(withDrawn(erased, { ...where, stroke: stroke('z') }))).toEqual(['a']);
});

test('the pointer is on this page or nowhere, and gone with an empty word or a turn', () => {
  const page = withShown(start, shown(2, 1));
  expect(withPointed(page, { ...where, points: [5, 5] }).pointed).toEqual({ ...where, points: [5, 5] });
  expect(withPointed(page, { ...where, page: 1, points: [5, 5] }).pointed).toBe(null);
  const pointed = withPointed(page, { ...where, points: [5, 5] });
  expect([withPointed(pointed, { ...where, points: [] }).pointed, withShown(pointed, shown(3, 2)).pointed]).toEqual([null, null]);
});
