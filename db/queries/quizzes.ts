// Quizzes of a session: the open one as one person sees it, results, and closing.
import { LockMode } from '@mikro-orm/postgresql';
import type { OpenQuiz, QuizResult } from '#contracts/quiz.ts';
import { DomainError } from '#domain/errors.ts';
import { answerOf, type BankKind } from '#domain/question.ts';
import { Answer, Question, Quiz } from '../entities/classroom.ts';
import { appendEvent, type Actor, type EntityManager } from '../orm.ts';
import { placeInSet } from './asked-questions.ts';
import { arrayOf } from './lesson-access.ts';
import { figuresOfQuizzes, frequentAnswers } from './quiz-counts.ts';

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
  const { kind, prompt, options, pictureId } = await question(em, quiz);
  const own = personId ? await em.findOne(Answer, { quizId: quiz.id, personId }, { refresh: true }) : null;
  return {
    quizId: quiz.id, kind, prompt, options, pictureId: pictureId ?? null, openedAt: quiz.openedAt.toISOString(), deadlineAt: quiz.deadlineAt.toISOString(),
    set: await placeInSet(em, quiz),
    answered: own && answerOf(own.choices, own.text ?? null),
  };
}

export const runningQuiz = (em: EntityManager, sessionId: string) => em.findOne(Quiz, { sessionId, closedAt: null }, { refresh: true });

interface Shown { id: string; question_id: string; first_id: string; prompt: string; kind: BankKind; options: string[]; right_choices: number[]; accepted: string[]; picture_id: string | null; knowledge_point: string; explanation: string | null; ended_at: string }

/** Results of closed quizzes, oldest first; of one that is open, as if it ended at its deadline. */
export async function resultsOfQuizzes(em: EntityManager, quizIds: readonly string[]): Promise<QuizResult[]> {
  const figures = await figuresOfQuizzes(em, quizIds);
  const frequent = await frequentAnswers(em, quizIds);
  const rows = await em.execute<Shown[]>(
    `select z.id, z.question_id, q.prompt, q.kind, q.options, q.right_choices, coalesce(q.accepted, '[]') as accepted, q.picture_id, coalesce(q.knowledge_point, '') as knowledge_point, q.explanation, coalesce(z.closed_at, z.deadline_at) as ended_at,
       (select f.id from quiz f where f.question_id = z.question_id and f.lesson_id = z.lesson_id order by f.opened_at, f.id limit 1) as first_id
     from quiz z join question q on q.id = z.question_id where z.id = any(?::uuid[]) order by z.opened_at, z.id`, [arrayOf(quizIds)]);
  return rows.map((row) => {
    const { counts, answeredCount, correctCount } = figures.get(row.id)!;
    return {
      quizId: row.id, firstQuizId: row.first_id, prompt: row.prompt, kind: row.kind, options: row.options, pictureId: row.picture_id, right: row.right_choices, accepted: row.accepted,
      knowledgePoint: row.knowledge_point, explanation: row.explanation, frequent: frequent.get(row.id) ?? [],
      counts, answeredCount, correctCount, closedAt: new Date(row.ended_at).toISOString(),
    };
  });
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
  const [result] = await resultsOfQuizzes(em, [quiz.id]);
  if (!result) throw new DomainError('internal', 'the closed quiz has no result');
  if (changed) {
    const { answeredCount, correctCount } = result;
    await appendEvent(em, actor, `lesson:${lessonId}`, 'quiz:closed', at, { sessionId: quiz.sessionId, quizId, answeredCount, correctCount });
  }
  return { result, changed };
}
