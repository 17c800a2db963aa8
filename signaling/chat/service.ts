// Writing into the chat: once per message id, not faster than one can read, and only while one may.
import type { ChatMessage } from '#contracts/chat.ts';
import { chatLookBack, chatRefusal, mayWrite } from '#domain/chat.ts';
import { DomainError } from '#domain/errors.ts';
import { ChatMessage as ChatRow } from '#db/entities/classroom.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { groupNow } from '#db/queries/breakouts.ts';
import { chatDoor, messageOf } from '#db/queries/chat.ts';
import type { Seat, SeatContext } from '../classroom/context.ts';

/** Throws lesson_ended, switched_off, chat_muted, chat_closed, chat_slow, chat_too_fast. */
async function requireMayWrite(em: EntityManager, { lessonId, personId, role }: Seat, at: Date): Promise<void> {
  const door = await chatDoor(em, lessonId, personId);
  if (!door || !['scheduled', 'open', 'live'].includes(door.status)) throw new DomainError('lesson_ended', 'the lesson is over');
  const recent = await em.find(ChatRow, { lessonId, personId }, { orderBy: { sentAt: 'desc' }, limit: chatLookBack });
  const sentAtMs = recent.reverse().map((row) => row.sentAt.getTime());
  const refusal = chatRefusal(role, { ...door, lastSentMs: sentAtMs.at(-1) ?? null }, at.getTime());
  if (refusal) throw new DomainError(refusal, 'this person may not write to the class now');
  if (!mayWrite(sentAtMs, at.getTime())) throw new DomainError('chat_too_fast', 'one message a second, five at once');
}

/** Says it in the breakout group the person is in, else to the class. A retry with the same id answers the stored message, `sent` false. Throws what requireMayWrite throws, bad_request, word_refused. */
export async function sendMessage({ live, seat, actor }: SeatContext, messageId: string, text: string): Promise<{ message: ChatMessage; sent: boolean; groupId: string | null }> {
  const { lessonId, personId, institutionId, name } = seat;
  if (text.trim() === '') throw new DomainError('bad_request', 'a message has words');
  await live.deps.words.requireClean(text);
  return unitOfWork(live.deps.orm, actor, async (em) => {
    // One person's messages in a row, also from two processes, so that the pace cannot be outrun.
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`chat:${lessonId}:${personId}`]);
    const at = live.deps.now();
    const known = await em.findOne(ChatRow, { id: messageId });
    if (known) {
      const stored = await messageOf(em, lessonId, messageId);
      if (!stored || known.personId !== personId || known.text !== text) throw new DomainError('bad_request', 'this message id is used');
      return { message: stored, sent: false, groupId: known.groupId ?? null };
    }
    await requireMayWrite(em, seat, at);
    const groupId = await groupNow(em, lessonId, personId);
    await em.insert(ChatRow, { id: messageId, institutionId, lessonId, personId, text, sentAt: at, deletedAt: null, deletedBy: null, groupId, breakoutId: null });
    return { message: { messageId, personId, name, text, sentAt: at.toISOString(), deletedBy: null }, sent: true, groupId };
  });
}
