// What the bank holds for an exam: questions that fit its rules, as they stand now, or as they were put aside when it was published.
import type { ExamPart } from '#contracts/exam.ts';
import { shortages, type PoolEntry } from '#domain/exam-paper.ts';
import type { BankKind } from '#domain/question.ts';
import { ExamPool, type Exam } from '../entities/exam.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

/** Wordings in use that fit a rule; `except` are asked of everybody anyhow. */
async function fitting(em: EntityManager, { courseId, kinds, knowledgePoint, leastDifficulty, mostDifficulty }: ExamPart, except: readonly string[]): Promise<string[]> {
  const rows = await em.execute<{ id: string }[]>(
    `select v.id from bank_question q join question_version v on v.question_id = q.id and v.version = q.version
     where q.course_id = ? and q.retired_at is null and (cardinality(?::text[]) = 0 or v.kind = any(?::text[])) and (?::text is null or v.knowledge_point = ?)
       and v.difficulty between ? and ? and q.id <> all(?::uuid[]) order by v.id`,
    [courseId, arrayOf(kinds), arrayOf(kinds), knowledgePoint, knowledgePoint, leastDifficulty, mostDifficulty, arrayOf(except)]);
  return rows.map(({ id }) => id);
}

export interface FixedNow { questionId: string; versionId: string; kind: BankKind; stem: string; retired: boolean; courseId: string }
/** Questions asked of everybody, in that order; what is not there is left out. */
export async function fixedQuestions(em: EntityManager, questionIds: readonly string[]): Promise<FixedNow[]> {
  const rows = await em.execute<{ question_id: string; id: string; kind: BankKind; stem: string; retired: boolean; course_id: string }[]>(
    `select q.id as question_id, v.id, v.kind, v.stem, q.retired_at is not null as retired, q.course_id
     from bank_question q join question_version v on v.question_id = q.id and v.version = q.version where q.id = any(?::uuid[])`, [arrayOf(questionIds)]);
  const byId = new Map(rows.map((row) => [row.question_id, row]));
  return questionIds.flatMap((questionId) => {
    const row = byId.get(questionId);
    return row ? [{ questionId, versionId: row.id, kind: row.kind, stem: row.stem, retired: row.retired, courseId: row.course_id }] : [];
  });
}

/** What fits each rule now. */
export async function poolNow(em: EntityManager, { parts, fixed }: Pick<Exam, 'parts' | 'fixed'>): Promise<PoolEntry[]> {
  const except = fixed.map(({ questionId }) => questionId);
  const pool: PoolEntry[] = [];
  for (const [part, rule] of parts.entries()) for (const versionId of await fitting(em, { ...rule, kinds: [...rule.kinds] }, except)) pool.push({ versionId, part });
  return pool;
}

/** What papers are drawn from: `fixed` in their order. */
export interface PutAside { pool: PoolEntry[]; fixed: string[] }
export async function poolPutAside(em: EntityManager, examId: string): Promise<PutAside> {
  const rows = await em.find(ExamPool, { examId }, { orderBy: { part: 'asc', ordinal: 'asc' }, disableIdentityMap: true });
  return { pool: rows.filter(({ part }) => part >= 0).map(({ versionId, part }) => ({ versionId, part })), fixed: rows.filter(({ part }) => part < 0).map(({ versionId }) => versionId) };
}

/** Of a draft as the bank stands now, which is what publishing would put aside; of any other what it did. */
export const supplied = async (em: EntityManager, exam: Exam): Promise<PutAside> => (exam.status !== 'draft' ? poolPutAside(em, exam.id)
  : { pool: await poolNow(em, exam), fixed: (await fixedQuestions(em, exam.fixed.map(({ questionId }) => questionId))).map(({ versionId }) => versionId) });

export interface Supply { wanted: number; fitting: number; short: number }
export function supplyOf({ parts }: Pick<Exam, 'parts'>, pool: readonly PoolEntry[]): Supply[] {
  const short = shortages(parts, pool);
  return parts.map(({ count }, part) => ({ wanted: count, fitting: pool.filter((entry) => entry.part === part).length, short: short[part]! }));
}
