// REST of the account: log in, log out, me.
import type { factorRoutes } from '#contracts/factor-routes.ts';
import { loginLimits } from '#domain/security-log.ts';
import { acrossInstitutions } from '#db/tenancy.ts';
import { countAttempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { closeAccount } from './closing.ts';
import { changePassword } from './own-password.ts';
import { begin, confirm, end, ownFactor, printAnew } from './second-factor.ts';
import { chooseLocale, describeMe, logIn } from './service.ts';
import { endSession, longestMs, sessionCookie } from './session.ts';

/** HttpOnly keeps it from scripts, Lax from other sites' requests; Secure where we are served over HTTPS. */
const cookie = (token: string, maxAgeSeconds: number, secure: boolean): string =>
  `${sessionCookie}=${token}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;

type Mine = 'POST /api/session' | 'DELETE /api/session' | 'GET /api/me' | 'PUT /api/me/locale' | 'PUT /api/me/password' | 'POST /api/me/closing' | keyof typeof factorRoutes;

export function accountRoutes(deps: Deps, { secure }: { secure: boolean }): Pick<RouteHandlers, Mine> {
  const attempts = countAttempts(loginLimits.windowMs);
  return {
    'POST /api/session': async ({ body, request, reply }) => {
      const tellWait = (seconds: number): void => void reply.header('retry-after', seconds);
      const { token, person } = await logIn(deps, attempts, { ...body, address: request.ip }, tellWait);
      await endSession(deps, request.headers.cookie);
      void reply.header('set-cookie', cookie(token, longestMs / 1000, secure));
      // Who asked was nobody until now, and nobody has no institution.
      return acrossInstitutions(() => describeMe(deps, person));
    },
    'DELETE /api/session': async ({ request, reply }) => {
      await endSession(deps, request.headers.cookie);
      void reply.header('set-cookie', cookie('', 0, secure));
      return {};
    },
    'GET /api/me': ({ person }) => describeMe(deps, person),
    'PUT /api/me/password': async ({ person, body }) => {
      await changePassword(deps, attempts, person, body);
      return {};
    },
    'GET /api/me/second-factor': ({ person }) => ownFactor(deps, person.personId),
    'POST /api/me/second-factor': ({ person, body }) => begin(deps, attempts, person, body),
    'POST /api/me/second-factor/confirmation': ({ person, body }) => confirm(deps, attempts, person, body.code),
    'POST /api/me/second-factor/recovery-codes': ({ person, body }) => printAnew(deps, attempts, person, body.code),
    'POST /api/me/second-factor/ending': async ({ person, body }) => {
      await end(deps, attempts, person, body);
      return {};
    },
    'POST /api/me/closing': async ({ person, body, reply }) => {
      await closeAccount(deps, attempts, person, body.password);
      void reply.header('set-cookie', cookie('', 0, secure));
      return {};
    },
    'PUT /api/me/locale': async ({ person, body }) => {
      await chooseLocale(deps, person, body.locale);
      return {};
    },
  };
}
