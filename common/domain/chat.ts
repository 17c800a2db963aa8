// How fast one person may write, and who may write at all.
import type { ErrorCode } from './errors.ts';
import { isStaff, type LessonRole } from './roles.ts';

/** One message a second in the long run, five at once. */
export const chatRate = { perSecond: 1, burst: 5 } as const;
/** Messages to look back at: more cannot matter to the bucket. */
export const chatLookBack = 30;
/** Slow mode, s between two messages of one learner. */
export const slowSeconds = { off: 0, most: 600, offered: [0, 10, 30, 60, 120, 300] } as const;

/** True where one more message at `nowMs` fits a bucket of `burst` that refills with `perSecond`; `sentAtMs` oldest first. */
export function mayWrite(sentAtMs: readonly number[], nowMs: number): boolean {
  let tokens: number = chatRate.burst;
  let atMs = sentAtMs[0] ?? nowMs;
  for (const sentMs of sentAtMs) {
    tokens = Math.min(chatRate.burst, tokens + ((sentMs - atMs) / 1000) * chatRate.perSecond) - 1;
    atMs = sentMs;
  }
  return Math.min(chatRate.burst, tokens + ((nowMs - atMs) / 1000) * chatRate.perSecond) >= 1;
}

/** Of the chat and of one person in it; `lastSentMs` null where they have not written. */
export interface ChatLimits { mutedAll: boolean; muted: boolean; slowSeconds: number; lastSentMs: number | null; /** By the client whose learner this is (R62). */ switchedOff?: boolean }

/** When slow mode lets this person write again, ms since epoch; null where it does not hold them. */
export const slowUntilMs = ({ slowSeconds: seconds, lastSentMs }: Pick<ChatLimits, 'slowSeconds' | 'lastSentMs'>): number | null =>
  (seconds > 0 && lastSentMs !== null ? lastSentMs + seconds * 1000 : null);

/**
 * Why this person may not write to the class now; null where they may. Staff always may, whatever was set (R98).
 * `switched_off`: their client has no chat; `chat_muted`: this one; `chat_closed`: all learners; `chat_slow`: not yet.
 */
export function chatRefusal(role: LessonRole, limits: ChatLimits, nowMs: number): Extract<ErrorCode, 'forbidden' | 'switched_off' | 'chat_muted' | 'chat_closed' | 'chat_slow'> | null {
  if (role === 'observer') return 'forbidden';
  if (isStaff(role)) return null;
  if (limits.switchedOff) return 'switched_off';
  if (limits.muted) return 'chat_muted';
  if (limits.mutedAll) return 'chat_closed';
  const untilMs = slowUntilMs(limits);
  return untilMs !== null && nowMs < untilMs ? 'chat_slow' : null;
}
