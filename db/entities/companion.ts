// A phone as the second camera of somebody's seat: its link, and whether it is here.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { CompanionEnd } from '#domain/companion.ts';

/**
 * `personId` holds the seat it hangs on. `tokenHash` is of the link, `keyHash` of the phone that opened it. `connectionId`: its socket, null while it is away; `seenAt`: the last sign of it,
 * written every 5 s. Its id is that of its peer at the media node.
 */
export const Companion = defineEntity({
  name: 'Companion',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), sessionId: p.uuid(), personId: p.uuid(),
    tokenHash: p.blob(), keyHash: p.blob().nullable(), createdAt: p.datetime(), expiresAt: p.datetime(), usedAt: p.datetime().nullable(),
    connectionId: p.uuid().nullable(), seenAt: p.datetime().nullable(), endedAt: p.datetime().nullable(), endReason: p.text().$type<CompanionEnd>().nullable(),
  },
});
export type Companion = InferEntity<typeof Companion>;
