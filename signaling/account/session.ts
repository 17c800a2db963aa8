// Login sessions: the browser holds a random token in a cookie, the row only its SHA-256. Asked by REST and by the socket handshake.
import { createHash, randomBytes } from 'node:crypto';
import type { EntityManager } from '#db/orm.ts';
import { LoginSession } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';

export const sessionCookie = 'keshi_session';
const slideMs = 12 * 3_600_000;
/** However busy, nobody stays logged in longer than this; also the cookie's life, since the row judges. */
export const longestMs = 30 * 24 * 3_600_000;
/** A session in use writes its row at most this often. */
const touchEveryMs = 60_000;

export interface KnownPerson { personId: string; accountId: string; sessionId: string; locale: 'zh' | 'en' }
type SessionDeps = Pick<Deps, 'orm' | 'now'>;

const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** The session's token in a Cookie header; null when there is none or it cannot be one. */
export function tokenIn(cookieHeader: string | undefined): string | null {
  for (const part of cookieHeader?.split(';') ?? []) {
    const [name, value] = part.trim().split('=', 2);
    if (name === sessionCookie && value && /^[A-Za-z0-9_-]{43}$/.test(value)) return value;
  }
  return null;
}

/** Stores a new session of the account and answers the token, which exists nowhere else. */
export async function createSession(em: EntityManager, accountId: string, now: Date): Promise<string> {
  const token = randomBytes(32).toString('base64url');
  await em.insert(LoginSession, {
    id: newId(now.getTime()), tokenHash: hashOf(token), accountId, createdAt: now, expiresAt: new Date(now.getTime() + slideMs), lastUsedAt: now,
  });
  return token;
}

/** Ends the session of this cookie; ending what is not there is fine. */
export async function endSession(deps: SessionDeps, cookieHeader: string | undefined): Promise<void> {
  const token = tokenIn(cookieHeader);
  if (token) await deps.orm.em.fork().nativeDelete(LoginSession, { tokenHash: hashOf(token) });
}

interface SessionRow { id: string; account_id: string; person_id: string; locale: 'zh' | 'en'; created_at: string | Date; last_used_at: string | Date }

/** Who is logged in by this cookie, or null. Being used prolongs a session by 12 hours, up to 30 days from its login. One statement: every request asks. */
export async function personBySession(deps: SessionDeps, cookieHeader: string | undefined): Promise<KnownPerson | null> {
  const token = tokenIn(cookieHeader);
  if (!token) return null;
  const em = deps.orm.em.fork();
  const now = deps.now();
  const [row] = await em.execute<SessionRow[]>(
    `select s.id, s.account_id, a.person_id, a.locale, s.created_at, s.last_used_at from login_session s join account a on a.id = s.account_id
     where s.token_hash = ? and s.expires_at > ? and a.disabled_at is null`, [hashOf(token), now]);
  if (!row) return null;
  if (now.getTime() - new Date(row.last_used_at).getTime() >= touchEveryMs) {
    const endMs = Math.min(now.getTime() + slideMs, new Date(row.created_at).getTime() + longestMs);
    await em.nativeUpdate(LoginSession, { id: row.id }, { lastUsedAt: now, expiresAt: new Date(endMs) });
  }
  return { personId: row.person_id, accountId: row.account_id, sessionId: row.id, locale: row.locale };
}
