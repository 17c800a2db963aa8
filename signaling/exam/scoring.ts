// Handing in: what a machine can judge is scored at once, free text waits for a person; each once, whoever hands in.
import type { ExamAttempt as Attempt, Exam } from '#db/entities/exam.ts';
import { ExamAttempt, ExamItem } from '#db/entities/exam.ts';
import { appendEvent, type Actor, type EntityManager } from '#db/orm.ts';
import { storedItems, type StoredItem } from '#db/queries/exam-papers.ts';
import type { SubmitReason } from '#domain/exam.ts';
import { isRight } from '#domain/question.ts';

interface Scored { ordinal: number; correct: boolean | null; awarded: number | null }

/** By the one rule of right and wrong; free text that was left empty is nobody's to mark. */
function scoreOf({ ordinal, kind, options, right, accepted, answer, points }: StoredItem): Scored {
  if (kind === 'freeText') return { ordinal, correct: null, awarded: answer === null ? 0 : null };
  const correct = answer !== null && isRight({ kind, options, right, accepted }, answer);
  return { ordinal, correct, awarded: correct ? points : 0 };
}

export interface Handing { actor: Actor; reason: SubmitReason; at: Date; now: Date }
/** The attempt, held by the caller, is over `at`: its answers are scored, it is a fact with what was awarded, and its seed is told. */
export async function handIn(em: EntityManager, exam: Exam, attempt: Attempt, { actor, reason, at, now }: Handing): Promise<void> {
  const items = await storedItems(em, exam, attempt.id);
  const scored = items.map(scoreOf);
  const points = scored.reduce((sum, { awarded }) => sum + (awarded ?? 0), 0);
  const toMark = scored.filter(({ awarded }) => awarded === null).length;
  await em.execute(
    `update exam_item i set correct = s.correct, awarded = s.awarded from jsonb_to_recordset(?::jsonb) as s(ordinal int, correct boolean, awarded int) where i.attempt_id = ? and i.ordinal = s.ordinal`,
    [JSON.stringify(scored), attempt.id]);
  await em.nativeUpdate(ExamAttempt, { id: attempt.id }, { status: 'submitted', submittedAt: at, submitReason: reason, points, toMark });
  Object.assign(attempt, { status: 'submitted', submittedAt: at, submitReason: reason, points, toMark });
  const ids = { examId: exam.id, attemptId: attempt.id, personId: attempt.personId };
  const stream = `cohort:${attempt.cohortId}` as const;
  await appendEvent(em, actor, stream, 'exam:submitted', now, {
    ...ids, number: attempt.number, reason, at: at.toISOString(), seed: attempt.seed, turns: attempt.turn, answered: items.filter(({ answer }) => answer !== null).length, afterCut: items.filter(({ afterCut }) => afterCut).length,
  });
  await appendEvent(em, actor, stream, 'exam:scored', now, {
    ...ids, points, maxPoints: attempt.maxPoints, toMark, passPercent: exam.passPercent, items: items.map(({ versionId, taskId }, index) => [versionId ?? taskId, scored[index]!.awarded]),
  });
}

/** Marks came: the sum, and how many wait still. Locks nothing: the caller holds the attempt. */
export async function sumAgain(em: EntityManager, attemptId: string): Promise<{ points: number; toMark: number }> {
  const items = await em.find(ExamItem, { attemptId }, { disableIdentityMap: true });
  const points = items.reduce((sum, { awarded }) => sum + (awarded ?? 0), 0);
  const toMark = items.filter(({ awarded }) => awarded === null).length;
  await em.nativeUpdate(ExamAttempt, { id: attemptId }, { points, toMark });
  return { points, toMark };
}
