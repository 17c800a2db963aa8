// Whoever asks for a round gets a whole one: a round that is half through has not seen what was so at the asking.
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { createLog } from '#runtime/log.ts';
import { Ticker } from './ticker.ts';

let ticker: Ticker | null = null;
afterEach(() => ticker?.close());

it('asked in the middle of a round, runs another one; asked again meanwhile, the same; never two at once', async () => {
  let now = 0;
  let running = 0;
  const seen: number[] = [];
  ticker = await Ticker.create([
    { name: 'sees', run: async () => { expect(++running).toBe(1); seen.push(now); } }, { name: 'is slow', run: async () => { await pause(50); running--; } },
  ], createLog('test', 'silent'));
  const first = ticker.tick();
  now = 1;
  await Promise.all([ticker.tick(), ticker.tick(), first.then(() => ticker!.tick())]);
  expect(seen.slice(0, 2)).toEqual([0, 1]);
  expect(seen.length).toBeLessThanOrEqual(3);
});

it('goes on after a step that fails', async () => {
  let later = 0;
  ticker = await Ticker.create([{ name: 'fails', run: () => Promise.reject(new Error('on purpose')) }, { name: 'later', run: async () => { later++; } }], createLog('test', 'silent'));
  await ticker.tick();
  expect(later).toBe(1);
});
