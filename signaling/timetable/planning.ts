// Planning lessons of a cohort: looked at first, then written, all or none.
import type { Static } from 'typebox';
import type { PlanBody, PlanPreview, PlanReply, PreviewBody } from '#contracts/timetable.ts';
import { LessonSeries, Place } from '#db/entities/timetable.ts';
import { Cohort } from '#db/entities/people.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { requireTeachers } from '#db/queries/lesson-staff.ts';
import { noticeParts } from '#db/queries/lesson-changes.ts';
import { tellConcerned } from '#db/queries/notices.ts';
import { holdTimetable, insertLessons, keepOverride, previewOf, requireFree, type WantedLessons } from '#db/queries/timetable-plan.ts';
import { instantOf, shanghaiInstant } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { planUnits } from '#domain/lesson.ts';
import { isDay, occurrenceDays, readRule } from '#domain/timetable/recurrence.ts';
import type { Deps } from '../deps.ts';
import { requirePlanner } from './offices.ts';

/** Throws not_found for a cohort or place one does not plan for, bad_request for foreign teachers, or an offline lesson without a place. */
async function wantedOf(em: EntityManager, personId: string, body: Omit<PreviewBody, 'recurrence' | 'starts'>): Promise<WantedLessons> {
  const cohort = await em.findOne(Cohort, { id: body.cohortId });
  if (!cohort) throw new DomainError('not_found', 'no such cohort');
  const { institutionId } = cohort;
  await requirePlanner(em, personId, institutionId);
  const wanted = { institutionId, cohortId: cohort.id, plannedMinutes: body.plannedMinutes, placeId: body.placeId ?? null, teacherIds: body.teacherIds, assistantIds: body.assistantIds ?? [] };
  await requireTeachers(em, institutionId, [...wanted.teacherIds, ...wanted.assistantIds]);
  await requirePlace(em, institutionId, wanted.placeId);
  if (body.offline && wanted.placeId === null) throw new DomainError('bad_request', 'a lesson held at a place needs one');
  return wanted;
}

/** Throws not_found for a place of another institution, or one that is no longer offered. */
export async function requirePlace(em: EntityManager, institutionId: string, placeId: string | null): Promise<void> {
  if (placeId !== null && (await em.count(Place, { id: placeId, institutionId, retiredAt: null })) === 0) throw new DomainError('not_found', 'no such place');
}

function startsOf({ recurrence, starts }: Pick<PreviewBody, 'recurrence' | 'starts'>): Date[] {
  if ((recurrence === undefined) === (starts === undefined)) throw new DomainError('bad_request', 'either a recurrence or starts');
  if (starts) return starts.map(instantOf);
  const { rrule, firstDay, time } = recurrence!;
  const rule = readRule(rrule);
  if (!rule || !isDay(firstDay)) throw new DomainError('bad_request', 'no such rule or day');
  return occurrenceDays(rule, firstDay).map((day) => {
    const at = shanghaiInstant(day, time);
    if (!at) throw new DomainError('bad_request', `${time} is no time`);
    return at;
  });
}

/** Writes nothing. */
export async function previewPlan(deps: Deps, personId: string, body: PreviewBody): Promise<PlanPreview> {
  const em = deps.orm.em.fork();
  const wanted = await wantedOf(em, personId, body);
  if (body.lessonId && (await em.count(Lesson, { id: body.lessonId, institutionId: wanted.institutionId })) === 0) throw new DomainError('not_found', 'no such lesson');
  const starts = startsOf(body);
  return { occurrences: await previewOf(em, wanted, starts, deps.now(), body.lessonId ?? null), units: planUnits({ startsAt: new Date(0), plannedMinutes: body.plannedMinutes }).length };
}

/** Checked again while the timetable is held. */
export async function planLessons(deps: Deps, personId: string, body: PlanBody): Promise<Static<typeof PlanReply>> {
  const wanted = await wantedOf(deps.orm.em.fork(), personId, body);
  const { institutionId, cohortId } = wanted;
  const starts = startsOf({ starts: body.starts }).sort((one, other) => one.getTime() - other.getTime());
  const now = deps.now();
  if (starts.some((at) => at.getTime() + body.plannedMinutes * 60_000 <= now.getTime())) throw new DomainError('bad_request', 'a lesson would be over already');
  if (body.rrule !== undefined && !readRule(body.rrule)) throw new DomainError('bad_request', 'no such rule');
  const actor = actorFor(personId, institutionId);
  const seriesId = starts.length > 1 ? newId(now.getTime()) : null;
  const lessonIds = await unitOfWork(deps.orm, actor, async (em) => {
    await holdTimetable(em, institutionId);
    const overridden = await requireFree(em, wanted, starts, { now, reason: body.override });
    if (seriesId) await em.insert(LessonSeries, { id: seriesId, institutionId, cohortId, title: body.title, rrule: body.rrule ?? '', createdBy: personId, createdAt: now });
    const ids = await insertLessons(em, actor, { ...wanted, title: body.title, kind: body.offline ? 'offline' : 'live', recorded: (body.recorded ?? true) && !body.offline, seriesId }, starts, now);
    for (const [index, conflicts] of overridden) await keepOverride(em, actor, ids[index]!, conflicts, body.override!, now);
    const parts = await noticeParts(em, { title: body.title, startsAt: starts[0]!, placeId: wanted.placeId });
    await tellConcerned(em, { lessonId: ids[0]!, kind: 'scheduled', parts: ids.length > 1 ? { ...parts, count: ids.length } : parts, now, exceptPersonId: personId });
    return ids;
  });
  deps.log.info({ seriesId, lessons: lessonIds.length, personId }, 'lessons planned');
  return { seriesId, lessonIds };
}
