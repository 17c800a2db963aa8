// Whether another broadcast may begin on this machine.
import { expect, it } from 'vitest';
import { waitReason, type Machine } from './admission.ts';

const idle: Machine = { running: 0, most: 2, cores: 2, busyShare: 0.1, runningPercent: 0, nextPercent: 50 };

it('begins where there is room', () => expect(waitReason(idle)).toBeNull());
it('is full at its number, and where it may compose none', () => {
  expect(waitReason({ ...idle, running: 2 })).toBe('full');
  expect(waitReason({ ...idle, most: 0 })).toBe('full');
});
it('is busy when live lessons need the machine, whatever a broadcast costs', () => expect(waitReason({ ...idle, busyShare: 0.6, nextPercent: 0 })).toBe('busy'));
it('counts what its broadcasts cost, measured, against the cores there are', () => {
  const loaded = { ...idle, busyShare: 0.5, running: 1, runningPercent: 60 };
  expect(waitReason(loaded)).toBe('busy');
  expect(waitReason({ ...loaded, nextPercent: 40 })).toBeNull();
  expect(waitReason({ ...loaded, cores: 8 })).toBeNull();
});
