// Who is logged in changes the password.
import type { Static } from 'typebox';
import type { PasswordBody } from '#contracts/account.ts';
import { unitOfWork } from '#db/orm.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { requireGood, requireOwnPassword, setPassword } from '#db/queries/passwords.ts';
import type { Attempts } from '#runtime/attempts.ts';
import { hashPassword } from '#runtime/password.ts';
import type { Deps } from '../deps.ts';
import type { KnownPerson } from './session.ts';

/** Throws password_wrong, password_weak, too_many_attempts. */
export async function changePassword(deps: Deps, attempts: Attempts, { personId, accountId, sessionId }: KnownPerson, { password, next }: Static<typeof PasswordBody>): Promise<void> {
  await requireOwnPassword(deps, attempts, accountId, password);
  await requireGood(deps, personId, next);
  const passwordHash = await hashPassword(next);
  await unitOfWork(deps.orm, actorFor(personId, null), (em) => setPassword(em, { id: accountId, personId }, { passwordHash, how: 'changed', stays: sessionId, now: deps.now() }));
  deps.log.info({ personId }, 'password changed');
}
