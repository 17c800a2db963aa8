// Breakout groups: a live class divided for a while; each group has its own media room and chat, the seat stays one of the lesson.
import Type, { type Static } from 'typebox';
import { breakoutMinutes, mostGroups, mostInGroup } from '#domain/breakout.ts';
import { leadingRoles } from '#domain/roles.ts';
import { ChatMessage } from './chat.ts';
import { PersonBrief } from './person.ts';
import type { EventTable, RequestTable } from './request-table.ts';
import { Closed, Empty, Instant, Nullable, Uuid } from './shapes.ts';

export const BreakoutGroup = Closed({
  groupId: Uuid, /** 1, 2, 3 as people say it. */ ordinal: Type.Integer({ minimum: 1 }),
  /** Learners who belong to it, present or not. */
  members: Type.Array(PersonBrief),
  /** Teachers and assistants who look in now. */
  visitors: Type.Array(PersonBrief),
});
export type BreakoutGroup = Static<typeof BreakoutGroup>;

/** The division that goes on. Staff see all groups, a learner the own one alone, whoever has none: no group. */
export const BreakoutView = Closed({
  breakoutId: Uuid, /** Everybody in a group is told. */ recorded: Type.Boolean(), startedAt: Instant, /** By the server's clock. */ endsAt: Instant,
  groups: Type.Array(BreakoutGroup),
  /** Where this person's media and chat go; null: to the class. */
  ownGroupId: Nullable(Uuid),
});
export type BreakoutView = Static<typeof BreakoutView>;

const Minutes = Type.Integer({ minimum: breakoutMinutes.least, maximum: breakoutMinutes.most });

/** All of them but `breakout:start`: breakout_over where no division goes on. What follows is told by `breakout:changed`. */
export const breakoutRequests = {
  /**
   * Divides the class: learners by group, present or not. Everybody leaves the stage, and hands go down. Who is present and named nowhere goes to the smallest group within a second, as whoever comes later.
   * `recorded`: each group gets a recording of its own, for staff; where it is set otherwise for the platform, or the lesson is not recorded, that holds. Errors: lesson_not_live, lesson_ended, breakout_running, bad_request (somebody named twice), not_found (no learner of this lesson).
   */
  'breakout:start': {
    by: leadingRoles,
    data: Closed({ groups: Type.Array(Type.Array(Uuid, { maxItems: mostInGroup }), { minItems: 1, maxItems: mostGroups }), minutes: Minutes, recorded: Type.Boolean() }),
    reply: Empty,
  },
  /** A learner goes to another group, or back to the class with null. Errors: not_found (no such group, no learner of this lesson), group_full. */
  'breakout:move': { by: leadingRoles, data: Closed({ personId: Uuid, groupId: Nullable(Uuid) }), reply: Empty },
  /** Two hours in all at most. Errors: bad_request. */
  'breakout:extend': { by: leadingRoles, data: Closed({ minutes: Minutes }), reply: Empty },
  'breakout:end': { by: leadingRoles, data: Empty, reply: Empty },
  /** The asker's own camera, microphone and chat go into this group, whose raised hands go down; with null back to the class. Errors: not_found. */
  'breakout:visit': { by: leadingRoles, data: Closed({ groupId: Nullable(Uuid) }), reply: Empty },
  /** One line to all groups and the class, kept in the chat of each. `messageId` as in `chat:send`. Errors: word_refused, bad_request. */
  'breakout:tell': { by: leadingRoles, data: Closed({ messageId: Uuid, text: Type.String({ minLength: 1, maxLength: 200 }) }), reply: ChatMessage },
} as const satisfies RequestTable;

export const breakoutEvents = {
  /** To everybody, each with what they may see; null: there is no division any more. Whose room is another one is told `media:reset` and `lesson:resync` too. */
  'breakout:changed': Closed({ breakout: Nullable(BreakoutView) }),
  /** A line to all groups; it stands in the chat as well. */
  'breakout:told': ChatMessage,
  /** To staff: who is loudest in a group; null: nobody. */
  'breakout:speaking': Closed({ groupId: Uuid, personId: Nullable(Uuid) }),
} as const satisfies EventTable;
