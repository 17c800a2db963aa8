// The password of an account: asked for once more, judged, set anew. A change ends what others may have opened with the old one.
import { DomainError } from '#domain/errors.ts';
import { passwordFault } from '#domain/identity/registration.ts';
import type { Attempts } from '#runtime/attempts.ts';
import { passwordMatches } from '#runtime/password.ts';
import { Account, LoginSession } from '../entities/people.ts';
import { appendEvent, type EntityManager, type Orm } from '../orm.ts';
import type { Vault } from '../vault.ts';
import { identityOf, openIdentity } from './identities.ts';
import { actorFor } from './lesson-access.ts';

/** Wrong ones within the window of `attempts`. */
const perAccount = 10;

/** That the person at this computer is the one who logged in. Throws password_wrong, too_many_attempts. */
export async function requireOwnPassword({ orm, now }: { orm: Orm; now: () => Date }, attempts: Attempts, accountId: string, password: string): Promise<void> {
  const key = `own ${accountId}`;
  const seconds = attempts.take([{ key, limit: perAccount }], now().getTime());
  if (seconds > 0) throw new DomainError('too_many_attempts', `try again in ${seconds} seconds`);
  const { passwordHash } = await orm.em.fork().findOneOrFail(Account, { id: accountId });
  if (!await passwordMatches(passwordHash, password)) throw new DomainError('password_wrong', 'the password is wrong');
  attempts.forget(key);
}

/** Throws password_weak, also for one that can be read off the person's papers. */
export async function requireGood({ orm, vault }: { orm: Orm; vault: Vault }, personId: string, next: string): Promise<void> {
  const identity = await identityOf(orm.em.fork(), personId);
  const { number, phone } = identity ? openIdentity(vault, identity, ['number', 'phone']) : { number: null, phone: null };
  const fault = passwordFault(next, { number: number ?? '', phone: phone ?? '' });
  if (fault) throw new DomainError('password_weak', `password: ${fault}`);
}

/** In the caller's transaction; `stays` is the session that goes on. */
export async function setPassword(em: EntityManager, account: Pick<Account, 'id' | 'personId'>, change: { passwordHash: string; how: 'changed' | 'reset'; stays: string | null; now: Date }): Promise<void> {
  const { passwordHash, how, stays, now } = change;
  const { id: accountId, personId } = account;
  await em.nativeUpdate(Account, { id: accountId }, { passwordHash });
  await em.nativeDelete(LoginSession, { accountId, ...(stays !== null && { id: { $ne: stays } }) });
  await appendEvent(em, actorFor(personId, null), `person:${personId}`, how === 'changed' ? 'account:passwordChanged' : 'account:passwordReset', now, { personId });
}
