// A learner picked by lot among those present, to be asked: the class sees the name.
import Type, { type Static } from 'typebox';
import { leadingRoles, staffRoles } from '#domain/roles.ts';
import { Closed, Empty, Instant, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

export const Picked = Closed({ pickId: Uuid, personId: Uuid, name: Type.String(), pickedAt: Instant });
export type Picked = Static<typeof Picked>;

export const pickRequests = {
  /** Draws among the learners present who were picked least often in this session (R140). Each call is a new draw. Errors: lesson_not_live, nobody_present. */
  'pick:draw': { by: leadingRoles, data: Empty, reply: Picked },
  /** The newest fifty picks of this session, newest first; `counts`: how often each learner was picked in it. */
  'pick:list': { by: staffRoles, data: Empty, reply: Closed({ picks: Type.Array(Picked), counts: Type.Array(Closed({ personId: Uuid, picked: Type.Integer() })) }) },
} as const satisfies RequestTable;
export const pickEvents = {
  /** To everybody in the lesson. */
  'pick:drawn': Picked,
} as const satisfies EventTable;
