// How questions are answered, counted in the database: thousands of answers are one row of figures.
import type { QuizResult } from '#contracts/quiz.ts';
import { answerOf, plainSpelling, type BankKind } from '#domain/question.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

export interface QuizFigures { quizId: string; lessonId: string; /** By option, how many chose it; empty where nothing is chosen. */ counts: number[]; answeredCount: number; correctCount: number; askedCount: number }
interface Row { id: string; lesson_id: string; kind: BankKind; options: number; answered: number; correct: number; asked: number; chosen: Record<string, number> | null }

const figures = (which: string): string =>
  `select z.id, z.lesson_id, q.kind, jsonb_array_length(q.options) as options, a.answered, a.correct, a.chosen,
     (select count(*)::int from quiz_asked k where k.quiz_id = z.id) as asked
   from quiz z join question q on q.id = z.question_id cross join lateral (
     select count(*)::int as answered, (count(*) filter (where correct))::int as correct,
       (select jsonb_object_agg(choice, people) from (
         select choice, count(*) as people from answer given, jsonb_array_elements_text(given.choices) as choice where given.quiz_id = z.id and q.kind <> 'ordering' group by choice) by_choice) as chosen
     from answer where quiz_id = z.id) a
   where ${which}`;

async function read(em: EntityManager, which: string, values: unknown[]): Promise<QuizFigures[]> {
  const rows = await em.execute<Row[]>(figures(which), values);
  return rows.map((row) => ({
    quizId: row.id, lessonId: row.lesson_id, counts: Array.from({ length: row.kind === 'ordering' ? 0 : row.options }, (_one, index) => row.chosen?.[index] ?? 0),
    answeredCount: row.answered, correctCount: row.correct, askedCount: row.asked,
  }));
}

export const figuresOfQuizzes = async (em: EntityManager, quizIds: readonly string[]): Promise<Map<string, QuizFigures>> =>
  new Map((await read(em, 'z.id = any(?::uuid[])', [arrayOf(quizIds)])).map((one) => [one.quizId, one]));

/** SQL: question `z` is of these lessons, and open or closed after an instant. */
export const runningSql = 'z.lesson_id = any(?::uuid[]) and (z.closed_at is null or z.closed_at > ?)';
/** Of questions of these lessons that are open, or were closed after `since`. */
export const figuresOfRunning = (em: EntityManager, lessonIds: readonly string[], since: Date): Promise<QuizFigures[]> =>
  read(em, runningSql, [arrayOf(lessonIds), since]);

type Frequent = QuizResult['frequent'];
/** How many different answers are told, and among how many they are looked for. */
const told = 5;
const lookedAt = 500;

/** What was typed or ordered most often, of questions of these kinds; spellings that are taken for the same count together, under the most frequent one. */
export async function frequentAnswers(em: EntityManager, quizIds: readonly string[]): Promise<Map<string, Frequent>> {
  const rows = await em.execute<{ quiz_id: string; choices: number[]; text: string | null; correct: boolean; people: number }[]>(
    `select f.* from quiz z join question q on q.id = z.question_id cross join lateral (
       select a.quiz_id, a.choices, a.text, a.correct, count(*)::int as people from answer a where a.quiz_id = z.id
       group by a.quiz_id, a.choices, a.text, a.correct order by people desc, a.text, a.choices limit ?) f
     where z.id = any(?::uuid[]) and q.kind in ('fillIn', 'ordering') order by f.people desc, f.text, f.choices`, [lookedAt, arrayOf(quizIds)]);
  const found = new Map<string, Map<string, Frequent[number]>>();
  for (const { quiz_id: quizId, choices, text, correct, people } of rows) {
    const own = found.get(quizId) ?? new Map<string, Frequent[number]>();
    const name = text === null ? JSON.stringify(choices) : plainSpelling(text);
    const before = own.get(name);
    own.set(name, { answer: before?.answer ?? answerOf(choices, text)!, count: (before?.count ?? 0) + people, right: correct });
    found.set(quizId, own);
  }
  return new Map([...found].map(([quizId, own]) => [quizId, [...own.values()].sort((a, b) => b.count - a.count).slice(0, told)]));
}
