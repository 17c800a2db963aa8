// What follows from answers, how long is waited, how a day is compared.
import { describe, expect, it } from 'vitest';
import { judgeAnswer, pauseMs, timeLeftMs } from './delivery.ts';
import { daySheet, differencesOf } from './reconciliation.ts';

const ids = new Set(['a', 'b']);
describe('an answer', () => {
  it.each([
    [200, { receipt: 'R1' }, { way: 'taken', receipt: 'R1', refused: [] }], [204, undefined, { way: 'taken', receipt: null, refused: [] }], [200, 'ok', { way: 'taken', receipt: null, refused: [] }],
    [207, { refused: [{ id: 'b', code: 'X' }, { id: 'stranger', code: 'Y' }, { id: 'b', code: 'Z' }] }, { way: 'taken', receipt: null, refused: [{ id: 'b', code: 'X' }] }],
    [422, { refused: [{ id: 'a' }] }, { way: 'refused', refused: [{ id: 'a', code: 'refused' }] }], [403, { refused: [{ id: 'a', code: 'NOT_YOURS' }] }, { way: 'refused', refused: [{ id: 'a', code: 'NOT_YOURS' }] }],
    [400, { code: 'BAD' }, { way: 'split', code: 'BAD' }], [413, undefined, { way: 'split', code: 'http_413' }], [422, { refused: [{ id: 'stranger', code: 'X' }] }, { way: 'split', code: 'http_422' }], [400, { refused: 'all' }, { way: 'split', code: 'http_400' }],
    [401, { code: 'signature' }, { way: 'later', code: 'http_401' }], [404, {}, { way: 'later', code: 'http_404' }], [429, {}, { way: 'later', code: 'http_429' }], [500, { refused: [{ id: 'a', code: 'X' }] }, { way: 'later', code: 'http_500' }], [302, undefined, { way: 'later', code: 'http_302' }],
  ] as const)('%i %j', (status, body, verdict) => { expect(judgeAnswer(status, body, ids)).toEqual(verdict); });
  it('to one fact alone is about that fact', () => {
    expect(judgeAnswer(400, { code: 'BAD' }, new Set(['a']))).toEqual({ way: 'refused', refused: [{ id: 'a', code: 'BAD' }] });
    expect(judgeAnswer(503, undefined, new Set(['a']))).toEqual({ way: 'later', code: 'http_503' });
  });
  it('is cut where it is too long to be kept', () => {
    expect(judgeAnswer(200, { receipt: 'x'.repeat(10_000) }, ids)).toMatchObject({ receipt: 'x'.repeat(200) });
    expect(judgeAnswer(422, { refused: [{ id: 'a', code: 'x'.repeat(10_000) }] }, ids)).toMatchObject({ refused: [{ code: 'x'.repeat(80) }] });
  });
});

it('waits twice as long each time, up to ten minutes, never less than half of it', () => {
  expect([1, 2, 3, 4].map((failures) => pauseMs(failures, 1))).toEqual([1000, 2000, 4000, 8000]);
  expect([1, 2].map((failures) => pauseMs(failures, 0))).toEqual([500, 1000]);
  expect([pauseMs(11, 1), pauseMs(10_000, 1), pauseMs(10_000, 0)]).toEqual([600_000, 600_000, 300_000]);
});

it('tells the time a replay still takes from the pace it had', () => {
  expect(timeLeftMs({ facts: 100, left: 75, sinceMs: 10_000 })).toBe(30_000);
  expect([timeLeftMs({ facts: 100, left: 100, sinceMs: 10_000 }), timeLeftMs({ facts: 100, left: 0, sinceMs: 10_000 }), timeLeftMs({ facts: 0, left: 0, sinceMs: 0 })]).toEqual([null, 0, 0]);
});

it('compares a day fact by fact; what is underway is no difference', () => {
  const own = [{ id: 'a', hash: '1' }, { id: 'b', hash: '2' }, { id: 'c', hash: '3' }];
  expect(daySheet([own[1]!, own[0]!])).toBe('a 1\nb 2\n');
  expect(daySheet([])).toBe('');
  expect(differencesOf('k', own, own, new Set())).toEqual([]);
  expect(differencesOf('k', own, [{ id: 'a', hash: '1' }, { id: 'b', hash: '9' }, { id: 'x', hash: '0' }, { id: 'y', hash: '0' }], new Set(['y']))).toEqual([
    { factId: 'b', kind: 'k', way: 'altered' }, { factId: 'c', kind: 'k', way: 'missing' }, { factId: 'x', kind: 'k', way: 'unknown' }]);
});
