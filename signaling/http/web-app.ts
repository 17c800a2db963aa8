// The built web app, kept in memory: hashed assets for a year, the page asked for anew each time; every other path is the page's own affair.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { DomainError } from '#domain/errors.ts';
import type { Logger } from '#runtime/log.ts';
import { answerError } from './error-answer.ts';
import { knowsTag } from './file-answer.ts';

const notBuilt = 'The web app is not built (web/dist is missing). Run "npm run build:web" or "npm start".';
const types: Record<string, string> = {
  html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', mjs: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml', json: 'application/json; charset=utf-8',
  png: 'image/png', jpg: 'image/jpeg', webp: 'image/webp', ico: 'image/vnd.microsoft.icon', woff2: 'font/woff2', wasm: 'application/wasm', txt: 'text/plain; charset=utf-8',
};
/** Best first, with the ending of the copies that the build lays beside a file. */
const encodings = [['br', '.br'], ['gzip', '.gz']] as const;

interface Form { bytes: Buffer; encoding: string | null; etag: string }
interface KeptFile { type: string; caching: string; forms: Form[] }

const formOf = (bytes: Buffer, encoding: string | null): Form => ({ bytes, encoding, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` });

const endingOf = (path: string): string => /\.([a-z0-9]{1,8})$/i.exec(path)?.[1]?.toLowerCase() ?? '';

/** Files by their address. A few megabytes, and looking after each on the disk cost more than sending it. */
async function keepFiles(folder: string): Promise<Map<string, KeptFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const there = new Set(paths);
  const kept = new Map<string, KeptFile>();
  for (const path of paths.filter((one) => !encodings.some(([, ending]) => one.endsWith(ending)))) {
    const forms: Form[] = [];
    for (const [encoding, ending] of encodings) if (there.has(path + ending)) forms.push(formOf(await readFile(path + ending), encoding));
    kept.set(`/${relative(folder, path).split(sep).join('/')}`, {
      type: types[endingOf(path)] ?? 'application/octet-stream',
      caching: path.includes(`${sep}assets${sep}`) ? 'public, max-age=31536000, immutable' : 'no-cache', forms: [...forms, formOf(await readFile(path), null)],
    });
  }
  return kept;
}

/** Whether the browser takes an encoding; one it weighs 0 it does not. */
const takes = (header: string, encoding: string): boolean => header.split(',').some((wish) => {
  const [name, weight] = wish.trim().split(/\s*;\s*q=/);
  return name === encoding && Number(weight ?? 1) > 0;
});

function sendKept(request: FastifyRequest, reply: FastifyReply, { type, caching, forms }: KeptFile): FastifyReply {
  const wished = String(request.headers['accept-encoding'] ?? '');
  const { bytes, encoding, etag } = forms.find((form) => form.encoding === null || takes(wished, form.encoding))!;
  void reply.headers({ 'cache-control': caching, etag });
  if (forms.length > 1) void reply.header('vary', 'accept-encoding');
  if (knowsTag(request.headers['if-none-match'], etag)) return reply.code(304).send(null);
  if (encoding) void reply.header('content-encoding', encoding);
  void reply.headers({ 'content-type': type, 'content-length': bytes.length });
  return reply.send(request.method === 'HEAD' ? null : bytes);
}

/** `folder` is web/dist, as it is now: a later build is served by the next process. A missing one is said in the log and to whoever opens the page. */
export async function serveWebApp(app: FastifyInstance, log: Logger, folder: string): Promise<void> {
  const files = await keepFiles(folder);
  const page = files.get('/index.html');
  if (!page) log.warn(notBuilt);
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] ?? '';
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !path.startsWith('/api/') && path !== '/api';
    if (!isPage) return answerError(log, new DomainError('not_found', 'no such address'), request, reply);
    const file = files.get(path);
    if (file) return sendKept(request, reply, file);
    if (endingOf(path)) return reply.code(404).type('text/plain; charset=utf-8').send('not found');
    if (!page) return reply.code(503).type('text/plain; charset=utf-8').send(notBuilt);
    return sendKept(request, reply, page);
  });
}
