// Another period for a lesson that is studied from films: a change of the plan, with its reason, told to everybody concerned.
import { LockMode } from '@mikro-orm/postgresql';
import type { PeriodBody, RecordedLesson } from '#contracts/recorded-routes.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { tellFact, unitOfWork, type EntityManager } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { keepChange, noticeParts } from '#db/queries/lesson-changes.ts';
import { tellConcerned } from '#db/queries/notices.ts';
import { recordedLessons, shiftRecorded } from '#db/queries/recorded-lessons.ts';
import { instantOf } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { meaningOf, periodFits } from '#domain/lesson-kind.ts';
import type { Deps } from '../deps.ts';
import { requirePlanned } from './planning.ts';

/** What the films of a lesson last: as long as the session nobody sat in. */
async function filmsMsOf(em: EntityManager, lessonId: string): Promise<number> {
  const [row] = await em.execute<{ ms: number }[]>(`select (extract(epoch from ended_at - started_at) * 1000)::float8 as ms from lesson_session where lesson_id = ?`, [lessonId]);
  return row?.ms ?? 0;
}

/** Throws not_found, lesson_move_refused, bad_request. */
export async function changePeriod(deps: Deps, personId: string, lessonId: string, body: PeriodBody): Promise<RecordedLesson> {
  const [opensAt, closesAt] = [instantOf(body.opensAt), instantOf(body.closesAt)];
  const reading = deps.orm.em.fork();
  const known = await reading.findOne(Lesson, { id: lessonId });
  await requirePlanned(reading, personId, known && meaningOf(known.kind).period ? known.institutionId : undefined);
  const actor = actorFor(personId, known!.institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    const lesson = await em.findOneOrFail(Lesson, { id: lessonId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
    const now = deps.now();
    const before = { startsAt: lesson.startsAt.toISOString(), closesAt: lesson.closesAt!.toISOString() };
    const after = { startsAt: opensAt.toISOString(), closesAt: closesAt.toISOString() };
    if (lesson.status !== 'scheduled' && lesson.status !== 'ended') throw new DomainError('lesson_move_refused', `a lesson that is ${lesson.status} is not moved`);
    const later = opensAt.getTime() - lesson.startsAt.getTime();
    if (later !== 0 && lesson.status === 'ended') throw new DomainError('lesson_move_refused', 'learners study it already');
    if (later === 0 && before.closesAt === after.closesAt) throw new DomainError('bad_request', 'nothing would change');
    if (!periodFits({ opensMs: opensAt.getTime(), closesMs: closesAt.getTime() }, await filmsMsOf(em, lessonId), now.getTime())) throw new DomainError('bad_request', 'nobody can study it in this period');
    Object.assign(lesson, { startsAt: opensAt, closesAt });
    await keepChange(em, actor, lesson, { kind: 'moved', reason: body.reason, now, before, after });
    if (later !== 0) await shiftRecorded(em, lessonId, later);
    await tellConcerned(em, { lessonId, kind: 'moved', parts: { ...await noticeParts(em, lesson), fromStartsAt: before.startsAt, fromPlace: null, until: after.closesAt }, now, exceptPersonId: personId });
    await tellFact(em, { type: 'lesson:changed', lessonId });
    return (await recordedLessons(em, 'l.id = ?', [lessonId]))[0]!;
  });
}
