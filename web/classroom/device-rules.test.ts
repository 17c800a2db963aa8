// Words for networks, loudness, stills, uploads, and what is asked again after a cut.
import { describe, expect, test } from 'vitest';
import { endsEntering, isPassing, repeatForMs } from './connection-rules.ts';
import { stillSize } from './face-still.ts';
import { loudnessOf } from './level-meter.ts';
import { figuresOf, networkWord } from './network-check.ts';
import { outcomeOf } from './snapshot-upload.ts';
import { since, until } from './waiting-time.ts';

describe('network', () => {
  test('words at their borders', () => {
    expect([networkWord(150, 50), networkWord(151, 0), networkWord(0, 51), networkWord(400, 150), networkWord(401, 0), networkWord(0, 151)])
      .toEqual(['good', 'fair', 'fair', 'fair', 'poor', 'poor']);
  });
  test('the first round trip opens the connection and does not count', () => {
    expect(figuresOf([900, 20, 30, 20, 30])).toEqual({ roundTripMs: 30, jitterMs: 10, word: 'good' });
  });
});

test('loudness: silence is 0, full scale 1, a voice between', () => {
  expect(loudnessOf(0)).toBe(0);
  expect(loudnessOf(0.0001)).toBe(0);
  expect(loudnessOf(1)).toBe(1);
  expect(loudnessOf(0.1)).toBeCloseTo(0.667, 2);
});

test('a still is 640 wide, a small camera is not blown up', () => {
  expect(stillSize(1280, 720)).toEqual({ width: 640, height: 360 });
  expect(stillSize(720, 1280)).toEqual({ width: 640, height: 1138 });
  expect(stillSize(320, 240)).toEqual({ width: 320, height: 240 });
});

test('an upload whose answer was lost counts as received, one after the window as late', () => {
  expect([outcomeOf('check_settled'), outcomeOf('check_late'), outcomeOf('check_not_asked'), outcomeOf('picture_invalid'), outcomeOf('nonce_mismatch')])
    .toEqual(['settled', 'late', 'late', 'refused', 'refused']);
});

test('answers and messages are asked again, opening a quiz is not; a refusal is never asked again', () => {
  expect(repeatForMs('quiz:answer')).toBeGreaterThan(30_000);
  expect(repeatForMs('chat:send')).toBeGreaterThan(30_000);
  expect(repeatForMs('quiz:open')).toBe(0);
  expect(repeatForMs('media:produce')).toBe(0);
  expect([isPassing('unreachable'), isPassing('not_entered'), isPassing('quiz_closed'), isPassing('forbidden')]).toEqual([true, true, false, false]);
  expect([endsEntering('not_enrolled'), endsEntering('lesson_ended'), endsEntering('internal'), endsEntering('unreachable')]).toEqual([true, true, false, false]);
});

test('times: never negative, and zero means that it is there', () => {
  const at = '2026-03-02T01:00:00.000Z';
  const ms = Date.parse(at);
  expect([since(at, ms + 61_900), since(at, ms - 5000)]).toEqual(['1:01', '0:00']);
  expect([until(at, ms - 61_100), until(at, ms - 1), until(at, ms), until(at, ms + 1)]).toEqual(['1:02', '0:01', '0:00', '0:00']);
});
