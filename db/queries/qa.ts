// Questions of a lesson as they are read: with what was written under each, unsolved before solved.
import type { QaCount, QaThread } from '#contracts/qa.ts';
import { qaState, threadRefusal } from '#domain/qa.ts';
import type { LessonRole } from '#domain/roles.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

/** Threads in one answer. */
export const threadsShown = 100;

interface ThreadRow { id: string; person_id: string; name: string; asked_at: string; solved_at: string | null; last_by_staff: boolean }
interface PostRow { id: string; thread_id: string; person_id: string; name: string; by_staff: boolean; text: string; at: string }
/** Who reads. */
export interface QaReader { personId: string; role: LessonRole }

const iso = (at: string): string => new Date(at).toISOString();
const threadColumns = 't.id, t.person_id, p.name, t.asked_at, t.solved_at, t.last_by_staff';

async function withPosts(em: EntityManager, rows: readonly ThreadRow[], { personId, role }: QaReader): Promise<QaThread[]> {
  if (rows.length === 0) return [];
  const posts = await em.execute<PostRow[]>(
    `select q.id, q.thread_id, q.person_id, p.name, q.by_staff, q.text, q.at from qa_post q join person p on p.id = q.person_id
     where q.thread_id = any(?::uuid[]) order by q.at, q.id`, [arrayOf(rows.map(({ id }) => id))]);
  const byThread = Map.groupBy(posts, (post) => post.thread_id);
  return rows.map((row) => ({
    threadId: row.id, personId: row.person_id, name: row.name, state: qaState({ solved: row.solved_at !== null, lastByStaff: row.last_by_staff }),
    askedAt: iso(row.asked_at), solvedAt: row.solved_at && iso(row.solved_at), mayWrite: threadRefusal(role, row.person_id === personId) === null,
    posts: (byThread.get(row.id) ?? []).map((post) => ({ postId: post.id, personId: post.person_id, name: post.name, staff: post.by_staff, text: post.text, at: iso(post.at) })),
  }));
}

export async function threadsOf(em: EntityManager, lessonId: string, reader: QaReader): Promise<QaThread[]> {
  const rows = await em.execute<ThreadRow[]>(
    `select ${threadColumns} from qa_thread t join person p on p.id = t.person_id where t.lesson_id = ?
     order by t.solved_at is not null, t.last_at desc, t.id desc limit ?`, [lessonId, threadsShown]);
  return withPosts(em, rows, reader);
}

/** One thread as this person reads it; null where there is none. */
export async function threadOf(em: EntityManager, threadId: string, reader: QaReader): Promise<QaThread | null> {
  const rows = await em.execute<ThreadRow[]>(`select ${threadColumns} from qa_thread t join person p on p.id = t.person_id where t.id = ?`, [threadId]);
  const [thread] = await withPosts(em, rows, reader);
  return thread ?? null;
}

export async function qaCountOf(em: EntityManager, lessonId: string): Promise<QaCount> {
  const [row] = await em.execute<{ threads: number; unsolved: number }[]>(
    'select count(*)::int as threads, (count(*) filter (where solved_at is null))::int as unsolved from qa_thread where lesson_id = ?', [lessonId]);
  return { threads: row?.threads ?? 0, unsolved: row?.unsolved ?? 0 };
}
