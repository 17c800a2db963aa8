// Logging in and out, and who I am.
import type { Me } from '#contracts/person.ts';
import { ClientMember } from '#db/entities/client.ts';
import { Account, Institution, LoginSession, Membership, Person } from '#db/entities/people.ts';
import { personByPhone } from '#db/queries/identities.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { factorState, requireFactorCode } from '#db/queries/second-factor.ts';
import { unitOfWork } from '#db/orm.ts';
import { DomainError } from '#domain/errors.ts';
import { phoneOf } from '#domain/identity/document.ts';
import { loginLimits } from '#domain/security-log.ts';
import type { Attempts } from '#runtime/attempts.ts';
import { factorRequired } from '#runtime/factor-in-force.ts';
import { passwordMatches } from '#runtime/password.ts';
import type { Deps } from '../deps.ts';
import { factorKeyOf } from './second-factor.ts';
import { createSession, type KnownPerson } from './session.ts';

const { perLogin, perAddress } = loginLimits;

export interface LoginOutcome { token: string; person: Pick<KnownPerson, 'personId' | 'locale'> }

interface LoginTry { login: string; password: string; code?: string | undefined; address: string }

/** Whoever registered signs in with the phone, which stands nowhere in clear; accounts an institution made have a name. */
async function accountOf({ orm, vault }: Deps, login: string): Promise<Account | null> {
  const em = orm.em.fork();
  const phone = phoneOf(login);
  const personId = phone && await personByPhone(em, vault, phone);
  return em.findOne(Account, personId ? { personId, disabledAt: null } : { login, disabledAt: null });
}

function takeTry(attempts: Attempts, keys: Parameters<Attempts['take']>[0], now: Date, tellWait: (seconds: number) => void): void {
  const waitSeconds = attempts.take(keys, now.getTime());
  if (waitSeconds === 0) return;
  tellWait(waitSeconds);
  throw new DomainError('too_many_attempts', `try again in ${waitSeconds} seconds`);
}

/**
 * Same error, after the same work, for an unknown login, a disabled account and a wrong password.
 * Whoever has a second factor is asked for a code after the right password: second_factor_required without one, factor_code_wrong.
 * With too_many_attempts `tellWait` gets the seconds after which the next attempt is heard.
 */
export async function logIn(
  deps: Deps, attempts: Attempts, { login, password, code, address }: LoginTry, tellWait: (seconds: number) => void,
): Promise<LoginOutcome> {
  const now = deps.now();
  // However a phone is written, it is one login.
  const name = phoneOf(login) ?? login;
  const keys = [{ key: `login ${name}`, limit: perLogin }, { key: `address ${address}`, limit: perAddress }];
  takeTry(attempts, keys, now, tellWait);
  const account = await accountOf(deps, login);
  if (!(await passwordMatches(account?.passwordHash ?? null, password)) || !account) throw new DomainError('wrong_credentials', 'login or password is wrong');
  attempts.forget(`login ${name}`);
  attempts.giveBack(`address ${address}`);
  const factorKey = factorKeyOf(account.id);
  if (code !== undefined) takeTry(attempts, [{ key: factorKey, limit: perLogin }], now, tellWait);
  const token = await unitOfWork(deps.orm, actorFor(account.personId, null), async (em) => {
    await requireFactorCode(em, deps.vault, account.personId, code, now);
    await em.nativeDelete(LoginSession, { accountId: account.id, expiresAt: { $lte: now } });
    return createSession(em, account.id, now);
  });
  attempts.forget(factorKey);
  deps.log.info({ personId: account.personId }, 'logged in');
  return { token, person: { personId: account.personId, locale: account.locale } };
}

export async function describeMe(deps: Deps, person: Pick<KnownPerson, 'personId' | 'locale'>): Promise<Me> {
  const em = deps.orm.em.fork();
  const factor = await factorState(em, person.personId);
  const factorNeeded = factorRequired(deps.config) && factor.obliged && !factor.on;
  const { name } = await em.findOneOrFail(Person, { id: person.personId });
  const memberships = await em.find(Membership, { personId: person.personId }, { orderBy: { createdAt: 'asc', id: 'asc' } });
  const institutions = await em.find(Institution, { id: { $in: memberships.map((membership) => membership.institutionId) } });
  const clients = await em.count(ClientMember, { personId: person.personId });
  const nameOf = new Map(institutions.map((institution) => [institution.id, institution.name]));
  return {
    personId: person.personId, name, locale: person.locale, serverNowMs: deps.now().getTime(), ...(clients > 0 && { looksForClient: true }), ...(factorNeeded && { factorNeeded }),
    memberships: memberships.map(({ institutionId, role }) => ({ institutionId, institutionName: nameOf.get(institutionId) ?? '', role })),
  };
}

export async function chooseLocale(deps: Deps, person: KnownPerson, locale: 'zh' | 'en'): Promise<void> {
  await unitOfWork(deps.orm, actorFor(person.personId, null), (em) => em.nativeUpdate(Account, { id: person.accountId }, { locale }));
}
