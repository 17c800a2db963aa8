// The roster of a large class, page by page and by request: nobody is told of everybody.
import Type, { type Static } from 'typebox';
import { presenceReasons } from '#domain/presence/facts.ts';
import { staffRoles } from '#domain/roles.ts';
import { Participant } from './person.ts';
import { Closed, Nullable, OneOf } from './shapes.ts';
import type { RequestTable } from './request-table.ts';

export const rosterPerPage = 50;
export const rosterSorts = ['attention', 'name'] as const;

export const RosterRow = Closed({
  ...Participant.properties,
  /** Whether their time counts now, as the class wall has it: null while nothing is held. */
  reason: Nullable(OneOf(presenceReasons)),
  /** Below the threshold of the rule pack right now (R25). */
  below: Type.Boolean(),
});
export type RosterRow = Static<typeof RosterRow>;
export const RosterPage = Closed({
  atMs: Type.Number(), learners: Type.Integer(),
  /** With this search, over all pages. */
  found: Type.Integer(), page: Type.Integer(), pages: Type.Integer(), rows: Type.Array(RosterRow),
  /** When it is worth asking again, ms. */
  againMs: Type.Integer(),
});
export type RosterPage = Static<typeof RosterPage>;

export const rosterRequests = {
  /** Learners of the lesson, present or not; `attention`: who needs it first, as on the class wall. A page beyond the last one is empty. */
  'roster:page': {
    by: staffRoles,
    data: Closed({ page: Type.Integer({ minimum: 1, maximum: 10_000 }), search: Type.String({ maxLength: 60 }), sort: OneOf(rosterSorts) }),
    reply: RosterPage,
  },
} as const satisfies RequestTable;
