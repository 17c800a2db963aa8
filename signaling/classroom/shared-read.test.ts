// Everybody gets what was read after they asked, and a crowd shares readings.
import { expect, test } from 'vitest';
import { SharedRead } from './shared-read.ts';

function source() {
  let version = 0;
  const open: (() => void)[] = [];
  const shared = new SharedRead<number>(async () => {
    const seen = version;
    await new Promise<void>((resolve) => { open.push(resolve); });
    return seen;
  });
  const finish = async (): Promise<void> => {
    await expect.poll(() => open.length).toBeGreaterThan(0);
    open.shift()!();
  };
  return { shared, finish, write: () => { version++; }, readings: () => open.length };
}

test('who asks during a reading waits for the next one, and all of them share it', async () => {
  const { shared, finish, write, readings } = source();
  const early = shared.get('lesson');
  write();
  const late = [shared.get('lesson'), shared.get('lesson'), shared.get('lesson')];
  expect(readings()).toBe(1);
  await finish();
  expect(await early).toBe(0);
  await finish();
  expect(await Promise.all(late)).toEqual([1, 1, 1]);
  expect(readings()).toBe(0);
});

test('keys do not wait for each other; a reading that fails fails its own askers only', async () => {
  let fails = true;
  const shared = new SharedRead<string>(async (key) => {
    if (key === 'bad' && fails) throw new Error('no rows');
    return key;
  });
  const bad = shared.get('bad');
  expect(await shared.get('good')).toBe('good');
  await expect(bad).rejects.toThrow('no rows');
  fails = false;
  expect(await shared.get('bad')).toBe('bad');
});

test('the rest between two readings has an end, however long one takes', async () => {
  const startedMs: number[] = [];
  const shared = new SharedRead<number>(async () => {
    startedMs.push(performance.now());
    await new Promise((resolve) => { setTimeout(resolve, 400); });
    return startedMs.length;
  }, 50);
  expect(await shared.get('lesson')).toBe(1);
  const endedMs = performance.now();
  expect(await shared.get('lesson')).toBe(2);
  expect(startedMs[1]! - endedMs).toBeLessThan(1_000);
});
