// REST of real names: codes for phones, registering, one's own data, and what the office of an institution may see.
import type { FastifyReply } from 'fastify';
import { identityOf } from '#db/queries/identities.ts';
import { requireOwnPassword } from '#db/queries/passwords.ts';
import { sendPhoneCode } from '#db/queries/phone-codes.ts';
import { DomainError } from '#domain/errors.ts';
import type { PhonePurpose } from '#domain/identity/phone-code.ts';
import { countAttempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { changeOwnPhone, identityOfPerson, ownIdentity, reveal } from './looks.ts';
import { register, registerOwn } from './register.ts';
import { resetPassword } from './reset-password.ts';
import { statedPhone } from './stated.ts';

const windowMs = 15 * 60_000;
/** Of one address: a whole class may register from one school, a script may not go through all phones. */
const codesPerAddress = 60;
const registrationsPerAddress = 120;

type Mine = 'POST /api/registration/phone-code' | 'POST /api/registration' | 'GET /api/me/identity' | 'POST /api/me/identity' | 'POST /api/me/phone-code'
  | 'PUT /api/me/phone' | 'POST /api/password-reset/phone-code' | 'POST /api/password-reset' | 'GET /api/persons/:personId/identity' | 'POST /api/persons/:personId/identity/reveal';

/** Counts what comes from one address. Throws too_many_attempts, and says in the header when to come again. */
function limiter(deps: Deps): (what: string, limit: number, address: string, reply: FastifyReply) => void {
  const attempts = countAttempts(windowMs);
  return (what, limit, address, reply) => {
    const seconds = attempts.take([{ key: `${what} ${address}`, limit }], deps.now().getTime());
    if (seconds === 0) return;
    void reply.header('retry-after', seconds);
    throw new DomainError('too_many_attempts', `try again in ${seconds} seconds`);
  };
}

export function identityRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  const limit = limiter(deps);
  const passwords = countAttempts(windowMs);
  const order = async (body: { phone: string; locale: 'zh' | 'en' }, purpose: PhonePurpose): Promise<{ expiresAt: string }> => {
    const { expiresAt } = await sendPhoneCode(deps, { personId: null, phone: statedPhone(body.phone), purpose, now: deps.now(), locale: body.locale });
    return { expiresAt: expiresAt.toISOString() };
  };
  return {
    'POST /api/registration/phone-code': async ({ body, request, reply }) => {
      limit('code', codesPerAddress, request.ip, reply);
      return order(body, 'register');
    },
    'POST /api/registration': async ({ body, request, reply }) => {
      limit('registration', registrationsPerAddress, request.ip, reply);
      return register(deps, body);
    },
    'GET /api/me/identity': ({ person }) => ownIdentity(deps, person.personId),
    'POST /api/me/identity': async ({ person, body, request, reply }) => {
      limit('registration', registrationsPerAddress, request.ip, reply);
      return registerOwn(deps, person.personId, body);
    },
    'POST /api/me/phone-code': async ({ person, body, request, reply }) => {
      limit('code', codesPerAddress, request.ip, reply);
      return order(body, await identityOf(deps.orm.em.fork(), person.personId) ? 'change_phone' : 'register');
    },
    'PUT /api/me/phone': async ({ person, body }) => {
      await requireOwnPassword(deps, passwords, person.accountId, body.password);
      return changeOwnPhone(deps, person.personId, body);
    },
    'POST /api/password-reset/phone-code': async ({ body, request, reply }) => {
      limit('code', codesPerAddress, request.ip, reply);
      return order(body, 'reset_password');
    },
    'POST /api/password-reset': async ({ body, request, reply }) => {
      limit('registration', registrationsPerAddress, request.ip, reply);
      await resetPassword(deps, statedPhone(body.phone), body);
      return {};
    },
    'GET /api/persons/:personId/identity': ({ person, params }) => identityOfPerson(deps, person.personId, params.personId),
    'POST /api/persons/:personId/identity/reveal': ({ person, params, body }) => reveal(deps, person.personId, params.personId, body),
  };
}
