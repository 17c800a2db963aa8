// Questions: when one waits, who may ask, answer and call it solved.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askRefusal, qaState, solvedAfter, threadRefusal } from './qa.ts';
import { lessonRoles } from './roles.ts';

test('who spoke last decides, until it is solved', () => {
  expect(qaState({ solved: false, lastByStaff: false })).toBe('waiting');
  expect(qaState({ solved: false, lastByStaff: true })).toBe('answered');
  expect([true, false].map((lastByStaff) => qaState({ solved: true, lastByStaff }))).toEqual(['solved', 'solved']);
});

test('learners ask; asker and staff go on; others and overseers read', () => {
  expect(lessonRoles.filter((role) => askRefusal(role) === null)).toEqual(['student']);
  expect(lessonRoles.filter((role) => threadRefusal(role, false) === null)).toEqual(['teacher', 'assistant', 'proctor']);
  expect(lessonRoles.filter((role) => threadRefusal(role, true) === null)).toEqual(['teacher', 'assistant', 'proctor', 'student']);
});

test('after a follow-up nothing is solved, whatever came before; an answer leaves it as it is', () => {
  fc.assert(fc.property(fc.array(fc.constantFrom('staff', 'asker', 'solve', 'open')), (deeds) => {
    const solved = deeds.reduce((now, deed) => (deed === 'solve' ? true : deed === 'open' ? false : solvedAfter(now, deed === 'staff')), false);
    const decides = deeds.findLast((deed) => deed !== 'staff');
    expect(solved).toBe(decides === 'solve');
  }));
});
