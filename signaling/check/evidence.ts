// The evidence of a lesson's draw, for staff of the lesson and for whoever oversees it; drawn again before it is given out.
import type { CheckEvidence } from '#contracts/check-evidence.ts';
import { checkEvidence } from '#db/queries/check-evidence.ts';
import { roleInLesson } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import { verifyEvidence } from '#runtime/check-evidence.ts';
import type { Deps } from '../deps.ts';

/** Throws not_found for whoever has no part in the lesson, forbidden for its learners. */
export async function evidenceFor(deps: Deps, personId: string, lessonId: string): Promise<CheckEvidence> {
  const em = deps.orm.em.fork();
  const role = await roleInLesson(em, personId, lessonId);
  if (!role) throw new DomainError('not_found', 'no such lesson');
  if (role === 'student') throw new DomainError('forbidden', "for the lesson's staff and those who oversee it");
  const sessions = await checkEvidence(em, lessonId);
  return { lessonId, sessions: sessions.map((session) => ({ ...session, proven: session.seed === null ? null : verifyEvidence(session).proven })) };
}
