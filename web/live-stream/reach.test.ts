// When the broadcast is offered, and how one comes back from it.
import { expect, it } from 'vitest';
import { dueMs, firstReach, isUnreached, offerAfterMs, shows, step, tryForMs, wantsMedia, type Reach, type ReachInput } from './reach.ts';

const after = (...inputs: [ReachInput, number][]): Reach => inputs.reduce((reach, [input, atMs]) => step(reach, input, atMs), firstReach);
const waiting: [ReachInput, number] = [{ expecting: true, onStage: false }, 1000];

it('is offered when nothing has arrived for a while, and only when something should', () => {
  expect([isUnreached(after(waiting), 999 + offerAfterMs), isUnreached(after(waiting), 1000 + offerAfterMs), dueMs(after(waiting))]).toEqual([false, true, 1000 + offerAfterMs]);
  expect(isUnreached(after([{ expecting: false, onStage: false }, 0]), 1_000_000)).toBe(false);
  expect(isUnreached(after(waiting, [{ expecting: false, onStage: false }, 2000], [{ expecting: true, onStage: false }, 9000]), 10_000)).toBe(false);
});

it('is offered at once to those the room has no seat for', () => expect(isUnreached(after(waiting, ['refused', 1100]), 1100)).toBe(true));

it('is not offered, or no more, where media flow', () => {
  expect(isUnreached(after(waiting, ['refused', 1100], [{ reached: true }, 3000], [{ expecting: true, onStage: false }, 4000]), 100_000)).toBe(false);
  expect(isUnreached(after([{ reached: true }, 0], [{ reached: false }, 5000], [{ expecting: true, onStage: false }, 5000]), 5000 + offerAfterMs)).toBe(true);
});

it('takes the place of the picture, but not on the stage', () => {
  const chosen = after(waiting, ['choose', 20_000]);
  expect([shows(chosen), wantsMedia(chosen), isUnreached(chosen, 100_000)]).toEqual([true, false, false]);
  const staged = step(chosen, { expecting: true, onStage: true }, 30_000);
  expect([shows(staged), wantsMedia(staged), isUnreached(staged, 30_000 + offerAfterMs)]).toEqual([false, true, true]);
});

it('is left when the way back leads there, and goes on when it does not', () => {
  const trying = after(waiting, ['choose', 20_000], ['back', 30_000]);
  expect([shows(trying), wantsMedia(trying), dueMs(trying)]).toEqual([true, true, 30_000 + tryForMs]);
  const back = step(trying, { reached: true }, 31_000);
  expect([shows(back), wantsMedia(back), back.inVain]).toEqual([false, true, false]);
  const vain = step(trying, 'tick', 30_000 + tryForMs);
  expect([shows(vain), wantsMedia(vain), vain.inVain]).toEqual([true, false, true]);
  expect(step(trying, 'tick', 31_000)).toEqual(trying);
});

it('stays chosen when the stage brought media for a while', () => {
  const down = after(waiting, ['choose', 20_000], [{ expecting: true, onStage: true }, 24_000], [{ reached: true }, 25_000], [{ reached: false }, 40_000], [{ expecting: true, onStage: false }, 40_000]);
  expect(shows(down)).toBe(true);
});
