// Sound against picture is judged by counters, also where a file leaves some of them out.
import { expect, it } from 'vitest';
import { cameraFps } from './camera-files.ts';
import { soundOffsetsMs, type Heard } from './read-media.ts';

/** A file of `seconds` at `fps`, beeps `lateMs` after every full second; the camera keeps its rate. */
const heard = (fps: number, lateMs: number, seconds = 10): Heard => ({
  fps, counters: Array.from({ length: seconds * fps }, (_, index) => Math.floor((index / fps) * cameraFps)),
  beeps: Array.from({ length: seconds - 1 }, (_, index) => index + 0.5 + lateMs / 1000),
});

it.each([0, 30, -60])('finds sound %i ms late in a file with fewer pictures', (lateMs) => {
  const offsets = soundOffsetsMs(heard(25, lateMs), heard(cameraFps, 0));
  expect(offsets).toHaveLength(9);
  for (const offset of offsets) expect(Math.abs(offset - lateMs)).toBeLessThanOrEqual(1000 / 25);
});

it('finds nothing where the counters are others', () => {
  expect(soundOffsetsMs({ ...heard(25, 0), counters: Array.from({ length: 250 }, () => null) }, heard(cameraFps, 0))).toEqual([]);
});
