// Scheduling a lesson: for a cohort of one's own institution, with its own teachers, where none of them is taken, split into units.
import type { Static } from 'typebox';
import type { LessonBody, LessonDetail, SchedulingOptions } from '#contracts/lesson.ts';
import { Cohort, Membership } from '#db/entities/people.ts';
import { unitOfWork } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { noticeParts } from '#db/queries/lesson-changes.ts';
import { lessonDetail } from '#db/queries/lesson-detail.ts';
import { requireTeachers } from '#db/queries/lesson-staff.ts';
import { tellConcerned } from '#db/queries/notices.ts';
import { holdTimetable, insertLessons, requireFree } from '#db/queries/timetable-plan.ts';
import { instantOf } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { plannedEndMs } from '#domain/lesson.ts';
import type { Deps } from '../deps.ts';
import { schedulesFor } from './service.ts';

/** Throws not_found for a cohort one does not schedule for, bad_request for foreign teachers or a lesson that would be over already, timetable_conflict. */
export async function scheduleLesson(deps: Deps, personId: string, body: LessonBody): Promise<LessonDetail> {
  const { cohortId, title, plannedMinutes, teacherIds, assistantIds = [], recorded = true } = body;
  const startsAt = instantOf(body.startsAt);
  const now = deps.now();
  if (plannedEndMs({ startsAt, plannedMinutes }) <= now.getTime()) throw new DomainError('bad_request', 'the lesson would be over already');
  const reading = deps.orm.em.fork();
  const cohort = await reading.findOne(Cohort, { id: cohortId });
  if (!cohort || !(await schedulesFor(reading, personId, cohort.institutionId))) throw new DomainError('not_found', 'no such cohort');
  const { institutionId } = cohort;
  const wanted = { institutionId, cohortId, plannedMinutes, placeId: null, teacherIds, assistantIds };
  const actor = actorFor(personId, institutionId);
  const detail = await unitOfWork(deps.orm, actor, async (em) => {
    await requireTeachers(em, institutionId, [...teacherIds, ...assistantIds]);
    await holdTimetable(em, institutionId);
    await requireFree(em, wanted, [startsAt], { now, reason: undefined });
    const [lessonId] = await insertLessons(em, actor, { ...wanted, title, recorded, seriesId: null }, [startsAt], now);
    await tellConcerned(em, { lessonId: lessonId!, kind: 'scheduled', parts: await noticeParts(em, { title, startsAt, placeId: null }), now, exceptPersonId: personId });
    return lessonDetail(em, lessonId!, personId);
  });
  deps.log.info({ lessonId: detail.lessonId, personId }, 'lesson scheduled');
  return detail;
}

/** Cohorts and teachers of the institutions this person schedules for. */
export async function schedulingOptions(deps: Deps, personId: string): Promise<Static<typeof SchedulingOptions>> {
  const em = deps.orm.em.fork();
  const mine = await em.find(Membership, { personId, role: { $in: ['admin', 'institution'] } });
  const institutionIds = [...new Set(mine.map(({ institutionId }) => institutionId))];
  if (institutionIds.length === 0) return { cohorts: [], teachers: [] };
  const cohorts = await em.execute<{ id: string; title: string; course_title: string; learners: number }[]>(
    `select c.id, c.title, co.title as course_title,
      (select count(*)::int from enrolment e where e.cohort_id = c.id and e.ended_at is null) as learners
     from cohort c join course co on co.id = c.course_id where c.institution_id = any(?::uuid[]) order by c.created_at desc, c.id`,
    [`{${institutionIds.join(',')}}`],
  );
  const teachers = await em.execute<{ id: string; name: string }[]>(
    `select distinct p.id, p.name from membership m join person p on p.id = m.person_id
     where m.role = 'teacher' and m.institution_id = any(?::uuid[]) order by p.name, p.id`, [`{${institutionIds.join(',')}}`],
  );
  return {
    cohorts: cohorts.map((row) => ({ cohortId: row.id, title: row.title, courseTitle: row.course_title, learnerCount: row.learners })),
    teachers: teachers.map((row) => ({ personId: row.id, name: row.name })),
  };
}
