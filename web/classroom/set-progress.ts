// How far a set of questions is asked in this lesson: what is asked, what comes next, what is passed over.
import type { QuizSets } from '#contracts/quiz.ts';

export type AskedSet = QuizSets['sets'][number];
export type SetQuestion = AskedSet['questions'][number];
export interface SetProgress { done: number; total: number; next: SetQuestion | null; /** Out of use before they were asked. */ passedOver: number }

export function progressOf({ questions }: Pick<AskedSet, 'questions'>): SetProgress {
  const counted = questions.filter(({ asked, retired }) => asked || !retired);
  return { done: counted.filter(({ asked }) => asked).length, total: counted.length, next: counted.find(({ asked }) => !asked) ?? null, passedOver: questions.length - counted.length };
}

/** The set a lesson was in the middle of: whoever comes back goes on there. */
export function setToGoOn({ lastSetId, sets }: QuizSets): string | null {
  const last = sets.find(({ setId }) => setId === lastSetId);
  return last && progressOf(last).next ? last.setId : null;
}
