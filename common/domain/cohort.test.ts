// Moves of opening a cohort: each goes from where it should, for whom it should, and nowhere else.
import { describe, expect, it } from 'vitest';
import { cohortIsOpen, openingMoves, openingStates, openingStep, openingWritable, type OpeningMove, type OpeningParty, type OpeningState } from './cohort.ts';

const ways = (needsAuthority: boolean): string[] => openingStates.flatMap((state) => openingMoves.flatMap((move) => (['office', 'authority'] as const).flatMap((party) => {
  const to = openingStep(state, move, party, needsAuthority);
  return to === null ? [] : [`${party} ${move}: ${state} > ${to}`];
})));

describe('openingStep', () => {
  it('knows these ways and no others', () => {
    expect(ways(true)).toEqual([
      'office submit: draft > submitted', 'office withdraw: submitted > withdrawn', 'office approve: submitted > approved', 'office return: submitted > returned',
      'office withdraw: approved > withdrawn', 'authority return: approved > returned', 'authority open: approved > opened', 'office close: opened > closed',
      'office submit: returned > submitted', 'office submit: withdrawn > submitted',
    ]);
  });
  it('opens with the institution’s approval where the authority is not asked', () => {
    expect(ways(false).filter((way, at) => way !== ways(true)[at])).toEqual(['office approve: submitted > opened']);
  });
  it('leads to open by an approval or the authority alone', () => {
    const opening = openingStates.flatMap((state) => openingMoves.flatMap((move): [OpeningState, OpeningMove, OpeningParty][] => (openingStep(state, move, 'office', true) === 'opened' ? [[state, move, 'office']] : [])));
    expect(opening).toEqual([]);
  });
});

it('is written while it is nobody’s turn to decide, and has lessons only once it is opened', () => {
  expect(openingStates.filter(openingWritable)).toEqual(['draft', 'returned', 'withdrawn']);
  expect(openingStates.filter(cohortIsOpen)).toEqual(['opened']);
});
