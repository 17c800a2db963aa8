// Which run of a room is the latest, and that nobody speaks of an earlier one.
import { expect, test } from 'vitest';
import { RoomEpochs } from './room-epochs.ts';

test('the same run again, a later one, but no earlier one and no other origin in the same', () => {
  const epochs = new RoomEpochs();
  epochs.check('room', 4, 'node-a');
  epochs.note('room', 4, 'node-a');
  epochs.check('room', 4, 'node-a');
  epochs.check('room', 5, null);
  epochs.check('other', 1, null);
  expect(() => epochs.check('room', 3, 'node-a')).toThrow('epoch 4 of this room is known here');
  expect(() => epochs.check('room', 4, 'node-b')).toThrow('another origin');
  expect(() => epochs.check('room', 4, null)).toThrow('another origin');
});

test('ten thousand rooms are remembered, then the oldest is forgotten', () => {
  const epochs = new RoomEpochs();
  for (let room = 0; room < 10_000; room++) epochs.note(`room-${room}`, 2, null);
  expect(() => epochs.check('room-0', 1, null)).toThrow();
  epochs.note('one more', 1, null);
  epochs.check('room-0', 1, null);
  expect(() => epochs.check('room-1', 1, null)).toThrow();
});
