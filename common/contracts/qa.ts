// Questions and answers of a lesson, in class and kept after it (R105).
import Type, { type Static } from 'typebox';
import { qaLengths, qaStates } from '#domain/qa.ts';
import { lessonRoles } from '#domain/roles.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';
import type { EventTable } from './request-table.ts';

export const QaPost = Closed({
  postId: Uuid, personId: Uuid, name: Type.String(),
  /** Written by staff of the lesson, as they were then. */
  staff: Type.Boolean(), text: Type.String(), at: Instant,
});
export type QaPost = Static<typeof QaPost>;

export const QaThread = Closed({
  threadId: Uuid, personId: Uuid, name: Type.String(), state: OneOf(qaStates), askedAt: Instant, solvedAt: Nullable(Instant),
  /** Oldest first; the first one is the question. */
  posts: Type.Array(QaPost),
  /** The reader may write under it, call it solved, and open it again. */
  mayWrite: Type.Boolean(),
});
export type QaThread = Static<typeof QaThread>;

export const QaCount = Closed({ threads: Type.Integer({ minimum: 0 }), unsolved: Type.Integer({ minimum: 0 }) });
export type QaCount = Static<typeof QaCount>;
export const QaList = Closed({
  lessonTitle: Type.String(), startsAt: Instant, role: OneOf(lessonRoles), ...QaCount.properties,
  /** Unsolved before solved, of those the one with the latest word first. */
  list: Type.Array(QaThread),
  /** There are older ones than `list` has room for. */
  more: Type.Boolean(),
  mayAsk: Type.Boolean(),
});
export type QaList = Static<typeof QaList>;

/** `postId` is drawn by the client, so that a retry after a cut is the same post; of a question it is the thread's id too. */
export const QaBody = Closed({ postId: Uuid, text: Type.String({ minLength: qaLengths.least, maxLength: qaLengths.most }) });
export type QaBody = Static<typeof QaBody>;
export const SolvedBody = Closed({ solved: Type.Boolean() });

export const qaEvents = {
  /** Something was asked, answered or solved: to staff and to its asker alone, who read the list again. */
  'qa:changed': Closed({ unsolved: Type.Integer({ minimum: 0 }) }),
} as const satisfies EventTable;
