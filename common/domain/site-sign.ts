// Signing in by phone at the place of a lesson (现场签到): when it is open, which codes are good, what the signs of a learner say (R40, R151).
import { plannedEndMs } from './lesson.ts';
import { offlineReachMs, type OfflinePlan } from './offline.ts';
import type { Span } from './spans.ts';

/** The code shown at the place changes so often, ms. The one before it is good too: somebody may be typing it. */
export const siteCodeStepMs = 30_000;
/** Signs of one learner closer than this are one, ms. */
export const sameSignMs = 60_000;
/** Wrong codes of one learner within `wrongCodesWithinMs`, and no more are heard. */
export const wrongCodesMost = 8;
export const wrongCodesWithinMs = 300_000;
/** A clerk writes whole minutes: a stretch is covered where it goes no further than this beyond the signs, ms. */
const minuteMs = 60_000;

/** As long as a sheet may say that it was held, epoch ms. */
export const siteWindow = (plan: OfflinePlan): Span => ({ fromMs: plan.startsAt.getTime() - offlineReachMs, toMs: plannedEndMs(plan) + offlineReachMs });
export const isSiteOpen = (plan: OfflinePlan, nowMs: number): boolean => nowMs >= siteWindow(plan).fromMs && nowMs < siteWindow(plan).toMs;

/** Signs of the time the lesson is planned for: those from before it was moved say nothing of it. Epoch ms. */
export const signsWithin = (plan: OfflinePlan, signs: readonly number[]): number[] => signs.filter((atMs) => isSiteOpen(plan, atMs));

/** Steps whose codes are good now, the shown one first. */
export const goodSteps = (nowMs: number): [shown: number, before: number] => [Math.floor(nowMs / siteCodeStepMs), Math.floor(nowMs / siteCodeStepMs) - 1];
/** When the shown code gives way to the next, epoch ms. */
export const stepEndsMs = (nowMs: number): number => (Math.floor(nowMs / siteCodeStepMs) + 1) * siteCodeStepMs;
/** Six digits of four bytes nobody can foresee. Throws RangeError on fewer. */
export function siteCodeOf(secret: Uint8Array): string {
  const bytes = new DataView(secret.buffer, secret.byteOffset, secret.byteLength);
  return String(bytes.getUint32(0) % 1_000_000).padStart(6, '0');
}

/** From the first sign to the last, epoch ms ascending; null where there are not two, a minute apart. */
export function signedSpan(signs: readonly number[]): Span | null {
  const [first, last] = [signs[0], signs.at(-1)];
  return first === undefined || last === undefined || last - first < sameSignMs ? null : { fromMs: first, toMs: last };
}
/** The same as it is told over the wire; null where the last sign is missing. */
export const spanOfSigned = (signed: { from: string; to: string | null } | null): Span | null =>
  (signed === null || signed.to === null ? null : { fromMs: Date.parse(signed.from), toMs: Date.parse(signed.to) });
/** Whether a learner's own signs say all of this stretch, so that no paper is needed for it. */
export const isSigned = (stretch: Span, signed: Span | null): boolean => signed !== null && stretch.fromMs >= signed.fromMs - minuteMs && stretch.toMs <= signed.toMs + minuteMs;
