// Companions as rows: made, opened by one phone, ended.
import { hash as digest, timingSafeEqual } from 'node:crypto';
import type { CompanionBrief, PhoneHandshake } from '#contracts/companion.ts';
import { companionRefusal, type CompanionEnd } from '#domain/companion.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { appendEvent, appendEvents, platform, unitOfWork, type Actor, type EntityManager, type Orm } from '#db/orm.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import type { Phone } from '../classroom/phones.ts';

/** Whose it is and where. */
export interface Companioned { companionId: string; lessonId: string; ownerId: string }
interface EndedRow { id: string; lesson_id: string; session_id: string; institution_id: string; person_id: string }

/** As hex. */
export const hashOf = (secret: string): string => digest('sha256', secret, 'hex');
const same = (one: string, other: string): boolean => timingSafeEqual(Buffer.from(one, 'hex'), Buffer.from(other, 'hex'));

/** Ends those of these that have not ended, each with its event. */
export async function endCompanions(em: EntityManager, actor: Actor, ids: readonly string[], reason: CompanionEnd, at: Date): Promise<Companioned[]> {
  if (ids.length === 0) return [];
  const rows = await em.execute<EndedRow[]>(
    `update companion set ended_at = ?, end_reason = ?, connection_id = null where id = any(?::uuid[]) and ended_at is null
     returning id, lesson_id, session_id, institution_id, person_id`, [at, reason, arrayOf(ids)]);
  await appendEvents(em, rows.map((row) => ({
    actor: { personId: actor.personId, institutionId: row.institution_id }, stream: `lesson:${row.lesson_id}` as const, type: 'companion:ended', at,
    payload: { sessionId: row.session_id, companionId: row.id, personId: row.person_id, reason },
  })));
  return rows.map((row) => ({ companionId: row.id, lessonId: row.lesson_id, ownerId: row.person_id }));
}

interface OpenRow { id: string; used: boolean; here: boolean; expires_at: string | Date }
/** What this person has in the running session; null where there is nothing, or a link that nobody opened in time. */
export async function ownCompanion(em: EntityManager, lessonId: string, personId: string, now: Date): Promise<CompanionBrief | null> {
  const [row] = await em.execute<OpenRow[]>(
    `select c.id, c.used_at is not null as used, c.connection_id is not null as here, c.expires_at from companion c join lesson_session s on s.id = c.session_id and s.ended_at is null
     where c.lesson_id = ? and c.person_id = ? and c.ended_at is null`, [lessonId, personId]);
  if (!row) return null;
  const expiresAt = new Date(row.expires_at);
  if (!row.used && expiresAt <= now) return null;
  return { companionId: row.id, state: row.used ? (row.here ? 'connected' : 'away') : 'waiting', expiresAt: expiresAt.toISOString() };
}

interface DoorRow {
  id: string; institution_id: string; lesson_id: string; session_id: string; person_id: string; key_hash: string | null; expires_at: string | Date; used: boolean; ended: boolean; lesson_over: boolean; connection_id: string | null;
}

/** Lets the phone in that opens the link, or comes back with its key; it holds the companion from now on, and the line that did before no more. Throws the refusals of PhoneHandshake. */
export async function admitPhone(orm: Orm, { lessonId, key, token }: PhoneHandshake, at: Date): Promise<{ phone: Phone; replaced: string | null }> {
  return unitOfWork(orm, platform, async (em) => {
    const [row] = await em.execute<DoorRow[]>(
      `select c.id, c.institution_id, c.lesson_id, c.session_id, c.person_id, encode(c.key_hash, 'hex') as key_hash, c.connection_id, c.expires_at, c.used_at is not null as used, c.ended_at is not null as ended, s.ended_at is not null as lesson_over
       from companion c join lesson_session s on s.id = c.session_id where c.token_hash = decode(?, 'hex') for update of c`, [hashOf(token)]);
    const ownKey = row?.key_hash ? same(row.key_hash, hashOf(key)) : false;
    const refused = companionRefusal(
      row ? { lessonId: row.lesson_id, expiresAt: new Date(row.expires_at), used: row.used, ended: row.ended, lessonOver: row.lesson_over } : null, { lessonId, ownKey, now: at });
    if (refused || !row) throw new DomainError(refused ?? 'companion_unknown', 'this link does not open');
    const connectionId = newId(at.getTime());
    await em.execute(`update companion set used_at = coalesce(used_at, ?), key_hash = decode(?, 'hex'), connection_id = ?, seen_at = ? where id = ?`, [at, hashOf(key), connectionId, at, row.id]);
    const { id: companionId, institution_id: institutionId, person_id: ownerId } = row;
    if (!row.used) {
      await appendEvent(em, { personId: ownerId, institutionId }, `lesson:${lessonId}`, 'companion:joined', at, { sessionId: row.session_id, companionId, personId: ownerId });
    }
    return { phone: { companionId, connectionId, lessonId, institutionId, ownerId }, replaced: row.connection_id };
  });
}

/** True where this socket still holds it. */
export async function isHeld(em: EntityManager, { companionId, connectionId }: Phone): Promise<boolean> {
  return (await em.execute<unknown[]>('select 1 from companion where id = ? and connection_id = ?', [companionId, connectionId])).length > 0;
}

/** The socket is gone; false where another one holds the companion, or nobody can. */
export async function letGo(orm: Orm, { companionId, connectionId }: Phone, at: Date): Promise<boolean> {
  const rows = await unitOfWork(orm, platform, (em) => em.execute<unknown[]>(
    'update companion set connection_id = null, seen_at = ? where id = ? and connection_id = ? returning 1', [at, companionId, connectionId]));
  return rows.length > 0;
}
