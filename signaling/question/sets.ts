// Sets: questions of one course in an order, prepared before the lesson.
import type { QuestionSet as QuestionSetView, QuestionSetBody, QuestionSets } from '#contracts/question.ts';
import { BankQuestion, QuestionSet, QuestionSetItem } from '#db/entities/question.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { requireCourse } from '#db/queries/course-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { questionSets } from '#db/queries/question-bank.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';

export async function readSets({ orm }: Deps, personId: string, courseId: string): Promise<QuestionSets> {
  const em = orm.em.fork();
  const { title } = await requireCourse(em, personId, courseId);
  return { courseTitle: title, sets: await questionSets(em, courseId) };
}

/** Throws bad_request (one twice), not_found (not of this course), question_retired; what is in the set already may be out of use. */
async function requireQuestions(em: EntityManager, courseId: string, questionIds: readonly string[], kept: ReadonlySet<string>): Promise<void> {
  if (new Set(questionIds).size !== questionIds.length) throw new DomainError('bad_request', 'a question stands once in a set');
  const found = await em.find(BankQuestion, { id: { $in: [...questionIds] }, courseId });
  if (found.length !== questionIds.length) throw new DomainError('not_found', 'no such question in this course');
  const retired = found.find(({ id, retiredAt }) => retiredAt !== null && !kept.has(id));
  if (retired) throw new DomainError('question_retired', `${retired.id} is out of use`);
}

async function writeItems(em: EntityManager, setId: string, institutionId: string, questionIds: readonly string[]): Promise<void> {
  await em.nativeDelete(QuestionSetItem, { setId });
  await em.insertMany(QuestionSetItem, questionIds.map((questionId, index) => ({ setId, ordinal: index + 1, institutionId, questionId })));
}

const named = (body: QuestionSetBody): string => {
  const name = body.name.trim();
  if (name === '') throw new DomainError('bad_request', 'a set has a name');
  return name;
};

export async function addSet(deps: Deps, personId: string, courseId: string, body: QuestionSetBody): Promise<QuestionSetView> {
  const { institutionId } = await requireCourse(deps.orm.em.fork(), personId, courseId);
  const name = named(body);
  return unitOfWork(deps.orm, actorFor(personId, institutionId), async (em) => {
    await requireQuestions(em, courseId, body.questionIds, new Set());
    const at = deps.now();
    const id = newId(at.getTime());
    await em.insert(QuestionSet, { id, institutionId, courseId, name, secondsEach: body.secondsEach, changedBy: personId, changedAt: at, createdAt: at });
    await writeItems(em, id, institutionId, body.questionIds);
    return (await questionSets(em, courseId, id))[0]!;
  });
}

async function requireSet(em: EntityManager, personId: string, setId: string): Promise<QuestionSet> {
  const set = await em.findOne(QuestionSet, { id: setId });
  if (!set) throw new DomainError('not_found', 'no such set');
  await requireCourse(em, personId, set.courseId);
  return set;
}

export async function editSet(deps: Deps, personId: string, setId: string, body: QuestionSetBody): Promise<QuestionSetView> {
  const { institutionId, courseId } = await requireSet(deps.orm.em.fork(), personId, setId);
  const name = named(body);
  return unitOfWork(deps.orm, actorFor(personId, institutionId), async (em) => {
    const held = await em.execute<unknown[]>('select 1 from question_set where id = ? for update', [setId]);
    if (held.length === 0) throw new DomainError('not_found', 'the set was taken away');
    const kept = await em.find(QuestionSetItem, { setId });
    await requireQuestions(em, courseId, body.questionIds, new Set(kept.map(({ questionId }) => questionId)));
    await em.nativeUpdate(QuestionSet, { id: setId }, { name, secondsEach: body.secondsEach, changedBy: personId, changedAt: deps.now() });
    await writeItems(em, setId, institutionId, body.questionIds);
    return (await questionSets(em, courseId, setId))[0]!;
  });
}

export async function removeSet(deps: Deps, personId: string, setId: string): Promise<Record<string, never>> {
  const { institutionId } = await requireSet(deps.orm.em.fork(), personId, setId);
  await unitOfWork(deps.orm, actorFor(personId, institutionId), (em) => em.nativeDelete(QuestionSet, { id: setId }));
  return {};
}
