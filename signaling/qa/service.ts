// Asking about a lesson, answering, asking further, calling it solved: by its learners and staff, in class and after it.
import type { QaBody, QaCount, QaList, QaThread as QaThreadView } from '#contracts/qa.ts';
import { chatLookBack, mayWrite } from '#domain/chat.ts';
import { DomainError } from '#domain/errors.ts';
import { askRefusal, solvedAfter, threadRefusal } from '#domain/qa.ts';
import { isStaff, type LessonRole } from '#domain/roles.ts';
import { QaPost, QaThread } from '#db/entities/qa.ts';
import { appendEvent, tellFact, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { isSwitchedOff } from '#db/queries/client-switches.ts';
import { actorFor, roleInLesson } from '#db/queries/lesson-access.ts';
import { qaCountOf, threadOf, threadsOf } from '#db/queries/qa.ts';
import type { Deps } from '../deps.ts';

interface Head { title: string; starts_at: string; institution_id: string; status: string }
/** Who acts in which lesson. */
interface Part { lessonId: string; personId: string; role: LessonRole; actor: Actor; head: Head }

/** Throws not_found where the person has no part in the lesson, switched_off where their client has no questions (R62). */
async function requirePart(em: EntityManager, personId: string, lessonId: string): Promise<Part> {
  const role = await roleInLesson(em, personId, lessonId);
  const [head] = await em.execute<Head[]>('select title, starts_at, institution_id, status from lesson where id = ?', [lessonId]);
  if (!role || !head) throw new DomainError('not_found', 'no such lesson');
  if (role === 'student' && await isSwitchedOff(em, 'questionsAndAnswers', lessonId, personId)) throw new DomainError('switched_off', 'the client of this learner has no questions and answers');
  return { lessonId, personId, role, actor: actorFor(personId, head.institution_id), head };
}

/** Throws not_found. */
export async function listOf({ orm }: Deps, personId: string, lessonId: string): Promise<QaList> {
  const em = orm.em.fork();
  const part = await requirePart(em, personId, lessonId);
  const list = await threadsOf(em, lessonId, part);
  const count = await qaCountOf(em, lessonId);
  return {
    lessonTitle: part.head.title, startsAt: new Date(part.head.starts_at).toISOString(), role: part.role, ...count, list, more: count.threads > list.length,
    mayAsk: askRefusal(part.role) === null && part.head.status !== 'cancelled',
  };
}

/** Throws not_found. */
export async function countOf({ orm }: Deps, personId: string, lessonId: string): Promise<QaCount> {
  const em = orm.em.fork();
  await requirePart(em, personId, lessonId);
  return qaCountOf(em, lessonId);
}

/** The post of an earlier try with this id, or false. One person's posts in a row, also from two tabs. Throws bad_request where the id is another post's, chat_too_fast. */
async function isRetry(em: EntityManager, { lessonId, personId }: Part, threadId: string, { postId, text }: QaBody, at: Date): Promise<boolean> {
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`qa:${lessonId}:${personId}`]);
  const known = await em.findOne(QaPost, { id: postId });
  if (known) {
    if (known.threadId !== threadId || known.personId !== personId || known.text !== text) throw new DomainError('bad_request', 'this post id is used');
    return true;
  }
  const recent = await em.find(QaPost, { lessonId, personId }, { orderBy: { at: 'desc' }, limit: chatLookBack });
  if (!mayWrite(recent.reverse().map((post) => post.at.getTime()), at.getTime())) throw new DomainError('chat_too_fast', 'one post a second, five at once');
  return false;
}

async function requireWords(deps: Deps, { text }: QaBody): Promise<void> {
  if (text.trim() === '') throw new DomainError('bad_request', 'a post has words');
  await deps.words.requireClean(text);
}

/** The thread after a change, as the one who changed it reads it. */
async function told(em: EntityManager, part: Part, threadId: string, askerId: string, changed: boolean): Promise<QaThreadView> {
  if (changed) await tellFact(em, { type: 'qa:changed', lessonId: part.lessonId, personId: askerId });
  const thread = await threadOf(em, threadId, part);
  if (!thread) throw new DomainError('internal', 'the thread is not there');
  return thread;
}

/** Throws not_found, forbidden, lesson_cancelled, word_refused, chat_too_fast, bad_request. */
export async function ask(deps: Deps, personId: string, lessonId: string, body: QaBody): Promise<QaThreadView> {
  const part = await requirePart(deps.orm.em.fork(), personId, lessonId);
  const refusal = askRefusal(part.role);
  if (refusal) throw new DomainError(refusal, 'learners ask');
  if (part.head.status === 'cancelled') throw new DomainError('lesson_cancelled', 'there was no lesson to ask about');
  await requireWords(deps, body);
  const { actor, head: { institution_id: institutionId } } = part;
  const { postId: id, text } = body;
  return unitOfWork(deps.orm, actor, async (em) => {
    const at = deps.now();
    const retry = await isRetry(em, part, id, body, at);
    if (!retry) {
      await em.insert(QaThread, { id, institutionId, lessonId, personId, askedAt: at, lastAt: at, lastByStaff: false, solvedAt: null, solvedBy: null });
      await em.insert(QaPost, { id, institutionId, lessonId, threadId: id, personId, byStaff: false, text, at });
      await appendEvent(em, actor, `lesson:${lessonId}`, 'qa:asked', at, { threadId: id, personId });
    }
    return told(em, part, id, personId, !retry);
  });
}

/** The thread, held until the transaction's end, and who acts in its lesson. Throws not_found, also to whoever has no part in the lesson, and forbidden. */
async function requireThread(em: EntityManager, personId: string, threadId: string): Promise<{ part: Part; thread: { person_id: string; solved: boolean } }> {
  const [thread] = await em.execute<{ lesson_id: string; person_id: string; solved: boolean }[]>(
    'select lesson_id, person_id, solved_at is not null as solved from qa_thread where id = ? for update', [threadId]);
  if (!thread) throw new DomainError('not_found', 'no such question');
  const part = await requirePart(em, personId, thread.lesson_id);
  const refusal = threadRefusal(part.role, thread.person_id === personId);
  if (refusal) throw new DomainError(refusal, 'staff and the asker write under a question');
  return { part, thread };
}

/** Who acts, for the institution of the thread. Throws not_found. */
async function actorOf({ orm }: Deps, personId: string, threadId: string): Promise<Actor> {
  const thread = await orm.em.fork().findOne(QaThread, { id: threadId });
  if (!thread) throw new DomainError('not_found', 'no such question');
  return actorFor(personId, thread.institutionId);
}

/** Throws not_found, forbidden, word_refused, chat_too_fast, bad_request. */
export async function reply(deps: Deps, personId: string, threadId: string, body: QaBody): Promise<QaThreadView> {
  return unitOfWork(deps.orm, await actorOf(deps, personId, threadId), async (em) => {
    const { part, thread } = await requireThread(em, personId, threadId);
    await requireWords(deps, body);
    const { lessonId, role, actor, head: { institution_id: institutionId } } = part;
    const at = deps.now();
    const retry = await isRetry(em, part, threadId, body, at);
    if (!retry) {
      const byStaff = isStaff(role);
      await em.insert(QaPost, { id: body.postId, institutionId, lessonId, threadId, personId, byStaff, text: body.text, at });
      const reopened = thread.solved && !solvedAfter(thread.solved, byStaff);
      await em.nativeUpdate(QaThread, { id: threadId }, { lastAt: at, lastByStaff: byStaff, ...(reopened && { solvedAt: null, solvedBy: null }) });
      await appendEvent(em, actor, `lesson:${lessonId}`, 'qa:posted', at, { threadId, postId: body.postId, personId, byStaff, reopened });
    }
    return told(em, part, threadId, thread.person_id, !retry);
  });
}

/** Saying it twice changes nothing. Throws not_found, forbidden. */
export async function setSolved(deps: Deps, personId: string, threadId: string, solved: boolean): Promise<QaThreadView> {
  return unitOfWork(deps.orm, await actorOf(deps, personId, threadId), async (em) => {
    const { part, thread } = await requireThread(em, personId, threadId);
    const changed = thread.solved !== solved;
    if (changed) {
      const at = deps.now();
      await em.nativeUpdate(QaThread, { id: threadId }, { solvedAt: solved ? at : null, solvedBy: solved ? personId : null });
      await appendEvent(em, part.actor, `lesson:${part.lessonId}`, solved ? 'qa:solved' : 'qa:reopened', at, { threadId, personId });
    }
    return told(em, part, threadId, thread.person_id, changed);
  });
}
