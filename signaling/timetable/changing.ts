// Changing what is planned: another time or place, another teacher, a series that ends.
import { LockMode } from '@mikro-orm/postgresql';
import type { Static } from 'typebox';
import type { LessonDetail } from '#contracts/lesson.ts';
import type { LessonChanges, MoveBody, PlanConflict, PlanReply, SeriesCancelBody, SubstituteBody } from '#contracts/timetable.ts';
import { Connection, Lesson, LessonStaff } from '#db/entities/lesson.ts';
import { Person } from '#db/entities/people.ts';
import { LessonSeries } from '#db/entities/timetable.ts';
import { tellFact, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { actorFor, roleInLesson } from '#db/queries/lesson-access.ts';
import { cancelLessons, keepChange, noticeParts } from '#db/queries/lesson-changes.ts';
import { lessonDetail } from '#db/queries/lesson-detail.ts';
import { requireTeachers } from '#db/queries/lesson-staff.ts';
import { tellConcerned } from '#db/queries/notices.ts';
import { holdTimetable, keepOverride, requireFree, type WantedLessons } from '#db/queries/timetable-plan.ts';
import { changesOf, plannedInstitutions } from '#db/queries/timetable.ts';
import { instantOf } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { plannedEndMs } from '#domain/lesson.ts';
import { meaningOf } from '#domain/lesson-kind.ts';
import { reminderMs } from '#domain/timetable/changes.ts';
import type { Deps } from '../deps.ts';
import { requirePlace } from './planning.ts';

const staffIds = (staff: readonly { personId: string; role: string }[], teaches: boolean): string[] => staff.filter(({ role }) => (role === 'teacher') === teaches).map(({ personId }) => personId);

interface Held { em: EntityManager; actor: Actor; lesson: Lesson; staff: LessonStaffRow[]; now: Date }
interface LessonStaffRow { id: string; personId: string; role: 'teacher' | 'assistant' | 'proctor' }

/** The timetable and the lesson held. Throws not_found for another institution's. */
async function withLesson(deps: Deps, personId: string, lessonId: string, work: (held: Held) => Promise<void>): Promise<LessonDetail> {
  const reading = deps.orm.em.fork();
  const known = await reading.findOne(Lesson, { id: lessonId });
  if (!known || !(await plannedInstitutions(reading, personId)).includes(known.institutionId)) throw new DomainError('not_found', 'no such lesson');
  const actor = actorFor(personId, known.institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    await holdTimetable(em, known.institutionId);
    const lesson = await em.findOneOrFail(Lesson, { id: lessonId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    await work({ em, actor, lesson, staff: await em.find(LessonStaff, { lessonId }, { disableIdentityMap: true, orderBy: { id: 'asc' } }), now: deps.now() });
    return lessonDetail(em, lessonId, personId);
  });
}

const wantedOf = ({ institutionId, cohortId, plannedMinutes, placeId = null }: Lesson, staff: readonly LessonStaffRow[]): WantedLessons =>
  ({ institutionId, cohortId, plannedMinutes, placeId, teacherIds: staffIds(staff, true), assistantIds: staffIds(staff, false) });

/** Units begin as much later as the lesson does. */
async function shiftUnits(em: EntityManager, lessonId: string, byMs: number): Promise<void> {
  await em.execute(`update unit set planned_start_at = planned_start_at + ? * interval '1 millisecond' where lesson_id = ?`, [byMs, lessonId]);
}

export function moveLesson(deps: Deps, personId: string, lessonId: string, body: MoveBody): Promise<LessonDetail> {
  const startsAt = instantOf(body.startsAt);
  return withLesson(deps, personId, lessonId, async ({ em, actor, lesson, staff, now }) => {
    if (lesson.status !== 'scheduled' || !meaningOf(lesson.kind).together) throw new DomainError('lesson_move_refused', `a lesson that is ${lesson.status} is not moved`);
    const from = { startsAt: lesson.startsAt, placeId: lesson.placeId ?? null };
    const { placeId } = body;
    const later = startsAt.getTime() - from.startsAt.getTime();
    if (later === 0 && placeId === from.placeId) throw new DomainError('bad_request', 'nothing would change');
    if (plannedEndMs({ startsAt, plannedMinutes: lesson.plannedMinutes }) <= now.getTime()) throw new DomainError('bad_request', 'the lesson would be over already');
    if (lesson.kind === 'offline' && placeId === null) throw new DomainError('bad_request', 'a lesson held at a place needs one');
    if (placeId !== from.placeId) await requirePlace(em, lesson.institutionId, placeId);
    const before = await noticeParts(em, lesson);
    const overridden = await requireFree(em, { ...wantedOf(lesson, staff), placeId }, [startsAt], { now, reason: body.override, except: lessonId });
    Object.assign(lesson, { startsAt, placeId, remindedDayFor: startsAt.getTime() - now.getTime() <= reminderMs.reminder_day ? startsAt : null, remindedSoonFor: null });
    await keepChange(em, actor, lesson, {
      kind: 'moved', reason: body.reason, now, before: { startsAt: from.startsAt.toISOString(), placeId: from.placeId }, after: { startsAt: startsAt.toISOString(), placeId },
    });
    await shiftUnits(em, lessonId, later);
    for (const conflicts of overridden.values()) await keepOverride(em, actor, lessonId, conflicts, body.override!, now);
    await tellConcerned(em, { lessonId, kind: 'moved', parts: { ...await noticeParts(em, lesson), fromStartsAt: before.startsAt, fromPlace: before.place }, now, exceptPersonId: personId });
    await tellFact(em, { type: 'lesson:changed', lessonId });
  });
}

export function substitute(deps: Deps, personId: string, lessonId: string, { fromPersonId, toPersonId, reason, override }: SubstituteBody): Promise<LessonDetail> {
  return withLesson(deps, personId, lessonId, async ({ em, actor, lesson, staff, now }) => {
    if (lesson.status !== 'scheduled' && lesson.status !== 'open') throw new DomainError('lesson_move_refused', `nobody is replaced in a lesson that is ${lesson.status}`);
    const out = staff.find(({ personId: id }) => id === fromPersonId);
    if (!out) throw new DomainError('not_found', 'not of this lesson');
    if (staff.some(({ personId: id }) => id === toPersonId)) throw new DomainError('bad_request', 'is of this lesson already');
    await requireTeachers(em, lesson.institutionId, [toPersonId]);
    // A seat keeps the role it was taken with.
    if ((await em.count(Connection, { lessonId, personId: { $in: [fromPersonId, toPersonId] }, leftAt: null })) > 0) throw new DomainError('teacher_in_class', 'sits in the classroom');
    const teaches = out.role === 'teacher';
    const wanted = { ...wantedOf(lesson, []), teacherIds: teaches ? [toPersonId] : [], assistantIds: teaches ? [] : [toPersonId] };
    const overridden = meaningOf(lesson.kind).together ? await requireFree(em, wanted, [lesson.startsAt], { now, reason: override, except: lessonId }) : new Map<number, readonly PlanConflict[]>();
    await em.nativeUpdate(LessonStaff, { id: out.id }, { personId: toPersonId });
    await keepChange(em, actor, lesson, { kind: 'substituted', reason, now, before: { personId: fromPersonId }, after: { personId: toPersonId } });
    for (const conflicts of overridden.values()) await keepOverride(em, actor, lessonId, conflicts, override!, now);
    const names = new Map((await em.find(Person, { id: { $in: [fromPersonId, toPersonId] } }, { disableIdentityMap: true })).map(({ id, name }) => [id, name]));
    const parts = { ...await noticeParts(em, lesson), teacher: names.get(toPersonId) ?? '', fromTeacher: names.get(fromPersonId) ?? '' };
    await tellConcerned(em, { lessonId, kind: 'substituted', parts, now, exceptPersonId: personId, alsoPersonId: fromPersonId });
    await tellFact(em, { type: 'lesson:changed', lessonId });
  });
}

/** Throws not_found for another institution's series, lesson_move_refused where none of it is left to cancel. */
export async function cancelSeries(deps: Deps, personId: string, seriesId: string, { from, reason }: Static<typeof SeriesCancelBody>): Promise<Static<typeof PlanReply>> {
  const reading = deps.orm.em.fork();
  const series = await reading.findOne(LessonSeries, { id: seriesId });
  if (!series || !(await plannedInstitutions(reading, personId)).includes(series.institutionId)) throw new DomainError('not_found', 'no such series');
  const actor = actorFor(personId, series.institutionId);
  const fromAt = instantOf(from);
  const lessonIds = await unitOfWork(deps.orm, actor, async (em) => {
    await holdTimetable(em, series.institutionId);
    const left = await em.find(Lesson, { seriesId, status: 'scheduled', startsAt: { $gte: fromAt } }, { orderBy: { startsAt: 'asc', id: 'asc' }, lockMode: LockMode.PESSIMISTIC_WRITE });
    if (left.length === 0) throw new DomainError('lesson_move_refused', 'nothing of this series is left');
    await cancelLessons(em, actor, left, reason, deps.now());
    return left.map(({ id }) => id);
  });
  deps.log.info({ seriesId, lessons: lessonIds.length, personId }, 'rest of a series cancelled');
  return { seriesId, lessonIds };
}

/** Throws not_found for who has no role in the lesson, forbidden for learners. */
export async function historyFor(deps: Deps, personId: string, lessonId: string): Promise<LessonChanges> {
  const em = deps.orm.em.fork();
  const role = await roleInLesson(em, personId, lessonId);
  if (!role) throw new DomainError('not_found', 'no such lesson');
  if (role === 'student') throw new DomainError('forbidden', 'for staff of the lesson and whoever oversees it');
  return changesOf(em, lessonId);
}
