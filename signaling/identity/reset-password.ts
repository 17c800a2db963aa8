// Who has the registered phone sets the password anew.
import type { Static } from 'typebox';
import type { PasswordResetBody } from '#contracts/account.ts';
import { Account } from '#db/entities/people.ts';
import { unitOfWork } from '#db/orm.ts';
import { personByPhone } from '#db/queries/identities.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { requireGood, setPassword } from '#db/queries/passwords.ts';
import { takePhoneCode } from '#db/queries/phone-codes.ts';
import { DomainError } from '#domain/errors.ts';
import { passwordFault } from '#domain/identity/registration.ts';
import { hashPassword } from '#runtime/password.ts';
import type { Deps } from '../deps.ts';

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
