// What hangs while a test closes is named with what is known of it, what fails too, and everything after it is closed.
import { expect, it } from 'vitest';
import { Closing } from '#runtime/closing.ts';
import { closeInTime } from './close-in-time.ts';

it('names what hangs and what fails, and closes the rest', async () => {
  const closed: string[] = [];
  const inside = new Closing();
  const hangs = () => inside.run([['first', () => closed.push('inside')], ['listener', () => new Promise(() => undefined)], ['never', () => closed.push('never')]]);
  await expect(closeInTime([
    ['classrooms', hangs], ['queues', () => Promise.reject(new Error('line is cut'))], ['database', async () => { closed.push('database'); }],
  ], (name) => (name === 'classrooms' ? `waits for ${inside.now}` : null), 50)).rejects.toThrow('classrooms did not close within 50 ms: waits for listener; queues did not close: line is cut');
  expect(closed).toEqual(['inside', 'database']);
});

it('is silent where all close, in their order, each after the one before it', async () => {
  const closed: string[] = [];
  const slow = async (name: string) => { await new Promise((resolve) => { setTimeout(resolve, 5); }); closed.push(name); };
  const inside = new Closing();
  await closeInTime([['a', () => inside.run([['b', () => slow('b')], ['c', () => closed.push('c')]])], ['d', () => closed.push('d')]]);
  expect([closed, inside.now]).toEqual([['b', 'c', 'd'], null]);
});
