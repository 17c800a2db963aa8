// Questions a learner asks about a lesson, in class or after it (R105): when one still waits, and who may say what.
import type { ErrorCode } from './errors.ts';
import { isStaff, type LessonRole } from './roles.ts';

/** `waiting`: the asker spoke last; `answered`: staff did; `solved`: somebody said so, and the asker has asked no further since. */
export const qaStates = ['waiting', 'answered', 'solved'] as const;
export type QaState = (typeof qaStates)[number];
/** Signs of a question, an answer or a follow-up. */
export const qaLengths = { least: 1, most: 2000 } as const;

/** Solved wins over who spoke last: an answer that is added to a solved question opens nothing. */
export const qaState = ({ solved, lastByStaff }: { solved: boolean; lastByStaff: boolean }): QaState => (solved ? 'solved' : lastByStaff ? 'answered' : 'waiting');

/** Learners ask; staff answer what was asked; who oversees only reads. Null where this person may ask. */
export const askRefusal = (role: LessonRole): Extract<ErrorCode, 'forbidden'> | null => (role === 'student' ? null : 'forbidden');

/** Writing under a question, calling it solved or open again: staff and its asker. Other learners read. Null where this person may. */
export const threadRefusal = (role: LessonRole, isAsker: boolean): Extract<ErrorCode, 'forbidden'> | null =>
  (isStaff(role) || (role === 'student' && isAsker) ? null : 'forbidden');

/** Whether it is solved after one more word under it: a follow-up of the asker opens it again, an answer changes nothing. */
export const solvedAfter = (solved: boolean, byStaff: boolean): boolean => solved && byStaff;
