// Who may come in by a link, and when the seat a phone hangs on is over.
import { describe, expect, test } from 'vitest';
import { companionRefusal, ownerGone, type CompanionAsk, type CompanionFacts } from './companion.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 2, 2) + seconds * 1000);
const facts = (change: Partial<CompanionFacts> = {}): CompanionFacts => ({ lessonId: 'l', expiresAt: at(300), used: false, ended: false, lessonOver: false, ...change });
const refused = (found: CompanionFacts | null, ask: Partial<CompanionAsk> = {}) => companionRefusal(found, { lessonId: 'l', ownKey: false, now: at(0), ...ask });

describe('a link', () => {
  test('opens once, in time, for its own lesson', () => {
    expect(refused(facts())).toBeNull();
    expect(refused(facts(), { now: at(299) })).toBeNull();
    expect(refused(facts(), { now: at(300) })).toBe('companion_expired');
    expect(refused(facts({ used: true }))).toBe('companion_used');
    expect(refused(facts(), { lessonId: 'another' })).toBe('wrong_lesson');
    expect(refused(facts({ ended: true }))).toBe('companion_ended');
    expect(refused(facts({ lessonOver: true, ended: true }))).toBe('lesson_not_live');
    expect(refused(null)).toBe('companion_unknown');
  });
  test('lets the phone that opened it come back, long after, but not beyond its end', () => {
    expect(refused(facts({ used: true }), { ownKey: true, now: at(5000) })).toBeNull();
    expect(refused(facts({ used: true, ended: true }), { ownKey: true })).toBe('companion_ended');
    expect(refused(facts({ used: true, ended: true, lessonOver: true }), { ownKey: true })).toBe('lesson_not_live');
    expect(refused(facts({ used: true }), { ownKey: true, lessonId: 'another' })).toBe('wrong_lesson');
  });
});

test('the seat is over when it was left, at once; when it was cut, after a while', () => {
  const gone = (leftReason: string | null, now: number, held = false): boolean => ownerGone({ held, leftAt: leftReason ? at(0) : null, leftReason }, at(now), 30_000);
  expect(gone('cut', 29)).toBe(false);
  expect(gone('cut', 30)).toBe(true);
  expect(gone('lease_expired', 31)).toBe(true);
  expect(gone('left', 0)).toBe(true);
  expect(gone('idle', 0)).toBe(true);
  expect(gone(null, 0)).toBe(true);
  expect(gone('left', 999, true)).toBe(false);
});
