// What is kept and until when, over REST: holds and certificates of deletion for the office and the authority; for each person the own data as a file, why the law keeps what, and asking for deletion (R28, R145, R158).
import Type, { type Static } from 'typebox';
import { holdScopes, holdWords, retentionClasses } from '#domain/retention.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Words = Type.String({ minLength: holdWords.least, maxLength: holdWords.most, pattern: '\\S' });
const Count = Type.Integer({ minimum: 0 });

/** `subject`: the name of what is held. `endedAt` null: it stands. */
export const LegalHold = Closed({
  holdId: Uuid, scope: OneOf(holdScopes), subjectId: Uuid, subject: Type.String(), reason: Type.String(), setBy: Type.String(), fromAt: Instant, endedAt: Nullable(Instant), endedBy: Nullable(Type.String()), endReason: Nullable(Type.String()),
});
export type LegalHold = Static<typeof LegalHold>;
export const deletionOutcomes = ['carried_out', 'refused'] as const;
const requested = { requestId: Uuid, words: Type.String(), askedAt: Instant, outcome: Nullable(OneOf(deletionOutcomes)), decisionWords: Nullable(Type.String()), decidedAt: Nullable(Instant) };
export const DeletionRequest = Closed({ ...requested, personId: Uuid, personName: Type.String() });
export type DeletionRequest = Static<typeof DeletionRequest>;
/** `rows` and `files` that went; `idsHash`: what was deleted, as SHA-256. */
export const DeletionCertificate = Closed({ certificateId: Uuid, retentionClass: OneOf(retentionClasses), subjectId: Uuid, rows: Count, files: Count, rule: Type.String(), dueAt: Instant, deletedAt: Instant, idsHash: Type.String() });
export type DeletionCertificate = Static<typeof DeletionCertificate>;
/** Holds that stand first; requests that wait first, oldest first; the last hundred certificates, newest first. `mayDecide`: the asker is of the office. */
export const Retention = Closed({ institutionId: Uuid, mayDecide: Type.Boolean(), holds: Type.Array(LegalHold), requests: Type.Array(DeletionRequest), certificates: Type.Array(DeletionCertificate) });
export type Retention = Static<typeof Retention>;

/** One class of what is kept of the asker in one training. `until` null: while the training runs, or a hold stands. */
export const KeptOfMine = Closed({
  institutionId: Uuid, institutionName: Type.String(), cohortTitle: Type.String(), retentionClass: OneOf(retentionClasses), state: OneOf(['due', 'training_runs', 'time', 'hold'] as const), until: Nullable(Instant), rule: Type.String(),
});
/** `pictures` and `faces`: what of the asker's face is stored now. `institutions`: those that may be asked. */
export const OwnData = Closed({
  pictures: Count, faces: Count, kept: Type.Array(KeptOfMine), institutions: Type.Array(Closed({ institutionId: Uuid, name: Type.String() })),
  requests: Type.Array(Closed({ ...requested, institutionId: Uuid, institutionName: Type.String() })),
});
export type OwnData = Static<typeof OwnData>;

/** What may be held, by a part of its name: `about` tells two of the same name apart (a class's course, a lesson's class, a learner's classes); `at`: when a lesson was. At most 20. */
export const Holdable = Closed({ found: Type.Array(Closed({ subjectId: Uuid, name: Type.String(), about: Type.String(), at: Nullable(Instant) })) });
export type Holdable = Static<typeof Holdable>;
export const HoldBody = Closed({ scope: OneOf(holdScopes), subjectId: Uuid, reason: Words });
export type HoldBody = Static<typeof HoldBody>;
export const DeletionAsked = Closed({ institutionId: Uuid, words: Words });
export type DeletionAsked = Static<typeof DeletionAsked>;
export const DeletionDecision = Closed({ outcome: OneOf(deletionOutcomes), words: Words });
export type DeletionDecision = Static<typeof DeletionDecision>;

const overseers = ['admin', 'institution', 'regulator'] as const;
const office = ['admin', 'institution'] as const;
const OneInstitution = Closed({ institutionId: Uuid });

export const retentionRoutes = {
  'GET /api/institutions/:institutionId/retention': { by: overseers, params: OneInstitution, reply: Retention },
  /** By the name of a learner, a class or a lesson. Errors: not_found. */
  'GET /api/institutions/:institutionId/holdable': { by: overseers, params: OneInstitution, query: Closed({ scope: OneOf(['person', 'cohort', 'lesson'] as const), text: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }) }), reply: Holdable },
  /** Errors: not_found (an institution one is not of, a subject that is not of it). The same again is one more hold: each is ended by itself. */
  'POST /api/institutions/:institutionId/legal-holds': { by: overseers, params: OneInstitution, body: HoldBody, reply: Retention },
  /** Errors: not_found, already_decided. */
  'POST /api/legal-holds/:holdId/ending': { by: overseers, params: Closed({ holdId: Uuid }), body: Closed({ reason: Words }), reply: Retention },
  /** Carried out, the face goes at once: pictures, vectors and the key. Errors: not_found, already_decided, forbidden (one's own), under_hold. */
  'POST /api/deletion-requests/:requestId/decision': { by: office, params: Closed({ requestId: Uuid }), body: DeletionDecision, reply: Retention },
  'GET /api/me/data': { by: 'account', reply: OwnData },
  /** JSON: all that is kept of the asker, document and phone masked. */
  'GET /api/me/data/file': { by: 'account', reply: 'file' },
  /** Waits then for the office. Errors: not_found (an institution one does not learn at), already_asked. */
  'POST /api/me/deletion-requests': { by: 'account', body: DeletionAsked, reply: OwnData },
} as const;
