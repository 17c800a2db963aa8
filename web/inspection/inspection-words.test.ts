// Marks of an inspected film stand in one list by time.
import { expect, it } from 'vitest';
import type { InspectionMark } from '#contracts/inspection.ts';
import { filmMarks } from './inspection-words.ts';

it('puts checks, presence, questions and gaps in order of time, and leaves out who came on stage', () => {
  const marks = [{ kind: 'presence', atMs: 500, came: 1, left: 0 }, { kind: 'spot', atMs: 3000, checkId: 'c' }, { kind: 'sign_in', atMs: 100, checkId: 'd' }] as InspectionMark[];
  const found = filmMarks(marks, [{ kind: 'gap', atMs: 2000, label: 'node_down' }, { kind: 'stage', atMs: 1, label: 'x' }, { kind: 'quiz', atMs: 4000, label: 'y' }]);
  expect(found.map(({ kind, atMs, label }) => [kind, atMs, label])).toEqual([['sign_in', 100, ''], ['presence', 500, ''], ['gap', 2000, 'node_down'], ['check', 3000, ''], ['quiz', 4000, 'y']]);
});
