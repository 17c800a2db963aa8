// Which questions of a bank were asked in a lesson, which one of a set comes next, and how far a set is asked.
import type { SetPlace } from '#contracts/quiz.ts';
import type { BankKind } from '#domain/question.ts';
import type { EntityManager } from '../orm.ts';

/** SQL for whether the bank's question `question` was asked in a lesson (`?` once), in whichever wording. */
const askedSql = (question: string): string =>
  `exists (select from quiz z join question k on k.id = z.question_id join question_version kv on kv.id = k.version_id where z.lesson_id = ? and kv.question_id = ${question})`;

export const courseOfLesson = async (em: EntityManager, lessonId: string): Promise<string> => {
  const [row] = await em.execute<{ course_id: string }[]>('select h.course_id from lesson l join cohort h on h.id = l.cohort_id where l.id = ?', [lessonId]);
  return row!.course_id;
};

/** Questions of the course that were asked in this lesson. */
export async function askedOfBank(em: EntityManager, lessonId: string): Promise<Set<string>> {
  const rows = await em.execute<{ question_id: string }[]>(
    `select distinct v.question_id from quiz z join question k on k.id = z.question_id join question_version v on v.id = k.version_id where z.lesson_id = ?`, [lessonId]);
  return new Set(rows.map((row) => row.question_id));
}

/** The set something was asked from last, while it is still there. */
export async function lastSetAsked(em: EntityManager, lessonId: string): Promise<string | null> {
  const [row] = await em.execute<{ set_id: string }[]>('select set_id from quiz where lesson_id = ? and set_id is not null order by opened_at desc, id desc limit 1', [lessonId]);
  return row?.set_id ?? null;
}

/** The first in the order of the set that is in use and was not asked in this lesson; null: none is left. */
export async function nextOfSet(em: EntityManager, lessonId: string, setId: string): Promise<string | null> {
  const [row] = await em.execute<{ question_id: string }[]>(
    `select i.question_id from question_set_item i join bank_question q on q.id = i.question_id
     where i.set_id = ? and q.retired_at is null and not ${askedSql('i.question_id')} order by i.ordinal limit 1`, [setId, lessonId]);
  return row?.question_id ?? null;
}

/** How far the set of a quiz is asked in its lesson; what is out of use and was not asked is no part of it. Null without a set, or where the question was taken out of it meanwhile. */
export async function placeInSet(em: EntityManager, { id, setId, lessonId }: { id: string; setId?: string | null | undefined; lessonId: string }): Promise<SetPlace | null> {
  if (!setId) return null;
  const rows = await em.execute<{ number: number; total: number; quiz_id: string }[]>(
    `with asked as materialized (
       select v.question_id, z.id from quiz z join question k on k.id = z.question_id join question_version v on v.id = k.version_id where z.lesson_id = ?), counted as (
       select i.question_id, row_number() over (order by i.ordinal)::int as number, count(*) over ()::int as total from question_set_item i join bank_question q on q.id = i.question_id
       where i.set_id = ? and (q.retired_at is null or exists (select from asked where asked.question_id = i.question_id)))
     select number, total, asked.id as quiz_id from counted join asked on asked.question_id = counted.question_id order by asked.id`, [lessonId, setId]);
  const asked = rows.map(({ number, quiz_id: quizId }) => ({ quizId, number }));
  return asked.some(({ quizId }) => quizId === id) ? { total: rows[0]!.total, asked } : null;
}

export interface PresentWording {
  versionId: string; retired: boolean; kind: BankKind; stem: string; options: string[]; right: number[]; accepted: string[]; knowledgePoint: string; explanation: string; pictureId: string | null;
}
/** The wording in use of a question of this course; null where the course has no such question. An edit waits until this unit of work is done. */
export async function presentWording(em: EntityManager, courseId: string, questionId: string): Promise<PresentWording | null> {
  const [row] = await em.execute<PresentWording[]>(
    `select v.id as "versionId", q.retired_at is not null as retired, v.kind, v.stem, v.options, v.right_choices as "right", v.accepted, v.knowledge_point as "knowledgePoint", v.explanation, v.picture_id as "pictureId"
     from bank_question q join question_version v on v.question_id = q.id and v.version = q.version where q.id = ? and q.course_id = ? for share of q`, [questionId, courseId]);
  return row ?? null;
}

/** The row this wording was asked by before in this lesson: its results then stand side by side. */
export async function askedBefore(em: EntityManager, lessonId: string, versionId: string): Promise<string | null> {
  const [row] = await em.execute<{ id: string }[]>(
    'select k.id from question k join quiz z on z.question_id = k.id where k.version_id = ? and z.lesson_id = ? order by z.opened_at limit 1', [versionId, lessonId]);
  return row?.id ?? null;
}

/** Whether a picture stood in a question that was asked in this lesson. */
export async function pictureAsked(em: EntityManager, lessonId: string, pictureId: string): Promise<boolean> {
  const [row] = await em.execute<{ asked: boolean }[]>('select exists (select from question k join quiz z on z.question_id = k.id where k.picture_id = ? and z.lesson_id = ?) as asked', [pictureId, lessonId]);
  return row?.asked ?? false;
}
