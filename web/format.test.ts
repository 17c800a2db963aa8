// Times, shares and sizes as people read them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockTime, dayAndTime, dayKey, dayName, decimal, fileSize, filmTime, nearDay, percent, timeLeft, timeSpan } from './format.ts';

const now = Date.parse('2026-11-21T11:00:00.000Z');

describe('days and times', () => {
  it('are those of Shanghai', () => {
    expect(dayKey('2026-11-21T16:30:00.000Z')).toBe('2026-11-22');
    expect(clockTime('2026-11-21T16:30:00.000Z', 'zh')).toBe('00:30');
  });
  it('names days in both languages, with the year only when it is another', () => {
    expect(dayName('2026-11-21T03:00:00.000Z', now, 'zh')).toBe('11月21日 周六');
    expect(dayName('2026-11-21T03:00:00.000Z', now, 'en')).toBe('Sat 21 Nov');
    expect(dayName('2027-01-02T03:00:00.000Z', now, 'zh')).toBe('2027年1月2日 周六');
    expect(dayAndTime('2026-11-21T03:05:00.000Z', now, 'zh')).toBe('11月21日 周六 11:05');
  });
  it('knows today, tomorrow and yesterday', () => {
    expect(nearDay('2026-11-21T15:59:59.000Z', now)).toBe('today');
    expect(nearDay('2026-11-21T16:00:00.000Z', now)).toBe('tomorrow');
    expect(nearDay('2026-11-20T15:00:00.000Z', now)).toBe('yesterday');
    expect(nearDay('2026-11-25T15:00:00.000Z', now)).toBeNull();
  });
  it('spans from start to planned end', () => {
    expect(timeSpan('2026-11-21T01:30:00.000Z', 90, 'zh')).toBe('09:30–11:00');
  });
});

describe('figures', () => {
  it('shows film times', () => {
    expect([filmTime(0), filmTime(65_900), filmTime(3_723_000), filmTime(-5)]).toEqual(['0:00', '1:05', '1:02:03', '0:00']);
  });
  it('never lifts a share over a threshold by rounding', () => {
    expect([percent(0.7999), percent(0.8), percent(1), percent(0), percent(null), percent(0.875)]).toEqual(['79.9%', '80%', '100%', '0%', '—', '87.5%']);
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => share >= 0.8 || Number.parseFloat(percent(share)) < 80 || 0.8 - share < 1e-11));
  });
  it('shows one decimal of minutes at most', () => {
    expect([decimal(45), decimal(44.96), decimal(3.14)]).toEqual(['45', '45', '3.1']);
  });
  it('shows sizes', () => {
    expect([fileSize(200), fileSize(212_400_000), fileSize(1_250_000_000)]).toEqual(['1 KB', '212 MB', '1.3 GB']);
  });
  it('splits what is left, never below nothing', () => {
    expect(timeLeft(now + 90_061_000, now)).toEqual({ days: 1, hours: 1, minutes: 1, seconds: 1, totalMs: 90_061_000 });
    expect(timeLeft(now - 1, now)).toEqual({ days: 0, hours: 0, minutes: 0, seconds: 0, totalMs: 0 });
    expect(timeLeft(now + 1, now).seconds).toBe(1);
  });
});
