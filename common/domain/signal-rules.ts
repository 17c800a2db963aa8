// How strong a signal is, from what was measured: figures in, 0..1 out, null for nothing worth noting. Where the figures come from: docs/decisions/041.

/** Below these the face engine's own score doubts that a living face was before the camera (faces.md: 4 of 5 flat fakes below, 2 of 900 honest pictures). */
export const livenessDoubts = { strong: 0.2, weak: 0.5 } as const;

/** `live`: 0..1 as the engine scores it. */
export function livenessStrength(live: number): number | null {
  if (live < livenessDoubts.strong) return 0.6 + 0.2 * (1 - live / livenessDoubts.strong);
  return live < livenessDoubts.weak ? 0.25 : null;
}

/**
 * Bits in which two prints may differ to count as one picture. Of one learner: who sits still before one wall looks nearly the same each time, so only
 * what recompressing does is near, and it is a weak sign. Of two learners alike by accident is rarer, and each has a face of their own in it.
 */
export const nearBits = { own: 2, others: 3 } as const;

/** A camera never gives the same bytes twice: its noise differs. `apart`: bits of 64; `same`: whose the earlier picture is. */
export function repeatStrength({ apart, identical, whose }: { apart: number; identical: boolean; whose: 'own' | 'others' }): number | null {
  if (identical) return 0.95;
  if (apart > nearBits[whose]) return null;
  return whose === 'own' ? 0.3 : 0.7;
}

/** A snapshot that is not the learner's but another learner's of the class. `distance` 0..2, `match`: up to which two are one person. */
export const sameFaceStrength = (distance: number, match: number): number | null => (distance > match ? null : distance <= match * 0.7 ? 0.95 : 0.85);

/** One browser, several learners: a family or a room of the institution share one, so it is weak; two in one lesson at the same moment are not. */
export function deviceStrength({ people, atOnce }: { people: number; atOnce: boolean }): number | null {
  if (people < 2) return null;
  return Math.min(atOnce ? 0.9 : 0.5, (atOnce ? 0.7 : 0.2) + 0.05 * (people - 2));
}

/** What a browser run by a test shows, on a platform that is only tried out: noted, far below what is put before a person. */
export const trialScale = 0.05;
