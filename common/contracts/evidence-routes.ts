// Routes of evidence: heads of the log for everybody, files that verify offline for whoever may see what is in them.
import Type, { type Static } from 'typebox';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Size = Type.String({ pattern: '^\\d{1,15}$' });
export const EvidenceHead = Closed({ size: Type.Integer({ minimum: 1 }), root: Type.String({ pattern: '^[0-9a-f]{64}$' }), at: Instant, keyId: Type.String({ pattern: '^[0-9a-f]{64}$' }), signature: Type.String(), proof: Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' })) });
const EvidenceKey = Closed({ keyId: Type.String(), publicKey: Type.String(), since: Instant, endorsedBy: Nullable(Type.String()), endorsement: Nullable(Type.String()) });
/** Newest first, `proof` from the head before it. `keys` oldest first; `keyId`: of the first one; null before anything was signed. `waiting`: leaves that are under no head yet. */
export const EvidenceHeads = Closed({ keyId: Nullable(Type.String()), keys: Type.Array(EvidenceKey), heads: Type.Array(EvidenceHead), more: Type.Boolean(), waiting: Type.Integer({ minimum: 0 }) });
export type EvidenceHeads = Static<typeof EvidenceHeads>;
/** Size of a head somebody holds, which is to stand in the file with its directory. */
const Held = Closed({ held: Type.Optional(Size) });

export const evidenceRoutes = {
  /** Fifty at a time; `before` a size. */
  'GET /api/evidence/heads': { by: 'anyone', query: Closed({ before: Type.Optional(Size) }), reply: EvidenceHeads },
  /** The page that verifies evidence files, to be kept and opened without a network. */
  'GET /api/evidence/verify-page': { by: 'anyone', query: Closed({ locale: Type.Optional(OneOf(['zh', 'en'] as const)) }), reply: 'file' },
  /** The evidence of one certificate. Errors: serial_invalid, not_found (also for a head nobody signed), evidence_not_yet, too_many_attempts. */
  'GET /api/certificate-checks/:serial/evidence': { by: 'anyone', params: Closed({ serial: Type.String({ minLength: 1, maxLength: 60 }) }), query: Held, reply: 'file' },
  /** Facts of a cohort and its lessons, and hashes of its files. Errors: not_found (also for a head nobody signed), evidence_not_yet. */
  'GET /api/cohorts/:cohortId/evidence': { by: ['admin', 'institution', 'regulator'] as const, params: Closed({ cohortId: Uuid }), query: Held, reply: 'file' },
} as const;
