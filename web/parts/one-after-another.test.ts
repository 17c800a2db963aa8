// However many ask at once, nothing runs beside itself.
import { expect, it } from 'vitest';
import { oneAfterAnother } from './one-after-another.ts';

it('runs once for each who asks, one after the other', async () => {
  let [running, most, done] = [0, 0, 0];
  const go = oneAfterAnother(async () => {
    most = Math.max(most, ++running);
    for (let step = 0; step < 5; step++) await Promise.resolve();
    running -= 1;
    done += 1;
  });
  // Two wait for the same one: what once made two saves on one revision.
  const first = go();
  await Promise.all([go(), go(), first]);
  await go();
  expect([most, done]).toEqual([1, 4]);
});

it('tells a failure to whoever asked, and goes on', async () => {
  let turn = 0;
  const go = oneAfterAnother(() => (++turn === 1 ? Promise.reject(new Error('first')) : Promise.resolve()));
  const both = await Promise.allSettled([go(), go()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});
