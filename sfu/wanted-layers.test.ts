// What a sender is told to send: more at once, less after a moment, always everything when it is recorded.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WantedLayers } from './wanted-layers.ts';

beforeEach(() => { vi.useFakeTimers(); });
afterEach(() => { vi.useRealTimers(); });

const watched = (top = 2): { wanted: WantedLayers; told: number[] } => {
  const told: number[] = [];
  return { wanted: new WantedLayers(top, (layer) => told.push(layer)), told };
};

test('nobody came: told after two seconds, not at once', () => {
  const { told } = watched();
  vi.advanceTimersByTime(1999);
  expect(told).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(told).toEqual([-1]);
});

test('growth at once, less only when it stays so for 300 ms', () => {
  const { wanted, told } = watched();
  vi.advanceTimersByTime(2000);
  wanted.wish('a', 1);
  expect(told).toEqual([-1, 1]);
  wanted.wish('b', 2);
  wanted.wish('b', null);
  vi.advanceTimersByTime(200);
  wanted.wish('b', 2);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([-1, 1, 2]);
  wanted.forget('b');
  vi.advanceTimersByTime(300);
  wanted.wish('a', null);
  vi.advanceTimersByTime(300);
  expect(told).toEqual([-1, 1, 2, 1, -1]);
});

test('a recorded producer is wanted whole, whoever watches', () => {
  const { wanted, told } = watched();
  wanted.record();
  vi.advanceTimersByTime(5000);
  wanted.wish('a', 0);
  wanted.forget('a');
  vi.advanceTimersByTime(5000);
  expect(told).toEqual([]);
});

test('recording that starts late brings the top layer back', () => {
  const { wanted, told } = watched();
  vi.advanceTimersByTime(2000);
  wanted.record();
  expect(told).toEqual([-1, 2]);
});

test('a wish above the top counts as the top; after close nothing is told', () => {
  const { wanted, told } = watched(0);
  vi.advanceTimersByTime(2000);
  wanted.wish('a', 2);
  wanted.close();
  wanted.forget('a');
  vi.advanceTimersByTime(5000);
  expect(told).toEqual([-1, 0]);
});
