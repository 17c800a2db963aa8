// A class divided into groups for a while, and each stay of a person in one of them.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { BreakoutEnd } from '#domain/breakout.ts';

/** One at a time in a lesson. */
export const Breakout = defineEntity({
  name: 'Breakout',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), sessionId: p.uuid(), startedAt: p.datetime(), startedBy: p.uuid(),
    /** Whether what is said and shown in its groups is recorded, each by itself. */
    recorded: p.boolean().default(false),
    endsAt: p.datetime(), endedAt: p.datetime().nullable(), endReason: p.text().$type<BreakoutEnd>().nullable(),
  },
});
/** Its id is that of its media room. */
export const BreakoutGroup = defineEntity({
  name: 'BreakoutGroup',
  properties: { id: p.uuid().primary(), breakoutId: p.uuid(), ordinal: p.integer() },
});
/** From `joinedAt` to `leftAt` the person's media and chat went to this group; one at a time in a lesson. `visiting`: staff who look in. */
export const BreakoutMember = defineEntity({
  name: 'BreakoutMember',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), breakoutId: p.uuid(), groupId: p.uuid(), personId: p.uuid(),
    visiting: p.boolean(), joinedAt: p.datetime(), leftAt: p.datetime().nullable(),
  },
});
export type Breakout = InferEntity<typeof Breakout>;
export type BreakoutGroup = InferEntity<typeof BreakoutGroup>;
export type BreakoutMember = InferEntity<typeof BreakoutMember>;
