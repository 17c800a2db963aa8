// Private words: a learner to the teachers of the lesson, and their answer.
import type { PrivateMessage } from '#contracts/private.ts';
import { chatLookBack, mayWrite } from '#domain/chat.ts';
import { DomainError } from '#domain/errors.ts';
import { PrivateMessage as PrivateRow } from '#db/entities/private.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { roleInLesson } from '#db/queries/lesson-access.ts';
import { leadersOf, privateMessage, privateMessages } from '#db/queries/private.ts';
import type { Seat, SeatContext } from '../classroom/context.ts';

interface Draft { messageId: string; text: string; learnerId?: string | undefined }
export interface SentPrivately { message: PrivateMessage; sent: boolean; /** Who sees it: the learner, and the teachers and assistants. */ toldIds: string[] }

/** Whose conversation is written into. Throws forbidden, bad_request, not_found. */
async function conversationOf(em: EntityManager, { role, personId, lessonId }: Seat, learnerId: string | undefined): Promise<string> {
  if (role === 'student') {
    if (learnerId !== undefined && learnerId !== personId) throw new DomainError('forbidden', 'learners write to their teachers only');
    return personId;
  }
  if (learnerId === undefined) throw new DomainError('bad_request', 'name the learner');
  if (await roleInLesson(em, learnerId, lessonId) !== 'student') throw new DomainError('not_found', 'no such learner in this lesson');
  return learnerId;
}

/** Throws lesson_ended, chat_too_fast. */
async function requireTime(em: EntityManager, { lessonId, personId }: Seat, at: Date): Promise<void> {
  const lesson = await em.findOneOrFail(Lesson, { id: lessonId });
  if (!['scheduled', 'open', 'live'].includes(lesson.status)) throw new DomainError('lesson_ended', 'the lesson is over');
  const recent = await em.find(PrivateRow, { lessonId, personId }, { orderBy: { sentAt: 'desc' }, limit: chatLookBack });
  if (!mayWrite(recent.reverse().map((row) => row.sentAt.getTime()), at.getTime())) throw new DomainError('chat_too_fast', 'one message a second, five at once');
}

/** A retry with the same id answers the stored message, `sent` false. Throws what conversationOf and requireTime throw, bad_request, word_refused. */
export async function sendPrivately({ live, seat, actor }: SeatContext, { messageId, text, learnerId: named }: Draft): Promise<SentPrivately> {
  const { lessonId, personId, institutionId } = seat;
  if (text.trim() === '') throw new DomainError('bad_request', 'a message has words');
  await live.deps.words.requireClean(text);
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const learnerId = await conversationOf(em, seat, named);
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`private:${lessonId}:${personId}`]);
    const at = live.deps.now();
    const known = await em.findOne(PrivateRow, { id: messageId });
    if (known && (known.lessonId !== lessonId || known.learnerId !== learnerId || known.personId !== personId || known.text !== text)) throw new DomainError('bad_request', 'this message id is used');
    if (!known) {
      await requireTime(em, seat, at);
      await em.insert(PrivateRow, { id: messageId, institutionId, lessonId, learnerId, personId, text, sentAt: at });
    }
    const message = await privateMessage(em, messageId);
    if (!message) throw new DomainError('internal', 'the message is not there');
    return { message, sent: !known, toldIds: [learnerId, ...await leadersOf(em, lessonId)] };
  });
}

/** A learner gets the own conversation, teachers and assistants all. */
export async function conversationsFor({ live, seat }: SeatContext): Promise<PrivateMessage[]> {
  return privateMessages(live.deps.orm.em.fork(), seat.lessonId, seat.role === 'student' ? seat.personId : null);
}
