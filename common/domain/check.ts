// Face checks: verdict words, windows, and how the moments are drawn and sealed beforehand (R61, R117).

/**
 * Of the face: `matched` to `refused`. Of the other way, which no machine judges: `confirmed_by_person` (code and look, or the look alone where no phone is
 * on file), `not_seen` (whoever looked did not see them), `missed_look` (the learner did their part, and nobody looked in time). In the replay, where nobody can
 * look: `confirmed_by_code`.
 */
export const verdicts = [
  'matched', 'mismatched', 'no_face', 'several_faces', 'poor_quality', 'review', 'missed', 'refused', 'confirmed_by_person', 'not_seen', 'missed_look', 'confirmed_by_code',
] as const;
export type Verdict = (typeof verdicts)[number];

/** The learner was seen to be who they say, by a camera or by a person; in the replay, where nobody can look, their phone said it. */
export const passed = (verdict: Verdict): boolean => verdict === 'matched' || verdict === 'confirmed_by_person' || verdict === 'confirmed_by_code';
/** Waits for a person to decide and takes nothing until then: what failed there was not the learner. */
export const awaitsPerson = (verdict: Verdict): boolean => verdict === 'review' || verdict === 'missed_look';
/** Answered, and not with that person's face alone in a picture good enough, or not seen; `missed` was not answered. */
export const failed = (verdict: Verdict): boolean => !passed(verdict) && !awaitsPerson(verdict) && verdict !== 'missed';

const askedOnceMore: readonly Verdict[] = ['poor_quality', 'no_face', 'several_faces', 'mismatched', 'not_seen', 'missed'];
/** Whether a check that ended so is asked once more, as often as the pack says. The last attempt counts. */
export const deservesRetry = (verdict: Verdict): boolean => askedOnceMore.includes(verdict);

export const checkKinds = ['sign_in', 'spot'] as const;
export type CheckKind = (typeof checkKinds)[number];

/**
 * `drawn` waits for its moment, `asked` waits for the snapshot, `verifying` waits for the worker, `settled` has a verdict,
 * `void` was never asked (the learner was not there, the lesson ended).
 */
export const checkStatuses = ['drawn', 'asked', 'verifying', 'settled', 'void'] as const;
export type CheckStatus = (typeof checkStatuses)[number];

/** How a check was asked: for a picture, or for a phone code and a look. */
export const askedWays = ['face', 'alternative'] as const;
export type AskedWay = (typeof askedWays)[number];

/** The phone code of a check on the other way: `unsent` also where sending failed; `no_phone`: none is on file, so the look alone has to do. */
export const codeStates = ['unsent', 'sent', 'entered', 'no_phone'] as const;
export type CodeState = (typeof codeStates)[number];

/** What code and look (`seen` null: nobody looked yet) come to; null while the other is waited for. `over`: the time to answer has passed. */
export function alternativeVerdict({ code, seen, over }: { code: CodeState; seen: boolean | null; over: boolean }): Verdict | null {
  if (seen === false) return 'not_seen';
  if (seen && (code === 'entered' || code === 'no_phone')) return 'confirmed_by_person';
  if (!over) return null;
  // A code that could not be sent is no fault of the learner's: then too the look alone has to do, and the row says so.
  if (code === 'unsent') return seen ? 'confirmed_by_person' : 'review';
  return code === 'sent' ? 'missed' : 'missed_look';
}

/** How the sign-in of a learner stands; `answered`: they did their part of it. */
export interface SignInState { answered: boolean; verdict: Verdict | null }
/** Whether time counts by it: passed, or answered and waiting for a machine or a person. The ledger's own rule (`checkVoids`). */
export const signedIn = ({ answered, verdict }: SignInState): boolean => (verdict === null ? answered : passed(verdict) || awaitsPerson(verdict));

/** Largest accepted snapshot, bytes. */
export const snapshotMaxBytes = 2 * 1024 * 1024;

/** Ways of a learner: face, or `alternative` when refused, without a camera, or not yet decided (law: face may not be the only way). */
export const checkWays = ['face', 'alternative', 'undecided'] as const;
export type CheckWay = (typeof checkWays)[number];
