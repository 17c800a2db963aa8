// Which answers count: in time, late after a cut that the server saw, and everything that only looks like one (R26).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerGraceMs, answerStanding, backAnswerMs, lateAnswerMs, type AnswerMoment, type SeatSpan } from './quiz.ts';

const deadlineMs = 100_000;
const seat = (connectedMs: number, more: Partial<SeatSpan> = {}): SeatSpan => ({ connectedMs, lastSeenMs: connectedMs, leftMs: null, cut: false, ...more });
const lost = (connectedMs: number, atMs: number, more: Partial<SeatSpan> = {}): SeatSpan => seat(connectedMs, { lastSeenMs: atMs, leftMs: atMs, cut: true, ...more });
const given = (atMs: number, more: Partial<AnswerMoment> = {}): AnswerMoment => ({ deadlineMs, closedMs: null, atMs, chosenMs: 90_000, ...more });
const closed = { closedMs: deadlineMs + answerGraceMs };

describe('answerStanding', () => {
  const away = [lost(1_000, 95_000), seat(120_000)];

  test('in time until the deadline and its grace, whoever asks; a leader may end it before', () => {
    expect(answerStanding(given(deadlineMs + answerGraceMs), [])).toBe('in_time');
    expect(answerStanding(given(deadlineMs + answerGraceMs + 1), [seat(0)])).toBe('too_late');
    expect(answerStanding(given(50_001, { closedMs: 50_000 }), [seat(0)])).toBe('too_late');
    expect(answerStanding(given(49_999, { closedMs: 50_000 }), [])).toBe('in_time');
  });

  test('late, of somebody the server had lost at the end, at once after the return', () => {
    expect(answerStanding(given(121_000, closed), away)).toBe('after_cut');
    expect(answerStanding(given(120_000 + backAnswerMs, closed), away)).toBe('after_cut');
    expect(answerStanding(given(120_001 + backAnswerMs, closed), away)).toBe('too_late');
  });

  test('a question that a leader closed early ends there', () => {
    const early = { closedMs: 96_000, chosenMs: 94_000 };
    expect(answerStanding(given(121_000, early), away)).toBe('after_cut');
    expect(answerStanding(given(121_000, early), [lost(1_000, 96_500), seat(120_000)])).toBe('too_late');
  });

  test('never of somebody who was there at the end, who left by themselves, or who was on another device', () => {
    expect(answerStanding(given(101_600, closed), [seat(1_000)])).toBe('too_late');
    expect(answerStanding(given(121_000, closed), [lost(1_000, 100_500), seat(120_000)])).toBe('too_late');
    expect(answerStanding(given(121_000, closed), [lost(1_000, 95_000, { cut: false }), seat(120_000)])).toBe('too_late');
    expect(answerStanding(given(121_000, closed), [lost(1_000, 95_000), lost(96_000, 119_000, { cut: false }), seat(120_000)])).toBe('too_late');
    expect(answerStanding(given(121_000, closed), [seat(120_000)])).toBe('too_late');
  });

  test('a silent line is lost from the last packet on, not from when the next one replaced it', () => {
    expect(answerStanding(given(112_000, closed), [lost(1_000, 95_000, { leftMs: 111_000 }), seat(111_000)])).toBe('after_cut');
  });

  test('returns are taken together: nobody comes and goes until the answer is known', () => {
    const back = (ms: number): SeatSpan[] => [lost(1_000, 95_000), lost(110_000, 110_000 + ms), seat(125_000)];
    expect(answerStanding(given(126_000, closed), back(2_000))).toBe('after_cut');
    expect(answerStanding(given(126_000, closed), back(backAnswerMs))).toBe('too_late');
  });

  test('what the device says only speaks against it', () => {
    expect(answerStanding(given(121_000, { ...closed, chosenMs: null }), away)).toBe('too_late');
    expect(answerStanding(given(121_000, { ...closed, chosenMs: deadlineMs + answerGraceMs + 1 }), away)).toBe('too_late');
    expect(answerStanding(given(121_000, { ...closed, chosenMs: 0 }), [seat(1_000)])).toBe('too_late');
  });

  test('whatever a device claims: nothing after the limit, and nothing of a seat that was held at the end', () => {
    const held = fc.record({ from: fc.integer({ min: 0, max: deadlineMs }), over: fc.integer({ min: 1, max: 90_000 }) })
      .map(({ from, over }) => [lost(from, deadlineMs + over), seat(deadlineMs + over + 1)]);
    fc.assert(fc.property(held, fc.integer({ min: 0, max: 400_000 }), fc.option(fc.integer({ min: 0, max: 400_000 }), { nil: null }), (seats, late, chosenMs) => {
      expect(answerStanding(given(deadlineMs + answerGraceMs + 1 + late, { ...closed, chosenMs }), seats)).toBe('too_late');
    }));
    fc.assert(fc.property(fc.integer({ min: 1, max: 400_000 }), (over) => {
      const atMs = deadlineMs + lateAnswerMs + over;
      expect(answerStanding(given(atMs, closed), [lost(0, 90_000), seat(atMs - 1)])).toBe('too_late');
    }));
  });
});
