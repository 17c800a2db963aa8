// Who may send which media into a lesson.
import type { ErrorCode } from './errors.ts';
import type { LessonStatus } from './lesson.ts';
import type { Source } from './media.ts';
import { mayLead, type LessonRole } from './roles.ts';

/** What a learner on stage may send. */
export const stageSources = ['camera', 'microphone'] as const satisfies readonly Source[];

/** Null where `role` may produce `source`, else the code of the refusal. `onStage`: on stage, or in a breakout group, where everybody talks. */
export function produceRefusal(role: LessonRole, source: Source, onStage: boolean): ErrorCode | null {
  if (mayLead(role)) return null;
  if (role !== 'student') return 'forbidden';
  if (!(stageSources as readonly Source[]).includes(source)) return 'forbidden';
  return onStage ? null : 'not_on_stage';
}

/** Media flows while the door is open; null where it does. */
export const mediaRefusal = (status: LessonStatus): ErrorCode | null => {
  if (status === 'open' || status === 'live') return null;
  if (status === 'ended' || status === 'missed') return 'lesson_ended';
  return status === 'cancelled' ? 'lesson_cancelled' : 'lesson_not_open';
};
