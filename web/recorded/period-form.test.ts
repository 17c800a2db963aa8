// The form of a period: read as times in Shanghai, and refused where nobody could study in it.
import { expect, it } from 'vitest';
import { freshPeriod, periodFormOf, readPeriod } from './period-form.ts';

const now = Date.parse('2026-11-23T04:00:00.000Z');
const hour = 3_600_000;

it('begins tomorrow and lasts two weeks; what was read is what was shown', () => {
  const form = freshPeriod(now);
  expect(form).toEqual({ fromDay: '2026-11-24', fromTime: '08:00', toDay: '2026-12-08', toTime: '22:00' });
  const read = readPeriod(form, hour, now);
  expect(read).toEqual({ opensAt: '2026-11-24T00:00:00.000Z', closesAt: '2026-12-08T14:00:00.000Z', wrong: null });
  expect(periodFormOf('2026-11-24T00:00:00.000Z', '2026-12-08T14:00:00.000Z')).toEqual(form);
});

it('says what is wrong: no day, over already, shorter than the films', () => {
  const form = freshPeriod(now);
  expect(readPeriod({ ...form, toDay: '' }, hour, now)).toEqual({ wrong: 'recorded.wrong.dates' });
  expect(readPeriod({ ...form, fromDay: '2026-11-20', toDay: '2026-11-22' }, hour, now)).toEqual({ wrong: 'recorded.wrong.past' });
  expect(readPeriod({ ...form, toDay: form.fromDay, toTime: '09:59' }, hour, now)).toEqual({ wrong: 'recorded.wrong.period' });
  expect(readPeriod({ ...form, toDay: form.fromDay, toTime: '10:00' }, hour, now).wrong).toBeNull();
  // One that is open keeps its beginning.
  expect(readPeriod({ ...form, fromDay: '' }, hour, now, '2026-11-20T00:00:00.000Z')).toMatchObject({ opensAt: '2026-11-20T00:00:00.000Z' });
});
