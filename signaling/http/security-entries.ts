// What of a request goes into the security log, written before it is answered. That the log cannot be written never changes the answer, and is an error of the process' own log.
import type { FastifyRequest } from 'fastify';
import type { RouteName } from '#contracts/rest.ts';
import { addSecurityEntry } from '#db/queries/security-log.ts';
import { DomainError } from '#domain/errors.ts';
import { securityEntryOf } from '#domain/security-log.ts';
import { countAttempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';

/** Refusals of one address within a minute; what comes above is counted by the metrics and would only fill the disk. */
const refusalsPerMinute = 120;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface SecurityEntries {
  done(name: RouteName, request: FastifyRequest, reply: unknown): Promise<void>;
  refused(name: RouteName, request: FastifyRequest, error: unknown): Promise<void>;
}

/** Whoever just logged in is told by the answer. */
const personIn = (reply: unknown): string | null => {
  const { personId } = (reply ?? {}) as { personId?: unknown };
  return typeof personId === 'string' && uuid.test(personId) ? personId : null;
};
/** Ids of the address, by their names. */
const idsOf = (request: FastifyRequest): Record<string, string> =>
  Object.fromEntries(Object.entries((request.params ?? {}) as Record<string, unknown>).filter((one): one is [string, string] => typeof one[1] === 'string' && uuid.test(one[1])));

export function securityEntries(deps: Deps): SecurityEntries {
  const { orm, log, vault } = deps;
  const floods = countAttempts(60_000);
  /** The same login is the same digits, which tell nothing of it. */
  const loginMark = (request: FastifyRequest): Record<string, string> => {
    const { login } = (request.body ?? {}) as { login?: unknown };
    return typeof login === 'string' ? { login: vault.lookupHash('security log', login).toString('hex').slice(0, 16) } : {};
  };
  async function add(name: RouteName, request: FastifyRequest, code: string | null, personId: string | null): Promise<void> {
    const entry = securityEntryOf(name, code);
    if (!entry || (code !== null && floods.take([{ key: request.ip, limit: refusalsPerMinute }], deps.now().getTime()) > 0)) return;
    const ids = idsOf(request);
    try {
      await addSecurityEntry(orm.em.fork(), {
        ...entry, personId, institutionId: ids['institutionId'] ?? null, subject: name, address: request.ip, detail: { ...(code !== null && { code }), ...ids, ...(entry.kind === 'login' && loginMark(request)) },
      });
    } catch (error) {
      log.error({ err: error, route: name, kind: entry.kind, personId }, 'the security log could not be written');
    }
  }
  return {
    done: (name, request, reply) => add(name, request, null, request.person?.personId ?? personIn(reply)),
    refused: (name, request, error) => (error instanceof DomainError ? add(name, request, error.code, request.person?.personId ?? null) : Promise.resolve()),
  };
}
