// Corrections of a learner's credited time, and what came of each. Rows are only added.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { CorrectionOutcome, CorrectionReason, CorrectionWay } from '#domain/correction.ts';

export const Correction = defineEntity({
  name: 'Correction',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), unitId: p.uuid(), personId: p.uuid(), way: p.text().$type<CorrectionWay>(), fromAt: p.datetime(), toAt: p.datetime(),
    /** What it would have changed when it was made, ms. */
    changesMs: p.integer(),
    reason: p.text().$type<CorrectionReason>(), words: p.text(), attachmentId: p.uuid(), madeBy: p.uuid(), madeAt: p.datetime(),
  },
});
export const CorrectionDecision = defineEntity({
  name: 'CorrectionDecision',
  properties: { correctionId: p.uuid().primary(), institutionId: p.uuid(), outcome: p.text().$type<CorrectionOutcome>(), words: p.text(), decidedBy: p.uuid(), decidedAt: p.datetime() },
});
export type Correction = InferEntity<typeof Correction>;
export type CorrectionDecision = InferEntity<typeof CorrectionDecision>;
