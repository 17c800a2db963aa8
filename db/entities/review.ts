// Signals against fakes, fingerprints of snapshots, and what people decided and appealed. Decisions and appeals' texts are kept as long as the hours they change.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { ReviewOutcome, ReviewSubject } from '#domain/review.ts';
import type { SignalFacts, SignalKind, SignalStatus } from '#domain/signals.ts';

export const Signal = defineEntity({
  name: 'Signal',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid().nullable(), personId: p.uuid(), kind: p.text().$type<SignalKind>(), strength: p.double().$type<number>(),
    lessonId: p.uuid().nullable(), checkId: p.uuid().nullable(), otherPersonIds: p.json().$type<string[]>(), facts: p.json().$type<SignalFacts>(),
    /** What it is about, so that the same thing seen twice is one row. */
    about: p.text(), firstSeenAt: p.datetime(), lastSeenAt: p.datetime(), count: p.integer(), status: p.text().$type<SignalStatus>(),
  },
});
/** What a person decided; rows are only added, the last one of a check (or span, or learner and lesson) counts. */
export const ReviewDecision = defineEntity({
  name: 'ReviewDecision',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), /** Of a check in an exam its attempt instead. */ lessonId: p.uuid().nullable(), attemptId: p.uuid().nullable(), personId: p.uuid(), subject: p.text().$type<ReviewSubject>(),
    checkId: p.uuid().nullable(), appealId: p.uuid().nullable(), outcome: p.text().$type<ReviewOutcome>(), reason: p.text(),
    /** The decision it takes the place of. */
    replacesId: p.uuid().nullable(), decidedBy: p.uuid(), decidedAt: p.datetime(),
  },
});
/** Of a check, or of a stretch of a unit that was not credited. */
export const Appeal = defineEntity({
  name: 'Appeal',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), /** Of a check in an exam its attempt instead. */ lessonId: p.uuid().nullable(), attemptId: p.uuid().nullable(), personId: p.uuid(), checkId: p.uuid().nullable(), unitId: p.uuid().nullable(),
    fromAt: p.datetime().nullable(), toAt: p.datetime().nullable(), text: p.text(), createdAt: p.datetime(), decidedAt: p.datetime().nullable(),
  },
});
export type Signal = InferEntity<typeof Signal>;
export type ReviewDecision = InferEntity<typeof ReviewDecision>;
export type Appeal = InferEntity<typeof Appeal>;
