// What marks of people come to. What a machine can judge is scored when an attempt is handed in: db/queries/exam-hand-in.ts.
import { ExamAttempt, ExamItem } from '#db/entities/exam.ts';
import type { EntityManager } from '#db/orm.ts';

/** Marks came: the sum, and how many wait still. Locks nothing: the caller holds the attempt. */
export async function sumAgain(em: EntityManager, attemptId: string): Promise<{ points: number; toMark: number }> {
  const items = await em.find(ExamItem, { attemptId }, { disableIdentityMap: true });
  const points = items.reduce((sum, { awarded }) => sum + (awarded ?? 0), 0);
  const toMark = items.filter(({ awarded }) => awarded === null).length;
  await em.nativeUpdate(ExamAttempt, { id: attemptId }, { points, toMark });
  return { points, toMark };
}
