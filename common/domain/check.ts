// Face checks: verdict words, windows, and how the moments are drawn and sealed beforehand (R61, R117).

export const verdicts = ['matched', 'mismatched', 'no_face', 'several_faces', 'poor_quality', 'review', 'missed', 'refused'] as const;
export type Verdict = (typeof verdicts)[number];

export const checkKinds = ['sign_in', 'spot'] as const;
export type CheckKind = (typeof checkKinds)[number];

/**
 * `drawn` waits for its moment, `asked` waits for the snapshot, `verifying` waits for the worker, `settled` has a verdict,
 * `void` was never asked (the learner was not there, the lesson ended).
 */
export const checkStatuses = ['drawn', 'asked', 'verifying', 'settled', 'void'] as const;
export type CheckStatus = (typeof checkStatuses)[number];

/** Largest accepted snapshot, bytes. */
export const snapshotMaxBytes = 2 * 1024 * 1024;

/** Ways of a learner: face, or `alternative` when refused, without a camera, or not yet decided (law: face may not be the only way). */
export const checkWays = ['face', 'alternative', 'undecided'] as const;
export type CheckWay = (typeof checkWays)[number];
