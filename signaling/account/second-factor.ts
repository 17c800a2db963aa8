// One's own second factor: begun with the password, proven with a code, recovery codes, its end. Wrong codes are counted as wrong passwords are.
import type { OwnFactor, RecoveryCodes } from '#contracts/factor-routes.ts';
import { LoginSession, Person } from '#db/entities/people.ts';
import { unitOfWork } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { requireOwnPassword } from '#db/queries/passwords.ts';
import { beginFactor, confirmFactor, factorState, forgetFactor, newRecoveryCodes, requireFactorCode } from '#db/queries/second-factor.ts';
import { DomainError } from '#domain/errors.ts';
import type { Attempts } from '#runtime/attempts.ts';
import { factorRequired } from '#runtime/factor-in-force.ts';
import { base32, totpAddress } from '#runtime/totp.ts';
import type { Deps } from '../deps.ts';
import type { KnownPerson } from './session.ts';

/** Wrong codes within the window of `attempts`, of logging in and of the page together. */
const perAccount = 10;
export const factorKeyOf = (accountId: string): string => `factor ${accountId}`;

/** Runs `work`, which judges a code, with one attempt taken before; right ones are forgotten. Throws too_many_attempts. */
async function counted<T>(deps: Deps, attempts: Attempts, { accountId }: KnownPerson, work: () => Promise<T>): Promise<T> {
  const key = factorKeyOf(accountId);
  const seconds = attempts.take([{ key, limit: perAccount }], deps.now().getTime());
  if (seconds > 0) throw new DomainError('too_many_attempts', `try again in ${seconds} seconds`);
  const done = await work();
  attempts.forget(key);
  return done;
}

export async function ownFactor({ orm, config }: Deps, personId: string): Promise<OwnFactor> {
  const { obliged, ...state } = await factorState(orm.em.fork(), personId);
  return { ...state, obliged: obliged && factorRequired(config) };
}

/** Throws password_wrong, second_factor_required, factor_code_wrong, too_many_attempts. */
export async function begin(deps: Deps, attempts: Attempts, person: KnownPerson, { password, code }: { password: string; code?: string | undefined }): Promise<{ secret: string; address: string }> {
  const { personId, accountId } = person;
  await requireOwnPassword(deps, attempts, accountId, password);
  const { name } = await deps.orm.em.fork().findOneOrFail(Person, { id: personId });
  const secret = await counted(deps, attempts, person, () => unitOfWork(deps.orm, actorFor(personId, null), async (one) => {
    await requireFactorCode(one, deps.vault, personId, code, deps.now());
    return beginFactor(one, deps.vault, personId);
  }));
  return { secret: base32(secret), address: totpAddress(secret, { issuer: `Keshi ${deps.config.PUBLIC_HOST}`, account: name }) };
}

/** Throws not_found, factor_code_wrong, too_many_attempts. */
export async function confirm(deps: Deps, attempts: Attempts, person: KnownPerson, code: string): Promise<RecoveryCodes> {
  const { personId, accountId, sessionId } = person;
  const codes = await counted(deps, attempts, person, () => unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
    const made = await confirmFactor(em, deps.vault, personId, code.replace(/\s/g, ''), deps.now());
    await em.nativeDelete(LoginSession, { accountId, id: { $ne: sessionId } });
    return made;
  }));
  deps.log.info({ personId }, 'a second factor was set up');
  return { codes };
}

/** Throws not_found, factor_code_wrong, too_many_attempts. */
export async function printAnew(deps: Deps, attempts: Attempts, person: KnownPerson, code: string): Promise<RecoveryCodes> {
  const { personId } = person;
  return counted(deps, attempts, person, () => unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
    if (!await requireFactorCode(em, deps.vault, personId, code, deps.now())) throw new DomainError('not_found', 'there is no second factor');
    return { codes: await newRecoveryCodes(em, personId) };
  }));
}

/** Throws forbidden, password_wrong, factor_code_wrong, too_many_attempts. */
export async function end(deps: Deps, attempts: Attempts, person: KnownPerson, { password, code }: { password: string; code: string }): Promise<void> {
  const { personId, accountId } = person;
  if ((await ownFactor(deps, personId)).obliged) throw new DomainError('forbidden', 'whoever oversees or runs the platform keeps the second factor');
  await requireOwnPassword(deps, attempts, accountId, password);
  await counted(deps, attempts, person, () => unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
    await requireFactorCode(em, deps.vault, personId, code, deps.now());
    await forgetFactor(em, personId, 'off', deps.now());
  }));
  deps.log.info({ personId }, 'a second factor was ended by its person');
}
