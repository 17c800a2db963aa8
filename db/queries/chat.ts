// The chat of a lesson as it is shown: messages without the words of deleted ones, what holds for all, and each person's own part.
import type { ChatMessage, ChatRules } from '#contracts/chat.ts';
import type { PersonBrief } from '#contracts/person.ts';
import type { EntityManager } from '../orm.ts';
import { switchedOffSql } from './client-switches.ts';
import { arrayOf } from './lesson-access.ts';

const messagesShown = 100;

interface MessageRow { id: string; person_id: string; name: string; text: string; sent_at: string; deleted_by: string | null }
/** Of message `m`: the words of a deleted one never leave the database. */
const messageColumns = `m.id, m.person_id, p.name, case when m.deleted_at is null then m.text else '' end as text, m.sent_at, d.name as deleted_by`;
const peopleOfMessage = 'join person p on p.id = m.person_id left join person d on d.id = m.deleted_by';

const messageOfRow = (row: MessageRow): ChatMessage => ({
  messageId: row.id, personId: row.person_id, name: row.name, text: row.text, sentAt: new Date(row.sent_at).toISOString(), deletedBy: row.deleted_by,
});

/** The last ones, oldest first: of the class, or of one breakout group. What was told to all groups stands in both. */
export async function messagesOf(em: EntityManager, lessonId: string, group: { groupId: string; breakoutId: string } | null = null): Promise<ChatMessage[]> {
  const [where, values] = group ? ['(m.group_id = ? or m.breakout_id = ?)', [group.groupId, group.breakoutId]] : ['m.group_id is null', []];
  const rows = await em.execute<MessageRow[]>(
    `select ${messageColumns} from chat_message m ${peopleOfMessage} where m.lesson_id = ? and ${where} order by m.sent_at desc, m.id desc limit ?`, [lessonId, ...values, messagesShown]);
  return rows.reverse().map(messageOfRow);
}

/** One message of this lesson, or null. */
export async function messageOf(em: EntityManager, lessonId: string, messageId: string): Promise<ChatMessage | null> {
  const [row] = await em.execute<MessageRow[]>(`select ${messageColumns} from chat_message m ${peopleOfMessage} where m.lesson_id = ? and m.id = ?`, [lessonId, messageId]);
  return row ? messageOfRow(row) : null;
}

type RulesRow = MessageRow & { version: number; muted_all: boolean; slow_seconds: number; pinned: boolean };

/** What holds for everybody; version 0 where nothing was ever set. */
export async function chatRulesOf(em: EntityManager, lessonId: string): Promise<ChatRules> {
  const [row] = await em.execute<RulesRow[]>(
    `select r.version, r.muted_all, r.slow_seconds, m.id is not null as pinned, ${messageColumns}
     from chat_rule r left join (chat_message m ${peopleOfMessage}) on m.id = r.pinned_id and m.deleted_at is null where r.lesson_id = ?`, [lessonId]);
  if (!row) return { version: 0, mutedAll: false, slowSeconds: 0, pinned: null };
  return { version: row.version, mutedAll: row.muted_all, slowSeconds: row.slow_seconds, pinned: row.pinned ? messageOfRow(row) : null };
}

/** Who may not write to the class of this lesson. */
export async function mutedIn(em: EntityManager, lessonId: string): Promise<PersonBrief[]> {
  const rows = await em.execute<{ id: string; name: string }[]>(
    'select p.id, p.name from chat_mute m join person p on p.id = m.person_id where m.lesson_id = ? and m.lifted_at is null order by m.muted_at, p.id', [lessonId]);
  return rows.map(({ id: personId, name }) => ({ personId, name }));
}

/** `privateCount`: messages of the person's own conversation with the teachers. */
export interface OwnChat { muted: boolean; switchedOff?: boolean; lastSentAt: string | null; privateCount: number }

/** Each person's own part, in the order of the question, in one statement for all who enter in the same moment. */
export async function ownChats(em: EntityManager, asked: readonly { lessonId: string; personId: string }[]): Promise<OwnChat[]> {
  const rows = await em.execute<{ at: number; muted: boolean; off: boolean | null; sent_at: string | null; privates: number }[]>(
    `select k.at, exists (select from chat_mute c where c.lesson_id = k.lesson_id and c.person_id = k.person_id and c.lifted_at is null) as muted,
       (select ${switchedOffSql('chat', 'l.cohort_id', 'k.person_id')} from lesson l where l.id = k.lesson_id) as off,
       (select m.sent_at from chat_message m where m.lesson_id = k.lesson_id and m.person_id = k.person_id order by m.sent_at desc limit 1) as sent_at,
       (select count(*)::int from private_message v where v.lesson_id = k.lesson_id and v.learner_id = k.person_id) as privates
     from unnest(?::int[], ?::uuid[], ?::uuid[]) as k(at, lesson_id, person_id)`,
    [arrayOf(asked.map((_one, at) => at)), arrayOf(asked.map(({ lessonId }) => lessonId)), arrayOf(asked.map(({ personId }) => personId))]);
  const found = new Map(rows.map((row) => [row.at, row]));
  return asked.map((_one, at) => {
    const row = found.get(at);
    return { muted: row?.muted ?? false, ...(row?.off && { switchedOff: true }), lastSentAt: row?.sent_at ? new Date(row.sent_at).toISOString() : null, privateCount: row?.privates ?? 0 };
  });
}

/** What one message to the class is judged by. */
export interface ChatDoor { status: string; mutedAll: boolean; slowSeconds: number; muted: boolean; switchedOff: boolean }
export async function chatDoor(em: EntityManager, lessonId: string, personId: string): Promise<ChatDoor | null> {
  const [row] = await em.execute<{ status: string; muted_all: boolean; slow_seconds: number; muted: boolean; off: boolean }[]>(
    `select l.status, coalesce(r.muted_all, false) as muted_all, coalesce(r.slow_seconds, 0) as slow_seconds,
       exists (select from chat_mute c where c.lesson_id = l.id and c.person_id = ? and c.lifted_at is null) as muted, ${switchedOffSql('chat', 'l.cohort_id', '?')} as off
     from lesson l left join chat_rule r on r.lesson_id = l.id where l.id = ?`, [personId, personId, lessonId]);
  return row ? { status: row.status, mutedAll: row.muted_all, slowSeconds: row.slow_seconds, muted: row.muted, switchedOff: row.off } : null;
}
