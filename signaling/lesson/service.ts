// The timetable: what is to come, and cancelling it. Scheduling is in schedule.ts.
import { LockMode } from '@mikro-orm/postgresql';
import type { LessonDetail, LessonBrief } from '#contracts/lesson.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { Membership } from '#db/entities/people.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { cancelLessons } from '#db/queries/lesson-changes.ts';
import { lessonDetail, lessonsOf } from '#db/queries/lesson-detail.ts';
import { instantOf } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';

const dayMs = 86_400_000;
const longestSpanMs = 366 * dayMs;

/** Lessons of this person; without bounds from 7 days ago to 30 days ahead. Throws bad_request for an empty or too long span. */
export async function timetable(deps: Deps, personId: string, bounds: { from?: string; to?: string }): Promise<LessonBrief[]> {
  const nowMs = deps.now().getTime();
  const from = bounds.from ? instantOf(bounds.from) : new Date(nowMs - 7 * dayMs);
  const to = bounds.to ? instantOf(bounds.to) : new Date(nowMs + 30 * dayMs);
  const spanMs = to.getTime() - from.getTime();
  if (spanMs <= 0 || spanMs > longestSpanMs) throw new DomainError('bad_request', 'from is before to, at most 366 days');
  return lessonsOf(deps.orm.em.fork(), personId, from, to, { running: true });
}

/** True where the person schedules for this institution. */
export async function schedulesFor(em: EntityManager, personId: string, institutionId: string): Promise<boolean> {
  return (await em.count(Membership, { personId, institutionId, role: { $in: ['admin', 'institution'] } })) > 0;
}

/** A lesson that has not begun will not be. Throws not_found for another institution's, lesson_move_refused. */
export async function cancelLesson(deps: Deps, personId: string, lessonId: string, reason: string): Promise<LessonDetail> {
  const known = await deps.orm.em.fork().findOne(Lesson, { id: lessonId });
  if (!known || !(await schedulesFor(deps.orm.em.fork(), personId, known.institutionId))) throw new DomainError('not_found', 'no such lesson');
  const actor = actorFor(personId, known.institutionId);
  const detail = await unitOfWork(deps.orm, actor, async (em) => {
    const lesson = await em.findOneOrFail(Lesson, { id: lessonId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    await cancelLessons(em, actor, [lesson], reason, deps.now());
    return lessonDetail(em, lessonId, personId);
  });
  deps.log.info({ lessonId, personId }, 'lesson cancelled');
  return detail;
}
