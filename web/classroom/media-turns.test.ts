// The wait for a seat is one wait, however often it is asked in between.
import { expect, test } from 'vitest';
import { createMediaTurns } from './media-turns.ts';
import type { MediaPhase } from './recovery.ts';

const after = (...turns: [MediaPhase, number | null][]) => {
  const media = createMediaTurns();
  for (const [phase, dueMs] of turns) media.turnMedia(phase, dueMs);
  return [media.mediaPhase.value, media.seatWait.value];
};

test('waits from the first refusal on, also while a seat is being asked for', () => {
  expect(after(['joining', null])).toEqual(['joining', null]);
  expect(after(['joining', null], ['full', 5000])).toEqual(['full', { untilMs: 5000 }]);
  expect(after(['full', 5000], ['joining', null])).toEqual(['joining', { untilMs: 0 }]);
  expect(after(['full', 5000], ['joining', null], ['full', 20_000])).toEqual(['full', { untilMs: 20_000 }]);
});
test('a seat, another trouble, leaving: each ends the wait', () => {
  for (const phase of ['up', 'waiting', 'off', 'restarting'] as const) expect(after(['full', 5000], ['joining', null], [phase, null])).toEqual([phase, null]);
});
