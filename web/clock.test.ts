// The server's time as a browser with a wrong clock knows it.
import { describe, expect, it } from 'vitest';
import { createClock } from './clock.ts';

describe('createClock', () => {
  it('is the device before the first sample', () => {
    expect(createClock(() => 1000).now()).toBe(1000);
  });
  it('takes half the round trip into account', () => {
    const clock = createClock(() => 10_200);
    clock.sample(50_000, 10_000, 10_200);
    expect(clock.now()).toBe(50_100);
  });
  it('keeps the sample with the shorter round trip', () => {
    const clock = createClock(() => 20_000);
    clock.sample(1_010_000, 10_000, 10_020);
    clock.sample(1_012_100, 12_000, 12_400);
    expect(clock.now()).toBe(1_019_990);
  });
  it('follows at once when the clock of the device was set', () => {
    const clock = createClock(() => 4_000_000);
    clock.sample(1_000_000, 1_000_000, 1_000_010);
    clock.sample(1_030_000, 4_000_000, 4_000_400);
    expect(clock.now()).toBe(1_029_800);
  });
  it('replaces an old sample by a slower new one', () => {
    const clock = createClock(() => 400_000);
    clock.sample(0, 0, 10);
    clock.sample(400_010, 400_000, 400_100);
    expect(clock.now()).toBe(399_960);
  });
});
