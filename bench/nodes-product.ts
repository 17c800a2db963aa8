// The product on four hosts: two sfu nodes, two signaling processes, a real PostgreSQL and Redis, and one door to each kind, as a proxy would be.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { migrate, openDatabase, type Orm } from '#db/orm.ts';
import { freePort } from '#runtime/free-port.ts';
import { startRedis, type RedisServer } from '#testing/redis-server.ts';
import { ensureDatabase } from '../setup/databases.ts';
import { startPostgres } from '../setup/embedded-postgres.ts';
import { foundPaths } from '../setup/found.ts';
import { makeHosts, openDoor, type Door, type Host, type Hosts, type Target } from './nodes-hosts.ts';

export const sfuNames = ['sfu-a', 'sfu-b'] as const;
export const signalingNames = ['signaling-a', 'signaling-b'] as const;
export type RoleName = (typeof sfuNames)[number] | (typeof signalingNames)[number];
const secret = 'a secret of the measurement of nodes';
const startMs = 30_000;

/** One role on its host; killed and started again by name. */
class HostRole {
  readonly host: Host;
  readonly control: number;
  readonly #script: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #logFile: string;
  #child: ChildProcess | null = null;

  constructor(host: Host, control: number, script: string, env: NodeJS.ProcessEnv, logDir: string) {
    this.host = host;
    this.control = control;
    this.#script = join(import.meta.dirname, '..', script);
    this.#env = env;
    this.#logFile = join(logDir, `${host.name}.log`);
  }

  /** Answers when it serves. Throws with where its log is. */
  async start(): Promise<void> {
    const [command, ...args] = [...this.host.prefix, process.execPath, this.#script];
    const child = spawn(command!, args, { env: { ...process.env, ...this.#env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    const log = createWriteStream(this.#logFile, { flags: 'a' });
    child.stdout!.pipe(log, { end: false });
    child.stderr!.pipe(log, { end: false });
    const late = pause(startMs, undefined, { ref: false }).then(() => { throw new Error(`${this.host.name} is not ready after ${startMs / 1000} s`); });
    await Promise.race([once(child, 'message'), once(child, 'exit').then(([code]) => { throw new Error(`${this.host.name} ended with ${code}: see ${this.#logFile}`); }), late]);
  }

  /** Without a word, and with what it started. */
  kill(): void { this.#child?.kill('SIGKILL'); }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const hard = setTimeout(() => child.kill('SIGKILL'), 12_000);
    await gone.finally(() => clearTimeout(hard));
  }
}

export interface NodesProduct {
  hosts: Hosts; url: string; orm: Orm; roles: Record<RoleName, HostRole>;
  /** Where a node writes its captures. */
  dataDir(name: RoleName): string;
  redis: { server: RedisServer; restart(): Promise<void> };
}

interface Below { databaseUrl: string; redisUrl: string; orm: Orm; redis: NodesProduct['redis'] }
/** PostgreSQL and Redis listen on loopback; hosts reach them through doors. */
async function startBelow(folder: string, hosts: Hosts, opened: AsyncDisposableStack): Promise<Below> {
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: await freePort(), log: () => undefined });
  opened.defer(() => postgres.stop());
  const ownUrl = await ensureDatabase(postgres.url, 'keshi');
  await migrate(ownUrl);
  const orm = await openDatabase(ownUrl);
  opened.defer(() => orm.close());
  const redis: Below['redis'] = {
    server: await startRedis(),
    async restart() { this.server = await startRedis(this.server.port); },
  };
  opened.defer(() => redis.server.stop());
  const through = async (own: URL): Promise<string> => {
    const door = await openDoor(hosts.outside, () => [{ host: '127.0.0.1', port: Number(own.port) }]);
    opened.defer(() => door.close());
    return `${hosts.outside}:${door.port}`;
  };
  const database = new URL(ownUrl);
  database.host = await through(new URL(ownUrl));
  return { databaseUrl: database.href, redisUrl: `redis://${await through(new URL(redis.server.url))}`, orm, redis };
}

interface Ports { control: number; media: number; internal: number; app: number; pipe: number }
/** On hosts of their own all have the same ports. */
async function portsOf(separate: boolean, index: number): Promise<Ports> {
  if (separate) return { control: 4400, media: 40_000, internal: 4401, app: 3000, pipe: 41_000 };
  return { control: await freePort(), media: 21_000 + index * 10 + (process.pid % 500) * 16, internal: await freePort(), app: await freePort(), pipe: 31_000 + index * 200 };
}

/** Everything is gone when `use` has ended. `viewerStreams`: of the one media worker of a node. */
export async function withNodes<T>(folder: string, viewerStreams: number, use: (product: NodesProduct) => Promise<T>): Promise<T> {
  await using opened = new AsyncDisposableStack();
  const names = [...sfuNames, ...signalingNames];
  const hosts = makeHosts(names);
  opened.defer(() => hosts.remove());
  const below = await startBelow(folder, hosts, opened);
  const ports = Object.fromEntries(await Promise.all(names.map(async (name, index) => [name, await portsOf(hosts.separate, index)] as const))) as Record<RoleName, Ports>;
  const doorTo = async (port: 'app' | 'internal'): Promise<Door> => {
    const targets = (): Target[] => signalingNames.map((name) => ({ host: hosts.hosts[name]!.address, port: ports[name][port] }));
    const door = await openDoor(hosts.outside, targets);
    opened.defer(() => door.close());
    return door;
  };
  const [front, internal] = [await doorTo('app'), await doorTo('internal')];
  const dataDir = (name: RoleName): string => join(folder, name);
  const logs = join(folder, 'logs');
  mkdirSync(logs, { recursive: true });
  const make = (name: RoleName): HostRole => {
    const host = hosts.hosts[name]!;
    const own = ports[name];
    const common = { ...foundPaths(process.env), DATA_DIR: dataDir(name), SFU_SECRET: secret, INTERNAL_HOST: host.address, LOG_LEVEL: 'info', NODE_ENV: 'production' };
    const sfu = {
      NODE_ID: name, SFU_CONTROL_PORT: `${own.control}`, SFU_CONTROL_URL: `http://${host.address}:${own.control}`, SIGNALING_INTERNAL_URL: `http://${hosts.outside}:${internal.port}`,
      MEDIA_ANNOUNCED_ADDRESS: host.address, MEDIA_PIPE_ADDRESS: host.address, MEDIA_PORT: `${own.media}`, MEDIA_PIPE_PORTS: `${own.pipe}-${own.pipe + 99}`, MEDIA_WORKERS: '1',
      MEDIA_VIEWER_STREAMS: `${viewerStreams}`, DISK_LOW_MB: '0',
    };
    const signaling = {
      PORT: `${own.app}`, SIGNALING_INTERNAL_PORT: `${own.internal}`, PUBLIC_HOST: hosts.separate ? hosts.outside : 'localhost', ...(hosts.separate && { TRUSTED_PROXIES: 'uniquelocal,loopback' }),
      DATABASE_URL: below.databaseUrl, REDIS_URL: below.redisUrl, MASTER_KEY_FILE: join(folder, 'master.key'), FACE_CHECKS_PER_UNIT: '0',
    };
    const isSfu = name.startsWith('sfu');
    return new HostRole(host, isSfu ? own.control : own.internal, isSfu ? 'sfu/main.ts' : 'signaling/main.ts', { ...common, ...(isSfu ? sfu : signaling) }, logs);
  };
  const roles = Object.fromEntries(names.map((name) => [name, make(name)])) as Record<RoleName, HostRole>;
  for (const name of names) mkdirSync(dataDir(name), { recursive: true });
  opened.defer(async () => { await Promise.all(sfuNames.map((name) => roles[name].stop())); });
  opened.defer(async () => { await Promise.all(signalingNames.map((name) => roles[name].stop())); });
  await Promise.all(signalingNames.map((name) => roles[name].start()));
  await Promise.all(sfuNames.map((name) => roles[name].start()));
  return await use({ hosts, url: `http://${hosts.outside}:${front.port}`, orm: below.orm, roles, dataDir, redis: below.redis });
}
