// Login sessions: the browser holds a random token in a cookie, the row only its SHA-256. Asked by REST and by the socket handshake.
import { hash as digest, randomBytes } from 'node:crypto';
import type { EntityManager, Orm } from '#db/orm.ts';
import { institutionsOfSql, onlyOverseesSql } from '#db/queries/institutions-of.ts';
import { factorObligedSql, factorOnSql } from '#db/queries/second-factor.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { LoginSession } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import { factorRequired } from '#runtime/factor-in-force.ts';
import { inBatches } from '#runtime/batches.ts';
import type { Deps } from '../deps.ts';

export const sessionCookie = 'keshi_session';
const slideMs = 12 * 3_600_000;
/** However busy, nobody stays logged in longer than this; also the cookie's life, since the row judges. */
export const longestMs = 30 * 24 * 3_600_000;
/** A session in use writes its row at most this often. */
const touchEveryMs = 60_000;

/** `institutionIds`: whom this person has to do with, as member, learner or staff of a lesson. `factorNeeded`: must set up a second factor before anything else answers. `oversees`: of which institutions they are a regulator. `onlyOversees`: and nothing else, anywhere. */
export interface KnownPerson { personId: string; accountId: string; sessionId: string; locale: 'zh' | 'en'; institutionIds: readonly string[]; factorNeeded: boolean; oversees: readonly string[]; onlyOversees: boolean }
type SessionDeps = Pick<Deps, 'orm' | 'now'>;
/** As a cookie says; `factorMissing`: obliged to have a second factor, if the platform asks for it. */
type FoundPerson = Omit<KnownPerson, 'factorNeeded'> & { factorMissing: boolean };

/** As hex, in one step: every request asks for it. */
const hashOf = (token: string): string => digest('sha256', token, 'hex');

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
    id: newId(now.getTime()), tokenHash: Buffer.from(hashOf(token), 'hex'), accountId, createdAt: now, expiresAt: new Date(now.getTime() + slideMs), lastUsedAt: now,
  });
  return token;
}

/** Ends the session of this cookie; ending what is not there is fine. */
export async function endSession(deps: SessionDeps, cookieHeader: string | undefined): Promise<void> {
  const token = tokenIn(cookieHeader);
  if (token) await deps.orm.em.fork().nativeDelete(LoginSession, { tokenHash: Buffer.from(hashOf(token), 'hex') });
}

interface SessionRow { hash: string; id: string; account_id: string; person_id: string; locale: 'zh' | 'en'; institution_ids: string[]; factor_missing: boolean; oversees: string[]; only_oversees: boolean; created_at: string | Date; last_used_at: string | Date; expires_at: string | Date }
/** The token's hash as hex, and the moment of asking. */
interface Asked { hash: string; now: Date }

const isUnused = ({ last_used_at }: SessionRow, now: Date): boolean => now.getTime() - new Date(last_used_at).getTime() >= touchEveryMs;

/** Being used prolongs a session by 12 hours, up to 30 days from its login. Whom another process prolongs just now is left to it. */
async function prolong(em: EntityManager, used: ReadonlyMap<SessionRow, Date>): Promise<void> {
  const endOf = (row: SessionRow, now: Date): Date => new Date(Math.min(now.getTime() + slideMs, new Date(row.created_at).getTime() + longestMs));
  const rows = [...used];
  await em.execute(
    `with free as (select id from login_session where id = any(?::uuid[]) order by id for no key update skip locked)
     update login_session s set last_used_at = u.used_at, expires_at = u.ends_at from unnest(?::uuid[], ?::timestamptz[], ?::timestamptz[]) as u(id, used_at, ends_at), free
     where s.id = u.id and free.id = s.id`,
    [
      arrayOf(rows.map(([row]) => row.id)), arrayOf(rows.map(([row]) => row.id)),
      arrayOf(rows.map(([, now]) => now.toISOString())), arrayOf(rows.map(([row, now]) => endOf(row, now).toISOString())),
    ]);
}

async function findSessions(em: EntityManager, asked: readonly Asked[]): Promise<(FoundPerson | null)[]> {
  const rows = await em.execute<SessionRow[]>(
    `select encode(s.token_hash, 'hex') as hash, s.id, s.account_id, a.person_id, a.locale, s.created_at, s.last_used_at, s.expires_at, ${institutionsOfSql('a.person_id')} as institution_ids,
       ${factorObligedSql('a.person_id')} and not ${factorOnSql('a.person_id')} as factor_missing,
       array(select m.institution_id from membership m where m.person_id = a.person_id and m.role = 'regulator')::text[] as oversees,
       ${onlyOverseesSql('a.person_id')} as only_oversees
     from unnest(?::text[]) as k(hash) join login_session s on s.token_hash = decode(k.hash, 'hex') join account a on a.id = s.account_id
     where a.disabled_at is null`, [arrayOf([...new Set(asked.map(({ hash }) => hash))])]);
  const byHash = new Map(rows.map((row) => [row.hash, row]));
  const unused = new Map<SessionRow, Date>();
  const persons = asked.map(({ hash, now }) => {
    const row = byHash.get(hash);
    if (!row || new Date(row.expires_at) <= now) return null;
    if (isUnused(row, now)) unused.set(row, now);
    return { personId: row.person_id, accountId: row.account_id, sessionId: row.id, locale: row.locale, institutionIds: row.institution_ids, factorMissing: row.factor_missing, oversees: row.oversees, onlyOversees: row.only_oversees };
  });
  if (unused.size > 0) await prolong(em, unused);
  return persons;
}

/** One per database: every request and every socket asks, and those of one moment ask together. */
const lookUps = new WeakMap<Orm, (asked: Asked) => Promise<FoundPerson | null>>();
function lookUpIn(orm: Orm): (asked: Asked) => Promise<FoundPerson | null> {
  const known = lookUps.get(orm) ?? inBatches<Asked, FoundPerson | null>((asked) => findSessions(orm.em.fork(), asked));
  lookUps.set(orm, known);
  return known;
}

/** Who is logged in by this cookie, or null. */
export async function personBySession({ orm, now, config }: SessionDeps & { config: Parameters<typeof factorRequired>[0] }, cookieHeader: string | undefined): Promise<KnownPerson | null> {
  const token = tokenIn(cookieHeader);
  const found = token && await lookUpIn(orm)({ hash: hashOf(token), now: now() });
  if (!found) return null;
  const { factorMissing, ...person } = found;
  return { ...person, factorNeeded: factorMissing && factorRequired(config) };
}
