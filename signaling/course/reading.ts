// Courses and their dossiers as they stand, with what they lack; for the office, and read-only for teachers and regulators of the institution.
import type { CourseLine, CourseList, DossierDetail } from '#contracts/course.ts';
import { Institution, Membership, Person } from '#db/entities/people.ts';
import type { EntityManager } from '#db/orm.ts';
import { dossierReaders, newestDossiers, requireCoursePart, type CourseAt } from '#db/queries/course-dossiers.ts';
import { factsOf, type CourseFacts } from '#db/queries/course-facts.ts';
import { isOffice, officeRoles } from '#db/queries/institution-access.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { isQualified } from '#domain/course/instructor.ts';
import { blocking, knowsOccupation, problemsOf } from '#domain/course/validation.ts';
import type { Deps } from '../deps.ts';

function lineOf({ dossier, facts, institutionName }: CourseFacts, mayEdit: boolean): CourseLine {
  const { courseId, institutionId, title, state, content } = dossier;
  const problems = problemsOf(content, facts);
  const blocks = blocking(problems).length;
  return {
    courseId, institutionId, institutionName, title: content.title || title, state, mayEdit, version: dossier.dossier?.version ?? 0, blocks, warns: problems.length - blocks,
    units: content.plan.length, changedAt: dossier.dossier?.changedAt.toISOString() ?? null,
  };
}

/** Of every institution this person has a part in. */
export async function listCourses({ orm, now }: Deps, personId: string): Promise<CourseList> {
  const em = orm.em.fork();
  const parts = await em.find(Membership, { personId, role: { $in: [...dossierReaders] } });
  const rows = await em.execute<{ id: string; institution_id: string; title: string }[]>(
    'select id, institution_id, title from course where institution_id = any(?::uuid[]) order by created_at desc, id desc', [arrayOf([...new Set(parts.map(({ institutionId }) => institutionId))])]);
  const offices = new Set(parts.filter(({ role }) => officeRoles.some((one) => one === role)).map(({ institutionId }) => institutionId));
  const courses = await factsOf(em, await newestDossiers(em, rows.map((row): CourseAt => ({ courseId: row.id, institutionId: row.institution_id, title: row.title }))), now());
  const own = await em.find(Institution, { id: { $in: [...offices] } }, { orderBy: { name: 'asc' } });
  return { courses: courses.map((one) => lineOf(one, offices.has(one.dossier.institutionId))), offices: own.map(({ id, name }) => ({ institutionId: id, name })) };
}

/** One course with everything asked of it. */
export async function courseNow(em: EntityManager, course: CourseAt, now: Date): Promise<CourseFacts> {
  const [found] = await factsOf(em, await newestDossiers(em, [course]), now);
  return found!;
}

export async function dossierDetail(em: EntityManager, course: CourseAt, mayEdit: boolean, now: Date): Promise<DossierDetail> {
  const { dossier, facts, pack, institutionName, staff } = await courseNow(em, course, now);
  const { courseId, institutionId, content, state, submittedVersion, dossier: row } = dossier;
  const by = row && await em.findOne(Person, { id: row.changedBy });
  return {
    courseId, institutionId, institutionName, title: content.title || course.title, state, mayEdit, version: row?.version ?? 0, revision: row && !row.submittedAt ? row.revision : 0, submittedVersion,
    content: content as DossierDetail['content'], problems: problemsOf(content, facts), changedBy: by?.name ?? null, changedAt: row?.changedAt.toISOString() ?? null,
    instructors: staff.map(({ id, name, trade, rank, credentials }) => ({ instructorId: id, name, trade, rank, qualified: knowsOccupation(content) ? isQualified(credentials, content, facts.day) : null })),
    points: [...facts.questions].map(([point, questions]) => ({ point, questions })), exams: facts.exams, proofs: facts.proofs, review: facts.review,
    rules: { packId: pack.id, ...facts.rules, unitMinutes: facts.unitMinutes },
  };
}

/** Throws not_found. */
export async function readDossier({ orm, now }: Deps, personId: string, courseId: string): Promise<DossierDetail> {
  const em = orm.em.fork();
  const course = await requireCoursePart(em, personId, courseId);
  return dossierDetail(em, course, isOffice(course.roles), now());
}
