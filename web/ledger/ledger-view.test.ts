// What stands in the address comes back from it; rows in sight are drawn, and no others.
import { describe, expect, it } from 'vitest';
import { addressOf, blocksOf, narrowingOf, orderingOf, rowsInSight, viewOf } from './ledger-view.ts';

const id = '0198c0de-0000-7000-8000-000000000001';
describe('the address', () => {
  it('keeps what was chosen, and nothing that is as usual', () => {
    const view = { institutionId: '', cohortId: id, courseId: '', text: '学员 ', order: 'attendanceDown', chips: ['attendanceLow', 'unsettled'] } as const;
    expect(addressOf(view)).toEqual({ cohort: id, text: '学员', order: 'attendanceDown', only: 'attendanceLow,unsettled' });
    expect(viewOf(addressOf(view))).toEqual({ ...view, text: '学员' });
    expect(addressOf(viewOf({}))).toEqual({});
  });
  it('ignores what it does not know', () => {
    expect(viewOf({ cohort: 'x', order: 'login', only: 'all,accuracyLow', text: ['a'] })).toEqual({ institutionId: '', cohortId: '', courseId: '', text: '', order: 'name', chips: ['accuracyLow'] });
  });
  it('is asked of the server', () => {
    const view = viewOf({ cohort: id, only: 'accuracyLow', order: 'accuracyDown' });
    expect(narrowingOf(view)).toEqual({ cohortId: id, accuracyLow: 'yes' });
    expect(orderingOf(view)).toEqual({ sort: 'accuracy', order: 'down' });
    expect(orderingOf(viewOf({}))).toEqual({ sort: 'name', order: 'up' });
  });
});
describe('rows in sight', () => {
  it('are drawn with a few around them', () => {
    expect(rowsInSight(0, 600, 60, 50_000)).toEqual([0, 16]);
    expect(rowsInSight(60_000, 600, 60, 50_000)).toEqual([994, 1016]);
    expect(rowsInSight(2_999_400, 600, 60, 50_000)).toEqual([49_984, 50_000]);
    expect(rowsInSight(0, 600, 60, 3)).toEqual([0, 3]);
    expect(rowsInSight(5000, 600, 60, 3)).toEqual([3, 3]);
  });
  it('lie in one piece or more', () => {
    expect(blocksOf([0, 16])).toEqual([0]);
    expect(blocksOf([95, 205])).toEqual([0, 1, 2]);
    expect(blocksOf([100, 200])).toEqual([1]);
    expect(blocksOf([3, 3])).toEqual([]);
  });
});
