// Which microphones are forwarded: all while they are few, then the loudest, and nobody is cut while speaking.
import { expect, test } from 'vitest';
import { LoudestMicrophones } from './loudest-microphones.ts';

const intervalMs = 400;
function classroom(most = 3) {
  let hushed: string[] = [];
  let changes = 0;
  let nowMs = 0;
  const loudest = new LoudestMicrophones(most, (ids) => { hushed = [...ids].sort(); changes++; });
  return {
    loudest,
    hushed: () => hushed,
    changes: () => changes,
    /** Everybody named is heard at that level for so long. */
    hear(levels: Record<string, number>, forMs = intervalMs) {
      for (let passed = 0; passed < forMs; passed += intervalMs) {
        nowMs += intervalMs;
        loudest.heard(Object.entries(levels).map(([producerId, db]) => ({ producerId, db })), nowMs);
      }
    },
  };
}
function withMicrophones(ids: string, most = 3): ReturnType<typeof classroom> {
  const room = classroom(most);
  for (const id of ids) room.loudest.add(id);
  return room;
}

test('as many as are forwarded anyway: nobody is hushed, however loud or quiet', () => {
  const room = withMicrophones('abc');
  room.hear({ a: -10 }, 4000);
  expect([room.hushed(), room.changes()]).toEqual([[], 0]);
});

test('one too many: the first ones stay, and who is heard takes the place of one who is not', () => {
  const room = withMicrophones('abcd');
  expect(room.hushed()).toEqual(['d']);
  room.hear({ d: -40 });
  expect(room.hushed()).toEqual(['c']);
  room.loudest.remove('b');
  expect(room.hushed()).toEqual([]);
});

test('nobody keeps a place for having been first: who is silent makes room for whoever speaks', () => {
  const room = withMicrophones('abcde');
  room.hear({ c: -30, d: -30, e: -30 }, 8000);
  expect(room.hushed()).toEqual(['a', 'b']);
});

test('nobody is cut while speaking, also not by somebody louder, until the pause is longer than one between sentences', () => {
  const room = withMicrophones('abcd');
  room.hear({ a: -30, b: -32, c: -34 });
  room.hear({ a: -30, b: -32, c: -34, d: -25 }, 8000);
  expect(room.hushed()).toEqual(['d']);
  room.hear({ a: -30, b: -32, d: -25 }, 1200);
  expect(room.hushed()).toEqual(['d']);
  room.hear({ a: -30, b: -32, d: -25 }, 400);
  expect(room.hushed()).toEqual(['c']);
});

test('a noise far below the loudest is no speech: it makes room', () => {
  const room = withMicrophones('abcd');
  room.hear({ a: -30, b: -50, c: -32 });
  room.hear({ a: -30, b: -50, c: -32, d: -33 });
  expect(room.hushed()).toEqual(['b']);
});

test('two that are about as loud do not take turns', () => {
  const room = withMicrophones('abcd', 2);
  room.hear({ b: -40, c: -38 }, 400);
  const before = room.changes();
  for (let round = 0; round < 20; round++) room.hear(round % 2 ? { b: -40, c: -38 } : { b: -38, c: -40 });
  expect(room.changes()).toBe(before);
});
