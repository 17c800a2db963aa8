// The built web app: hashed assets kept for a year, the page asked for anew each time; every other path is the page's own affair.
import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { DomainError } from '#domain/errors.ts';
import type { Logger } from '#runtime/log.ts';
import { answerError } from './error-answer.ts';

const notBuilt = 'The web app is not built (web/dist is missing). Run "npm run build:web" or "npm start".';

function setCaching(reply: Pick<FastifyReply, 'header'>, path: string): void {
  void reply.header('cache-control', path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache');
}

/** `folder` is web/dist. A missing one is said in the log and to whoever opens the page. */
export async function serveWebApp(app: FastifyInstance, log: Logger, folder: string): Promise<void> {
  const built = existsSync(join(folder, 'index.html'));
  if (!built) log.warn(notBuilt);
  if (built) await app.register(fastifyStatic, { root: folder, cacheControl: false, setHeaders: setCaching });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const page = (request.method === 'GET' || request.method === 'HEAD') && !path.startsWith('/api/') && path !== '/api';
    if (!page) return answerError(log, new DomainError('not_found', 'no such address'), request, reply);
    if (/\.[a-z0-9]{1,8}$/i.test(path)) return reply.code(404).type('text/plain; charset=utf-8').send('not found');
    if (!built) return reply.code(503).type('text/plain; charset=utf-8').send(notBuilt);
    return reply.sendFile('index.html');
  });
}
