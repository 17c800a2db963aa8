// Whether something is undecided before a person may go into a live lesson.
import type { ConsentState } from '#contracts/check.ts';
import { learnerReasons } from '#domain/face-enrolment.ts';
import type { LessonDetail } from '#contracts/lesson.ts';
import { isStaff } from '#domain/roles.ts';
import { rest, RestError } from '../rest.ts';

export type EntryStep = 'identity' | 'recording' | 'face' | 'enrolment';

/**
 * The first thing still open, or null. Learners come with their real names. Staff are recorded too, so they acknowledge the notice; only learners decide about faces.
 * A learner on the alternative way needs no pictures; pictures being checked, or waiting for the institution, do not hold anybody back.
 */
export function openStep({ role, realNameFirst }: Pick<LessonDetail, 'role' | 'realNameFirst'>, state: ConsentState): EntryStep | null {
  if (role === 'observer') return null;
  if (role === 'student' && realNameFirst && state.identity !== 'registered') return 'identity';
  if (!state.recordingNoticed) return 'recording';
  if (isStaff(role) || state.checkWay === 'alternative') return null;
  if (state.face === 'undecided') return 'face';
  if (state.face === 'refused') return null;
  if (state.faceEnrolment === 'active' || state.faceEnrolment === 'verifying' || state.replacement?.status === 'awaiting_approval') return null;
  // Pictures rejected because the checking itself failed: trying again now would not help, the lesson goes on.
  return faultOfOurs(state.rejectReason) ? null : 'enrolment';
}

const faultOfOurs = (reason: string | null): boolean => reason !== null && !(learnerReasons as readonly string[]).includes(reason);
/** Key of what to say about rejected pictures. */
export const rejectKey = (reason: string | null): string =>
  `entry.reject.${reason !== null && !faultOfOurs(reason) ? reason : 'other'}`;

/** Asks the server. Without an answer nobody is held back here: the classroom itself refuses what must be refused. */
export async function entryPending(lessonId: string): Promise<boolean> {
  try {
    const [lesson, state] = await Promise.all([rest('GET /api/lessons/:lessonId', { params: { lessonId } }), rest('GET /api/consents')]);
    return openStep(lesson, state) !== null;
  } catch (error) {
    if (error instanceof RestError) return false;
    throw error;
  }
}
