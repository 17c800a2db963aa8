// A viewing that makes up what was missed live: what was opened, what was watched of it, and the seed its spot checks were drawn from.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

export const MakeUp = defineEntity({
  name: 'MakeUp',
  properties: {
    /** The id of its viewing, which may be gone when the file was made again: this row stays. */
    viewingId: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), sessionId: p.uuid(), unitId: p.uuid(), personId: p.uuid(), replayId: p.uuid(),
    /** Server time of the file's first frame. */
    filmStartsAt: p.datetime(),
    /** Spans of the file, whole ms. */
    open: p.json().$type<[number, number][]>(),
    /** `WatchedPiece`s of the domain: instants of the live unit, epoch ms, in the order they were watched. */
    watched: p.json().$type<[number, number, number][]>(),
    /** How far in the file this viewing may get, ms. */
    reachMs: p.integer(),
    /** The hash is told when it begins, the seed when it is over. */
    checkSeed: p.text(), checkSeedHash: p.text(), spotsAsked: p.integer(),
    closesAt: p.datetime(), begunAt: p.datetime(), endedAt: p.datetime().nullable(),
  },
});
export type MakeUp = InferEntity<typeof MakeUp>;
