// Changing the plan of a lesson: the row, its history, the event, and the notice to everybody concerned, in the caller's transaction.
import { newId } from '#domain/id.ts';
import { DomainError } from '#domain/errors.ts';
import { mayMove } from '#domain/lesson.ts';
import type { LessonChangeKind, NoticeParts } from '#domain/timetable/changes.ts';
import type { Lesson } from '../entities/lesson.ts';
import { LessonChange, Place, type ChangedPlan } from '../entities/timetable.ts';
import { appendEvent, tellFact, type Actor, type EntityManager } from '../orm.ts';
import { tellConcerned } from './notices.ts';

export interface Change { kind: LessonChangeKind; reason: string; before: ChangedPlan; after: ChangedPlan; now: Date }

/** The history of a lesson and its event; calendars count it. */
export async function keepChange(em: EntityManager, actor: Actor, lesson: Lesson, { kind, reason, before, after, now }: Change): Promise<void> {
  lesson.sequence++;
  await em.flush();
  await em.insert(LessonChange, { id: newId(now.getTime()), institutionId: lesson.institutionId, lessonId: lesson.id, kind, at: now, personId: actor.personId!, reason, before, after });
  await appendEvent(em, actor, `lesson:${lesson.id}`, `lesson:${kind}`, now, { lessonId: lesson.id, ...(kind !== 'cancelled' && { before, after }) });
}

/** Of a lesson as it is now; `place` null: online. */
export async function noticeParts(em: EntityManager, lesson: Pick<Lesson, 'title' | 'startsAt' | 'placeId'>): Promise<NoticeParts> {
  const place = lesson.placeId ? await em.findOne(Place, { id: lesson.placeId }) : null;
  return { title: lesson.title, startsAt: lesson.startsAt.toISOString(), place: place?.name ?? null };
}

/** The lessons locked, all of one cohort, the first told of. Throws lesson_move_refused for one that has begun or is over. */
export async function cancelLessons(em: EntityManager, actor: Actor, lessons: readonly Lesson[], reason: string, now: Date): Promise<void> {
  for (const lesson of lessons) {
    if (!mayMove(lesson.status, 'cancelled')) throw new DomainError('lesson_move_refused', `a lesson that is ${lesson.status} cannot be cancelled`);
    const before = lesson.status;
    lesson.status = 'cancelled';
    lesson.cancelReason = reason;
    await keepChange(em, actor, lesson, { kind: 'cancelled', reason, before: { status: before }, after: { status: 'cancelled' }, now });
    // Whoever waits inside is told by the classroom.
    await tellFact(em, { type: 'lesson:changed', lessonId: lesson.id });
  }
  const [first] = lessons;
  if (!first) return;
  const parts = await noticeParts(em, first);
  await tellConcerned(em, { lessonId: first.id, kind: 'cancelled', parts: lessons.length > 1 ? { ...parts, count: lessons.length } : parts, now, exceptPersonId: actor.personId });
}
