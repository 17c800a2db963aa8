// What remains to 80 %, in whole milliseconds (R25).
import { expect, it } from 'vitest';
import { distanceTo, minutesNeeded } from './threshold.ts';

const minute = 60_000;
const towards = (creditedMs: number, openMs = 0, madeUpMs = 0) => ({ heldMs: 45 * minute, creditedMs, madeUpMs, openMs });

it('needs what is missing to the threshold, not to the whole', () => {
  expect(distanceTo(80, towards(36 * minute))).toEqual({ neededMs: 0, state: 'reached' });
  expect(distanceTo(80, towards(36 * minute - 1, minute))).toEqual({ neededMs: 1, state: 'reachable' });
  expect(distanceTo(80, towards(30 * minute, 6 * minute))).toEqual({ neededMs: 6 * minute, state: 'reachable' });
  expect(distanceTo(80, towards(30 * minute, 6 * minute - 1))).toEqual({ neededMs: 6 * minute, state: 'out_of_reach' });
  expect(distanceTo(80, towards(30 * minute, 0, 6 * minute))).toEqual({ neededMs: 0, state: 'reached' });
});
it('nothing held is nobody’s shortage', () => {
  expect(distanceTo(80, { heldMs: 0, creditedMs: 0, madeUpMs: 0, openMs: 0 })).toEqual({ neededMs: 0, state: 'nothing_held' });
});
it('more made up than was missing does not count twice', () => {
  expect(distanceTo(100, towards(40 * minute, 0, 40 * minute))).toEqual({ neededMs: 0, state: 'reached' });
});
it('is shown rounded up', () => {
  expect([minutesNeeded(0), minutesNeeded(1), minutesNeeded(6 * minute), minutesNeeded(6 * minute + 1)]).toEqual([0, 0.1, 6, 6.1]);
});
