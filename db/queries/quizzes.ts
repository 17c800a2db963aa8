// Quizzes of a session: the open one as one person sees it, results, and closing.
import { LockMode } from '@mikro-orm/postgresql';
import type { OpenQuiz, QuizResult } from '#contracts/quiz.ts';
import { DomainError } from '#domain/errors.ts';
import { Answer, Question, Quiz } from '../entities/classroom.ts';
import { appendEvent, type Actor, type EntityManager } from '../orm.ts';

/** Marks people as asked; once is enough. */
export async function markAsked(em: EntityManager, quiz: Quiz, personIds: string[], at: Date): Promise<void> {
  if (personIds.length === 0) return;
  await em.execute(
    `insert into quiz_asked (quiz_id, person_id, asked_at, institution_id)
     select ?, v.value::uuid, ?, ? from jsonb_array_elements_text(?::jsonb) v on conflict do nothing`,
    [quiz.id, at, quiz.institutionId, JSON.stringify(personIds)]);
}

/** Marks all learners who are here as asked, and answers how many. */
export async function askPresent(em: EntityManager, quiz: Quiz, at: Date): Promise<number> {
  const asked = await em.execute<{ present: number }[]>(
    `with asked as (insert into quiz_asked (quiz_id, person_id, asked_at, institution_id)
       select ?, person_id, ?, ? from connection where lesson_id = ? and role = 'student' and left_at is null on conflict do nothing returning 1)
     select count(*)::int as present from asked`, [quiz.id, at, quiz.institutionId, quiz.lessonId]);
  return asked[0]?.present ?? 0;
}

const question = (em: EntityManager, quiz: Quiz) => em.findOneOrFail(Question, { id: quiz.questionId });

/** As everybody sees it; `answered` is this person's own answer. */
export async function openQuizView(em: EntityManager, quiz: Quiz, personId: string | null): Promise<OpenQuiz> {
  const { kind, prompt, options } = await question(em, quiz);
  const own = personId ? await em.findOne(Answer, { quizId: quiz.id, personId }, { refresh: true }) : null;
  return {
    quizId: quiz.id, kind, prompt, options, openedAt: quiz.openedAt.toISOString(), deadlineAt: quiz.deadlineAt.toISOString(),
    answered: own?.choices ?? null,
  };
}

export const runningQuiz = (em: EntityManager, sessionId: string) => em.findOne(Quiz, { sessionId, closedAt: null }, { refresh: true });

export async function resultOf(em: EntityManager, quiz: Quiz): Promise<QuizResult> {
  const { prompt, kind, options, rightChoices } = await question(em, quiz);
  const answers = await em.find(Answer, { quizId: quiz.id }, { refresh: true });
  return {
    quizId: quiz.id, prompt, kind, options, right: rightChoices,
    counts: options.map((_, index) => answers.filter((answer) => answer.choices.includes(index)).length),
    answeredCount: answers.length, correctCount: answers.filter((answer) => answer.correct).length,
    closedAt: (quiz.closedAt ?? quiz.deadlineAt).toISOString(),
  };
}

/** Closes a quiz of this lesson; a closed one answers the same result again, `changed` false. Throws not_found, wrong_lesson. */
export async function closeQuiz(
  em: EntityManager, actor: Actor, lessonId: string, quizId: string, at: Date,
): Promise<{ result: QuizResult; changed: boolean }> {
  const quiz = await em.findOne(Quiz, { id: quizId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  if (!quiz) throw new DomainError('not_found', 'no such quiz');
  if (quiz.lessonId !== lessonId) throw new DomainError('wrong_lesson', 'the quiz belongs to another lesson');
  const changed = quiz.closedAt === null;
  if (changed) {
    quiz.closedAt = at;
    await em.flush();
  }
  const result = await resultOf(em, quiz);
  if (changed) {
    const { answeredCount, correctCount } = result;
    await appendEvent(em, actor, `lesson:${lessonId}`, 'quiz:closed', at, { sessionId: quiz.sessionId, quizId, answeredCount, correctCount });
  }
  return { result, changed };
}
