// The web app as browsers get it: page, hashed assets, paths of the app itself, and what is said when it was not built.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSignaling } from '../app.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';

let world: HttpWorld;
let app: FastifyInstance;
let folder: string;

beforeAll(async () => {
  world = await openHttpWorld();
  folder = await mkdtemp(join(tmpdir(), 'web-'));
  await mkdir(join(folder, 'dist', 'assets'), { recursive: true });
  await writeFile(join(folder, 'dist', 'index.html'), '<!doctype html><title>Keshi</title>');
  await writeFile(join(folder, 'dist', 'assets', 'app-3f2a.js'), 'export {};');
  await writeFile(join(folder, 'dist', 'assets', 'app-3f2a.js.br'), 'packed by brotli');
  await writeFile(join(folder, 'dist', 'assets', 'app-3f2a.js.gz'), 'packed by gzip');
  await writeFile(join(folder, 'secret.txt'), 'secret');
  app = await createSignaling(world.deps, { webFolder: join(folder, 'dist') });
});
afterAll(async () => {
  await app.close();
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

it.each(['/', '/index.html', '/lessons/0190-x/classroom', '/login?from=%2Flessons'])('answers %s with the page, asked for anew each time', async (url) => {
  const response = await app.inject({ url });
  expect([response.statusCode, response.headers['cache-control'], response.headers['content-type']]).toEqual([200, 'no-cache', 'text/html; charset=utf-8']);
  expect(response.body).toContain('Keshi');
  expect((await app.inject({ url, method: 'HEAD' })).body).toBe('');
});

it('lets hashed assets be kept for a year, and misses missing ones', async () => {
  const asset = await app.inject({ url: '/assets/app-3f2a.js' });
  expect([asset.statusCode, asset.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
  expect((await app.inject({ url: '/assets/app-0000.js' })).statusCode).toBe(404);
});

it('knows the page a browser has already', async () => {
  const { etag } = (await app.inject({ url: '/lessons' })).headers;
  for (const url of ['/', '/index.html', '/lessons/0190-x']) {
    const same = await app.inject({ url, headers: { 'if-none-match': String(etag) } });
    expect([same.statusCode, same.body, same.headers.etag]).toEqual([304, '', etag]);
    expect((await app.inject({ url, headers: { 'if-none-match': '"older"' } })).statusCode).toBe(200);
  }
});

it.each([
  ['gzip, deflate, br', 'br', 'packed by brotli'], ['gzip', 'gzip', 'packed by gzip'], ['identity', 'identity', 'export {};'], ['br;q=0, gzip;q=0.0', 'identity', 'export {};'],
])('sends assets as they lie there for %s', async (accepted, encoding, body) => {
  const asset = await app.inject({ url: '/assets/app-3f2a.js', headers: { 'accept-encoding': accepted } });
  expect([asset.body, asset.headers['content-encoding'] ?? 'identity', asset.headers['content-type']]).toEqual([body, encoding, 'text/javascript; charset=utf-8']);
  expect([asset.headers['cache-control'], asset.headers.vary]).toEqual(['public, max-age=31536000, immutable', 'accept-encoding']);
  const same = await app.inject({ url: '/assets/app-3f2a.js', headers: { 'accept-encoding': accepted, 'if-none-match': String(asset.headers.etag) } });
  expect([same.statusCode, same.body]).toEqual([304, '']);
  expect((await app.inject({ url: '/assets/app-3f2a.js', headers: { 'accept-encoding': accepted }, method: 'HEAD' })).body).toBe('');
});

it.each(['/../secret.txt', '/..%2Fsecret.txt', '/assets/..%2F..%2Fsecret.txt', '/%2e%2e/secret.txt', '/assets/%5c..%5c..%5csecret.txt'])('never leaves its folder: %s', async (url) => {
  const response = await app.inject({ url });
  expect(response.body).not.toContain('secret\n');
  expect(response.body).not.toBe('secret');
  expect([400, 403, 404]).toContain(response.statusCode);
});

it('says plainly that the app was not built, and serves the API all the same', async () => {
  const page = await world.app.inject({ url: '/lessons' });
  expect([page.statusCode, page.body]).toEqual([503, expect.stringContaining('not built')]);
  expect((await world.app.inject({ url: '/api/health' })).json()).toEqual({ ok: true });
});
