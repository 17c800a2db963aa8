// Giving published films to a cohort as a lesson with a period, and what an office plans that with.
import type { RecordedBody, RecordedPlan } from '#contracts/recorded-routes.ts';
import { Film, FilmFile } from '#db/entities/film.ts';
import { Cohort, Course } from '#db/entities/people.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { noticeParts } from '#db/queries/lesson-changes.ts';
import { requireTeachers } from '#db/queries/lesson-staff.ts';
import { tellConcerned } from '#db/queries/notices.ts';
import { filmsMs, insertRecorded, recordedLessons, type LentFilm } from '#db/queries/recorded-lessons.ts';
import { plannedInstitutions } from '#db/queries/timetable.ts';
import { instantOf } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import { mostRecordedMinutes, periodFits } from '#domain/lesson-kind.ts';
import type { Deps } from '../deps.ts';

/** Throws not_found. */
export async function requirePlanned(em: EntityManager, personId: string, institutionId: string | undefined): Promise<void> {
  if (institutionId === undefined || !(await plannedInstitutions(em, personId)).includes(institutionId)) throw new DomainError('not_found', 'not of an institution you plan for');
}

/** Throws not_found. */
export async function planOf(deps: Deps, personId: string, courseId: string): Promise<RecordedPlan> {
  const em = deps.orm.em.fork();
  const course = await em.findOne(Course, { id: courseId });
  await requirePlanned(em, personId, course?.institutionId);
  const films = await em.find(Film, { courseId, status: 'ready', removedAt: null }, { orderBy: { title: 'asc', id: 'asc' } });
  const files = Map.groupBy(await em.find(FilmFile, { filmId: { $in: films.map(({ id }) => id) } }), ({ filmId }) => filmId);
  const cohorts = await em.execute<RecordedPlan['cohorts']>(
    `select c.id as "cohortId", c.title, (select count(*)::int from enrolment e where e.cohort_id = c.id and e.ended_at is null) as learners from cohort c where c.course_id = ? order by c.created_at desc, c.id`, [courseId]);
  const teachers = await em.execute<RecordedPlan['teachers']>(
    `select p.id as "personId", p.name from membership m join person p on p.id = m.person_id where m.institution_id = ? and m.role = 'teacher' order by p.name, p.id`, [course!.institutionId]);
  return {
    courseTitle: course!.title, cohorts, teachers,
    films: films.map(({ id, title }) => {
      const own = files.get(id) ?? [];
      return { filmId: id, title, units: new Set(own.map(({ unit }) => unit)).size, durationMs: own.reduce((sum, { durationMs }) => sum + durationMs, 0) };
    }),
    lessons: await recordedLessons(em, `c.course_id = ? and l.status <> 'cancelled'`, [courseId]),
  };
}

/** Held until the transaction ends, so that nobody takes one away meanwhile; in the order asked for. Throws not_found, film_not_ready, bad_request. */
async function lentFilms(em: EntityManager, courseId: string, filmIds: readonly string[]): Promise<LentFilm[]> {
  if (new Set(filmIds).size !== filmIds.length) throw new DomainError('bad_request', 'one film twice');
  await em.execute(`select 1 from film where id in (${filmIds.map(() => '?').join(', ')}) order by id for share`, [...filmIds]);
  const films = new Map((await em.find(Film, { id: { $in: [...filmIds] }, courseId, removedAt: null })).map((film) => [film.id, film]));
  const files = Map.groupBy(await em.find(FilmFile, { filmId: { $in: [...filmIds] } }, { orderBy: { ordinal: 'asc' } }), ({ filmId }) => filmId);
  return filmIds.map((filmId) => {
    const film = films.get(filmId);
    if (!film) throw new DomainError('not_found', 'no such film of this course');
    if (film.status !== 'ready') throw new DomainError('film_not_ready', `the film is ${film.status}`);
    return { film, files: files.get(filmId) ?? [] };
  });
}

/** Hours of one film count once for a cohort: whoever needs more time gets a longer period. Held until the transaction ends. Throws film_given. */
async function requireNotGiven(em: EntityManager, cohortId: string, filmIds: readonly string[]): Promise<void> {
  await em.execute('select 1 from cohort where id = ? for update', [cohortId]);
  const [row] = await em.execute<{ given: boolean }[]>(
    `select exists (select from replay r join lesson l on l.id = r.lesson_id where l.cohort_id = ? and l.status not in ('cancelled', 'missed') and r.film_id in (${filmIds.map(() => '?').join(', ')})) as given`, [cohortId, ...filmIds]);
  if (row!.given) throw new DomainError('film_given', 'this cohort has a lesson of this film');
}

/** Throws not_found, film_not_ready, film_given, bad_request. */
export async function planRecorded(deps: Deps, personId: string, body: RecordedBody): Promise<{ lessonId: string }> {
  const { cohortId, title, filmIds, teacherIds } = body;
  const [opensAt, closesAt, now] = [instantOf(body.opensAt), instantOf(body.closesAt), deps.now()];
  const reading = deps.orm.em.fork();
  const cohort = await reading.findOne(Cohort, { id: cohortId });
  await requirePlanned(reading, personId, cohort?.institutionId);
  const { institutionId, courseId } = cohort!;
  const actor = actorFor(personId, institutionId);
  const lessonId = await unitOfWork(deps.orm, actor, async (em) => {
    await requireTeachers(em, institutionId, teacherIds);
    const films = await lentFilms(em, courseId, filmIds);
    await requireNotGiven(em, cohortId, filmIds);
    const allMs = filmsMs(films);
    if (allMs > mostRecordedMinutes * 60_000) throw new DomainError('bad_request', `more than ${mostRecordedMinutes} minutes in one lesson`);
    if (!periodFits({ opensMs: opensAt.getTime(), closesMs: closesAt.getTime() }, allMs, now.getTime())) throw new DomainError('bad_request', 'nobody can study it in this period');
    const id = await insertRecorded(em, actor, { institutionId, cohortId, title, films, opensAt, closesAt, teacherIds }, now);
    await tellConcerned(em, { lessonId: id, kind: 'scheduled', parts: { ...await noticeParts(em, { title, startsAt: opensAt, placeId: null }), until: closesAt.toISOString() }, now, exceptPersonId: personId });
    return id;
  });
  deps.log.info({ lessonId, personId, films: filmIds.length }, 'recorded lesson planned');
  return { lessonId };
}
