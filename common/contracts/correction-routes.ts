// Corrections of a learner's credited time, over REST: made by one of the office, decided by another (R114, R155, R158).
import Type, { type Static } from 'typebox';
import { correctionOutcomes, correctionReasons, correctionStates, correctionWays, correctionWords } from '#domain/correction.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** What everybody sees who may see the hours: what was changed and why, and when two people of the office signed for it. Minutes as reckoned when it was made. */
const told = {
  way: OneOf(correctionWays), unitOrdinal: Type.Integer(), from: Instant, to: Instant, minutes: Type.Number(), reason: OneOf(correctionReasons), madeAt: Instant, decidedAt: Nullable(Instant),
};
export const HoursCorrection = Closed(told);
export type HoursCorrection = Static<typeof HoursCorrection>;

/** For the office and whoever oversees it. `mine`: the asker made it; `mayDecide`: the asker may approve or reject it. */
export const Correction = Closed({
  correctionId: Uuid, institutionId: Uuid, lessonId: Uuid, lessonTitle: Type.String(), cohortTitle: Type.String(), startsAt: Instant, personId: Uuid, personName: Type.String(), ...told,
  words: Type.String(), attachmentId: Uuid, fileName: Type.String(), maker: Type.String(), state: OneOf(correctionStates), decider: Nullable(Type.String()), decisionWords: Type.String(),
  mine: Type.Boolean(), mayDecide: Type.Boolean(),
});
export type Correction = Static<typeof Correction>;
/** Newest first. `mayMake`: the asker is of the office, is not the learner, and the lesson is over. */
export const LearnerCorrections = Closed({ institutionId: Uuid, mayMake: Type.Boolean(), corrections: Type.Array(Correction) });
export type LearnerCorrections = Static<typeof LearnerCorrections>;
/** What waits, oldest first, and the last hundred that were decided, newest first, of all institutions one is of the office of or oversees. */
export const CorrectionQueue = Closed({ waiting: Type.Array(Correction), decided: Type.Array(Correction) });
export type CorrectionQueue = Static<typeof CorrectionQueue>;

export const CorrectionBody = Closed({
  unitId: Uuid, way: OneOf(correctionWays), from: Instant, to: Instant, reason: OneOf(correctionReasons),
  words: Type.String({ minLength: correctionWords.least, maxLength: correctionWords.most, pattern: '\\S' }),
  /** A paper of this lesson, of kind `correction` or `signed_sheet`, that stands. */
  attachmentId: Uuid,
});
export type CorrectionBody = Static<typeof CorrectionBody>;
export const CorrectionDecisionBody = Closed({ outcome: OneOf(correctionOutcomes), words: Type.String({ maxLength: correctionWords.most }) });
export type CorrectionDecisionBody = Static<typeof CorrectionDecisionBody>;

const office = ['admin', 'institution'] as const;
const readers = ['admin', 'institution', 'regulator'] as const;
const OneLearner = Closed({ lessonId: Uuid, personId: Uuid });

export const correctionRoutes = {
  'GET /api/corrections': { by: readers, reply: CorrectionQueue },
  /** Errors: not_found (a lesson one does not oversee, or nobody who learns in it). */
  'GET /api/lessons/:lessonId/hours/:personId/corrections': { by: readers, params: OneLearner, reply: LearnerCorrections },
  /**
   * Waits then for somebody else. Errors: not_found, own_correction (one's own hours), correction_too_soon (the lesson is not over), correction_outside (not within the unit), correction_changes_nothing,
   * correction_paper (no such paper that stands), correction_waiting (another one of that time waits), bad_request (a reason of the other way).
   */
  'POST /api/lessons/:lessonId/hours/:personId/corrections': { by: office, params: OneLearner, body: CorrectionBody, reply: LearnerCorrections },
  /**
   * Approved it counts from then on; rejected and withdrawn need words. Errors: not_found, own_correction (made by oneself, or one's own hours), forbidden (withdrawn by another), already_decided,
   * correction_changes_nothing, correction_paper, bad_request (no words).
   */
  'POST /api/corrections/:correctionId/decision': { by: office, params: Closed({ correctionId: Uuid }), body: CorrectionDecisionBody, reply: Correction },
} as const;
