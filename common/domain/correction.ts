// Corrections (更正): a clerk says that a stretch of a learner counts, or does not, for a reason on a list and with a paper; it holds once somebody else of the office approved it (R114, R155, R158).

/** `credit`: the stretch counts; `take`: it does not. */
export const correctionWays = ['credit', 'take'] as const;
export type CorrectionWay = (typeof correctionWays)[number];

/** Why, of each way. Answers to questions are never corrected: what was answered is what the learner knew then; a question that was wrong is a matter of the bank. */
export const reasonsOf = {
  credit: ['power_cut', 'platform_fault', 'device_fault', 'sign_in_misjudged', 'paper_sheet', 'other'],
  take: ['stand_in', 'not_attending', 'counted_wrongly', 'other'],
} as const satisfies Record<CorrectionWay, readonly string[]>;
export const correctionReasons = [...new Set([...reasonsOf.credit, ...reasonsOf.take])];
export type CorrectionReason = (typeof correctionReasons)[number];
export const fitsWay = (way: CorrectionWay, reason: CorrectionReason): boolean => (reasonsOf[way] as readonly CorrectionReason[]).includes(reason);

/** What comes of it, once. What was approved by mistake is taken back by a correction the other way, never undone. */
export const correctionOutcomes = ['approved', 'rejected', 'withdrawn'] as const;
export type CorrectionOutcome = (typeof correctionOutcomes)[number];
export const correctionStates = ['waiting', ...correctionOutcomes] as const;
export type CorrectionState = (typeof correctionStates)[number];

/** Signs of the words of a maker or decider, after trimming. An approval needs none. */
export const correctionWords = { least: 2, most: 500 } as const;
/** A shorter stretch is nobody's correction, ms. */
export const shortestCorrectionMs = 1000;

export interface Deciding { makerId: string; learnerId: string; deciderId: string; outcome: CorrectionOutcome }
/** Null where this person may. Whoever made it only withdraws it; nobody decides about their own hours. */
export function decidingFault({ makerId, learnerId, deciderId, outcome }: Deciding): 'own_correction' | 'forbidden' | null {
  if (deciderId === learnerId) return 'own_correction';
  if (outcome === 'withdrawn') return deciderId === makerId ? null : 'forbidden';
  return deciderId === makerId ? 'own_correction' : null;
}
