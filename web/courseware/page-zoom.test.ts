// A page fits its box, grows under the fingers, and never leaves its box empty.
import { expect, test } from 'vitest';
import { fitted, mostScale, wholePage, within, zoomedAt } from './page-zoom.ts';

const box = { width: 390, height: 300 };
test('it is as large as its box lets it be', () => {
  expect(fitted(box, { width: 1920, height: 1080 })).toEqual({ width: 390, height: 219.375 });
  expect(fitted(box, { width: 1000, height: 2000 })).toEqual({ width: 150, height: 300 });
  expect(fitted(box, { width: 0, height: 0 })).toEqual({ width: 0, height: 0 });
});
test('what is under the fingers stays there, and the scale has its ends', () => {
  const zoomed = zoomedAt(wholePage, 2, { x: 100, y: -50 });
  expect(zoomed).toEqual({ scale: 2, x: -100, y: 50 });
  expect(zoomedAt(zoomed, 0.5, { x: 100, y: -50 })).toEqual(wholePage);
  expect([zoomedAt(wholePage, 99, { x: 0, y: 0 }).scale, zoomedAt(wholePage, 0.1, { x: 9, y: 9 }).scale]).toEqual([mostScale, 1]);
});
test('it is moved no further than to its edges, and not at all where it fits', () => {
  const page = fitted(box, { width: 1920, height: 1080 });
  expect(within({ scale: 1, x: 80, y: -80 }, page, box)).toEqual({ scale: 1, x: 0, y: 0 });
  expect(within({ scale: 2, x: 999, y: -999 }, page, box)).toEqual({ scale: 2, x: 195, y: -69.375 });
});
