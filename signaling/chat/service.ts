// Writing into the chat: once per message id, and not faster than one can read.
import type { ChatMessage } from '#contracts/chat.ts';
import { chatLookBack, mayWrite } from '#domain/chat.ts';
import { DomainError } from '#domain/errors.ts';
import { ChatMessage as ChatRow } from '#db/entities/classroom.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import type { SeatContext } from '../classroom/context.ts';

const view = (row: { id: string; personId: string; text: string; sentAt: Date }, name: string): ChatMessage =>
  ({ messageId: row.id, personId: row.personId, name, text: row.text, sentAt: row.sentAt.toISOString() });

async function requirePace(em: EntityManager, lessonId: string, personId: string, at: Date): Promise<void> {
  const recent = await em.find(ChatRow, { lessonId, personId }, { orderBy: { sentAt: 'desc' }, limit: chatLookBack });
  if (!mayWrite(recent.reverse().map((row) => row.sentAt.getTime()), at.getTime())) throw new DomainError('chat_too_fast', 'one message a second, five at once');
}

/** A retry with the same id answers the stored message, `sent` false. Throws chat_too_fast, lesson_ended, bad_request. */
export async function sendMessage({ live, seat, actor }: SeatContext, messageId: string, text: string): Promise<{ message: ChatMessage; sent: boolean }> {
  const { lessonId, personId, institutionId, name } = seat;
  if (text.trim() === '') throw new DomainError('bad_request', 'a message has words');
  return unitOfWork(live.deps.orm, actor, async (em) => {
    // One person's messages in a row, also from two processes, so that the pace cannot be outrun.
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`chat:${lessonId}:${personId}`]);
    const at = live.deps.now();
    const known = await em.findOne(ChatRow, { id: messageId });
    if (known) {
      if (known.lessonId !== lessonId || known.personId !== personId || known.text !== text) throw new DomainError('bad_request', 'this message id is used');
      return { message: view(known, name), sent: false };
    }
    const lesson = await em.findOneOrFail(Lesson, { id: lessonId });
    if (!['scheduled', 'open', 'live'].includes(lesson.status)) throw new DomainError('lesson_ended', 'the lesson is over');
    await requirePace(em, lessonId, personId, at);
    const row = { id: messageId, institutionId, lessonId, personId, text, sentAt: at };
    await em.insert(ChatRow, row);
    return { message: view(row, name), sent: true };
  });
}
