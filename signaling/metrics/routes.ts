// Times every HTTP request of the public port under its route's name in the table; /metrics itself is answered on the internal port only.
import type { FastifyInstance } from 'fastify';
import { restRoutes } from '#contracts/rest.ts';
import { metricsPath } from '#runtime/metrics-server.ts';
import type { SignalingFigures } from './figures.ts';

const known = new Set(Object.keys(restRoutes));

/** HEAD counts as the GET it is; whatever the table does not have is `page`. */
function routeName(method: string, url: string | undefined): string {
  const name = `${method === 'HEAD' ? 'GET' : method} ${url ?? ''}`;
  return known.has(name) ? name : 'page';
}

export function timeRoutes(app: FastifyInstance, figures: SignalingFigures): void {
  app.addHook('onResponse', async (request, reply) => {
    figures.routeAnswered(routeName(request.method, request.routeOptions.url), reply.statusCode, reply.elapsedTime);
  });
}

export function metricsRoute(internal: FastifyInstance, { metrics }: SignalingFigures): void {
  internal.get(metricsPath, async (_request, reply) => reply.header('content-type', metrics.contentType).header('cache-control', 'no-store').send(await metrics.text()));
}
