// New cohorts, by the office of the course's institution.
import type { CohortBody, CohortCourses, CohortLine } from '#contracts/cohort.ts';
import { Cohort } from '#db/entities/people.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { plainTitle } from '#domain/cohort.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';
import { readCohort } from './reading.ts';

const ofOfficeSql = `exists (select from membership m where m.institution_id = co.institution_id and m.person_id = ? and m.role in ('admin', 'institution'))`;

/** Courses a cohort can be made for, by title. */
export async function readCohortCourses({ orm }: Deps, personId: string): Promise<CohortCourses> {
  const rows = await orm.em.fork().execute<{ course_id: string; title: string; institution_name: string }[]>(
    `select co.id as course_id, co.title, i.name as institution_name from course co join institution i on i.id = co.institution_id where ${ofOfficeSql} order by co.title, co.id limit 1000`, [personId]);
  return { courses: rows.map((row) => ({ courseId: row.course_id, title: row.title, institutionName: row.institution_name })) };
}

/** Throws not_found for a course of another institution, bad_request without a title, cohort_title_taken. */
export async function createCohort(deps: Deps, personId: string, body: CohortBody): Promise<CohortLine> {
  const { orm, now } = deps;
  const title = plainTitle(body.title);
  if (title === '') throw new DomainError('bad_request', 'a cohort has a title');
  const [course] = await orm.em.fork().execute<{ institution_id: string }[]>(`select co.institution_id from course co where co.id = ? and ${ofOfficeSql}`, [body.courseId, personId]);
  if (!course) throw new DomainError('not_found', 'no such course');
  const { institution_id: institutionId } = course;
  const actor = actorFor(personId, institutionId);
  const id = newId();
  await unitOfWork(orm, actor, async (em) => {
    // Of two with one title at once the second is told.
    await em.execute('select 1 from course where id = ? for no key update', [body.courseId]);
    if ((await em.count(Cohort, { courseId: body.courseId, title })) > 0) throw new DomainError('cohort_title_taken', 'the course has a cohort of this title');
    const at = now();
    await em.insert(Cohort, { id, institutionId, courseId: body.courseId, title, programme: body.programme, createdAt: at, opening: 'draft' });
    await appendEvent(em, actor, `cohort:${id}`, 'cohort:created', at, { cohortId: id, courseId: body.courseId, programme: body.programme });
  });
  return readCohort(deps, personId, id);
}
