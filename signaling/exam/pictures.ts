// Pictures in the stems of a paper, for whoever has it and for staff.
import { Exam, ExamAttempt } from '#db/entities/exam.ts';
import { QuestionPicture } from '#db/entities/question.ts';
import { requireExam } from '#db/queries/exam-access.ts';
import { storedItems } from '#db/queries/exam-papers.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { rightIsTold } from './results.ts';

/** Throws not_found: another's attempt, no question given out yet, or no picture. */
export async function paperPicture(deps: Deps, personId: string, attemptId: string, ordinal: number): Promise<FileAnswer> {
  const em = deps.orm.em.fork();
  const attempt = await em.findOne(ExamAttempt, { id: attemptId });
  const exam = attempt && (await em.findOneOrFail(Exam, { id: attempt.examId }));
  if (!attempt || !exam) throw new DomainError('not_found', 'no such attempt');
  if (attempt.personId !== personId) await requireExam(em, personId, exam.id, 'manage');
  else if (attempt.status !== 'working' && !rightIsTold(exam, attempt, deps.now())) throw new DomainError('not_found', 'the paper is not open');
  const item = (await storedItems(em, exam, attemptId)).find((one) => one.ordinal === ordinal);
  const picture = item?.pictureId ? await em.findOne(QuestionPicture, { id: item.pictureId }) : null;
  if (!picture) throw new DomainError('not_found', 'no picture');
  const bytes = await deps.storage.read(picture.storageKey);
  return { type: picture.contentType, sizeBytes: bytes.length, open: (range) => (range ? bytes.subarray(range.start, range.end + 1) : bytes) };
}
