// How questions are answered, counted in the database: thousands of answers are one row of figures.
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

export interface QuizFigures { quizId: string; lessonId: string; /** By option, how many chose it. */ counts: number[]; answeredCount: number; correctCount: number; askedCount: number }
interface Row { id: string; lesson_id: string; options: number; answered: number; correct: number; asked: number; chosen: Record<string, number> | null }

const figures = (which: string): string =>
  `select z.id, z.lesson_id, jsonb_array_length(q.options) as options, a.answered, a.correct, a.chosen,
     (select count(*)::int from quiz_asked k where k.quiz_id = z.id) as asked
   from quiz z join question q on q.id = z.question_id cross join lateral (
     select count(*)::int as answered, (count(*) filter (where correct))::int as correct,
       (select jsonb_object_agg(choice, people) from (
         select choice, count(*) as people from answer given, jsonb_array_elements_text(given.choices) as choice where given.quiz_id = z.id group by choice) by_choice) as chosen
     from answer where quiz_id = z.id) a
   where ${which}`;

async function read(em: EntityManager, which: string, values: unknown[]): Promise<QuizFigures[]> {
  const rows = await em.execute<Row[]>(figures(which), values);
  return rows.map((row) => ({
    quizId: row.id, lessonId: row.lesson_id, counts: Array.from({ length: row.options }, (_one, index) => row.chosen?.[index] ?? 0),
    answeredCount: row.answered, correctCount: row.correct, askedCount: row.asked,
  }));
}

export const figuresOfQuizzes = async (em: EntityManager, quizIds: readonly string[]): Promise<Map<string, QuizFigures>> =>
  new Map((await read(em, 'z.id = any(?::uuid[])', [arrayOf(quizIds)])).map((one) => [one.quizId, one]));

/** Of questions of these lessons that are open, or were closed after `since`. */
export const figuresOfRunning = (em: EntityManager, lessonIds: readonly string[], since: Date): Promise<QuizFigures[]> =>
  read(em, 'z.lesson_id = any(?::uuid[]) and (z.closed_at is null or z.closed_at > ?)', [arrayOf(lessonIds), since]);
