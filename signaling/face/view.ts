// Looking at kept pictures: a check's, for the learner it shows and for staff of that lesson. The look of anybody else is a fact of its own.
import { FaceCheck } from '#db/entities/check.ts';
import type { EntityManager } from '#db/orm.ts';
import { underReview } from '#db/queries/decisions.ts';
import { actorFor, roleInLesson } from '#db/queries/lesson-access.ts';
import { lessonAccess } from '#db/queries/replay-access.ts';
import { checkStream } from '#db/queries/checks.ts';
import { requireExamOfAttempt } from '#db/queries/exam-access.ts';
import { DomainError } from '#domain/errors.ts';
import { isStaff } from '#domain/roles.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { showPicture } from '../http/kept-picture.ts';

/** Whoever runs the institution looks where there is something to decide, and nowhere else. */
async function reviews(em: EntityManager, viewerId: string, { id, lessonId }: FaceCheck): Promise<boolean> {
  const access = await lessonAccess(em, viewerId, lessonId);
  return access?.staff === true && (await underReview(em, [id])).has(id);
}

/** Throws not_found (no such check for this person, no picture, or no longer kept), forbidden. */
export async function viewPicture(deps: Deps, viewerId: string, checkId: string): Promise<FileAnswer> {
  const em = deps.orm.em.fork();
  const check = await em.findOne(FaceCheck, { id: checkId });
  const own = check?.personId === viewerId;
  if (check?.attemptId && !own) await requireExamOfAttempt(em, viewerId, check.attemptId);
  const role = check && !check.attemptId && (await roleInLesson(em, viewerId, check.lessonId));
  if (!check || !(own || role || check.attemptId)) throw new DomainError('not_found', 'no such check');
  if (!own && !check.attemptId && !(role && isStaff(role)) && !(await reviews(em, viewerId, check))) throw new DomainError('forbidden', "for the learner and the lesson's staff");
  return showPicture(deps, actorFor(viewerId, check.institutionId), check.pictureId, own ? null : { stream: checkStream(check), payload: { checkId } });
}
