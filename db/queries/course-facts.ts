// What a dossier is held against: the rows of bank, exams, classes, instructors, files and review, for many courses with as many statements as for one.
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

export interface CourseFacts { dossier: NewestDossier; facts: DossierFacts; pack: RulePack; packName: string; institutionName: string; staff: Instructor[]; files: CourseFile[]; contentSha256: string }

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

/** Asked of the rows at `now`, in the order of `dossiers`. */
export async function factsOf(em: EntityManager, dossiers: readonly NewestDossier[], now: Date): Promise<CourseFacts[]> {
  const courseIds = dossiers.map(({ courseId }) => courseId);
  const institutionIds = [...new Set(dossiers.map(({ institutionId }) => institutionId))];
  const ids = arrayOf(courseIds);
  const institutions = await em.find(Institution, { id: { $in: institutionIds } });
  const staff = await em.find(Instructor, { institutionId: { $in: institutionIds }, retiredAt: null }, { orderBy: { createdAt: 'asc', id: 'asc' }, disableIdentityMap: true });
  const [questions, examCounts, cohortCounts] = [await questionsOf(em, ids), await counts(em, exams, ids), await counts(em, cohorts, ids)];
  const [files, reviews] = [await courseFiles(em, courseIds), await newestReviews(em, courseIds)];
  return dossiers.map((dossier) => {
    const { courseId, institutionId, content } = dossier;
    const institution = institutions.find(({ id }) => id === institutionId);
    const pack = packFor({ cohort: null, institution: institution?.rulePack ?? null });
    const own = staff.filter((one) => one.institutionId === institutionId);
    const ownFiles = files.filter((file) => file.courseId === courseId);
    const contentSha256 = contentHash(content, ownFiles);
    return {
      dossier, pack, packName: packName(pack), institutionName: institution?.name ?? '', staff: own, files: ownFiles, contentSha256,
      facts: {
        rules: pack.course, unitMinutes: pack.attendance.leastHeldMinutes, instructors: own.map(({ id, name, credentials }) => ({ instructorId: id, name, credentials })),
        questions: questions.get(courseId) ?? new Map(), exams: examCounts.get(courseId) ?? 0, cohorts: cohortCounts.get(courseId) ?? 0, proofs: 0,
        review: reviewStanding(reviews.get(courseId), contentSha256), day: shanghaiDay(now),
      },
    };
  });
}
