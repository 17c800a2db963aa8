// Raised hands and coming on stage.
import Type, { type Static } from 'typebox';
import { leadingRoles } from '#domain/roles.ts';
import { PersonBrief } from './person.ts';
import { Closed, Empty, Instant, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

/** Order is the server's: by `raisedAt`. */
export const Hand = Closed({ personId: Uuid, name: Type.String(), raisedAt: Instant });
export type Hand = Static<typeof Hand>;

export const handRequests = {
  'hand:raise': { by: ['student'], data: Empty, reply: Hand },
  /** Without `personId` one's own; staff may lower anybody's. */
  'hand:lower': { by: ['student', ...leadingRoles], data: Closed({ personId: Type.Optional(Uuid) }), reply: Empty },
} as const satisfies RequestTable;
export const handEvents = {
  /** The whole queue, in order, at every change. */
  'hand:changed': Closed({ hands: Type.Array(Hand) }),
} as const satisfies EventTable;

export const stageRequests = {
  /** Invites a learner whose hand is up to camera and microphone. One invitation at a time per learner. Errors: hand_not_raised, breakout_running (the learner is in a group). */
  'stage:invite': { by: leadingRoles, data: Closed({ personId: Uuid }), reply: Empty },
  'stage:answer': { by: ['student'], data: Closed({ accept: Type.Boolean() }), reply: Empty },
  /** A learner steps down, or a leader sends `personId` down. */
  'stage:leave': { by: ['student', ...leadingRoles], data: Closed({ personId: Type.Optional(Uuid) }), reply: Empty },
} as const satisfies RequestTable;
export const stageEvents = {
  /** To the invited learner only. */
  'stage:invited': Closed({ by: Type.String() }),
  /** Everybody on stage now. */
  'stage:changed': Closed({ personIds: Type.Array(Uuid) }),
  /** To staff: a learner declined. */
  'stage:declined': PersonBrief,
} as const satisfies EventTable;
