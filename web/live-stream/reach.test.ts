// When the broadcast is offered, and how one comes back from it.
import { expect, it } from 'vitest';
import { dueMs, firstReach, offerAfterMs, shows, step, tryForMs, unreachedBy, wantsMedia, type Reach, type ReachInput } from './reach.ts';

const after = (...inputs: [ReachInput, number][]): Reach => inputs.reduce((reach, [input, atMs]) => step(reach, input, atMs), firstReach);
const waiting: [ReachInput, number] = [{ expecting: true, onStage: false }, 1000];

it('is offered when nothing has arrived for a while, and only when something should', () => {
  expect([unreachedBy(after(waiting), 999 + offerAfterMs), unreachedBy(after(waiting), 1000 + offerAfterMs), dueMs(after(waiting))]).toEqual([null, 'blocked', 1000 + offerAfterMs]);
  expect(unreachedBy(after([{ expecting: false, onStage: false }, 0]), 1_000_000)).toBeNull();
  expect(unreachedBy(after(waiting, [{ expecting: false, onStage: false }, 2000], [{ expecting: true, onStage: false }, 9000]), 10_000)).toBeNull();
});

it('is offered at once to those the room has no seat for, and not once they have one, whether or not anybody sends', () => {
  expect(unreachedBy(after(waiting, [{ refused: 'full' }, 1100]), 1100)).toBe('full');
  expect(unreachedBy(after([{ expecting: false, onStage: false }, 0], [{ refused: 'full' }, 1100], ['seated', 9000]), 100_000)).toBeNull();
  const seated = after(waiting, [{ refused: 'full' }, 1100], ['seated', 60_000]);
  expect([unreachedBy(seated, 60_001), unreachedBy(seated, 60_000 + offerAfterMs)]).toEqual([null, 'blocked']);
});

it('is not offered for a media server that is back in a moment, and says so when it is not', () => {
  const away = after(waiting, [{ refused: 'away' }, 1100], [{ refused: 'away' }, 5000]);
  expect([unreachedBy(away, 5000), unreachedBy(away, 1000 + offerAfterMs)]).toEqual([null, 'away']);
});

it('an old refusal says nothing about the stage that follows, nor a try that came to nothing', () => {
  const staged: [ReachInput, number] = [{ expecting: true, onStage: true }, 30_000];
  expect(unreachedBy(after(waiting, [{ refused: 'full' }, 1100], ['choose', 2000], staged), 30_000)).toBeNull();
  expect(unreachedBy(after(waiting, ['choose', 2000], ['back', 3000], [{ refused: 'full' }, 3100], ['tick', 3000 + tryForMs], staged), 30_000)).toBeNull();
});

it('is not offered, or no more, where media flow', () => {
  expect(unreachedBy(after(waiting, [{ refused: 'full' }, 1100], [{ reached: true }, 3000], [{ expecting: true, onStage: false }, 4000]), 100_000)).toBeNull();
  expect(unreachedBy(after([{ expecting: true, onStage: false }, 0], [{ reached: true }, 0], [{ reached: false }, 5000]), 5000 + offerAfterMs)).toBe('blocked');
});

it('takes the place of the picture, but not on the stage', () => {
  const chosen = after(waiting, ['choose', 20_000]);
  expect([shows(chosen), wantsMedia(chosen), unreachedBy(chosen, 100_000)]).toEqual([true, false, null]);
  const staged = step(chosen, { expecting: true, onStage: true }, 30_000);
  expect([shows(staged), wantsMedia(staged), unreachedBy(staged, 30_000 + offerAfterMs)]).toEqual([false, true, 'blocked']);
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

it('says at once that a browser has no WebRTC, asks for no media then, and offers the broadcast', () => {
  const without = after([{ refused: 'unsupported' }, 0], waiting);
  expect([unreachedBy(without, 1000), wantsMedia(without)]).toEqual(['unsupported', false]);
  const chosen = after([{ refused: 'unsupported' }, 0], waiting, ['choose', 2000]);
  expect([shows(chosen), wantsMedia(chosen), unreachedBy(chosen, 100_000)]).toEqual([true, false, null]);
});
