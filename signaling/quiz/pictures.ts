// The picture of a question that was asked: for everybody of that lesson, from the moment it is asked there.
import { DomainError } from '#domain/errors.ts';
import { mayLead } from '#domain/roles.ts';
import { QuestionPicture } from '#db/entities/question.ts';
import { pictureAsked } from '#db/queries/asked-questions.ts';
import { coursePlace } from '#db/queries/courseware-access.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer, Redirect } from '../http/file-answer.ts';
import { versionOf, type SharedBytes } from '../http/shared-bytes.ts';

/** A picture never changes under its id. */
const keepSeconds = 86_400;

/** Who leads sees those of the whole course: the next question is looked at before it is asked. Throws not_found. */
export async function askedPicture({ deps, bytes }: { deps: Deps; bytes: SharedBytes }, personId: string, lessonId: string, pictureId: string): Promise<FileAnswer | Redirect> {
  const em = deps.orm.em.fork();
  const { courseId, role } = await coursePlace(em, personId, lessonId);
  const picture = await em.findOne(QuestionPicture, { id: pictureId, courseId });
  if (!picture || !(mayLead(role) || await pictureAsked(em, lessonId, pictureId))) throw new DomainError('not_found', 'no such picture was asked here');
  const { storageKey: key, contentType: type } = picture;
  const link = await deps.storage.link(key, { seconds: keepSeconds, contentType: type });
  if (link) return { redirectTo: link };
  const found = await bytes.stat(key);
  if (!found) throw new DomainError('not_found', 'the picture is missing');
  const version = versionOf(found);
  return { type, sizeBytes: found.sizeBytes, etag: `"${version}"`, keepSeconds, open: (range) => bytes.open({ key, version, ...(range ?? { start: 0, end: found.sizeBytes - 1 }) }) };
}
