// When the device of an attempt was heard: spans without a gap, written with each request of the page that has the attempt.
import { examLeaseMs, type ContactSpan } from '#domain/exam.ts';
import { ExamContact } from '../entities/exam.ts';
import type { EntityManager } from '../orm.ts';

/** The span goes on, or after a gap a new one begins. Written before anything is judged, and kept also where the request is refused then. */
export async function noteContact(em: EntityManager, { attemptId, institutionId, at }: { attemptId: string; institutionId: string; at: Date }): Promise<void> {
  await em.execute(
    `with longer as (update exam_contact set last_seen_at = greatest(last_seen_at, ?) where attempt_id = ? and last_seen_at >= ?::timestamptz - ${examLeaseMs} * interval '1 millisecond' and from_at <= ? returning 1)
     insert into exam_contact (attempt_id, from_at, institution_id, last_seen_at) select ?, ?, ?, ? where not exists (select from longer) on conflict do nothing`,
    [at, attemptId, at, at, attemptId, at, institutionId, at]);
}

/** By attempt, in the order of time; attempts that were never heard are left out. */
export async function contactsOfMany(em: EntityManager, attemptIds: readonly string[]): Promise<Map<string, ContactSpan[]>> {
  const rows = await em.find(ExamContact, { attemptId: { $in: [...attemptIds] } }, { orderBy: { fromAt: 'asc' }, disableIdentityMap: true });
  return new Map([...Map.groupBy(rows, ({ attemptId }) => attemptId)].map(([attemptId, spans]) =>
    [attemptId, spans.map(({ fromAt, lastSeenAt }) => ({ fromMs: fromAt.getTime(), lastSeenMs: lastSeenAt.getTime() }))]));
}

export const contactsOf = async (em: EntityManager, attemptId: string): Promise<ContactSpan[]> => (await contactsOfMany(em, [attemptId])).get(attemptId) ?? [];
