// A phone as the teacher's second camera: a device that hangs on a seat. What its link opens, for how long, and when it ends.
import type { ErrorCode } from './errors.ts';

/** The Socket.IO namespace where phones live, apart from the classroom's. */
export const companionNamespace = '/companion';
/** A link nobody has opened is void after this. */
export const companionLinkMs = 5 * 60_000;
/** A phone that is away for longer gives its media up, as its last picture would only stand still. It may come back all the same. */
export const companionAwayMs = 8_000;

/** `revoked`: by the teacher; `replaced`: by another link; `seat_over`: the teacher left; `lesson_over`. */
export const companionEnds = ['revoked', 'replaced', 'seat_over', 'lesson_over'] as const;
export type CompanionEnd = (typeof companionEnds)[number];
/** `waiting`: nobody has opened the link yet; `away`: the phone was here and is cut off. */
export const companionStates = ['waiting', 'connected', 'away'] as const;
export type CompanionState = (typeof companionStates)[number];

export interface CompanionFacts { lessonId: string; expiresAt: Date; used: boolean; ended: boolean; lessonOver: boolean }
/** `ownKey`: whoever asks is the phone that opened the link. */
export interface CompanionAsk { lessonId: string; ownKey: boolean; now: Date }

/** Null where the phone may come in, else companion_unknown, wrong_lesson, lesson_not_live, companion_used, companion_ended or companion_expired. */
export function companionRefusal(found: CompanionFacts | null, { lessonId, ownKey, now }: CompanionAsk): ErrorCode | null {
  if (!found) return 'companion_unknown';
  if (found.lessonId !== lessonId) return 'wrong_lesson';
  if (found.lessonOver) return 'lesson_not_live';
  if (found.used && !ownKey) return 'companion_used';
  if (found.ended) return 'companion_ended';
  // Once opened in time, a phone comes back as long as the lesson lasts.
  return !found.used && now >= found.expiresAt ? 'companion_expired' : null;
}

/** The seat a companion hangs on. `leftAt`: when it was left last, null while somebody holds it. */
export interface OwnerSeat { held: boolean; leftAt: Date | null; leftReason: string | null }

/** True where the seat is over: left on purpose, or cut and not taken again within `keptMs`. */
export function ownerGone({ held, leftAt, leftReason }: OwnerSeat, now: Date, keptMs: number): boolean {
  if (held) return false;
  if (leftAt === null || leftReason === 'left' || leftReason === 'idle') return true;
  return now.getTime() - leftAt.getTime() >= keptMs;
}
