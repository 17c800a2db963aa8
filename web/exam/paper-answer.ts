// Answers of a paper: when what stands on the sheet is one, and how it is sent.
import type { ExamAnswer as SentAnswer, PaperItem } from '#contracts/exam.ts';
import { examLimits, type ExamAnswer } from '#domain/exam.ts';
import { answerFits } from '#domain/question.ts';

/** An order half made, or spaces only, is none yet. */
export function isAnswer({ kind, options }: Pick<PaperItem, 'kind' | 'options'>, answer: ExamAnswer | null): answer is ExamAnswer {
  if (answer === null) return false;
  if (kind === 'freeText') return 'text' in answer && answer.text.trim() !== '' && answer.text.length <= examLimits.text;
  return answerFits({ kind, options }, answer);
}

export const sentAnswer = (answer: ExamAnswer): SentAnswer => ('text' in answer ? { text: answer.text } : { choices: [...answer.choices] });
