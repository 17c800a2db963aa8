// Whether something is undecided before a person may go into a live lesson.
import type { ConsentState } from '#contracts/check.ts';
import { isStaff, type LessonRole } from '#domain/roles.ts';
import { rest, RestError } from '../rest.ts';

export type EntryStep = 'recording' | 'face' | 'enrolment';

/**
 * The first thing still open, or null. Staff are recorded too, so they acknowledge the notice; only learners decide about faces.
 * A learner on the alternative way needs no pictures; pictures being checked do not hold anybody back.
 */
export function openStep(role: LessonRole, state: ConsentState): EntryStep | null {
  if (role === 'observer') return null;
  if (!state.recordingNoticed) return 'recording';
  if (isStaff(role) || state.checkWay === 'alternative') return null;
  if (state.face === 'undecided') return 'face';
  if (state.face === 'refused') return null;
  // Pictures rejected because the checking itself failed: trying again now would not help, the lesson goes on.
  if (state.faceEnrolment === 'rejected') return faultOfOurs(state.rejectReason) ? null : 'enrolment';
  return state.faceEnrolment === 'none' ? 'enrolment' : null;
}

/** What a learner can mend with better pictures. */
export const learnerReasons = ['no_face', 'several_faces', 'too_small', 'poor_quality', 'not_same_person', 'picture_invalid'] as const;
const faultOfOurs = (reason: string | null): boolean => reason !== null && !(learnerReasons as readonly string[]).includes(reason);
/** Key of what to say about rejected pictures. */
export const rejectKey = (reason: string | null): string =>
  `entry.reject.${reason !== null && !faultOfOurs(reason) ? reason : 'other'}`;

/** Asks the server. Without an answer nobody is held back here: the classroom itself refuses what must be refused. */
export async function entryPending(lessonId: string): Promise<boolean> {
  try {
    const [lesson, state] = await Promise.all([rest('GET /api/lessons/:lessonId', { params: { lessonId } }), rest('GET /api/consents')]);
    return openStep(lesson.role, state) !== null;
  } catch (error) {
    if (error instanceof RestError) return false;
    throw error;
  }
}
