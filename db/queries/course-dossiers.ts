// Dossiers of courses as they are read: the newest of each, those handed in, and whose a course is.
import { emptyDossier, type DossierState } from '#domain/course/dossier.ts';
import type { DossierContent } from '#domain/course/dossier.ts';
import { DomainError } from '#domain/errors.ts';
import type { MembershipRole } from '#domain/roles.ts';
import { CohortOpening } from '../entities/cohort.ts';
import { CourseDossier } from '../entities/course.ts';
import { Course } from '../entities/people.ts';
import type { EntityManager } from '../orm.ts';
import { requirePart } from './institution-access.ts';
import { arrayOf } from './lesson-access.ts';

export const dossierReaders = ['admin', 'institution', 'teacher', 'regulator'] as const satisfies readonly MembershipRole[];

export interface CoursePart { courseId: string; institutionId: string; title: string; roles: ReadonlySet<MembershipRole> }
/** The course, and what this person is at its institution. Throws not_found where none of it is in `fitting`. */
export async function requireCoursePart(em: EntityManager, personId: string, courseId: string, fitting: readonly MembershipRole[] = dossierReaders): Promise<CoursePart> {
  const course = await em.findOne(Course, { id: courseId });
  if (!course) throw new DomainError('not_found', 'no such course');
  const { institutionId, title } = course;
  return { courseId, institutionId, title, roles: await requirePart(em, personId, institutionId, fitting) };
}

export interface CourseAt { courseId: string; institutionId: string; title: string }
/** The newest dossier of a course; `dossier` null where nothing is written yet. */
export interface NewestDossier extends CourseAt { dossier: CourseDossier | null; content: DossierContent; submittedVersion: number; state: DossierState }

function stateOf(dossier: CourseDossier | null, submittedVersion: number): DossierState {
  if (!dossier) return 'none';
  if (dossier.submittedAt) return 'submitted';
  return submittedVersion > 0 ? 'changed' : 'draft';
}

export async function newestDossiers(em: EntityManager, courses: readonly CourseAt[]): Promise<NewestDossier[]> {
  const rows = await em.execute<{ id: string; course_id: string; submitted: number }[]>(
    `select distinct on (d.course_id) d.id, d.course_id, coalesce(max(d.version) filter (where d.submitted_at is not null) over (partition by d.course_id), 0)::int as submitted
     from course_dossier d where d.course_id = any(?::uuid[]) and d.institution_id = any(?::uuid[]) order by d.course_id, d.version desc`,
    [arrayOf(courses.map(({ courseId }) => courseId)), arrayOf([...new Set(courses.map(({ institutionId }) => institutionId))])]);
  const dossiers = await em.find(CourseDossier, { id: { $in: rows.map(({ id }) => id) } }, { disableIdentityMap: true });
  return courses.map((course) => {
    const dossier = dossiers.find(({ courseId }) => courseId === course.courseId) ?? null;
    const submittedVersion = rows.find((row) => row.course_id === course.courseId)?.submitted ?? 0;
    return { ...course, dossier, content: dossier?.content ?? emptyDossier(course.title), submittedVersion, state: stateOf(dossier, submittedVersion) };
  });
}

/** The newest that was handed in, under which a class is opened; null where there is none. */
export const submittedDossier = (em: EntityManager, institutionId: string, courseId: string): Promise<CourseDossier | null> =>
  em.findOne(CourseDossier, { institutionId, courseId, submittedAt: { $ne: null } }, { orderBy: { version: 'desc' }, disableIdentityMap: true });

/** The one a class was opened under, whatever was handed in later; of a class that never applied the newest. Null where there is none. */
export async function dossierOfCohort(em: EntityManager, { cohortId, institutionId, courseId }: { cohortId: string; institutionId: string; courseId: string }): Promise<CourseDossier | null> {
  const opening = await em.findOne(CohortOpening, { cohortId }, { disableIdentityMap: true });
  const opened = opening?.dossierId ? await em.findOne(CourseDossier, { id: opening.dossierId, institutionId, courseId }, { disableIdentityMap: true }) : null;
  return opened ?? submittedDossier(em, institutionId, courseId);
}
