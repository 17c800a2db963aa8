// Signaling as tests see it: a fresh database, a folder, a clock that is moved, people with sessions, calls without a socket.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { testDatabase } from '#db/testing/database.ts';
import { createVault } from '#db/vault.ts';
import { readConfig } from '#runtime/config.ts';
import { closeInTime } from '#testing/close-in-time.ts';
import { startRedis } from '#testing/redis-server.ts';
import { createLog } from '#runtime/log.ts';
import { openQueues } from '#runtime/queues.ts';
import { folderStorage, type Storage } from '#runtime/storage.ts';
import { openWordList } from '#runtime/word-list.ts';
import { createSession, sessionCookie } from '../account/session.ts';
import { createSignaling } from '../app.ts';
import { signalingSettings, type Deps } from '../deps.ts';
import { createAuthority } from '../identity/authority.ts';
import { SignalingFigures } from '../metrics/figures.ts';
import { testPhone, type TestPhone } from './test-phone.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** The same tests once more, with queues and sockets on a real Redis. */
    onRedis: boolean;
  }
}

export interface TestClock { now: () => Date; set(at: Date): void; pass(ms: number): void }
export interface Known { personId: string; accountId: string }
export type Call = Omit<InjectOptions, 'method' | 'url'>;

export interface HttpWorld {
  deps: Deps; app: FastifyInstance; clock: TestClock; databaseUrl: string;
  /** Everybody's phones: what was sent to them lies here. */
  phone: TestPhone;
  /** Calls `'METHOD /path'` as this person, or as nobody. */
  call(route: string, person: Known | null, options?: Call): Promise<LightMyRequestResponse>;
  /** A fresh session of this person, as a Cookie header. */
  cookieOf(person: Known): Promise<string>;
  /** Files below the storage root, by key. */
  storedKeys(): Promise<string[]>;
  /** Events of a type, oldest first. */
  events(type: string): Promise<{ stream: string; payload: Record<string, unknown>; actor_id: string | null; institution_id: string | null }[]>;
  close(): Promise<void>;
}

function testClock(): TestClock {
  let atMs = Date.parse('2026-03-02T01:00:00.000Z');
  return { now: () => new Date(atMs), set: (at) => { atMs = at.getTime(); }, pass: (ms) => { atMs += ms; } };
}

/** With another storage than a folder `storedKeys` is empty. */
export async function openHttpWorld(given: { storage?: Storage } = {}): Promise<HttpWorld> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'signaling-'));
  const clock = testClock();
  const log = createLog('test', 'silent');
  const redis = inject('onRedis') ? await startRedis() : null;
  const config = readConfig(signalingSettings, { DATABASE_URL: database.url, DATA_DIR: folder, ...(redis && { REDIS_URL: redis.url }) });
  const queues = await openQueues({ databaseUrl: database.url, redisUrl: config.REDIS_URL }, log);
  const phone = testPhone();
  const storage = given.storage ?? folderStorage(join(folder, 'files'));
  const deps: Deps = {
    orm: database.orm, log, storage, queues, figures: SignalingFigures.create(log), vault: createVault(randomBytes(32)),
    phone: phone.provider, authority: createAuthority(null, log), words: await openWordList(undefined, log), config, now: clock.now,
  };
  const app = await createSignaling(deps, { webFolder: join(folder, 'no-web') });
  const cookieOf = async (person: Known): Promise<string> =>
    `${sessionCookie}=${await createSession(deps.orm.em.fork(), person.accountId, clock.now())}`;
  return {
    deps, app, clock, phone, databaseUrl: database.url, cookieOf,
    call: async (route, person, options = {}) => {
      const [method = 'GET', url = '/'] = route.split(' ');
      const headers = { ...options.headers, ...(person && { cookie: await cookieOf(person) }) };
      return app.inject({ ...options, method: method as 'GET', url, headers });
    },
    storedKeys: async () => {
      const found = await readdir(join(folder, 'files'), { recursive: true, withFileTypes: true }).catch(() => []);
      return found.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(join(folder, 'files').length + 1)).sort();
    },
    events: (type) => deps.orm.em.fork().execute('select stream, payload, actor_id, institution_id from event where type = ? order by id', [type]),
    close: () => closeInTime([
      ['app', () => app.close()], ['queues', () => queues.close()], ['redis', () => redis?.stop()],
      ['database', () => database.close()], ['folder', () => rm(folder, { recursive: true, force: true })],
    ]),
  };
}
