// What a review of a course's content covers at this moment, and whether the newest one still stands (R122).
import { reviewedPart, type ReviewedFile } from '#domain/course/content-review.ts';
import type { DossierContent } from '#domain/course/dossier.ts';
import type { DossierFacts } from '#domain/course/validation.ts';
import { canonicalHash } from '../canonical-hash.ts';
import { ContentReview } from '../entities/course.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

export interface CourseFile extends ReviewedFile { courseId: string; uploadedBy: string }
/** Courseware in use of these courses: what is still uploaded has no hash and is not shown to anybody yet. */
export async function courseFiles(em: EntityManager, courseIds: readonly string[]): Promise<CourseFile[]> {
  const rows = await em.execute<{ id: string; course_id: string; title: string; sha256: string; uploaded_by: string }[]>(
    'select id, course_id, title, sha256, uploaded_by from courseware where course_id = any(?::uuid[]) and removed_at is null and sha256 is not null order by created_at, id', [arrayOf(courseIds)]);
  return rows.map((row) => ({ coursewareId: row.id, courseId: row.course_id, title: row.title, sha256: row.sha256, uploadedBy: row.uploaded_by }));
}

/** Of texts and files as they stand. */
export const contentHash = (content: DossierContent, files: readonly ReviewedFile[]): string => canonicalHash(reviewedPart(content, files));

/** Of a course, newest first. */
export const reviewsOf = (em: EntityManager, institutionId: string, courseId: string): Promise<ContentReview[]> =>
  em.find(ContentReview, { institutionId, courseId }, { orderBy: { reviewedAt: 'desc', id: 'desc' }, disableIdentityMap: true });

/** Of many courses, the newest review of each. */
export async function newestReviews(em: EntityManager, courseIds: readonly string[]): Promise<Map<string, { contentSha256: string; clean: boolean }>> {
  const rows = await em.execute<{ course_id: string; content_sha256: string; clean: boolean }[]>(
    'select distinct on (course_id) course_id, content_sha256, clean from content_review where course_id = any(?::uuid[]) order by course_id, reviewed_at desc, id desc', [arrayOf(courseIds)]);
  return new Map(rows.map((row) => [row.course_id, { contentSha256: row.content_sha256, clean: row.clean }]));
}

export function reviewStanding(newest: { contentSha256: string; clean: boolean } | undefined, hash: string): DossierFacts['review'] {
  if (!newest) return 'none';
  if (newest.contentSha256 !== hash) return 'stale';
  return newest.clean ? 'clean' : 'findings';
}
