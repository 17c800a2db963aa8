// Sound against picture is judged by what the page says it drew and played, also where a file leaves pictures out.
import { expect, it } from 'vitest';
import { beep } from './beep.ts';
import { beepTimes, type Truth } from './page-media.ts';
import { soundOffsetsMs, type SeenPicture } from './read-media.ts';

const startMs = 1_700_000_000_000;
/** A page that draws a counter every 198 ms and beeps each second; its sound's clock began 313 ms after it and goes in steps of 10 ms. */
const made: Truth = {
  pictures: Array.from({ length: 60 }, (_, index) => ({ source: 'camera', counter: 500 + index, atMs: startMs + index * 198 })),
  beeps: Array.from({ length: 10 }, (_, index) => ({ contextMs: (index + 1) * 1000, hertz: beep.hertz })),
  clock: Array.from({ length: 240 }, (_, index) => [startMs + index * 50, Math.floor((index * 50 - 313) / 10) * 10]),
};
const frameMs = 40;
/** 25 pictures a second, each the latest drawn; the file began two seconds after the page. */
const pictures = (hidden: (counter: number) => boolean): SeenPicture[] => Array.from({ length: 230 }, (_, index) => {
  const counter = 500 + Math.floor((2000 + index * frameMs) / 198);
  return { atMs: index * frameMs, counter: counter > 559 || hidden(counter) ? null : counter };
});
const beeps = (lateMs: number): number[] => Array.from({ length: 9 }, (_, index) => 313 + index * 1000 + lateMs);

it('places beeps on the page’s clock', () => {
  for (const [index, { atMs }] of beepTimes(made).entries()) expect(Math.abs(atMs - (startMs + 313 + (index + 1) * 1000))).toBeLessThanOrEqual(10);
});

it.each([0, 30, -60])('finds sound %i ms late', (lateMs) => {
  const offsets = soundOffsetsMs({ pictures: pictures(() => false), beeps: beeps(lateMs) }, made);
  expect(offsets.length).toBeGreaterThanOrEqual(8);
  for (const { offsetMs } of offsets) {
    expect(offsetMs - lateMs).toBeGreaterThan(-frameMs - 10);
    expect(offsetMs - lateMs).toBeLessThan(10);
  }
});

it('is not misled by what comes first into view after a gap', () => {
  const gap = (counter: number): boolean => counter > 520 && counter < 536;
  // The counter after the gap is readable only when it has been there for three pictures.
  const late = pictures(gap).map((picture, index, all) => (picture.counter === 536 && all[index - 3]!.counter !== 536 ? { ...picture, counter: null } : picture));
  const offsets = soundOffsetsMs({ pictures: late, beeps: beeps(0) }, made);
  expect(offsets.length).toBeGreaterThanOrEqual(6);
  for (const { offsetMs } of offsets) expect(Math.abs(offsetMs)).toBeLessThanOrEqual(frameMs + 10);
});

it('finds nothing where no counter can be read', () => {
  expect(soundOffsetsMs({ pictures: pictures(() => true), beeps: beeps(0) }, made)).toEqual([]);
});
