// The routes of programs: signed requests in, pages of the client's own institution out.
import { timingSafeEqual } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import { ApiPageQuery, apiV1Routes, type ApiRouteSpec, type ApiV1Route } from '#contracts/api-v1.ts';
import { apiPage, isPageKey, type PageKey } from '#db/queries/api-pages.ts';
import { withinInstitutions } from '#db/tenancy.ts';
import { apiLimits } from '#domain/api-client.ts';
import { DomainError } from '#domain/errors.ts';
import { checker, sentChecker } from '#runtime/answer.ts';
import type { Deps } from '../deps.ts';
import { apiAdmission } from './admission.ts';

interface Cursors { sealed(route: string, clientId: string, key: PageKey): string; opened(route: ApiV1Route, clientId: string, cursor: string): PageKey }

/** A cursor is the client's and the route's own, and made here alone. */
function cursorsOf({ vault }: Deps): Cursors {
  const mark = (route: string, clientId: string, text: string): Buffer => vault.lookupHash('api cursor', `${route} ${clientId} ${text}`).subarray(0, 16);
  return {
    sealed: (route, clientId, key) => {
      const text = JSON.stringify(key);
      return Buffer.concat([mark(route, clientId, text), Buffer.from(text)]).toString('base64url');
    },
    opened: (route, clientId, cursor) => {
      const bytes = Buffer.from(cursor, 'base64url');
      const text = bytes.subarray(16).toString();
      if (bytes.length <= 16 || !timingSafeEqual(bytes.subarray(0, 16), mark(route, clientId, text))) throw new DomainError('api_cursor_wrong', 'not a cursor of this client and route');
      const parts: unknown = JSON.parse(text);
      if (!isPageKey(route, parts)) throw new DomainError('api_cursor_wrong', 'not a cursor of this client and route');
      return parts;
    },
  };
}

export function registerApiV1(app: FastifyInstance, deps: Deps): void {
  const [admit, cursors, readQuery] = [apiAdmission(deps), cursorsOf(deps), sentChecker(ApiPageQuery)];
  for (const [name, spec] of Object.entries(apiV1Routes) as [ApiV1Route, ApiRouteSpec][]) {
    const check = checker(spec.reply);
    app.route({
      method: 'GET', url: name.split(' ')[1]!,
      handler: async (request, reply) => {
        const client = await admit(request, reply, spec.scope);
        const { cursor, limit = String(apiLimits.pageUsual) } = readQuery(request.query) as { cursor?: string; limit?: string };
        const after = cursor === undefined ? null : cursors.opened(name, client.id, cursor);
        const { items, last, more } = await withinInstitutions([client.institutionId], () => apiPage(deps.orm.em.fork(), name, client.institutionId, after, Math.min(Number(limit), apiLimits.pageMost)));
        return reply.header('cache-control', 'no-store').send(check({ items, cursor: last && cursors.sealed(name, client.id, last), more }));
      },
    });
  }
}
