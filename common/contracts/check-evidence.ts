// What proves that nobody chose the moments of spot checks: the sealed seed, what it was drawn for, and the seed itself once the lesson is over (R61, R117).
import Type, { type Static } from 'typebox';
import { Closed, Instant, Nullable, Uuid } from './shapes.ts';

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$' });
/** An event of the lesson's stream, to be found there and in its chain. */
const Told = Closed({ eventId: Uuid, at: Instant });

export const CheckEvidence = Closed({
  lessonId: Uuid,
  sessions: Type.Array(Closed({
    sessionId: Uuid, rulePack: Type.String(),
    /** SHA-256 of the seed's bytes, and the event that published it before the draw. */
    seedHash: Hash, sealed: Told,
    /** What was drawn for: ms since epoch; `personIds` empty before the seed is told. `drawHash` over all of it and the moments, told with the draw. */
    draw: Closed({
      ...Told.properties, units: Type.Array(Closed({ unitId: Uuid, startMs: Type.Number(), endMs: Type.Number() })), personIds: Type.Array(Uuid),
      perUnit: Type.Integer(), windowMs: Type.Integer(), perSecond: Type.Integer(), drawn: Type.Integer(), drawHash: Hash,
    }),
    /** Who was enrolled while it ran, drawn for when they came: from the same seed and figures, as a class of their own. */
    late: Type.Array(Closed({ ...Told.properties, personIds: Type.Array(Uuid), drawn: Type.Integer(), drawHash: Hash })),
    /** Null while the lesson runs. */
    seed: Nullable(Hash), revealed: Nullable(Told),
    /** As the rows have them; empty while the lesson runs. */
    moments: Type.Array(Closed({ personId: Uuid, unitId: Uuid, dueMs: Type.Number() })),
    /** Drawn again here and now from the seed and compared with the rows; null while the lesson runs. */
    proven: Nullable(Type.Boolean()),
  })),
});
export type CheckEvidence = Static<typeof CheckEvidence>;
