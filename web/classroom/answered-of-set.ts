// How many questions of a set one learner has answered: from what the page knows, nothing is asked for it.
import type { SetPlace } from '#contracts/quiz.ts';

/** `number`: which one of the set is open now. One that was asked twice is one question. */
export interface AnsweredOfSet { number: number; answered: number; total: number }

export function answeredOfSet({ total, asked }: SetPlace, quizId: string, answered: readonly string[]): AnsweredOfSet {
  const own = new Set(answered);
  return { number: asked.find((one) => one.quizId === quizId)?.number ?? asked.length, answered: new Set(asked.filter((one) => own.has(one.quizId)).map(({ number }) => number)).size, total };
}
