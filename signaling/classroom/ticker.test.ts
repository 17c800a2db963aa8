// Whoever asks for a round gets a whole one: a round that is half through has not seen what was so at the asking. Only what is due is run.
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { createLog } from '#runtime/log.ts';
import { due, type Look } from './due-look.ts';
import { Ticker, type TickStep } from './ticker.ts';

let ticker: Ticker | null = null;
afterEach(() => ticker?.close());

/** Rows in which the named things wait. */
const rowsWith = (waiting: ReadonlySet<string>, asked: string[][] = []): Look => async (dues) => {
  asked.push(dues.map(({ sql }) => sql));
  return dues.map(({ sql }) => waiting.has(sql));
};
const open = async (steps: TickStep[], look: Look = rowsWith(new Set())): Promise<Ticker> => (ticker = await Ticker.create(steps, createLog('test', 'silent'), look));

it('asked in the middle of a round, runs another one; asked again meanwhile, the same; never two at once', async () => {
  let now = 0;
  let running = 0;
  const seen: number[] = [];
  const made = await open([
    { name: 'sees', run: async () => { expect(++running).toBe(1); seen.push(now); } }, { name: 'is slow', run: async () => { await pause(50); running--; } },
  ]);
  const first = made.tick();
  await pause(10);
  now = 1;
  await Promise.all([made.tick(), made.tick(), first.then(() => made.tick())]);
  expect(seen.slice(0, 2)).toEqual([0, 1]);
  expect(seen.length).toBeLessThanOrEqual(3);
});

it('goes on after a step that fails', async () => {
  let later = 0;
  const made = await open([{ name: 'fails', run: () => Promise.reject(new Error('on purpose')) }, { name: 'later', run: async () => { later++; } }]);
  await made.tick();
  expect(later).toBe(1);
});

it('runs what the rows say is due and what asks no rows, and tells the others that nothing was', async () => {
  const ran: string[] = [];
  const step = (name: string, change: Partial<TickStep>): TickStep => ({ name, run: async () => { ran.push(name); }, quiet: () => { ran.push(`${name} quiet`); }, ...change });
  const made = await open([step('a', { due: () => due('A') }), step('b', { due: () => due('B') }), step('c', {}), step('d', { due: () => false })], rowsWith(new Set(['B'])));
  await made.tick();
  expect(ran).toEqual(['a quiet', 'd quiet', 'b', 'c']);
});

it('asks once more for later steps where one has changed rows', async () => {
  const ran: string[] = [];
  const asked: string[][] = [];
  const waiting = new Set(['A']);
  const made = await open([
    { name: 'a', due: () => due('A'), run: async () => { ran.push('a'); waiting.delete('A'); waiting.add('B'); return true; } },
    { name: 'b', due: () => due('B'), run: async () => { ran.push('b'); } },
  ], rowsWith(waiting, asked));
  await made.tick();
  expect(ran).toEqual(['a', 'b']);
  expect(asked).toEqual([['A', 'B'], ['B']]);
});

it('runs everything where the rows cannot be asked', async () => {
  let ran = 0;
  const made = await open([{ name: 'a', due: () => due('A'), run: async () => { ran++; }, quiet: () => { ran = -1; } }], () => Promise.reject(new Error('on purpose')));
  await made.tick();
  expect(ran).toBe(1);
});
