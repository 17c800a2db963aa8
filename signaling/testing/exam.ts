// Exams for tests: a bank with questions of every kind, and settings that fit a school.
import type { ExamBody, ExamDetail } from '#contracts/exam.ts';
import type { BankQuestion } from '#contracts/question.ts';
import { endDueAttempts, examsOver } from '#db/queries/exam-hand-in.ts';
import { newId } from '#domain/id.ts';
import type { HttpWorld } from './http-world.ts';
import type { School } from './school.ts';

let asked = 0;
/** What is right is always the text `right`, and of `ordering` a, b, c. */
const wordings = {
  single: { options: ['wrong 1', 'right', 'wrong 2'], right: [1], accepted: [] }, multiple: { options: ['right 1', 'wrong', 'right 2'], right: [0, 2], accepted: [] },
  trueFalse: { options: ['yes', 'no'], right: [0], accepted: [] }, fillIn: { options: [], right: [], accepted: ['CO2'] }, ordering: { options: ['a', 'b', 'c'], right: [0, 1, 2], accepted: [] },
} as const;
export type WordedKind = keyof typeof wordings;

export async function addBankQuestion(world: HttpWorld, school: School, kind: WordedKind, change: object = {}): Promise<BankQuestion> {
  const payload = { kind, stem: `${kind} ${asked++}`, ...wordings[kind], knowledgePoint: 'fire', difficulty: 2, explanation: 'because', pictureId: null, ...change };
  const response = await world.call(`POST /api/courses/${school.courseId}/questions`, school.teacher, { payload });
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<BankQuestion>();
}

/** One question of each kind, two points each. */
export const onePart = (courseId: string, change: object = {}) => ({ courseId, kinds: [], knowledgePoint: null, leastDifficulty: 1, mostDifficulty: 5, count: 5, pointsEach: 2, ...change });

/** Open from now for two hours, 60 minutes, 60 %, after the course of the school. */
export function examBody(world: HttpWorld, school: Pick<School, 'courseId' | 'cohortId'>, change: Partial<ExamBody> = {}): ExamBody {
  const nowMs = world.clock.now().getTime();
  return {
    title: `Exam ${asked++}`, instructions: '', follows: { kind: 'course', courseId: school.courseId }, cohortIds: [school.cohortId], parts: [onePart(school.courseId)], fixed: [], freeText: [],
    opensAt: new Date(nowMs).toISOString(), closesAt: new Date(nowMs + 2 * 3_600_000).toISOString(), durationMinutes: 60, passPercent: 60, attempts: 1, waitMinutes: 0,
    shuffleQuestions: true, shuffleOptions: true, showRight: true, ...change,
  };
}
export const freeTextTask = (points = 10) => ({ taskId: newId(), prompt: 'Describe it', guidance: 'three steps', points });

export async function draftExam(world: HttpWorld, school: School, change: Partial<ExamBody> = {}): Promise<ExamDetail> {
  const response = await world.call('POST /api/exams', school.teacher, { payload: examBody(world, school, change) });
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<ExamDetail>();
}

export async function publishedExam(world: HttpWorld, school: School, change: Partial<ExamBody> = {}): Promise<ExamDetail> {
  const { examId } = await draftExam(world, school, change);
  const response = await world.call(`POST /api/exams/${examId}/publication`, school.teacher);
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<ExamDetail>();
}

/** Schools that are there now go by a pack that asks for no faces in exams. */
export const withoutFaces = (world: HttpWorld): Promise<unknown> => world.deps.orm.em.fork().execute(`update institution set rule_pack = 'guangdong'`);

/** What the worker does of all exams with attempts whose time is over; answers how many ended. */
export async function endDue({ deps, clock }: HttpWorld): Promise<number> {
  let ended = 0;
  for (const examId of await examsOver(deps.orm.em.fork(), clock.now())) ended += (await endDueAttempts(deps, examId)).ended;
  return ended;
}
