// One-time codes sent to a phone: what they are for, how long they live, how often they may be tried and asked for (R102, R138).

export const phonePurposes = ['register', 'sign_in', 'change_phone', 'reset_password'] as const;
export type PhonePurpose = (typeof phonePurposes)[number];

export const phoneCodeDigits = 6;
export const phoneCodeLifeMs = 5 * 60_000;
/** Wrong ones included: the sixth is not looked at, even when it is right. */
export const phoneCodeTries = 5;
interface CodeLimit { most: number; withinMs: number }
const [hourMs, dayMs] = [3_600_000, 24 * 3_600_000];
/**
 * To one phone. `stated`: anybody can name somebody's phone, so few. `own`: ordered by the platform for a person in class, who on the other way needs one for each
 * sign-in and check of a whole day. The two are counted apart, so that nobody keeps a learner out of class by ordering codes to their phone.
 */
export const phoneCodeLimits: Record<'stated' | 'own', readonly CodeLimit[]> = {
  stated: [{ most: 1, withinMs: 30_000 }, { most: 5, withinMs: hourMs }, { most: 12, withinMs: dayMs }],
  own: [{ most: 1, withinMs: 30_000 }, { most: 20, withinMs: hourMs }, { most: 80, withinMs: dayMs }],
};
export const purposesOf: Record<'stated' | 'own', readonly PhonePurpose[]> = { stated: ['register', 'change_phone', 'reset_password'], own: ['sign_in'] };
export const phoneCodeCountedMs = dayMs;
export const countedAs = (purpose: PhonePurpose): 'stated' | 'own' => (purpose === 'sign_in' ? 'own' : 'stated');

/** Milliseconds until one more may be sent to a phone to which these were sent (epoch ms, any order); 0 is now. */
export function codeWaitMs(limits: readonly CodeLimit[], sentAtMs: readonly number[], nowMs: number): number {
  return Math.max(0, ...limits.map(({ most, withinMs }) => {
    const within = sentAtMs.filter((at) => at > nowMs - withinMs).sort((a, b) => b - a);
    return within.length < most ? 0 : within[most - 1]! + withinMs - nowMs;
  }));
}

export interface KeptCode { tries: number; expiresAtMs: number; used: boolean }
/** What a try is worth; `tries` counts the ones before it. `open`: the code decides. */
export function stateOfCode({ tries, expiresAtMs, used }: KeptCode, nowMs: number): 'open' | 'over' | 'tried_too_often' {
  if (used || nowMs >= expiresAtMs) return 'over';
  return tries >= phoneCodeTries ? 'tried_too_often' : 'open';
}
