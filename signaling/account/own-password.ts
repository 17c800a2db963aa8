// The password of somebody who is logged in or has the registered phone: asked for, changed, set anew. A change ends what others may have opened with the old one.
import type { Static } from 'typebox';
import type { PasswordBody, PasswordResetBody } from '#contracts/account.ts';
import { Account, LoginSession } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { identityOf, openIdentity, personByPhone } from '#db/queries/identities.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { takePhoneCode } from '#db/queries/phone-codes.ts';
import { DomainError } from '#domain/errors.ts';
import { passwordFault } from '#domain/identity/registration.ts';
import { hashPassword, passwordMatches } from '#runtime/password.ts';
import type { Deps } from '../deps.ts';
import type { Attempts } from './attempts.ts';
import type { KnownPerson } from './session.ts';

/** Wrong ones within the window of `attempts`. */
const perAccount = 10;

/** That the person at this computer is the one who logged in. Throws password_wrong, too_many_attempts. */
export async function requireOwnPassword({ orm, now }: Pick<Deps, 'orm' | 'now'>, attempts: Attempts, accountId: string, password: string): Promise<void> {
  const key = `own ${accountId}`;
  const seconds = attempts.take([{ key, limit: perAccount }], now().getTime());
  if (seconds > 0) throw new DomainError('too_many_attempts', `try again in ${seconds} seconds`);
  const { passwordHash } = await orm.em.fork().findOneOrFail(Account, { id: accountId });
  if (!await passwordMatches(passwordHash, password)) throw new DomainError('password_wrong', 'the password is wrong');
  attempts.forget(key);
}

/** Throws password_weak, also for one that can be read off the person's papers. */
async function requireGood({ orm, vault }: Pick<Deps, 'orm' | 'vault'>, personId: string, next: string): Promise<void> {
  const identity = await identityOf(orm.em.fork(), personId);
  const { number, phone } = identity ? openIdentity(vault, identity, ['number', 'phone']) : { number: null, phone: null };
  const fault = passwordFault(next, { number: number ?? '', phone: phone ?? '' });
  if (fault) throw new DomainError('password_weak', `password: ${fault}`);
}

/** In the caller's transaction; `stays` is the session that goes on. */
async function setPassword(em: EntityManager, account: Pick<Account, 'id' | 'personId'>, change: { passwordHash: string; how: 'changed' | 'reset'; stays: string | null; now: Date }): Promise<void> {
  const { passwordHash, how, stays, now } = change;
  const { id: accountId, personId } = account;
  await em.nativeUpdate(Account, { id: accountId }, { passwordHash });
  await em.nativeDelete(LoginSession, { accountId, ...(stays !== null && { id: { $ne: stays } }) });
  await appendEvent(em, actorFor(personId, null), `person:${personId}`, how === 'changed' ? 'account:passwordChanged' : 'account:passwordReset', now, { personId });
}

/** Throws password_wrong, password_weak, too_many_attempts. */
export async function changePassword(deps: Deps, attempts: Attempts, { personId, accountId, sessionId }: KnownPerson, { password, next }: Static<typeof PasswordBody>): Promise<void> {
  await requireOwnPassword(deps, attempts, accountId, password);
  await requireGood(deps, personId, next);
  const passwordHash = await hashPassword(next);
  await unitOfWork(deps.orm, actorFor(personId, null), (em) => setPassword(em, { id: accountId, personId }, { passwordHash, how: 'changed', stays: sessionId, now: deps.now() }));
  deps.log.info({ personId }, 'password changed');
}

/** `phone` is eleven digits. Throws what takePhoneCode throws, not_found where no account has the phone, password_weak. */
export async function resetPassword(deps: Deps, phone: string, { code, next }: Static<typeof PasswordResetBody>): Promise<void> {
  const { orm, vault } = deps;
  const fault = passwordFault(next, { number: '', phone });
  if (fault) throw new DomainError('password_weak', `password: ${fault}`);
  const now = deps.now();
  await takePhoneCode(orm.em.fork(), vault, { personId: null, phone, purpose: 'reset_password', code, now });
  const personId = await personByPhone(orm.em.fork(), vault, phone);
  const account = personId && await orm.em.fork().findOne(Account, { personId, disabledAt: null });
  if (!account) throw new DomainError('not_found', 'no account has this phone');
  await requireGood(deps, account.personId, next);
  const passwordHash = await hashPassword(next);
  await unitOfWork(orm, actorFor(account.personId, null), (em) => setPassword(em, account, { passwordHash, how: 'reset', stays: null, now }));
  deps.log.info({ personId: account.personId }, 'password set anew by phone');
}
