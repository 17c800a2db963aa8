// The paper of an attempt as rows: drawn and written once, read with the wording of each question.
import type { PaperItem } from '#contracts/exam.ts';
import { asShown, drawQuestions, optionOrder, shuffled, type Random } from '#domain/exam-paper.ts';
import type { ExamAnswer, ExamKind } from '#domain/exam.ts';
import type { BankKind } from '#domain/question.ts';
import { ExamItem, type Exam } from '../entities/exam.ts';
import type { EntityManager } from '../orm.ts';
import { poolPutAside, type PutAside } from './exam-supply.ts';
import { arrayOf } from './lesson-access.ts';

interface Length { id: string; kind: BankKind; count: number }
const lengthsOf = async (em: EntityManager, versionIds: readonly string[]): Promise<Map<string, Length>> => {
  const rows = await em.execute<Length[]>('select id, kind, jsonb_array_length(options) as count from question_version where id = any(?::uuid[])', [arrayOf(versionIds)]);
  return new Map(rows.map((row) => [row.id, row]));
};

/** A place of a paper: a wording of the bank, or a task of the exam. */
interface Place { versionId: string | null; taskId: string | null; points: number; optionOrder: number[] }
/** Questions in their order (fixed ones first where nothing is shuffled), free text at the end. The same random numbers give the same paper; it is short where the rules cannot be met. */
export async function drawPaper(em: EntityManager, exam: Exam, { pool, fixed }: PutAside, random: Random): Promise<Place[]> {
  const drawn = drawQuestions(exam.parts, pool, random);
  const questions = [...fixed.map((versionId, at) => ({ versionId, points: exam.fixed[at]!.points })), ...drawn.map(({ versionId, part }) => ({ versionId, points: exam.parts[part]!.pointsEach }))];
  const lengths = await lengthsOf(em, questions.map(({ versionId }) => versionId));
  const ordered = exam.shuffleQuestions ? shuffled(questions, random) : questions;
  return [
    ...ordered.map(({ versionId, points }) => {
      const { kind, count } = lengths.get(versionId)!;
      return { versionId, taskId: null, points, optionOrder: optionOrder(kind, count, exam.shuffleOptions, random) };
    }),
    ...exam.freeText.map(({ taskId, points }) => ({ versionId: null, taskId, points, optionOrder: [] })),
  ];
}

/** Drawn from what was put aside, and written. */
export async function writePaper(em: EntityManager, exam: Exam, attempt: { id: string }, random: Random): Promise<void> {
  const places = await drawPaper(em, exam, await poolPutAside(em, exam.id), random);
  const blank = { attemptId: attempt.id, institutionId: exam.institutionId, answer: null, revision: 0, savedAt: null, afterCut: false, correct: null, awarded: null };
  await em.insertMany(ExamItem, places.map((row, index) => ({ ...blank, ...row, ordinal: index + 1 })));
}

export interface StoredItem {
  ordinal: number; versionId: string | null; taskId: string | null; points: number; order: number[]; answer: ExamAnswer | null; revision: number; afterCut: boolean; correct: boolean | null; awarded: number | null;
  kind: ExamKind; stem: string; guidance: string; pictureId: string | null; options: string[]; right: number[]; accepted: string[]; explanation: string;
}
/** Null where it is no question of the bank. */
interface Wording { kind: BankKind | null; stem: string | null; picture_id: string | null; options: string[] | null; right_choices: number[] | null; accepted: string[] | null; explanation: string | null }
const wordingColumns = 'v.kind, v.stem, v.picture_id, v.options, v.right_choices, v.accepted, v.explanation';
interface Row extends Wording {
  ordinal: number; version_id: string | null; task_id: string | null; points: number; option_order: number[]; answer: ExamAnswer | null; revision: number; after_cut: boolean; correct: boolean | null; awarded: number | null;
}

function storedItem({ freeText }: Pick<Exam, 'freeText'>, row: Row): StoredItem {
  const task = freeText.find(({ taskId }) => taskId === row.task_id);
  return {
    ordinal: row.ordinal, versionId: row.version_id, taskId: row.task_id, points: row.points, order: row.option_order, answer: row.answer, revision: row.revision, afterCut: row.after_cut,
    correct: row.correct, awarded: row.awarded, kind: row.kind ?? 'freeText', stem: row.stem ?? task?.prompt ?? '', guidance: task?.guidance ?? '', pictureId: row.picture_id,
    options: row.options ?? [], right: row.right_choices ?? [], accepted: row.accepted ?? [], explanation: row.explanation ?? '',
  };
}

/** The papers of these attempts of one exam with everything, each in its order: for whoever judges them, not for whoever takes them. */
export async function storedItemsOf(em: EntityManager, exam: Pick<Exam, 'freeText'>, attemptIds: readonly string[]): Promise<Map<string, StoredItem[]>> {
  const rows = await em.execute<(Row & { attempt_id: string })[]>(
    `select i.attempt_id, i.ordinal, i.version_id, i.task_id, i.points, i.option_order, i.answer, i.revision, i.after_cut, i.correct, i.awarded, ${wordingColumns}
     from exam_item i left join question_version v on v.id = i.version_id where i.attempt_id = any(?::uuid[]) order by i.attempt_id, i.ordinal`, [arrayOf(attemptIds)]);
  return new Map([...Map.groupBy(rows, (row) => row.attempt_id)].map(([attemptId, those]) => [attemptId, those.map((row) => storedItem(exam, row))]));
}

/** One of them. */
export const storedItems = async (em: EntityManager, exam: Pick<Exam, 'freeText'>, attemptId: string): Promise<StoredItem[]> => (await storedItemsOf(em, exam, [attemptId])).get(attemptId) ?? [];

const noWording: Wording = { kind: null, stem: null, picture_id: null, options: null, right_choices: null, accepted: null, explanation: null };
/** The same of a paper that is written nowhere. */
export async function unwrittenItems(em: EntityManager, exam: Pick<Exam, 'freeText'>, places: readonly Place[]): Promise<StoredItem[]> {
  const rows = await em.execute<(Wording & { id: string })[]>(`select v.id, ${wordingColumns} from question_version v where v.id = any(?::uuid[])`, [arrayOf(places.flatMap(({ versionId }) => versionId ?? []))]);
  const wordings = new Map(rows.map((row) => [row.id, row]));
  return places.map(({ versionId, taskId, points, optionOrder }, index) => storedItem(exam, {
    ...(wordings.get(versionId ?? '') ?? noWording), ordinal: index + 1, version_id: versionId, task_id: taskId, points, option_order: optionOrder,
    answer: null, revision: 0, after_cut: false, correct: null, awarded: null,
  }));
}

/** As it may be given to whoever takes it: options and the own choices as they are shown, and nothing of what is right. */
export const paperItem = ({ ordinal, kind, stem, pictureId, options, order, points, answer, revision }: StoredItem): PaperItem => ({
  ordinal, kind, stem, hasPicture: pictureId !== null, options: order.map((place) => options[place]!), points, revision,
  answer: answer && 'choices' in answer ? { choices: asShown(order, answer.choices) } : answer && { text: answer.text },
});
