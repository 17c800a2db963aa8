// Writing questions: sound ones only, every change a new version, nothing asked twice.
import { createHash } from 'node:crypto';
import { LockMode } from '@mikro-orm/postgresql';
import type { BankQuestion as BankQuestionView, QuestionBody, QuestionEdit } from '#contracts/question.ts';
import { BankQuestion, QuestionPicture, QuestionVersion } from '#db/entities/question.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { requireCourse, type KeptCourse } from '#db/queries/course-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { bankQuestion, knownFingerprints } from '#db/queries/question-bank.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { problemsOf, sameQuestionKey, tidied, type QuestionContent } from '#domain/question.ts';
import type { Deps } from '../deps.ts';

/** The same for questions that ask the same. A picture asks something of its own. */
export const fingerprintOf = (content: QuestionContent, pictureId: string | null): string =>
  createHash('sha256').update(`${sameQuestionKey(content)}\n${pictureId ?? ''}`).digest('hex');

/** Throws question_right_missing, question_invalid. */
function soundContent({ pictureId: _picture, ...given }: QuestionBody): QuestionContent {
  const content = tidied(given);
  const problems = problemsOf(content);
  if (problems.includes('right_missing')) throw new DomainError('question_right_missing', 'a question says what is right');
  if (problems.length > 0) throw new DomainError('question_invalid', problems.join(', '));
  return content;
}

/** Whoever writes into a bank waits for the one before, so that nothing gets in twice. */
export const lockBank = (em: EntityManager, courseId: string): Promise<unknown> => em.execute('select 1 from course where id = ? for no key update', [courseId]);

async function requirePicture(em: EntityManager, courseId: string, pictureId: string | null): Promise<void> {
  if (pictureId && (await em.count(QuestionPicture, { id: pictureId, courseId })) === 0) throw new DomainError('not_found', 'no such picture');
}

export interface Wording { content: QuestionContent; pictureId: string | null; fingerprint: string }
/** The row of one version. */
export function versionRow({ institutionId, personId }: Actor, questionId: string, version: number, { content, pictureId, fingerprint }: Wording, at: Date) {
  const { kind, stem, options, right, accepted, knowledgePoint, difficulty, explanation } = content;
  return {
    id: newId(at.getTime()), institutionId: institutionId!, questionId, version, kind, stem, pictureId, options: [...options], rightChoices: [...right], accepted: [...accepted],
    knowledgePoint, difficulty, explanation, fingerprint, createdBy: personId!, createdAt: at,
  };
}

async function soundWording(em: EntityManager, courseId: string, body: QuestionBody, except: string | null): Promise<Wording> {
  const content = soundContent(body);
  await requirePicture(em, courseId, body.pictureId);
  const fingerprint = fingerprintOf(content, body.pictureId);
  if ((await knownFingerprints(em, courseId, [fingerprint], except)).size > 0) throw new DomainError('question_double', 'the bank asks this already');
  return { content, pictureId: body.pictureId, fingerprint };
}

/** Throws not_found, question_right_missing, question_invalid, question_double. */
export async function addQuestion(deps: Deps, personId: string, courseId: string, body: QuestionBody): Promise<BankQuestionView> {
  const { institutionId } = await requireCourse(deps.orm.em.fork(), personId, courseId);
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    await lockBank(em, courseId);
    const wording = await soundWording(em, courseId, body, null);
    const at = deps.now();
    const id = newId(at.getTime());
    const version = versionRow(actor, id, 1, wording, at);
    await em.insert(BankQuestion, { id, institutionId, courseId, version: 1, createdBy: personId, createdAt: at, retiredAt: null });
    await em.insert(QuestionVersion, version);
    await appendEvent(em, actor, `institution:${institutionId}`, 'question:added', at, { courseId, questionId: id, versionId: version.id });
    return (await bankQuestion(em, id))!;
  });
}

export interface KeptQuestion { course: KeptCourse; question: BankQuestionView }
/** Throws not_found for a question of a bank this person does not keep. */
export async function requireQuestion(em: EntityManager, personId: string, questionId: string): Promise<KeptQuestion> {
  const question = await bankQuestion(em, questionId);
  if (!question) throw new DomainError('not_found', 'no such question');
  return { course: await requireCourse(em, personId, question.courseId), question };
}

const lockQuestion = (em: EntityManager, id: string) => em.findOneOrFail(BankQuestion, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });

const asBody = ({ kind, stem, options, right, accepted, knowledgePoint, difficulty, explanation, pictureId }: QuestionBody): string =>
  JSON.stringify([kind, stem, options, right, accepted, knowledgePoint, difficulty, explanation, pictureId]);

/** A new version; none where nothing changed, so that a retry is no second one. Throws as `addQuestion`, and question_changed, question_retired. */
export async function editQuestion(deps: Deps, personId: string, questionId: string, { version: seen, ...body }: QuestionEdit): Promise<BankQuestionView> {
  const { course: { courseId, institutionId } } = await requireQuestion(deps.orm.em.fork(), personId, questionId);
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    await lockBank(em, courseId);
    const row = await lockQuestion(em, questionId);
    const now = (await bankQuestion(em, questionId))!;
    if (row.retiredAt) throw new DomainError('question_retired', 'the question is out of use');
    const wording = await soundWording(em, courseId, body, questionId);
    if (asBody({ ...wording.content, options: [...wording.content.options], right: [...wording.content.right], accepted: [...wording.content.accepted], pictureId: body.pictureId }) === asBody(now)) return now;
    if (row.version !== seen) throw new DomainError('question_changed', `version ${row.version} is newer`);
    const at = deps.now();
    const version = versionRow(actor, questionId, row.version + 1, wording, at);
    await em.insert(QuestionVersion, version);
    row.version = version.version;
    await em.flush();
    await appendEvent(em, actor, `institution:${institutionId}`, 'question:edited', at, { courseId, questionId, versionId: version.id, version: version.version });
    return (await bankQuestion(em, questionId))!;
  });
}

/** Out of use, or back in; the same again changes nothing. Throws not_found, question_double (another asks this meanwhile). */
export async function retireQuestion(deps: Deps, personId: string, questionId: string, retired: boolean): Promise<BankQuestionView> {
  const { course: { courseId, institutionId } } = await requireQuestion(deps.orm.em.fork(), personId, questionId);
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    await lockBank(em, courseId);
    const row = await lockQuestion(em, questionId);
    if ((row.retiredAt !== null) === retired) return (await bankQuestion(em, questionId))!;
    const at = deps.now();
    if (!retired) {
      const { fingerprint } = await em.findOneOrFail(QuestionVersion, { questionId, version: row.version });
      if ((await knownFingerprints(em, courseId, [fingerprint], questionId)).size > 0) throw new DomainError('question_double', 'the bank asks this already');
    }
    row.retiredAt = retired ? at : null;
    await em.flush();
    await appendEvent(em, actor, `institution:${institutionId}`, retired ? 'question:retired' : 'question:restored', at, { courseId, questionId });
    return (await bankQuestion(em, questionId))!;
  });
}
