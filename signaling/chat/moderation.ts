// Keeping order: muting one or all, slow mode, deleting for everybody, the pinned announcement.
import type { ChatMessage, ChatRules } from '#contracts/chat.ts';
import type { PersonBrief } from '#contracts/person.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { Person } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { chatRulesOf, messageOf } from '#db/queries/chat.ts';
import { roleInLesson } from '#db/queries/lesson-access.ts';
import type { SeatContext } from '../classroom/context.ts';

/** Answers who it is; null where nothing changed. Throws not_found where the person has no part in this lesson, forbidden where they are no learner. */
export async function muteOne({ live, seat, actor }: SeatContext, personId: string, muted: boolean): Promise<PersonBrief | null> {
  const { lessonId, institutionId } = seat;
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const role = await roleInLesson(em, personId, lessonId);
    if (!role) throw new DomainError('not_found', 'nobody of this lesson');
    if (role !== 'student') throw new DomainError('forbidden', 'only learners are muted');
    const at = live.deps.now();
    const rows = muted
      ? await em.execute<object[]>(
        `insert into chat_mute (id, institution_id, lesson_id, person_id, muted_at, muted_by) values (?, ?, ?, ?, ?, ?)
         on conflict (lesson_id, person_id) where lifted_at is null do nothing returning id`, [newId(at.getTime()), institutionId, lessonId, personId, at, seat.personId])
      : await em.execute<object[]>(
        'update chat_mute set lifted_at = ?, lifted_by = ? where lesson_id = ? and person_id = ? and lifted_at is null returning id', [at, seat.personId, lessonId, personId]);
    if (rows.length === 0) return null;
    await appendEvent(em, actor, `lesson:${lessonId}`, muted ? 'chat:muted' : 'chat:unmuted', at, { personId });
    const { name } = await em.findOneOrFail(Person, { id: personId });
    return { personId, name };
  });
}

/** What of the rules is set anew; `pinnedId` null takes the announcement down. */
interface RuleChange { mutedAll?: boolean; slowSeconds?: number; pinnedId?: string | null }

/** One row per lesson: changes of two leaders happen one after the other, and each has a version of its own. */
async function changeRules(em: EntityManager, { live, seat, actor }: SeatContext, change: RuleChange): Promise<ChatRules> {
  const { mutedAll = null, slowSeconds = null, pinnedId } = change;
  const at = live.deps.now();
  await em.execute(
    `insert into chat_rule as r (lesson_id, institution_id, muted_all, slow_seconds, pinned_id, version, changed_at, changed_by)
     values (?, ?, coalesce(?::boolean, false), coalesce(?::int, 0), ?, 1, ?, ?)
     on conflict (lesson_id) do update set muted_all = coalesce(?::boolean, r.muted_all), slow_seconds = coalesce(?::int, r.slow_seconds),
       pinned_id = case when ? then excluded.pinned_id else r.pinned_id end, version = r.version + 1, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
    [seat.lessonId, seat.institutionId, mutedAll, slowSeconds, pinnedId ?? null, at, seat.personId, mutedAll, slowSeconds, pinnedId !== undefined]);
  await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'chat:ruled', at, { ...change });
  return chatRulesOf(em, seat.lessonId);
}

export async function setRules(context: SeatContext, change: Pick<RuleChange, 'mutedAll' | 'slowSeconds'>): Promise<ChatRules> {
  return unitOfWork(context.live.deps.orm, context.actor, (em) => changeRules(em, context, change));
}

/** What was said in a group stays there. Throws not_found, chat_deleted. */
export async function pinMessage(context: SeatContext, messageId: string | null): Promise<ChatRules> {
  const { live, seat, actor } = context;
  return unitOfWork(live.deps.orm, actor, async (em) => {
    if (messageId !== null) {
      // Held against being deleted meanwhile: the one who deletes finds the pin.
      const [row] = await em.execute<{ gone: boolean }[]>('select deleted_at is not null as gone from chat_message where id = ? and lesson_id = ? and group_id is null for share', [messageId, seat.lessonId]);
      if (!row) throw new DomainError('not_found', 'no such message in this lesson');
      if (row.gone) throw new DomainError('chat_deleted', 'the message was deleted');
    }
    return changeRules(em, context, { pinnedId: messageId });
  });
}

export interface Deleted { message: ChatMessage; changed: boolean; /** Where the announcement went with it. */ rules: ChatRules | null }

/** Throws not_found. Deleting again changes nothing. */
export async function deleteMessage(context: SeatContext, messageId: string): Promise<Deleted> {
  const { live, seat, actor } = context;
  return unitOfWork(live.deps.orm, actor, async (em) => {
    const at = live.deps.now();
    const rows = await em.execute<{ person_id: string }[]>(
      'update chat_message set deleted_at = ?, deleted_by = ? where id = ? and lesson_id = ? and deleted_at is null returning person_id', [at, seat.personId, messageId, seat.lessonId]);
    const message = await messageOf(em, seat.lessonId, messageId);
    if (!message) throw new DomainError('not_found', 'no such message in this lesson');
    const [deleted] = rows;
    if (!deleted) return { message, changed: false, rules: null };
    await appendEvent(em, actor, `lesson:${seat.lessonId}`, 'chat:deleted', at, { messageId, personId: deleted.person_id });
    const pinned = await em.execute<object[]>('select 1 from chat_rule where lesson_id = ? and pinned_id = ? for update', [seat.lessonId, messageId]);
    return { message, changed: true, rules: pinned.length > 0 ? await changeRules(em, context, { pinnedId: null }) : null };
  });
}
