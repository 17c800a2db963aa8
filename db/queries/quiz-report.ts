// Questions of a lesson by question and by learner: a pure function of rows.
import type { LearnerAnswers, LessonQuizzes } from '#contracts/report.ts';
import { answerGraceMs, type AnswerMark } from '#domain/quiz.ts';
import type { EntityManager } from '../orm.ts';
import { figuresOfQuizzes } from './quiz-counts.ts';
import { resultsOfQuizzes } from './quizzes.ts';

interface Asked { quiz_id: string; person_id: string; name: string; login: string | null; correct: boolean | null; after_cut: boolean | null }

const notAsked: LearnerAnswers['answers'][number] = { mark: 'not_asked', afterCut: false };
const markOf = (correct: boolean | null): AnswerMark => (correct === null ? 'none' : correct ? 'right' : 'wrong');

/** Only what is over: the figures of a question that may still be answered would tell whether an answer was right. `personId`: that learner alone. */
export async function lessonQuizzes(em: EntityManager, lessonId: string, now: Date, personId: string | null = null): Promise<LessonQuizzes> {
  const over = await em.execute<{ id: string; opened_at: string }[]>(
    'select id, opened_at from quiz where lesson_id = ? and (closed_at is not null or deadline_at < ?) order by opened_at, id', [lessonId, new Date(now.getTime() - answerGraceMs)]);
  const quizIds = over.map(({ id }) => id);
  const openedAt = new Map(over.map((row) => [row.id, new Date(row.opened_at).toISOString()]));
  const figures = await figuresOfQuizzes(em, quizIds);
  const questions = (await resultsOfQuizzes(em, quizIds)).map((result) => (
    { ...result, ...(personId && { frequent: [] }), openedAt: openedAt.get(result.quizId)!, askedCount: figures.get(result.quizId)!.askedCount }));
  const rows = await em.execute<Asked[]>(
    `select k.quiz_id, k.person_id, p.name, l.login, a.correct, a.after_cut from quiz z join quiz_asked k on k.quiz_id = z.id join person p on p.id = k.person_id
     left join account l on l.person_id = k.person_id left join answer a on a.quiz_id = z.id and a.person_id = k.person_id
     where z.lesson_id = ? and (?::uuid is null or k.person_id = ?) order by l.login, k.person_id`, [lessonId, personId, personId]);
  const learners = [...Map.groupBy(rows, (row) => row.person_id)].map(([id, own]): LearnerAnswers => {
    const byQuiz = new Map(own.map((row) => [row.quiz_id, { mark: markOf(row.correct), afterCut: row.after_cut ?? false }]));
    return { personId: id, name: own[0]!.name, login: own[0]!.login ?? '', answers: questions.map(({ quizId }) => byQuiz.get(quizId) ?? notAsked) };
  });
  return { questions, learners: questions.length > 0 ? learners : [] };
}
