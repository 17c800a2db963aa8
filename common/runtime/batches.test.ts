// Batches: what waits goes together, nobody gets an answer from before the question, failures reach those who asked.
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { inBatches, sharedLoads } from './batches.ts';

interface Load { keys: number[]; done: PromiseWithResolvers<number[]> }
function slow(atOnce: number, most?: number) {
  const loads: Load[] = [];
  const ask = inBatches<number, number>((keys) => {
    const load = { keys, done: Promise.withResolvers<number[]>() };
    loads.push(load);
    return load.done.promise;
  }, { atOnce, ...(most && { most }) });
  const finish = (index: number): void => loads[index]!.done.resolve(loads[index]!.keys.map((key) => key * 10));
  return { ask, loads, finish };
}

it('asks together for what is asked in one turn, and for what is asked while a load runs after it', async () => {
  const { ask, loads, finish } = slow(1);
  const first = Promise.all([ask(1), ask(2)]);
  await turn();
  const second = Promise.all([ask(3), ask(1)]);
  await turn();
  expect(loads.map(({ keys }) => keys)).toEqual([[1, 2]]);
  finish(0);
  expect(await first).toEqual([10, 20]);
  await turn();
  expect(loads.map(({ keys }) => keys)).toEqual([[1, 2], [3, 1]]);
  finish(1);
  expect(await second).toEqual([30, 10]);
});

it('has as many on their way as allowed, each no larger than allowed', async () => {
  const { ask, loads, finish } = slow(2, 2);
  const all = Promise.all([1, 2, 3, 4, 5].map(ask));
  await turn();
  expect(loads.map(({ keys }) => keys)).toEqual([[1, 2], [3, 4]]);
  finish(1);
  await turn();
  expect(loads.map(({ keys }) => keys)).toEqual([[1, 2], [3, 4], [5]]);
  finish(0);
  finish(2);
  expect(await all).toEqual([10, 20, 30, 40, 50]);
});

it('fails those whose load failed, and goes on', async () => {
  const { ask, loads, finish } = slow(1);
  const failed = Promise.allSettled([ask(1), ask(2)]);
  await turn();
  loads[0]!.done.reject(new Error('gone'));
  expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const wrong = ask(3);
  await turn();
  loads[1]!.done.resolve([]);
  await expect(wrong).rejects.toThrow('0 answers to 1 questions');
  const right = ask(4);
  await turn();
  finish(2);
  expect(await right).toBe(40);
});

it('shares a load among those who ask for the same, its failure only among them', async () => {
  const asked: string[] = [];
  const get = sharedLoads<string>(async (key) => {
    asked.push(key);
    if (key === 'bad') throw new Error('bad key');
    return `${key}!`;
  });
  const answers = await Promise.allSettled([get('a'), get('a'), get('bad'), get('b'), get('bad')]);
  expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : (answer.reason as Error).message))).toEqual(['a!', 'a!', 'bad key', 'b!', 'bad key']);
  expect(asked).toEqual(['a', 'bad', 'b']);
  expect(await get('a')).toBe('a!');
  expect(asked).toEqual(['a', 'bad', 'b', 'a']);
});
