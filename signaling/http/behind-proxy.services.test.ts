// Behind a proxy that ends TLS: the client is who the proxy says, never who the client says, and the browser is told it is on HTTPS.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { createSignaling } from '../app.ts';
import { addSchool } from '../testing/school.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';

let world: HttpWorld;
let app: FastifyInstance;
const proxy = '10.9.0.2';

beforeAll(async () => {
  world = await openHttpWorld();
  await addSchool(world.deps.orm, world.clock.now());
  app = await createSignaling({ ...world.deps, config: { ...world.deps.config, TRUSTED_PROXIES: '10.9.0.0/16,loopback' } });
});
afterAll(async () => {
  await app.close();
  await world.close();
});

let guesses = 0;
const guess = (remoteAddress: string, forwardedFor?: string): Promise<LightMyRequestResponse> => app.inject({
  method: 'POST', url: '/api/session', payload: { login: `guess-${guesses++}`, password: 'x' }, remoteAddress,
  ...(forwardedFor && { headers: { 'x-forwarded-for': forwardedFor } }),
});
/** Uses up the wrong passwords of one address. */
const exhaust = async (remoteAddress: string, forwardedFor?: string): Promise<void> => {
  for (let round = 0; round < 10; round++) await Promise.all(Array.from({ length: 10 }, () => guess(remoteAddress, forwardedFor)));
};

it('counts wrong passwords by client, not by proxy, whatever the client wrote in front', async () => {
  await exhaust(proxy, '198.51.100.7');
  expect((await guess(proxy, '198.51.100.7')).statusCode).toBe(429);
  expect((await guess(proxy, '203.0.113.9, 198.51.100.7')).statusCode).toBe(429);
  expect((await guess(proxy, '198.51.100.8')).statusCode).toBe(401);
});

it('does not hear of a client from anybody else', async () => {
  await exhaust('192.0.2.1', '198.51.100.20');
  expect((await guess('192.0.2.1', '198.51.100.21')).statusCode).toBe(429);
  expect((await guess(proxy, '198.51.100.20')).statusCode).toBe(401);
});

it('tells the browser to stay on HTTPS, with a cookie for HTTPS alone', async () => {
  const health = await app.inject({ method: 'GET', url: '/api/health', remoteAddress: proxy });
  expect(health.headers['strict-transport-security']).toContain('max-age=15552000');
  expect(String(health.headers['content-security-policy'])).toContain('wss://');
  const out = await app.inject({ method: 'DELETE', url: '/api/session', payload: {}, remoteAddress: proxy });
  expect(String(out.headers['set-cookie'])).toMatch(/; Secure$/);
});
