// Questions of a lesson by question and by learner, in class and in the replay: a pure function of rows.
import type { LearnerAnswers, LessonQuizzes } from '#contracts/report.ts';
import { countedAnswer } from '#domain/film-question.ts';
import { answerGraceMs } from '#domain/quiz.ts';
import type { ReplayAnswerRule } from '#domain/rules/rule-pack.ts';
import type { EntityManager } from '../orm.ts';
import { filmFates, placedWordings, type FilmFate } from './film-questions.ts';
import { arrayOf } from './lesson-access.ts';
import { figuresOfQuizzes } from './quiz-counts.ts';
import { resultsOfQuizzes } from './quizzes.ts';
import { packOfLesson } from './rule-packs.ts';

interface Asked { quiz_id: string; person_id: string; correct: boolean | null; after_cut: boolean | null }
type Mark = LearnerAnswers['answers'][number];

function markOf(live: Pick<Asked, 'correct' | 'after_cut'> | undefined, film: FilmFate | undefined, rule: ReplayAnswerRule): Mark {
  const { mark, from, counts } = countedAnswer({ live: live ? { correct: live.correct } : null, film: film ?? null }, rule);
  return { mark, afterCut: from === 'class' && (live?.after_cut ?? false), replay: from === 'replay' ? (counts ? 'counted' : 'practice') : null };
}

/** Names in the order of logins. */
const namesOf = (em: EntityManager, personIds: readonly string[]): Promise<{ id: string; name: string; login: string | null }[]> => em.execute(
  'select p.id, p.name, l.login from person p left join account l on l.person_id = p.id where p.id = any(?::uuid[]) order by l.login, p.id', [arrayOf(personIds)]);

/** `personId`: as that learner may read it, without what others typed. */
async function overOf(em: EntityManager, lessonId: string, now: Date, personId: string | null): Promise<LessonQuizzes['questions']> {
  const over = await em.execute<{ id: string; opened_at: string }[]>(
    'select id, opened_at from quiz where lesson_id = ? and (closed_at is not null or deadline_at < ?) order by opened_at, id', [lessonId, new Date(now.getTime() - answerGraceMs)]);
  const quizIds = over.map(({ id }) => id);
  const openedAt = new Map(over.map((row) => [row.id, new Date(row.opened_at).toISOString()]));
  const figures = await figuresOfQuizzes(em, quizIds);
  return (await resultsOfQuizzes(em, quizIds)).map((result) => (
    { ...result, ...(personId && { frequent: [] }), openedAt: openedAt.get(result.quizId)!, askedCount: figures.get(result.quizId)!.askedCount }));
}

/** Figures of the replay alone. */
async function placedOf(em: EntityManager, fates: readonly FilmFate[]): Promise<LessonQuizzes['placed']> {
  const byQuestion = Map.groupBy(fates.filter(({ placed }) => placed), ({ questionId }) => questionId);
  return (await placedWordings(em, [...byQuestion.keys()])).map(({ id, stem, kind, point }) => {
    const own = byQuestion.get(id)!;
    return { questionId: id, stem, kind, knowledgePoint: point, askedCount: own.length, answeredCount: own.filter(({ correct }) => correct !== null).length, correctCount: own.filter(({ correct }) => correct).length };
  });
}

/**
 * Only what is over: the figures of a question that may still be answered would tell whether an answer was right. `personId`: that learner alone, and of the questions only
 * those they were asked, in class or in the replay: any other they may still be asked there.
 */
export async function lessonQuizzes(em: EntityManager, lessonId: string, now: Date, personId: string | null = null): Promise<LessonQuizzes> {
  const rule = (await packOfLesson(em, lessonId)).replay.answers;
  const rows = await em.execute<Asked[]>(
    `select k.quiz_id, k.person_id, a.correct, a.after_cut from quiz z join quiz_asked k on k.quiz_id = z.id left join answer a on a.quiz_id = z.id and a.person_id = k.person_id
     where z.lesson_id = ? and (?::uuid is null or k.person_id = ?)`, [lessonId, personId, personId]);
  const fates = await filmFates(em, lessonId, now, personId);
  const known = new Set([...rows.map((row) => row.quiz_id), ...fates.filter(({ correct }) => correct !== null).map(({ questionId }) => questionId)]);
  const over = await overOf(em, lessonId, now, personId);
  const firsts = new Set(over.filter(({ quizId }) => known.has(quizId)).map(({ firstQuizId }) => firstQuizId));
  const questions = personId === null ? over : over.filter(({ firstQuizId }) => firsts.has(firstQuizId));
  const placed = await placedOf(em, fates);
  const ofLive = new Map(rows.map((row) => [`${row.person_id} ${row.quiz_id}`, row]));
  const ofFilm = new Map(fates.map((fate) => [`${fate.personId} ${fate.questionId}`, fate]));
  const people = await namesOf(em, [...new Set([...rows.map((row) => row.person_id), ...fates.map((fate) => fate.personId)])]);
  const learners = people.map(({ id, name, login }): LearnerAnswers => ({
    personId: id, name, login: login ?? '', answers: questions.map(({ quizId }) => markOf(ofLive.get(`${id} ${quizId}`), ofFilm.get(`${id} ${quizId}`), rule)),
    placed: placed.map(({ questionId }) => markOf(undefined, ofFilm.get(`${id} ${questionId}`), rule)),
  }));
  return { questions, placed, learners: questions.length + placed.length > 0 ? learners : [] };
}
