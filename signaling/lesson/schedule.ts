// Scheduling a lesson: for a cohort of one's own institution, with its own teachers, split into units.
import type { Static } from 'typebox';
import type { LessonBody, LessonDetail, SchedulingOptions } from '#contracts/lesson.ts';
import { Lesson, LessonStaff, Unit } from '#db/entities/lesson.ts';
import { Cohort, Membership } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { lessonDetail } from '#db/queries/lesson-detail.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { plannedEndMs, planUnits } from '#domain/lesson.ts';
import type { Deps } from '../deps.ts';
import { instantOf, schedulesFor } from './service.ts';

type Staff = { personId: string; role: 'teacher' | 'assistant' }[];

function staffOf(body: LessonBody): Staff {
  const staff: Staff = [
    ...body.teacherIds.map((personId) => ({ personId, role: 'teacher' as const })),
    ...(body.assistantIds ?? []).map((personId) => ({ personId, role: 'assistant' as const })),
  ];
  if (new Set(staff.map(({ personId }) => personId)).size !== staff.length) throw new DomainError('bad_request', 'nobody teaches twice in one lesson');
  return staff;
}

/** Teachers and assistants both need a teacher's membership of the institution. */
async function requireTeachers(em: EntityManager, institutionId: string, staff: Staff): Promise<void> {
  const personIds = staff.map(({ personId }) => personId);
  const teachers = await em.find(Membership, { institutionId, role: 'teacher', personId: { $in: personIds } });
  const known = new Set(teachers.map(({ personId }) => personId));
  const missing = personIds.find((personId) => !known.has(personId));
  if (missing) throw new DomainError('bad_request', `${missing} is no teacher of this institution`);
}

/** Throws not_found for a cohort one does not schedule for, bad_request for foreign teachers or a lesson that would be over already. */
export async function scheduleLesson(deps: Deps, personId: string, body: LessonBody): Promise<LessonDetail> {
  const startsAt = instantOf(body.startsAt);
  const plan = { startsAt, plannedMinutes: body.plannedMinutes };
  const now = deps.now();
  if (plannedEndMs(plan) <= now.getTime()) throw new DomainError('bad_request', 'the lesson would be over already');
  const staff = staffOf(body);
  const reading = deps.orm.em.fork();
  const cohort = await reading.findOne(Cohort, { id: body.cohortId });
  if (!cohort || !(await schedulesFor(reading, personId, cohort.institutionId))) throw new DomainError('not_found', 'no such cohort');
  const { institutionId } = cohort;
  const lessonId = newId(now.getTime());
  const actor = actorFor(personId, institutionId);
  const detail = await unitOfWork(deps.orm, actor, async (em) => {
    await requireTeachers(em, institutionId, staff);
    await em.insert(Lesson, {
      id: lessonId, institutionId, cohortId: cohort.id, title: body.title, ...plan, recorded: body.recorded ?? true,
      status: 'scheduled', cancelReason: null, createdAt: now,
    });
    const units = planUnits(plan).map((unit) => ({ id: newId(), institutionId, lessonId, ...unit, startedAt: null, endedAt: null }));
    await em.insertMany(Unit, units);
    await em.insertMany(LessonStaff, staff.map((one) => ({ id: newId(), institutionId, lessonId, ...one })));
    await appendEvent(em, actor, `lesson:${lessonId}`, 'lesson:scheduled', now, {
      lessonId, cohortId: cohort.id, startsAt: startsAt.toISOString(), plannedMinutes: body.plannedMinutes, units: units.length, staff,
    });
    return lessonDetail(em, lessonId, personId);
  });
  deps.log.info({ lessonId, personId }, 'lesson scheduled');
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
