// When the recorder asks for a key frame: after a loss that stays, and after the cadence.
import { expect, test } from 'vitest';
import { KeyFrameWatch } from './keyframe-watch.ts';

const at = (sequence: number, ssrc = 1) => ({ ssrc, sequence, payloadAt: 12, payloadEnd: 20 });

test('a gap that closes within half a second is no loss', () => {
  const watch = new KeyFrameWatch([1], 10_000);
  watch.packet(at(65534), true, 0);
  watch.packet(at(1), false, 10);
  watch.packet(at(65535), false, 100);
  watch.packet(at(0), false, 120);
  expect(watch.due(1000)).toBeNull();
});

test('a gap that stays is asked for once, not before a second after the last request', () => {
  const watch = new KeyFrameWatch([1], 10_000);
  watch.requested(0);
  watch.packet(at(10), true, 0);
  watch.packet(at(13), false, 100);
  expect(watch.due(500)).toBeNull();
  expect(watch.due(700)).toBeNull();
  expect(watch.due(1000)).toBe('loss');
  watch.requested(1000);
  expect(watch.due(2500)).toBeNull();
});

test('a jump too large to follow is a loss at once', () => {
  const watch = new KeyFrameWatch([1], 10_000);
  watch.packet(at(10), true, 0);
  watch.packet(at(5000), false, 10);
  expect(watch.due(20)).toBe('loss');
});

test('the cadence follows the highest layer that is alive', () => {
  const watch = new KeyFrameWatch([1, 2], 10_000);
  watch.packet(at(1, 1), true, 0);
  watch.packet(at(1, 2), true, 0);
  for (let ms = 100; ms <= 9900; ms += 100) {
    watch.packet(at(1 + ms / 100, 1), ms === 5000, ms);
    watch.packet(at(1 + ms / 100, 2), false, ms);
    expect(watch.due(ms)).toBeNull();
  }
  for (const ssrc of [1, 2]) watch.packet(at(101, ssrc), false, 10_000);
  expect(watch.due(10_000)).toBe('cadence');
  watch.requested(10_000);
  // The top layer stops; the one below had its key frame at 5 s.
  for (let ms = 10_100; ms <= 19_900; ms += 100) watch.packet(at(1 + ms / 100, 1), false, ms);
  expect(watch.due(19_900)).toBeNull();
  expect(watch.due(20_000)).toBe('cadence');
});

test('a pause is no reason, and what was missing before it neither', () => {
  const watch = new KeyFrameWatch([1], 10_000);
  watch.packet(at(1), true, 0);
  watch.packet(at(5), false, 10);
  watch.restart(30_000);
  watch.packet(at(6), false, 30_010);
  expect(watch.due(30_600)).toBeNull();
});
