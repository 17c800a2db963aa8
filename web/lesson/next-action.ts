// The one thing a person should do next with a lesson, by role and state.
import { openBeforeMs, type LessonStatus } from '#domain/lesson.ts';
import { meaningOf, type LessonKind } from '#domain/lesson-kind.ts';
import { isStaff, mayLead, type LessonRole } from '#domain/roles.ts';
import { isTogether, periodOf } from '../recorded/period.ts';

export type NextAction = 'study' | 'start' | 'enter' | 'prepare' | 'observe' | 'replay' | 'report' | 'afterClass' | 'wait' | null;
interface Known { role: LessonRole; status: LessonStatus; startsAt: string; recording: 'processing' | 'ready' | 'failed' | null; kind?: LessonKind; closesAt?: string }

const hasClassroom = ({ kind = 'live' }: Known): boolean => meaningOf(kind).classroom;

/** A lesson of films is studied while it is open; afterwards there is what it came to. */
function periodAction({ role }: Known, period: NonNullable<ReturnType<typeof periodOf>>): NextAction {
  if (period === 'off') return null;
  if (role !== 'student') return period === 'before' ? 'replay' : 'report';
  return period === 'before' ? 'wait' : period === 'open' ? 'study' : 'report';
}

/**
 * `study`: a lesson of films is open; `start`: a leader opens the class; `enter`: go in; `prepare`: check the device while it is too early; `wait`: nothing to do yet.
 * Leaders may come in `openBeforeMs` before the start, everybody else once the class is open or live.
 */
export function nextAction(lesson: Known, nowMs: number): NextAction {
  const period = periodOf(lesson, nowMs);
  if (period) return periodAction(lesson, period);
  // There is no classroom to go to.
  if (!hasClassroom(lesson) && lesson.status === 'scheduled') return 'wait';
  const soon = Date.parse(lesson.startsAt) - nowMs <= openBeforeMs;
  switch (lesson.status) {
    case 'live': return lesson.role === 'observer' ? 'observe' : 'enter';
    case 'open': return mayLead(lesson.role) ? 'start' : lesson.role === 'observer' ? 'observe' : 'enter';
    case 'scheduled':
      if (mayLead(lesson.role) && soon) return 'start';
      if (lesson.role === 'observer') return 'wait';
      return soon ? 'enter' : 'prepare';
    case 'ended':
      // Learners watch again; everybody else looks at the result first.
      return isStaff(lesson.role) || lesson.role === 'observer' ? 'report' : lesson.recording === 'ready' ? 'replay' : 'report';
    case 'missed': return lesson.role === 'student' ? null : 'report';
    case 'cancelled': return null;
  }
}

/** The route of an action; null where there is nowhere to go. */
export function actionRoute(action: NextAction): 'live' | 'device-check' | 'replay' | 'report' | 'after-class' | null {
  if (action === 'start' || action === 'enter' || action === 'observe') return 'live';
  if (action === 'prepare') return 'device-check';
  if (action === 'afterClass') return 'after-class';
  if (action === 'study') return 'replay';
  return action === 'replay' || action === 'report' ? action : null;
}

/** Replay, report and, for those who teach or oversee, the page after class as second choices beside the next action. */
export function otherActions(lesson: Known, first: NextAction): ('replay' | 'report' | 'afterClass')[] {
  const found: ('replay' | 'report' | 'afterClass')[] = [];
  if (lesson.status === 'ended' && lesson.role !== 'student' && hasClassroom(lesson)) found.push('afterClass');
  if (lesson.status === 'ended' && lesson.recording && first !== 'replay' && first !== 'study' && (isTogether(lesson) || lesson.role !== 'student')) found.push('replay');
  if (lesson.status === 'ended' && first !== 'report') found.push('report');
  return found;
}
