// The line about one's own time: the server's word, and the page's own where there is no server (R22).
import { describe, expect, it } from 'vitest';
import type { Credit } from '#contracts/presence.ts';
import { reducers, type ClassroomState } from './classroom-state.ts';
import { creditLine, type LineFacts } from './credit-line.ts';

const credit: Credit = { atMs: 600_000, reason: 'present', sinceMs: 0, next: null, unit: { unitId: 'u', heldMs: 600_000, creditedMs: 540_000 }, heldMs: 600_000, creditedMs: 540_000 };
const line = (change: Partial<LineFacts>, told: Partial<Credit> = {}) =>
  creditLine({ phase: 'entered', status: 'live', silent: false, leadPresent: true, signInAnswered: false, credit: { ...credit, ...told }, nowMs: 600_000, ...change });

it('a late word of the server does not undo a newer one', () => {
  const state = { credit } as ClassroomState;
  expect(reducers['presence:credit'](state, { ...credit, atMs: 599_999, reason: 'hidden' })).toBe(state);
  expect(reducers['presence:credit'](state, { ...credit, atMs: 600_001, reason: 'hidden' }).credit).toMatchObject({ reason: 'hidden' });
});

describe('creditLine', () => {
  it('counts on by itself between two words of the server', () => {
    expect(line({ nowMs: 719_999 })).toEqual({ state: 'counting', reason: null, untilMs: null, minutes: { done: 10, of: 11 } });
  });
  it('says beforehand when it stops, and stops without a word', () => {
    const next = { atMs: 610_000, reason: 'hidden' as const };
    expect(line({ nowMs: 605_000 }, { next })).toMatchObject({ state: 'soon', reason: 'hidden', untilMs: 610_000 });
    expect(line({ nowMs: 660_000 }, { next })).toEqual({ state: 'stopped', reason: 'hidden', untilMs: null, minutes: { done: 9, of: 11 } });
  });
  it('without a connection the page says so itself, whatever was told last', () => {
    for (const phase of ['connecting', 'reconnecting', 'idle', 'taken'] as const) expect(line({ phase }).state).toBe('offline');
    expect(line({ silent: true }).state).toBe('offline');
  });
  it('nothing is lost before class, while it is interrupted, and before the server has spoken', () => {
    expect(line({ status: 'open' }).state).toBe('waiting');
    expect(line({}, { reason: null })).toMatchObject({ state: 'paused', minutes: { done: 9, of: 10 } });
    expect(line({ leadPresent: false, nowMs: 900_000 })).toMatchObject({ state: 'paused', minutes: { done: 9, of: 10 } });
    expect(line({ credit: null }).state).toBe('unknown');
  });
  it('who has signed in is told that it is being looked at', () => {
    expect(line({}, { reason: 'not_signed_in' })).toMatchObject({ state: 'stopped', reason: 'not_signed_in' });
    expect(line({ signInAnswered: true }, { reason: 'not_signed_in' }).state).toBe('checking');
  });
});
