// Questions of a bank as they are read: the present version of each, one page of a course, the versions of one, sets.
import type { BankPage, BankQuestion as BankQuestionView, BankQuery, QuestionSet as QuestionSetView } from '#contracts/question.ts';
import type { BankKind } from '#domain/question.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

interface Row {
  question_id: string; course_id: string; version_id: string; version: number; kind: BankKind; stem: string; picture_id: string | null; options: string[]; right_choices: number[]; accepted: string[];
  knowledge_point: string; difficulty: number; explanation: string; by: string; at: string; retired: boolean;
}
const columns = `q.id as question_id, q.course_id, v.id as version_id, v.version, v.kind, v.stem, v.picture_id, v.options, v.right_choices, v.accepted, v.knowledge_point, v.difficulty,
  v.explanation, p.name as by, v.created_at as at, q.retired_at is not null as retired`;
const present = 'from bank_question q join question_version v on v.question_id = q.id and v.version = q.version join person p on p.id = v.created_by';

const viewOf = (row: Row): BankQuestionView => ({
  questionId: row.question_id, courseId: row.course_id, versionId: row.version_id, version: row.version, kind: row.kind, stem: row.stem, pictureId: row.picture_id, options: row.options,
  right: row.right_choices, accepted: row.accepted, knowledgePoint: row.knowledge_point, difficulty: row.difficulty, explanation: row.explanation, by: row.by,
  at: new Date(row.at).toISOString(), retired: row.retired,
});

/** The question as it stands; null where there is none. */
export async function bankQuestion(em: EntityManager, questionId: string): Promise<BankQuestionView | null> {
  const [row] = await em.execute<Row[]>(`select ${columns} ${present} where q.id = ?`, [questionId]);
  return row ? viewOf(row) : null;
}

/** All wordings of a question, newest first. */
export async function questionVersions(em: EntityManager, questionId: string): Promise<BankQuestionView[]> {
  const rows = await em.execute<Row[]>(
    `select ${columns} from bank_question q join question_version v on v.question_id = q.id join person p on p.id = v.created_by where q.id = ? order by v.version desc`, [questionId]);
  return rows.map(viewOf);
}

/** What is typed is looked for as it stands: % and _ are signs like others. */
const containing = (text: string): string => `%${text.trim().replace(/[\\%_]/g, '\\$&')}%`;

/** One page of what was looked for, newest first; `points` of all that is in use. */
export async function bankPage(em: EntityManager, courseId: string, query: BankQuery, pageSize: number): Promise<Omit<BankPage, 'courseTitle'>> {
  const page = Number(query.page ?? '1');
  const where: [string, unknown][] = [['q.course_id = ?', courseId], [`(q.retired_at is not null) = ?`, query.retired === 'yes']];
  if (query.text?.trim()) where.push(['v.stem ilike ?', containing(query.text)]);
  if (query.point !== undefined) where.push(['v.knowledge_point = ?', query.point]);
  if (query.kind) where.push(['v.kind = ?', query.kind]);
  const condition = where.map(([sql]) => sql).join(' and ');
  const values = where.map(([, value]) => value);
  const [counted] = await em.execute<{ total: number }[]>(`select count(*)::int as total ${present} where ${condition}`, values);
  const rows = await em.execute<Row[]>(`select ${columns} ${present} where ${condition} order by q.id desc limit ? offset ?`, [...values, pageSize, (page - 1) * pageSize]);
  const points = await em.execute<{ point: string; questions: number }[]>(
    `select v.knowledge_point as point, count(*)::int as questions ${present} where q.course_id = ? and q.retired_at is null and v.knowledge_point <> ''
     group by v.knowledge_point order by v.knowledge_point limit 500`, [courseId]);
  return { questions: rows.map(viewOf), total: counted?.total ?? 0, page, pageSize, points };
}

/** Of these fingerprints those that a question in use of this course has; `except` is left out. */
export async function knownFingerprints(em: EntityManager, courseId: string, fingerprints: readonly string[], except: string | null = null): Promise<Set<string>> {
  const rows = await em.execute<{ fingerprint: string }[]>(
    `select v.fingerprint from bank_question q join question_version v on v.question_id = q.id and v.version = q.version
     where q.course_id = ? and q.retired_at is null and v.fingerprint = any(?::text[]) and q.id is distinct from ?`, [courseId, arrayOf(fingerprints), except]);
  return new Set(rows.map(({ fingerprint }) => fingerprint));
}

interface SetRow { id: string; course_id: string; name: string; seconds_each: number; by: string; changed_at: string }

/** Sets of a course, or one of them; the last changed first. */
export async function questionSets(em: EntityManager, courseId: string, setId: string | null = null): Promise<QuestionSetView[]> {
  const sets = await em.execute<SetRow[]>(
    `select s.id, s.course_id, s.name, s.seconds_each, p.name as by, s.changed_at from question_set s join person p on p.id = s.changed_by
     where s.course_id = ? and (?::uuid is null or s.id = ?) order by s.changed_at desc, s.id desc`, [courseId, setId, setId]);
  const rows = await em.execute<(Row & { set_id: string })[]>(
    `select i.set_id, ${columns} ${present} join question_set_item i on i.question_id = q.id where i.set_id = any(?::uuid[]) order by i.ordinal`, [arrayOf(sets.map(({ id }) => id))]);
  const questions = Map.groupBy(rows, (row) => row.set_id);
  return sets.map((set) => ({
    setId: set.id, courseId: set.course_id, name: set.name, secondsEach: set.seconds_each, by: set.by, at: new Date(set.changed_at).toISOString(),
    questions: (questions.get(set.id) ?? []).map(viewOf),
  }));
}
