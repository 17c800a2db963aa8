// Clock times a clerk types, as instants of a unit.
import { expect, it } from 'vitest';
import { instantOf } from './correction-time.ts';

const unit = { startedAt: '2026-03-02T01:00:00.400Z', endedAt: '2026-03-02T01:45:00.300Z' };
const late = { startedAt: '2026-03-02T15:30:00.000Z', endedAt: '2026-03-02T16:15:00.000Z' };
it.each<[string, boolean, string | null, typeof unit]>([
  ['09:00', false, unit.startedAt, unit], ['09:00:00', false, unit.startedAt, unit], ['09:45', true, unit.endedAt, unit], ['09:45:00', true, unit.endedAt, unit],
  ['09:10', false, '2026-03-02T01:10:00.000Z', unit], ['09:10:05', false, '2026-03-02T01:10:05.000Z', unit], ['09:10:05', true, '2026-03-02T01:10:05.999Z', unit], ['09:10', true, '2026-03-02T01:10:00.000Z', unit],
  ['08:59', false, '2026-03-02T00:59:00.000Z', unit], ['23:40', false, '2026-03-02T15:40:00.000Z', late], ['00:10', true, '2026-03-02T16:10:00.000Z', late],
  ['', false, null, unit], ['9:00', false, null, unit], ['25:00', false, null, unit],
])('%s', (clock, ends, instant, of) => expect(instantOf(clock, of, ends)).toBe(instant));
