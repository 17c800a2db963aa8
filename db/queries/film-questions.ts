// Questions of a film: those asked live while it was recorded, and those placed in it; and what became of them for learners.
import type { FilmQuestionSource } from '#domain/film-question.ts';
import { answerGraceMs } from '#domain/quiz.ts';
import type { BankKind } from '#domain/question.ts';
import type { Replay } from '../entities/recording.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

export type Film = Pick<Replay, 'lessonId' | 'unitId' | 'startsAt' | 'durationMs'>;
/** `id`: the first asking of a wording in class, or the placed question. `atMs`: of the file. */
export interface FilmQuestion {
  id: string; source: FilmQuestionSource; atMs: number; seconds: number; kind: BankKind; stem: string; options: string[]; right: number[]; accepted: string[]; explanation: string;
  pictureId: string | null;
}
interface Row extends Omit<FilmQuestion, 'atMs' | 'pictureId'> { moment: number; picture_id: string | null }

const ms = (instant: string): string => `(extract(epoch from ${instant}) * 1000)::float8`;
/** What two askings have in common that ask the same: the wording of the bank, or the question itself. */
const wordingSql = (question: string): string => `coalesce(${question}.version_id, ${question}.id)`;
/** A question that may still be answered in class is none of the film's yet. The same wording asked again stands where it was asked first. */
const liveSql = `select z.id, 'live' as source, ${ms('z.opened_at')} as moment, round(extract(epoch from z.deadline_at - z.opened_at))::int as seconds, q.kind, q.prompt as stem,
    q.options, q.right_choices as right, coalesce(q.accepted, '[]'::jsonb) as accepted, coalesce(q.explanation, '') as explanation, q.picture_id
  from (select distinct on (${wordingSql('w')}) a.* from quiz a join question w on w.id = a.question_id
      where a.lesson_id = ? and (a.closed_at is not null or a.deadline_at < ?) order by ${wordingSql('w')}, a.opened_at, a.id) z
    join question q on q.id = z.question_id`;
const placedSql = `select p.id, 'placed', ${ms('p.moment')}, p.seconds, v.kind, v.stem, v.options, v.right_choices, v.accepted, v.explanation, v.picture_id
  from film_question p join question_version v on v.id = p.version_id where p.lesson_id = ? and p.unit_id = ? and p.retired_at is null`;

/** By time; none of a film nobody knows the time of. */
export async function filmQuestions(em: EntityManager, { lessonId, unitId, startsAt, durationMs }: Film, now: Date): Promise<FilmQuestion[]> {
  if (!startsAt || typeof durationMs !== 'number') return [];
  const rows = await em.execute<Row[]>(
    `select * from (${liveSql} union all ${placedSql}) f where moment >= ? and moment < ? order by moment, id`,
    [lessonId, new Date(now.getTime() - answerGraceMs), lessonId, unitId, startsAt.getTime(), startsAt.getTime() + durationMs]);
  return rows.map(({ moment, picture_id: pictureId, ...row }) => ({ ...row, atMs: Math.round(moment - startsAt.getTime()), pictureId }));
}

/** Wording of a question that was put to somebody, whether or not it still is. */
export async function filmQuestion(em: EntityManager, id: string): Promise<Omit<FilmQuestion, 'atMs'> | null> {
  const [row] = await em.execute<Row[]>(
    `select z.id, 'live' as source, 0 as seconds, q.kind, q.prompt as stem, q.options, q.right_choices as right, coalesce(q.accepted, '[]'::jsonb) as accepted, coalesce(q.explanation, '') as explanation,
       q.picture_id from quiz z join question q on q.id = z.question_id where z.id = ?
     union all
     select p.id, 'placed', p.seconds, v.kind, v.stem, v.options, v.right_choices, v.accepted, v.explanation, v.picture_id
       from film_question p join question_version v on v.id = p.version_id where p.id = ?`, [id, id]);
  return row ? { ...row, pictureId: row.picture_id } : null;
}

/** Whether any asking of the same wording was put to this person in class. */
const inClassSql = (quiz: string, person: string): string =>
  `exists (select from quiz f join question fq on fq.id = f.question_id join quiz o on o.lesson_id = f.lesson_id join question oq on oq.id = o.question_id and ${wordingSql('oq')} = ${wordingSql('fq')}
     join quiz_asked w on w.quiz_id = o.id where f.id = ${quiz} and w.person_id = ${person})`;

export interface OwnAnswer { choices: number[] | null; text: string | null; correct: boolean; madeUp: boolean }
/** `inClass`: it was put to them live. */
export interface OwnFate { inClass: boolean; answer: OwnAnswer | null }

/** Of one person, by question. */
export async function ownFates(em: EntityManager, personId: string, ids: readonly string[]): Promise<Map<string, OwnFate>> {
  if (ids.length === 0) return new Map();
  const rows = await em.execute<{ id: string; in_class: boolean; choices: number[] | null; text: string | null; correct: boolean | null; made_up: boolean }[]>(
    `select k.id, ${inClassSql('k.id', '?')} as in_class, a.choices, a.text, a.correct, a.made_up
     from unnest(?::uuid[]) as k(id) left join film_answer a on a.person_id = ? and (a.quiz_id = k.id or a.film_question_id = k.id)`, [personId, arrayOf(ids), personId]);
  return new Map(rows.map(({ id, in_class: inClass, choices, text, correct, made_up: madeUp }) => [id, { inClass, answer: correct === null ? null : { choices, text, correct, madeUp } }]));
}

export interface Unanswered { questionId: string; atMs: number }
/** Of this film, what a learner was not asked in class and has not answered in a replay. */
export async function unansweredIn(em: EntityManager, film: Film, personId: string, now: Date): Promise<Unanswered[]> {
  const questions = await filmQuestions(em, film, now);
  const fates = await ownFates(em, personId, questions.map(({ id }) => id));
  return questions.filter(({ id }) => !fates.get(id)!.inClass && !fates.get(id)!.answer).map(({ id, atMs }) => ({ questionId: id, atMs }));
}

/** One question put to one learner in replays. `correct` null: never answered. */
export interface FilmFate { personId: string; questionId: string; placed: boolean; correct: boolean | null; madeUp: boolean; inClass: boolean }

/** What was put to learners in replays of a lesson and is over: answered, or its time ran out. One that was taken away unanswered is nobody's. */
export async function filmFates(em: EntityManager, lessonId: string, now: Date, personId: string | null = null): Promise<FilmFate[]> {
  const rows = await em.execute<{ person_id: string; question_id: string; placed: boolean; correct: boolean | null; made_up: boolean; in_class: boolean }[]>(
    `select g.*, ${inClassSql('g.question_id', 'g.person_id')} as in_class from (
       select s.person_id, coalesce(s.quiz_id, s.film_question_id) as question_id, s.film_question_id is not null as placed, a.correct, coalesce(a.made_up, bool_or(s.made_up)) as made_up
       from film_showing s left join film_answer a on a.person_id = s.person_id and (a.quiz_id = s.quiz_id or a.film_question_id = s.film_question_id)
         left join film_question p on p.id = s.film_question_id
       where s.lesson_id = ? and (?::uuid is null or s.person_id = ?) and (a.id is not null or (s.deadline_at < ? and p.retired_at is null))
       group by s.person_id, s.quiz_id, s.film_question_id, a.id) g order by g.person_id, g.question_id`, [lessonId, personId, personId, new Date(now.getTime() - answerGraceMs)]);
  return rows.map((row) => ({ personId: row.person_id, questionId: row.question_id, placed: row.placed, correct: row.correct, madeUp: row.made_up, inClass: row.in_class }));
}

/** How questions of a lesson were answered in its replays, by question. */
export async function filmAnswersOf(em: EntityManager, lessonId: string): Promise<Map<string, { answers: number; correct: number }>> {
  const rows = await em.execute<{ id: string; answers: number; correct: number }[]>(
    `select coalesce(quiz_id, film_question_id) as id, count(*)::int as answers, (count(*) filter (where correct))::int as correct from film_answer where lesson_id = ? group by 1`, [lessonId]);
  return new Map(rows.map(({ id, answers, correct }) => [id, { answers, correct }]));
}

/** Placed questions in the order of their moments, also those that were taken away. */
export const placedWordings = (em: EntityManager, ids: readonly string[]): Promise<{ id: string; stem: string; kind: BankKind; point: string }[]> => em.execute(
  'select p.id, v.stem, v.kind, v.knowledge_point as point from film_question p join question_version v on v.id = p.version_id where p.id = any(?::uuid[]) order by p.moment, p.id', [arrayOf(ids)]);
