// What may happen to an inspection and a finding when, who sees one that was not announced, how doubtful a lesson is.
import { expect, it } from 'vitest';
import { DomainError } from '../errors.ts';
import { findingState, findingStates, isOverdue, mayReply, replyKinds } from './finding.ts';
import { inspectionMoves, inspectionStates, mayMove, requireMove, riskOf, seenByOffice } from './inspection.ts';

const movesOf = (findings: number, open: number) => inspectionStates.map((state) => inspectionMoves.filter((move) => mayMove({ state, findings, open }, move)));

it('is drawn once, and closed without findings or when all are accepted', () => {
  expect(movesOf(0, 0)).toEqual([['draw', 'close'], ['find', 'close'], ['close'], []]);
  expect(movesOf(2, 1)).toEqual([['draw'], ['find', 'handOver'], [], []]);
  expect(movesOf(2, 0)).toEqual([['draw'], ['find', 'handOver'], ['close'], []]);
  expect(() => requireMove({ state: 'handed', findings: 1, open: 1 }, 'close')).toThrow(DomainError);
});

it('shows an institution what was not announced only with the findings, or when it is closed', () => {
  const seen = (announced: boolean, drawn: boolean) => inspectionStates.map((state) => seenByOffice({ announced, state, drawn }));
  expect([seen(false, true), seen(false, false), seen(true, true)]).toEqual([[false, false, true, true], [false, false, true, false], [true, true, true, true]]);
});

it('lets the institution answer what is open or came back, and the inspector judge what was answered', () => {
  const replies = (handed: boolean) => findingStates.map((state) => replyKinds.filter((reply) => mayReply(state, reply, handed)));
  expect(replies(true)).toEqual([['answer'], ['accepted', 'returned'], ['answer'], [], []]);
  expect(replies(false)).toEqual([['withdrawn'], [], [], [], []]);
  expect([null, ...replyKinds].map(findingState)).toEqual(['open', 'answered', 'accepted', 'returned', 'withdrawn']);
});

it('is late from the end of the deadline on, while the institution has to answer', () => {
  const late = (state: (typeof findingStates)[number], nowMs: number) => isOverdue({ state, dueMs: 1000 }, nowMs);
  expect([late('open', 999), late('open', 1000), late('returned', 1000), late('answered', 2000), late('accepted', 2000), isOverdue({ state: 'open', dueMs: null }, 9)]).toEqual([false, true, true, false, false, false]);
});

it('judges a lesson by what is on file', () => {
  const risk = (some: object) => riskOf({ strongestSignal: 0, checks: 0, unpassed: 0, corrections: 0, gapsMs: 0, held: false, ...some });
  expect([{}, { checks: 100, unpassed: 9 }, { checks: 100, unpassed: 10 }, { corrections: 1 }, { strongestSignal: 0.2 }, { strongestSignal: 0.7 }, { gapsMs: 60_000 }, { held: true }].map(risk))
    .toEqual(['low', 'low', 'middle', 'middle', 'middle', 'high', 'high', 'high']);
});
