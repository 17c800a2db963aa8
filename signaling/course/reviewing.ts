// Reviewing the content of a course: by somebody who did not write it, class by class, signed; what changes afterwards has to be reviewed again (R122).
import type { ReviewBody, ReviewState } from '#contracts/course.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { ContentReview } from '#db/entities/course.ts';
import { Person } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { reviewsOf } from '#db/queries/content-reviews.ts';
import { requireCoursePart, type CoursePart } from '#db/queries/course-dossiers.ts';
import type { CourseFacts } from '#db/queries/course-facts.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { allClean, commitments, findingsSound } from '#domain/course/content-review.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { MembershipRole } from '#domain/roles.ts';
import type { Deps } from '../deps.ts';
import { lockNewest } from './drafting.ts';
import { courseNow } from './reading.ts';

const reviewerRoles = ['admin', 'institution', 'teacher'] as const satisfies readonly MembershipRole[];

/** Whoever wrote the draft or brought one of its files reviews neither. */
function refusalOf({ roles }: CoursePart, personId: string, { dossier, files }: CourseFacts): ReviewState['refusal'] {
  if (!reviewerRoles.some((role) => roles.has(role))) return 'reads_only';
  if (!dossier.dossier) return 'nothing_written';
  return dossier.dossier.authors.includes(personId) || files.some(({ uploadedBy }) => uploadedBy === personId) ? 'own_work' : null;
}

async function stateOf(em: EntityManager, personId: string, course: CoursePart, now: Date): Promise<ReviewState> {
  const found = await courseNow(em, course, now);
  const { dossier, files, facts, contentSha256 } = found;
  const reviews = await reviewsOf(em, course.institutionId, course.courseId);
  const people = await em.find(Person, { id: { $in: [personId, ...reviews.map(({ reviewerId }) => reviewerId)] } });
  const versions = await em.execute<{ id: string; version: number }[]>('select id, version from course_dossier where course_id = ? and institution_id = ?', [course.courseId, course.institutionId]);
  const nameOf = (id: string): string => people.find((one) => one.id === id)?.name ?? '';
  return {
    courseId: course.courseId, title: dossier.content.title || course.title, standing: facts.review, contentSha256, refusal: refusalOf(course, personId, found), signsAs: nameOf(personId),
    content: dossier.content as ReviewState['content'], files: files.map(({ coursewareId, title, sha256 }) => ({ coursewareId, title, sha256 })),
    reviews: reviews.map((one) => ({
      reviewId: one.id, version: versions.find(({ id }) => id === one.dossierId)?.version ?? 0, contentSha256: one.contentSha256, clean: one.clean, findings: one.findings as ReviewState['reviews'][number]['findings'],
      note: one.note, commitmentVersion: one.commitmentVersion, signature: one.signature, commitmentSha256: one.commitmentSha256, reviewer: nameOf(one.reviewerId), at: one.reviewedAt.toISOString(),
    })),
  };
}

/** Throws not_found. */
export async function readReviews({ orm, now }: Deps, personId: string, courseId: string): Promise<ReviewState> {
  const em = orm.em.fork();
  return stateOf(em, personId, await requireCoursePart(em, personId, courseId), now());
}

/** Throws not_found, review_own_work, review_outdated, signature_differs, bad_request. */
export async function reviewContent(deps: Deps, personId: string, courseId: string, body: ReviewBody): Promise<ReviewState> {
  const course = await requireCoursePart(deps.orm.em.fork(), personId, courseId, reviewerRoles);
  const { institutionId } = course;
  const actor = actorFor(personId, institutionId);
  if (!findingsSound(body.findings)) throw new DomainError('bad_request', 'every class once, and a word where something was found');
  return unitOfWork(deps.orm, actor, async (em) => {
    const dossier = await lockNewest(em, course);
    const at = deps.now();
    const found = await courseNow(em, course, at);
    if (!dossier) throw new DomainError('not_found', 'nothing is written yet');
    if (refusalOf(course, personId, found) === 'own_work') throw new DomainError('review_own_work', 'the author does not review');
    if (found.contentSha256 !== body.contentSha256) throw new DomainError('review_outdated', 'the content changed');
    const { name } = await em.findOneOrFail(Person, { id: personId });
    const signature = body.signature.trim();
    if (signature !== name) throw new DomainError('signature_differs', 'not the name of whoever signs');
    const { commitmentVersion, contentSha256, findings, note } = body;
    const clean = allClean(findings);
    const reviewId = newId(at.getTime());
    const commitmentSha256 = canonicalHash({ commitmentVersion, text: commitments[commitmentVersion].zh, signature, reviewerId: personId, at: at.toISOString(), contentSha256, findings });
    await em.insert(ContentReview, {
      id: reviewId, institutionId, courseId, dossierId: dossier.id, contentSha256, findings, clean, note: note.trim(), commitmentVersion, signature, commitmentSha256, reviewerId: personId, reviewedAt: at,
    });
    const foundIn = findings.filter((one) => !one.clean).map(({ classId }) => classId);
    await appendEvent(em, actor, `institution:${institutionId}`, 'course:reviewed', at, { courseId, dossierId: dossier.id, version: dossier.version, reviewId, contentSha256, clean, found: foundIn, commitmentVersion, commitmentSha256 });
    return stateOf(em, personId, course, at);
  });
}
