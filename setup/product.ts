// The whole product in one call: database, sfu, worker, signaling and the web app it serves. Used by `npm start`, e2e tests and bench.
import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigError } from '#runtime/config.ts';
import { keeperRole, tidySlot } from './backup/product-keeper.ts';
import { lockFolder } from './folder-lock.ts';
import { openProductDatabase } from './product-database.ts';
import { checkSurroundings, readProductSettings, type ProductSettings } from './product-settings.ts';
import { Role } from './role.ts';
import { findTls, type Tls } from './tls.ts';

export const roleNames = ['sfu', 'signaling', 'worker'] as const;
export type RoleName = (typeof roleNames)[number];

export interface ProductOptions {
  /** Settings as in the environment; what the set-up found is added. */
  env: NodeJS.ProcessEnv;
  /** For the terminal; silent when left out. */
  say?: (line: string) => void;
  /** Gives up the start and stops what runs already. */
  signal?: AbortSignal;
}
export interface Product {
  /** What people open. */
  url: string;
  databaseUrl: string;
  dataDir: string;
  /** The demo's accounts can log in. */
  demo: boolean;
  tls: Tls | null;
  roles: Record<RoleName, Role>;
  postgresPid(): number | null;
  startedInMs: number;
  /** Roles first, then the database; can be called again. */
  stop(): Promise<void>;
}

const readyWithinMs = 60_000;
/** When the starter is killed its roles end within this time, see role-guard.ts. */
const rolesGoneMs = 12_000;

function healthy(port: number, tls: Tls | null): Promise<boolean> {
  return new Promise((resolve) => {
    const options = { host: '127.0.0.1', port, path: '/api/health', timeout: 5_000, rejectUnauthorized: false, agent: false as const };
    const request = tls ? httpsRequest(options) : httpRequest(options);
    request.once('response', (response) => { response.resume(); resolve(response.statusCode === 200); });
    request.once('timeout', () => request.destroy());
    request.once('error', () => resolve(false));
    request.end();
  });
}

async function untilReady(roles: Role[], port: number, tls: Tls | null, signal: AbortSignal): Promise<void> {
  const late = AbortSignal.timeout(readyWithinMs);
  const given = new Promise<never>((_, reject) => {
    late.addEventListener('abort', () => reject(new ConfigError([`Not ready within ${readyWithinMs / 1000} s: see the logs folder in DATA_DIR.`])));
    signal.addEventListener('abort', () => reject(new ConfigError(['The start was given up.'])));
  });
  given.catch(() => undefined);
  const ready = async (): Promise<void> => {
    await Promise.all(roles.map((role) => role.ready));
    while (!await healthy(port, tls)) await pause(100, undefined, { signal: late });
  };
  await Promise.race([ready(), given]);
}

function publicUrl({ config }: ProductSettings, tls: Tls | null): string {
  if (config.TRUSTED_PROXIES) return `https://${config.PUBLIC_HOST}`;
  const usual = config.PORT === (tls ? 443 : 80);
  return `${tls ? 'https' : 'http'}://${config.PUBLIC_HOST}${usual ? '' : `:${config.PORT}`}`;
}

function startRoles(settings: ProductSettings, databaseUrl: string, tls: Tls | null, say: (line: string) => void): Record<RoleName, Role> {
  const env = { ...settings.env, DATABASE_URL: databaseUrl, ...(tls && { TLS_CERT_FILE: tls.certFile, TLS_KEY_FILE: tls.keyFile }) };
  const start = (name: RoleName): Role => Role.start({ name, script: `${name}/main.ts`, env, logDir: `${settings.dataDir}/logs`, say });
  return { sfu: start('sfu'), signaling: start('signaling'), worker: start('worker') };
}

/** Leaves a mark in the data folder until everything is stopped; true when an earlier run's mark is still there. */
async function markRunning(dataDir: string, opened: AsyncDisposableStack): Promise<boolean> {
  const mark = `${dataDir}/running`;
  const killed = existsSync(mark);
  await writeFile(mark, `${process.pid}\n`);
  opened.defer(() => rm(mark, { force: true }));
  return killed;
}

/** Answers when people can come in. Throws ConfigError, one clear line per reason, and leaves nothing running. */
export async function startProduct({ env, say = () => undefined, signal = new AbortController().signal }: ProductOptions): Promise<Product> {
  const startedAt = performance.now();
  const settings = readProductSettings(env);
  await using opened = new AsyncDisposableStack();
  const lock = await lockFolder(settings.dataDir, 'product');
  opened.defer(() => lock.release());
  const tls = await findTls(settings.env, settings.dataDir, new Date());
  const killed = await markRunning(settings.dataDir, opened);
  await checkSurroundings(settings, killed ? rolesGoneMs : 0);
  const database = await openProductDatabase(settings, say);
  opened.defer(() => database.close());
  const roles = startRoles(settings, database.url, tls, say);
  // Signaling first: it would take the others' end for a failure and try to mend it.
  opened.defer(async () => { await Promise.all([roles.sfu.close(), roles.worker.close()]); });
  opened.defer(() => roles.signaling.close());
  const keeper = keeperRole(settings, database.url, say);
  if (keeper) opened.defer(() => keeper.close());
  else await tidySlot(settings, database.url, say);
  await untilReady([...Object.values(roles), ...(keeper ? [keeper] : [])], settings.config.PORT, tls, signal);
  const running = opened.move();
  return {
    url: publicUrl(settings, tls), databaseUrl: database.url, dataDir: settings.dataDir, demo: database.demo, tls, roles, postgresPid: database.postgresPid,
    startedInMs: Math.round(performance.now() - startedAt),
    stop: () => running.disposeAsync(),
  };
}
