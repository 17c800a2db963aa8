// Handing a dossier in: nothing that blocks is left, and what it stands on is frozen with it under one hash, so that a class can say under which version it was opened.
import type { DossierDetail } from '#contracts/course.ts';
import { canonicalHash } from '#db/canonical-hash.ts';
import { CourseDossier, type FrozenDossier } from '#db/entities/course.ts';
import { Course } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { reviewsOf } from '#db/queries/content-reviews.ts';
import { requireCoursePart } from '#db/queries/course-dossiers.ts';
import { isPaperOf, type CourseFacts } from '#db/queries/course-facts.ts';
import { officeRoles } from '#db/queries/institution-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { planTotals } from '#domain/course/hours-plan.ts';
import { blocking, problemsOf } from '#domain/course/validation.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import { lockNewest } from './drafting.ts';
import { courseNow, dossierDetail } from './reading.ts';

async function frozenOf(em: EntityManager, { dossier, facts, staff, files, attachments, contentSha256, packName }: CourseFacts): Promise<FrozenDossier> {
  const { courseId, institutionId, content } = dossier;
  const review = (await reviewsOf(em, institutionId, courseId))[0];
  if (!review) throw new DomainError('dossier_incomplete', 'no review');
  const named = staff.filter(({ id }) => content.instructorIds.includes(id));
  const papers = attachments.filter((one) => one.subjectId === courseId || named.some((instructor) => isPaperOf(one, instructor)));
  return {
    courseId, version: dossier.dossier!.version, content,
    instructors: named.map(({ id, name, trade, rank, history, awards, credentials }) => ({ instructorId: id, name, trade, rank, history, awards, credentials })),
    files: files.map(({ coursewareId, sha256 }) => ({ coursewareId, sha256 })), attachments: papers.map(({ attachmentId, kind, sha256 }) => ({ attachmentId, kind, sha256 })),
    rules: { pack: packName, ...facts.rules, unitMinutes: facts.unitMinutes },
    review: { reviewId: review.id, contentSha256, commitmentSha256: review.commitmentSha256 },
  };
}

/** Throws not_found, dossier_submitted, dossier_changed, dossier_incomplete. */
export async function submitDossier(deps: Deps, personId: string, courseId: string, revision: number): Promise<DossierDetail> {
  const course = await requireCoursePart(deps.orm.em.fork(), personId, courseId, officeRoles);
  const { institutionId } = course;
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    const draft = await lockNewest(em, course);
    if (!draft || draft.submittedAt) throw new DomainError('dossier_submitted', 'there is no draft');
    if (draft.revision !== revision) throw new DomainError('dossier_changed', `revision ${draft.revision} is newer`);
    const at = deps.now();
    const now = await courseNow(em, course, at);
    const problems = blocking(problemsOf(draft.content, now.facts));
    if (problems.length > 0) throw new DomainError('dossier_incomplete', problems.map(({ code }) => code).join(', '));
    const frozen = await frozenOf(em, now);
    const sha256 = canonicalHash(frozen);
    const title = draft.content.title.trim();
    await em.nativeUpdate(CourseDossier, { id: draft.id }, { submittedBy: personId, submittedAt: at, rulePack: now.packName, frozen, sha256 });
    await em.nativeUpdate(Course, { id: courseId, institutionId }, { title });
    const { units, online, practice, publicUnits, minutes } = planTotals(draft.content.plan);
    await appendEvent(em, actor, `institution:${institutionId}`, 'course:submitted', at, { courseId, dossierId: draft.id, version: draft.version, sha256, rulePack: now.packName, units, online, practice, publicUnits, minutes });
    deps.log.info({ courseId, institutionId, version: draft.version }, 'course dossier handed in');
    return dossierDetail(em, { ...course, title }, true, at);
  });
}
