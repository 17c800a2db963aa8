// What a ledger looks like on the page.
import { expect, it } from 'vitest';
import type { HoursSpan } from '#contracts/hours.ts';
import { barPieces, hasFigures, lostSpans, mayAppeal, standingOf } from './hours-view.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 2, 2, 1, minute)).toISOString();
const span = (from: number, to: number, reason: HoursSpan['reason'] = 'present'): HoursSpan => ({ from: at(from), to: at(to), reason });

it('what did not count, and where it lies; an interruption is a hole', () => {
  const spans = [span(0, 10), span(10, 20, 'hidden'), span(30, 40)];
  expect(lostSpans({ spans })).toEqual([span(10, 20, 'hidden')]);
  expect(barPieces({ spans })).toEqual([{ left: 0, width: 25, counted: true }, { left: 25, width: 25, counted: false }, { left: 75, width: 25, counted: true }]);
  expect(barPieces({ spans: [] })).toEqual([]);
});

it('one sentence on how things stand', () => {
  const open = { minutes: 5, deadlineAt: null };
  const key = (state: Parameters<typeof standingOf>[0]['state'], left: typeof open | null, status: 'live' | 'ended' = 'ended') => standingOf({ state, open: left, status })?.key ?? null;
  expect([key('nothing_held', null), key('reached', null), key('reached', open), key('reachable', open), key('out_of_reach', open), key('out_of_reach', null)])
    .toEqual([null, 'hours.standing.reached', 'hours.standing.reachedOpen', 'hours.standing.reachable', 'hours.standing.tooLittle', 'hours.standing.short']);
  expect([key('reached', null, 'live'), key('out_of_reach', null, 'live')]).toEqual(['hours.standing.liveReached', 'hours.standing.liveShort']);
});

it('figures only where somebody taught, appeals only against what no check took', () => {
  expect(([null, 'still_live', 'never_started', 'cancelled'] as const).map((note) => hasFigures({ note }))).toEqual([true, true, false, false]);
  expect([span(0, 1, 'hidden'), span(0, 5, 'present'), span(0, 5, 'check_missed'), { ...span(0, 1, 'left'), to: span(0, 0).to }].map(mayAppeal)).toEqual([true, false, false, false]);
});
