// The door of a lesson: open, with a lobby, or locked; letting in who waits, taking a learner out of the lesson and letting them back.
import Type, { type Static } from 'typebox';
import { doorStates, removalReasons } from '#domain/door.ts';
import { leadingRoles } from '#domain/roles.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

/** Staff's words to a removal, at most so many signs. */
export const removalNoteLength = 200;
const Reason = OneOf(removalReasons);
/** Who waits to be let in; `removed`: was taken out of this lesson before. */
export const WaitingLearner = Closed({ personId: Uuid, name: Type.String(), since: Instant, removed: Type.Boolean() });
export type WaitingLearner = Static<typeof WaitingLearner>;
export const RemovedLearner = Closed({ personId: Uuid, name: Type.String(), at: Instant, reason: Reason, note: Type.String(), by: Type.String() });
export type RemovedLearner = Static<typeof RemovedLearner>;
/** The door as staff see it: who waits longest first, at most 200 of them by name; who is out, newest first. */
export const DoorView = Closed({ door: OneOf(doorStates), waiting: Type.Array(WaitingLearner), waitingCount: Type.Integer(), removed: Type.Array(RemovedLearner) });
export type DoorView = Static<typeof DoorView>;
/** A removal in a learner's own record; `readmittedAt`: since when they could come back. */
export const Removal = Closed({ at: Instant, reason: Reason, note: Type.String(), readmittedAt: Nullable(Instant) });
export type Removal = Static<typeof Removal>;

export const doorRequests = {
  /** Opens the door, sets a lobby before it, or locks it. Who is in, or was, is not touched. Errors: lesson_ended, lesson_cancelled. */
  'door:set': { by: leadingRoles, data: Closed({ door: OneOf(doorStates) }), reply: DoorView },
  /** Lets in one who waits or was taken out, or with no name all who wait and were not taken out. Errors: not_waiting. */
  'door:admit': { by: leadingRoles, data: Closed({ personId: Type.Optional(Uuid) }), reply: DoorView },
  /** Takes a learner out: the seat ends now, and they come back only if let in. `other` needs a note. Errors: not_found, forbidden, bad_request. */
  'door:remove': { by: leadingRoles, data: Closed({ personId: Uuid, reason: Reason, note: Type.String({ maxLength: removalNoteLength }) }), reply: DoorView },
} as const satisfies RequestTable;

export const doorEvents = {
  /** To staff: the door as it is now. */
  'door:changed': DoorView,
  /** To one who waits: ask to enter again, the answer is another one now. */
  'door:answered': Empty,
  /** To the learner who was taken out, at once and whenever they try to enter; the client stops and does not come back by itself. */
  'seat:removed': Closed({ reason: Reason, note: Type.String(), atMs: Type.Number() }),
} as const satisfies EventTable;
