// Subsidy files over REST: asked for, looked after and fetched.
import Type, { type Static } from 'typebox';
import { subsidyStates } from '#domain/paper/subsidy.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Hash = Nullable(Type.String({ pattern: '^[0-9a-f]{64}$' }));
/** `progress` 0..1, by parts. `manifestSha256`: of manifest.json inside, which names every file by its hash; both stay when the file is gone. `learners`: whose numbers are in it. */
export const SubsidyFile = Closed({
  fileId: Uuid, status: OneOf(subsidyStates), askedAt: Instant, askedBy: Type.String(), progress: Type.Number({ minimum: 0, maximum: 1 }), learners: Nullable(Type.Integer()), sizeBytes: Nullable(Type.Integer()), sha256: Hash, manifestSha256: Hash, deleteAfter: Instant,
});
export type SubsidyFile = Static<typeof SubsidyFile>;
export const SubsidyFiles = Closed({ files: Type.Array(SubsidyFile), mayMake: Type.Boolean() });
export type SubsidyFiles = Static<typeof SubsidyFiles>;
