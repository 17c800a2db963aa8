// Beginning an exam, or going on with it on this page: the whole attempt as the page needs it.
import type { AttemptState } from '#contracts/exam.ts';
import type { FaceCheck } from '#db/entities/check.ts';
import { Exam } from '#db/entities/exam.ts';
import { unitOfWork } from '#db/orm.ts';
import { noteContact } from '#db/queries/exam-contacts.ts';
import { paperItem, storedItems } from '#db/queries/exam-papers.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import { openOrNew, placeOf } from './attempts.ts';
import { pulseOf, settle, type Checked } from './checks.ts';

async function stateOf(checked: Checked, checks: readonly FaceCheck[]): Promise<AttemptState> {
  const { em, exam, attempt } = checked;
  const items = attempt.status === 'working' ? (await storedItems(em, exam, attempt.id)).map(paperItem) : null;
  return { ...pulseOf(checked, checks), examId: exam.id, title: exam.title, number: attempt.number, maxPoints: attempt.maxPoints, items };
}

/** Throws not_found, exam_not_open, exam_too_soon, exam_no_attempt_left, identity_missing, identity_denied. */
export async function beginOrGoOn(deps: Deps, personId: string, examId: string, deviceId: string): Promise<AttemptState> {
  const now = deps.now();
  const reader = deps.orm.em.fork();
  const exam = await reader.findOne(Exam, { id: examId, status: { $ne: 'draft' } });
  if (!exam) throw new DomainError('not_found', 'no such exam');
  const place = await placeOf(reader, examId, personId, now);
  const actor = actorFor(personId, exam.institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    // The same person twice at one moment: the second finds what the first began.
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`exam ${examId} ${personId}`]);
    const attempt = await openOrNew({ em, actor, exam, personId, deviceId, now }, place);
    const checked = { em, actor, exam, attempt, deps, now };
    const checks = await settle(checked);
    await noteContact(em, { attemptId: attempt.id, institutionId: exam.institutionId, at: now });
    return stateOf(checked, checks);
  });
}
