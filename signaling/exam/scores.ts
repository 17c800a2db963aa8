// Scores and pass rates, on the page and as a file, for whoever may read the exam.
import type { ExamScores } from '#contracts/exam.ts';
import { requireExam } from '#db/queries/exam-access.ts';
import { examScores } from '#db/queries/exam-scores.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { scoresWorkbook, type Locale } from './workbook.ts';

const workbookType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Throws not_found, exam_not_open (a draft). */
export async function readScores({ orm, now }: Deps, personId: string, examId: string): Promise<ExamScores> {
  const em = orm.em.fork();
  const exam = await requireExam(em, personId, examId, 'read');
  if (exam.status === 'draft') throw new DomainError('exam_not_open', 'a draft has no scores');
  return examScores(em, personId, exam, now());
}

export async function scoresFile(deps: Deps, personId: string, examId: string, locale: Locale): Promise<FileAnswer> {
  const scores = await readScores(deps, personId, examId);
  const bytes = await scoresWorkbook(scores, locale);
  return { type: workbookType, sizeBytes: bytes.length, fileName: `${scores.title}-${scores.closesAt.slice(0, 10)}.xlsx`, open: () => bytes };
}
