// Defining exams: drafts that fit together, by whoever keeps the bank of every course they follow.
import { LockMode } from '@mikro-orm/postgresql';
import type { ExamBody, ExamDetail, ExamEdit } from '#contracts/exam.ts';
import { Exam, ExamCohort, ExamCourse } from '#db/entities/exam.ts';
import { Cohort } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { requireCourse } from '#db/queries/course-access.ts';
import { followed, requireExam } from '#db/queries/exam-access.ts';
import { fixedQuestions } from '#db/queries/exam-supply.ts';
import { examDetail } from '#db/queries/exam-views.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { examLimits } from '#domain/exam.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';

const invalid = (why: string): DomainError => new DomainError('exam_invalid', why);
const allDifferent = (ids: readonly string[]): boolean => new Set(ids).size === ids.length;
const dayMs = 86_400_000;

/** What can be said without a row. Throws exam_invalid. */
function requireSound(body: ExamBody): void {
  const lengthMs = Date.parse(body.closesAt) - Date.parse(body.opensAt);
  if (body.title.trim() === '') throw invalid('an exam has a title');
  if (!(lengthMs > 0) || lengthMs > examLimits.mostWindowDays * dayMs) throw invalid('it closes after it opens, within a year');
  if (body.parts.some(({ leastDifficulty, mostDifficulty }) => leastDifficulty > mostDifficulty)) throw invalid('difficulties go upwards');
  if (!allDifferent(body.fixed.map(({ questionId }) => questionId)) || !allDifferent(body.freeText.map(({ taskId }) => taskId))) throw invalid('a question stands once in a paper');
  if (body.freeText.some(({ prompt }) => prompt.trim() === '') || !allDifferent(body.cohortIds)) throw invalid('tasks have words, cohorts are named once');
}

interface Scope { institutionId: string; courseIds: string[] }
/** Throws not_found for a course, unit, cohort or question that is not this person's, exam_invalid where they do not belong together. */
async function requireScope(em: EntityManager, personId: string, body: ExamBody): Promise<Scope> {
  const { courseIds, cohortId } = await followed(em, body.follows);
  const kept = [];
  for (const courseId of courseIds) kept.push(await requireCourse(em, personId, courseId));
  const { institutionId } = kept[0]!;
  if (kept.some((course) => course.institutionId !== institutionId)) throw invalid('courses of one institution');
  if (body.parts.some((part) => !courseIds.includes(part.courseId))) throw invalid('questions are drawn from the courses it follows');
  const cohorts = await em.find(Cohort, { id: { $in: body.cohortIds }, institutionId });
  if (cohorts.length !== body.cohortIds.length) throw new DomainError('not_found', 'no such cohort');
  if (cohorts.some((cohort) => !courseIds.includes(cohort.courseId) || (cohortId !== null && cohort.id !== cohortId))) throw invalid('cohorts of what it follows');
  const fixed = await fixedQuestions(em, body.fixed.map(({ questionId }) => questionId));
  if (fixed.length !== body.fixed.length || fixed.some(({ courseId }) => !courseIds.includes(courseId))) throw new DomainError('not_found', 'no such question in these courses');
  return { institutionId, courseIds };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
/** The columns a draft's settings fill. */
const columnsOf = (body: ExamBody) => ({
  title: body.title.trim(), instructions: body.instructions.trim(), follows: body.follows, parts: body.parts, fixed: body.fixed, freeText: body.freeText,
  opensAt: new Date(body.opensAt), closesAt: new Date(body.closesAt), durationMinutes: body.durationMinutes, passPercent: body.passPercent, attempts: body.attempts, waitMinutes: body.waitMinutes,
  shuffleQuestions: body.shuffleQuestions, shuffleOptions: body.shuffleOptions, showRight: body.showRight,
  questionCount: sum(body.parts.map(({ count }) => count)) + body.fixed.length + body.freeText.length,
  maxPoints: sum([...body.parts.map(({ count, pointsEach }) => count * pointsEach), ...body.fixed.map(({ points }) => points), ...body.freeText.map(({ points }) => points)]),
});

async function writeScope(em: EntityManager, examId: string, { institutionId, courseIds }: Scope, cohortIds: readonly string[]): Promise<void> {
  await em.nativeDelete(ExamCourse, { examId });
  await em.nativeDelete(ExamCohort, { examId });
  await em.insertMany(ExamCourse, courseIds.map((courseId) => ({ examId, courseId, institutionId })));
  await em.insertMany(ExamCohort, cohortIds.map((cohortId) => ({ examId, cohortId, institutionId })));
}

async function insertDraft(em: EntityManager, actor: Actor, scope: Scope, body: ExamBody, { at, copiedFrom }: { at: Date; copiedFrom: string | null }): Promise<string> {
  const id = newId(at.getTime());
  const { institutionId } = scope;
  await em.insert(Exam, {
    id, institutionId, ...columnsOf(body), status: 'draft', revision: 1, copiedFrom, createdAt: at, changedBy: actor.personId!, changedAt: at,
    publishedBy: null, publishedAt: null, endedBy: null, endedAt: null, endReason: null,
  });
  await writeScope(em, id, scope, body.cohortIds);
  await appendEvent(em, actor, `institution:${institutionId}`, 'exam:drafted', at, { examId: id, copiedFrom });
  return id;
}

export const told = async (em: EntityManager, personId: string, examId: string, now: Date): Promise<ExamDetail> =>
  examDetail(em, personId, await em.findOneOrFail(Exam, { id: examId }, { disableIdentityMap: true }), now);

/** Throws exam_invalid, not_found. */
export async function addExam(deps: Deps, personId: string, body: ExamBody): Promise<ExamDetail> {
  requireSound(body);
  const scope = await requireScope(deps.orm.em.fork(), personId, body);
  const actor = actorFor(personId, scope.institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    const at = deps.now();
    return told(em, personId, await insertDraft(em, actor, scope, body, { at, copiedFrom: null }), at);
  });
}

/** The row, locked: who changes it waits for the one before. */
export const lockExam = (em: EntityManager, id: string): Promise<Exam> => em.findOneOrFail(Exam, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });

async function requireDraft(em: EntityManager, id: string): Promise<Exam> {
  const exam = await em.findOne(Exam, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE, disableIdentityMap: true });
  if (!exam) throw new DomainError('not_found', 'the draft was taken away');
  if (exam.status !== 'draft') throw new DomainError('exam_not_draft', `it is ${exam.status}`);
  return exam;
}

/** Throws as `addExam`, and exam_not_draft, exam_changed. */
export async function editExam(deps: Deps, personId: string, examId: string, { revision, ...body }: ExamEdit): Promise<ExamDetail> {
  const { institutionId } = await requireExam(deps.orm.em.fork(), personId, examId, 'manage');
  requireSound(body);
  const scope = await requireScope(deps.orm.em.fork(), personId, body);
  if (scope.institutionId !== institutionId) throw invalid('an exam stays with its institution');
  return unitOfWork(deps.orm, actorFor(personId, institutionId), async (em) => {
    const exam = await requireDraft(em, examId);
    if (exam.revision !== revision) throw new DomainError('exam_changed', `revision ${exam.revision} is newer`);
    const at = deps.now();
    await em.nativeUpdate(Exam, { id: examId }, { ...columnsOf(body), revision: revision + 1, changedBy: personId, changedAt: at });
    await writeScope(em, examId, scope, body.cohortIds);
    return told(em, personId, examId, at);
  });
}

/** Throws not_found, exam_not_draft. */
export async function removeExam(deps: Deps, personId: string, examId: string): Promise<Record<string, never>> {
  const { institutionId } = await requireExam(deps.orm.em.fork(), personId, examId, 'manage');
  const actor = actorFor(personId, institutionId);
  await unitOfWork(deps.orm, actor, async (em) => {
    await requireDraft(em, examId);
    await em.nativeDelete(Exam, { id: examId });
    await appendEvent(em, actor, `institution:${institutionId}`, 'exam:removed', deps.now(), { examId });
  });
  return {};
}

/** A new draft with the same settings, also of one that was taken. Throws not_found. */
export async function copyExam(deps: Deps, personId: string, examId: string): Promise<ExamDetail> {
  const exam = await requireExam(deps.orm.em.fork(), personId, examId, 'manage');
  const detail = await examDetail(deps.orm.em.fork(), personId, exam, deps.now());
  const actor = actorFor(personId, exam.institutionId);
  const { title, instructions, follows, cohortIds, parts, fixed, freeText, opensAt, closesAt, durationMinutes, passPercent, attempts, waitMinutes, shuffleQuestions, shuffleOptions, showRight } = detail;
  const body: ExamBody = { title, instructions, follows, cohortIds, parts, fixed, freeText, opensAt, closesAt, durationMinutes, passPercent, attempts, waitMinutes, shuffleQuestions, shuffleOptions, showRight };
  const scope = { institutionId: exam.institutionId, courseIds: detail.courses.map(({ courseId }) => courseId) };
  return unitOfWork(deps.orm, actor, async (em) => {
    const at = deps.now();
    return told(em, personId, await insertDraft(em, actor, scope, body, { at, copiedFrom: examId }), at);
  });
}
