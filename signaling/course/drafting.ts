// Making a course and writing its dossier: one draft at a time, by the office; what was handed in stays, and the next save begins the next version.
import { LockMode } from '@mikro-orm/postgresql';
import type { CourseBody, DossierDetail, DossierEdit } from '#contracts/course.ts';
import { CourseDossier, Instructor } from '#db/entities/course.ts';
import { Course } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { requireCoursePart, type CourseAt } from '#db/queries/course-dossiers.ts';
import { officeRoles, requireOffice } from '#db/queries/institution-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { emptyDossier, type DossierContent } from '#domain/course/dossier.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';
import { dossierDetail } from './reading.ts';

async function insertDraft(em: EntityManager, course: CourseAt, personId: string, draft: { version: number; content: DossierContent; at: Date }): Promise<void> {
  const { version, content, at } = draft;
  await em.insert(CourseDossier, {
    id: newId(at.getTime()), institutionId: course.institutionId, courseId: course.courseId, version, revision: 1, content, authors: [personId], createdAt: at, changedBy: personId, changedAt: at,
    submittedBy: null, submittedAt: null, rulePack: null, frozen: null, sha256: null,
  });
}

/** Throws not_found for an institution whose office one is not of. */
export async function addCourse(deps: Deps, personId: string, { institutionId, title: typed }: CourseBody): Promise<DossierDetail> {
  const title = typed.trim();
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    await requireOffice(em, personId, institutionId);
    const at = deps.now();
    const course = { courseId: newId(at.getTime()), institutionId, title };
    await em.insert(Course, { id: course.courseId, institutionId, title, createdAt: at });
    await insertDraft(em, course, personId, { version: 1, content: emptyDossier(title), at });
    await appendEvent(em, actor, `institution:${institutionId}`, 'course:created', at, { courseId: course.courseId });
    return dossierDetail(em, course, true, at);
  });
}

/** The newest dossier of the course, locked with the course's row: who writes waits for the one before. */
export async function lockNewest(em: EntityManager, { courseId, institutionId }: CourseAt): Promise<CourseDossier | null> {
  await em.findOneOrFail(Course, { id: courseId, institutionId }, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
  return em.findOne(CourseDossier, { courseId, institutionId }, { orderBy: { version: 'desc' }, disableIdentityMap: true });
}

/** What is named has to be the institution's own; those that are gone since are told as problems. */
async function requireInstructors(em: EntityManager, institutionId: string, { instructorIds, plan }: DossierContent): Promise<void> {
  const named = new Set([...instructorIds, ...plan.flatMap((row) => row.instructorId ?? [])]);
  const known = await em.count(Instructor, { institutionId, id: { $in: [...named] } });
  if (known !== named.size) throw new DomainError('not_found', 'no such instructor');
  if (new Set(plan.map(({ rowId }) => rowId)).size !== plan.length) throw new DomainError('bad_request', 'a row stands once in a plan');
}

/** Throws not_found, dossier_changed, bad_request (a row twice). */
export async function editDossier(deps: Deps, personId: string, courseId: string, { revision, content }: DossierEdit): Promise<DossierDetail> {
  const course = await requireCoursePart(deps.orm.em.fork(), personId, courseId, officeRoles);
  return unitOfWork(deps.orm, actorFor(personId, course.institutionId), async (em) => {
    const newest = await lockNewest(em, course);
    const draft = newest && !newest.submittedAt ? newest : null;
    const at = deps.now();
    if (newest && canonicalHash(newest.content) === canonicalHash(content)) return dossierDetail(em, course, true, at);
    if (revision !== (draft?.revision ?? 0)) throw new DomainError('dossier_changed', `revision ${draft?.revision ?? 0} is newer`);
    await requireInstructors(em, course.institutionId, content);
    if (!draft) await insertDraft(em, course, personId, { version: (newest?.version ?? 0) + 1, content, at });
    else await em.nativeUpdate(CourseDossier, { id: draft.id }, { content, revision: revision + 1, authors: [...new Set([...draft.authors, personId])], changedBy: personId, changedAt: at });
    return dossierDetail(em, course, true, at);
  });
}
