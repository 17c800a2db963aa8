// What a dossier is held against: the rows of bank, exams, classes, instructors, files and review, for many courses with as many statements as for one.
import type { AttachmentKind } from '#domain/attachment.ts';
import { shanghaiDay } from '#domain/day.ts';
import type { DossierFacts } from '#domain/course/validation.ts';
import { packFor } from '#domain/rules/packs.ts';
import { packName, type RulePack } from '#domain/rules/rule-pack.ts';
import { Instructor } from '../entities/course.ts';
import { Institution } from '../entities/people.ts';
import type { EntityManager } from '../orm.ts';
import { contentHash, courseFiles, newestReviews, reviewStanding, type CourseFile } from './content-reviews.ts';
import type { NewestDossier } from './course-dossiers.ts';
import { arrayOf } from './lesson-access.ts';

export interface CourseAttachment { attachmentId: string; subjectId: string; kind: AttachmentKind; sha256: string }

export interface CourseFacts { dossier: NewestDossier; facts: DossierFacts; pack: RulePack; packName: string; institutionName: string; staff: Instructor[]; files: CourseFile[]; attachments: CourseAttachment[]; contentSha256: string }

async function counts(em: EntityManager, sql: string, courseIds: string): Promise<Map<string, number>> {
  const rows = await em.execute<{ course_id: string; n: number }[]>(sql, [courseIds]);
  return new Map(rows.map(({ course_id: courseId, n }) => [courseId, n]));
}
const exams = `select ec.course_id, count(*)::int as n from exam_course ec join exam x on x.id = ec.exam_id
  where ec.course_id = any(?::uuid[]) and x.status <> 'withdrawn' and x.follows->>'kind' <> 'unit' group by ec.course_id`;
const cohorts = 'select course_id, count(*)::int as n from cohort where course_id = any(?::uuid[]) group by course_id';

/** Questions in use by course and knowledge point. */
async function questionsOf(em: EntityManager, courseIds: string): Promise<Map<string, Map<string, number>>> {
  const rows = await em.execute<{ course_id: string; point: string; n: number }[]>(
    `select q.course_id, v.knowledge_point as point, count(*)::int as n from bank_question q join question_version v on v.question_id = q.id and v.version = q.version
     where q.course_id = any(?::uuid[]) and q.retired_at is null and v.knowledge_point <> '' group by q.course_id, v.knowledge_point order by v.knowledge_point`, [courseIds]);
  const found = Map.groupBy(rows, (row) => row.course_id);
  return new Map([...found].map(([courseId, points]) => [courseId, new Map(points.map(({ point, n }) => [point, n]))]));
}

/** What stands of courses and instructors. */
async function attachmentsOf(em: EntityManager, institutionIds: string, subjectIds: string): Promise<CourseAttachment[]> {
  const rows = await em.execute<{ id: string; subject_id: string; kind: AttachmentKind; sha256: string }[]>(
    `select id, subject_id, kind, sha256 from attachment where institution_id = any(?::uuid[]) and subject_type in ('course', 'instructor') and subject_id = any(?::uuid[]) and withdrawn_at is null
     order by uploaded_at, id`, [institutionIds, subjectIds]);
  return rows.map((row) => ({ attachmentId: row.id, subjectId: row.subject_id, kind: row.kind, sha256: row.sha256 }));
}
/** An instructor's papers lie with the row, or with the person it is. */
export const isPaperOf = ({ subjectId }: CourseAttachment, { id, personId }: Pick<Instructor, 'id' | 'personId'>): boolean => subjectId === id || subjectId === personId;

/** Asked of the rows at `now`, in the order of `dossiers`. */
export async function factsOf(em: EntityManager, dossiers: readonly NewestDossier[], now: Date): Promise<CourseFacts[]> {
  const courseIds = dossiers.map(({ courseId }) => courseId);
  const institutionIds = [...new Set(dossiers.map(({ institutionId }) => institutionId))];
  const ids = arrayOf(courseIds);
  const institutions = await em.find(Institution, { id: { $in: institutionIds } });
  const staff = await em.find(Instructor, { institutionId: { $in: institutionIds }, retiredAt: null }, { orderBy: { createdAt: 'asc', id: 'asc' }, disableIdentityMap: true });
  const [questions, examCounts, cohortCounts] = [await questionsOf(em, ids), await counts(em, exams, ids), await counts(em, cohorts, ids)];
  const [files, reviews] = [await courseFiles(em, courseIds), await newestReviews(em, courseIds)];
  const papers = await attachmentsOf(em, arrayOf(institutionIds), arrayOf([...courseIds, ...staff.flatMap(({ id, personId }) => [id, ...(personId ? [personId] : [])])]));
  return dossiers.map((dossier) => {
    const { courseId, institutionId, content } = dossier;
    const institution = institutions.find(({ id }) => id === institutionId);
    const pack = packFor({ cohort: null, institution: institution?.rulePack ?? null });
    const own = staff.filter((one) => one.institutionId === institutionId);
    const ownFiles = files.filter((file) => file.courseId === courseId);
    const attachments = papers.filter((one) => one.subjectId === courseId || own.some((instructor) => isPaperOf(one, instructor)));
    const copies = own.filter((one) => papers.some((paper) => paper.kind === 'qualification' && isPaperOf(paper, one))).map(({ id }) => id);
    const contentSha256 = contentHash(content, ownFiles);
    return {
      dossier, pack, packName: packName(pack), institutionName: institution?.name ?? '', staff: own, files: ownFiles, attachments, contentSha256,
      facts: {
        rules: pack.course, unitMinutes: pack.attendance.leastHeldMinutes, instructors: own.map(({ id, name, credentials }) => ({ instructorId: id, name, credentials })),
        questions: questions.get(courseId) ?? new Map(), exams: examCounts.get(courseId) ?? 0, cohorts: cohortCounts.get(courseId) ?? 0,
        proofs: attachments.filter(({ subjectId, kind }) => subjectId === courseId && kind === 'lawful_use').length, copies: new Set(copies), review: reviewStanding(reviews.get(courseId), contentSha256), day: shanghaiDay(now),
      },
    };
  });
}
