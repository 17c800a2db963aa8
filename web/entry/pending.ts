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
  return state.faceEnrolment === 'none' || state.faceEnrolment === 'rejected' ? 'enrolment' : null;
}

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
