// Lets a signed request in: right client, right signature, a clock that is near, a nonce that is new, a scope it has, and not too many a minute.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { knownClient, takeNonce, type KnownClient } from '#db/queries/api-clients.ts';
import { acrossInstitutions } from '#db/tenancy.ts';
import { apiHeaders, apiLimits, noncePattern, signedRequest, type ApiScope } from '#domain/api-client.ts';
import { DomainError } from '#domain/errors.ts';
import { countAttempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';

const emptySha256 = createHash('sha256').digest('hex');
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Wrong signatures of one address within a minute: above, nothing is looked up any more. */
const wrongPerMinute = 60;

export type Admission = (request: FastifyRequest, reply: FastifyReply, scope: ApiScope) => Promise<KnownClient>;

const sentHeader = (request: FastifyRequest, name: string): string => {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
};

function isSigned(secret: string, text: string, signature: string): boolean {
  if (!/^[0-9a-f]{64}$/.test(signature)) return false;
  return timingSafeEqual(createHmac('sha256', secret).update(text).digest(), Buffer.from(signature, 'hex'));
}

/** Errors: unauthenticated (headers missing), api_clock_off, api_signature_wrong (also for a client nobody knows), api_nonce_used, api_scope_missing, too_many_attempts. Rates are counted per process. */
export function apiAdmission(deps: Deps): Admission {
  const [asked, wrong] = [countAttempts(60_000), countAttempts(60_000)];
  const refuseWrong = (request: FastifyRequest, nowMs: number): never => {
    const wait = wrong.take([{ key: request.ip, limit: wrongPerMinute }], nowMs);
    throw wait > 0 ? new DomainError('too_many_attempts', `again in ${wait} s`) : new DomainError('api_signature_wrong', 'client or signature is wrong');
  };
  return (request, reply, scope) => acrossInstitutions(async () => {
    const [id, time, nonce, signature] = [apiHeaders.client, apiHeaders.time, apiHeaders.nonce, apiHeaders.signature].map((name) => sentHeader(request, name)) as [string, string, string, string];
    if (!id || !time || !nonce || !signature) throw new DomainError('unauthenticated', `needs the headers ${Object.values(apiHeaders).join(', ')}`);
    const now = deps.now();
    if (!/^\d{13}$/.test(time) || Math.abs(Number(time) - now.getTime()) > apiLimits.clockMs) throw new DomainError('api_clock_off', `the request says ${time}, it is ${now.getTime()}`);
    const em = deps.orm.em.fork();
    const client = uuid.test(id) ? await knownClient(em, deps.vault, id) : null;
    if (!client || !noncePattern.test(nonce) || !isSigned(client.secret, signedRequest(time, nonce, request.method, request.raw.url ?? '', emptySha256), signature)) return refuseWrong(request, now.getTime());
    const wait = asked.take([{ key: client.id, limit: client.perMinute }], now.getTime());
    if (wait > 0) {
      void reply.header('retry-after', wait);
      throw new DomainError('too_many_attempts', `again in ${wait} s`);
    }
    if (!await takeNonce(em, client, nonce, now)) throw new DomainError('api_nonce_used', 'this nonce was used');
    if (!client.scopes.includes(scope)) throw new DomainError('api_scope_missing', `needs ${scope}`);
    return client;
  });
}
