// Private words of a lesson: one learner's conversation, or all of them for its teachers.
import type { PrivateMessage } from '#contracts/private.ts';
import { leadingRoles } from '#domain/roles.ts';
import type { EntityManager } from '../orm.ts';

const shown = 500;

interface Row { id: string; learner_id: string; learner_name: string; person_id: string; name: string; text: string; sent_at: string }
const select = `select m.id, m.learner_id, l.name as learner_name, m.person_id, p.name, m.text, m.sent_at
  from private_message m join person l on l.id = m.learner_id join person p on p.id = m.person_id`;
const messageOfRow = (row: Row): PrivateMessage => ({
  messageId: row.id, learnerId: row.learner_id, learnerName: row.learner_name, personId: row.person_id, name: row.name, text: row.text, sentAt: new Date(row.sent_at).toISOString(),
});

/** Of one learner, or with null of the lesson; the last ones, oldest first. */
export async function privateMessages(em: EntityManager, lessonId: string, learnerId: string | null): Promise<PrivateMessage[]> {
  const rows = await em.execute<Row[]>(
    `${select} where m.lesson_id = ? and (?::uuid is null or m.learner_id = ?) order by m.sent_at desc, m.id desc limit ?`, [lessonId, learnerId, learnerId, shown]);
  return rows.reverse().map(messageOfRow);
}

export async function privateMessage(em: EntityManager, messageId: string): Promise<PrivateMessage | null> {
  const [row] = await em.execute<Row[]>(`${select} where m.id = ?`, [messageId]);
  return row ? messageOfRow(row) : null;
}

/** Teachers and assistants of the lesson, here or not. */
export async function leadersOf(em: EntityManager, lessonId: string): Promise<string[]> {
  const rows = await em.execute<{ person_id: string }[]>('select person_id from lesson_staff where lesson_id = ? and role = any(?::text[])', [lessonId, `{${leadingRoles.join(',')}}`]);
  return rows.map((row) => row.person_id);
}

/** How many there are in the whole lesson. */
export async function privateCountOf(em: EntityManager, lessonId: string): Promise<number> {
  const [row] = await em.execute<{ count: number }[]>('select count(*)::int as count from private_message where lesson_id = ?', [lessonId]);
  return row?.count ?? 0;
}
