// Turns are fair, and everybody's number is the turn they get.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ranks, WaitingLine, type Rank } from './waiting-line.ts';

interface One { lessonId: string; name: string }
function fill(line: WaitingLine<One>, rank: Rank, lessonId: string, names: string): void {
  for (const name of names) line.add({ lessonId, name }, rank);
}
function drain(line: WaitingLine<One>): string {
  let names = '';
  for (let one = line.next(); one; one = line.next()) names += one.name;
  return names;
}

test('staff before hands before the returning before the new, however late they come', () => {
  const line = new WaitingLine<One>();
  fill(line, 'new', 'a', 'xy');
  fill(line, 'returning', 'a', 'rs');
  fill(line, 'engaged', 'a', 'h');
  fill(line, 'staff', 'a', 't');
  expect(drain(line)).toBe('thrsxy');
});

test('a small lesson does not wait behind a large one', () => {
  const line = new WaitingLine<One>();
  fill(line, 'new', 'large', 'abcdef');
  fill(line, 'new', 'small', '12');
  expect(drain(line)).toBe('a1b2cdef');
});

test('whoever leaves is not given a turn, and leaving twice is nothing', () => {
  const line = new WaitingLine<One>();
  const gone = { lessonId: 'a', name: 'g' };
  fill(line, 'new', 'a', 'x');
  line.add(gone, 'new');
  expect([line.delete(gone), line.delete(gone), line.size]).toEqual([true, false, 1]);
  expect(drain(line)).toBe('x');
  expect(line.size).toBe(0);
});

test('the number told is the turn given, whatever waits', () => {
  const waiting = fc.array(fc.tuple(fc.constantFrom(...ranks), fc.constantFrom('a', 'b', 'c')), { maxLength: 60 });
  fc.assert(fc.property(waiting, fc.nat({ max: 10 }), (entries, served) => {
    const line = new WaitingLine<{ lessonId: string }>();
    for (const [rank, lessonId] of entries) line.add({ lessonId }, rank);
    for (let turn = 0; turn < served; turn++) line.next();
    const told = new Map(line.positions());
    expect(told.size).toBe(line.size);
    let turn = 0;
    for (let one = line.next(); one; one = line.next()) expect(told.get(one)).toBe(++turn);
  }));
});
