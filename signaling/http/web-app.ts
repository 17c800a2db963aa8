// The built web app: hashed assets kept for a year, the page asked for anew each time and kept in memory; every other path is the page's own affair.
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '#domain/errors.ts';
import type { Logger } from '#runtime/log.ts';
import { answerError } from './error-answer.ts';
import { knowsTag } from './file-answer.ts';

const notBuilt = 'The web app is not built (web/dist is missing). Run "npm run build:web" or "npm start".';

function setCaching(reply: Pick<FastifyReply, 'header'>, path: string): void {
  void reply.header('cache-control', path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache');
}

interface KeptPage { bytes: Buffer; etag: string }
async function readPage(path: string): Promise<KeptPage> {
  const bytes = await readFile(path);
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` };
}

/** The same for every address: most browsers know it, and are told that it is still the one. */
function sendPage(request: FastifyRequest, reply: FastifyReply, { bytes, etag }: KeptPage): FastifyReply {
  void reply.header('cache-control', 'no-cache').header('etag', etag);
  if (knowsTag(request.headers['if-none-match'], etag)) return reply.code(304).send(null);
  void reply.type('text/html; charset=utf-8').header('content-length', bytes.length);
  return reply.send(request.method === 'HEAD' ? null : bytes);
}

/** `folder` is web/dist. A missing one is said in the log and to whoever opens the page. */
export async function serveWebApp(app: FastifyInstance, log: Logger, folder: string): Promise<void> {
  const built = existsSync(join(folder, 'index.html'));
  if (!built) log.warn(notBuilt);
  // The build lays .br and .gz files beside what they are worth it for.
  if (built) await app.register(fastifyStatic, { root: folder, cacheControl: false, setHeaders: setCaching, preCompressed: true, index: false });
  const page = built ? await readPage(join(folder, 'index.html')) : null;
  for (const url of page ? ['/', '/index.html'] : []) app.get(url, (request, reply) => sendPage(request, reply, page!));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !path.startsWith('/api/') && path !== '/api';
    if (!isPage) return answerError(log, new DomainError('not_found', 'no such address'), request, reply);
    if (/\.[a-z0-9]{1,8}$/i.test(path)) return reply.code(404).type('text/plain; charset=utf-8').send('not found');
    if (!page) return reply.code(503).type('text/plain; charset=utf-8').send(notBuilt);
    return sendPage(request, reply, page);
  });
}
