// What the product is started with: every setting read and checked, ports looked at, so that what is wrong is said before anything runs.
import { randomBytes } from 'node:crypto';
import { accessSync, constants, mkdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ConfigError, readConfig } from '#runtime/config.ts';
import { authorityPlace } from '#runtime/identity-authority.ts';
import { objectStoreSettings } from '#runtime/open-storage.ts';
import { phoneGateway } from '#runtime/phone-provider.ts';
import { settings, type Config, type SettingName } from '#runtime/settings.ts';
import { foundPaths } from './found.ts';
import { portProblems } from './ports.ts';

export interface ProductSettings {
  config: Config<SettingName>;
  dataDir: string;
  /** For the roles: what was given, what the set-up found, and what is drawn at every start. */
  env: NodeJS.ProcessEnv;
}

const names = Object.keys(settings) as SettingName[];
const root = join(import.meta.dirname, '..');

function makeDataDir(path: string): string {
  const dataDir = resolve(root, path);
  try {
    mkdirSync(join(dataDir, 'logs'), { recursive: true });
    mkdirSync(join(dataDir, 'keys'), { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.W_OK);
  } catch (error) {
    throw new ConfigError([`DATA_DIR=${dataDir} cannot be written (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}): give this user the folder, or choose another.`]);
  }
  return dataDir;
}

function checkFiles({ MEDIASOUP_WORKER_BIN, FACE_MODELS_DIR }: Config<SettingName>): void {
  if (!MEDIASOUP_WORKER_BIN) throw new ConfigError(['There is no media worker: `npm start` makes one; otherwise set MEDIASOUP_WORKER_BIN to a mediasoup-worker of the same version.']);
  for (const [name, path, mode] of [['MEDIASOUP_WORKER_BIN', MEDIASOUP_WORKER_BIN, constants.X_OK], ['FACE_MODELS_DIR', FACE_MODELS_DIR, constants.R_OK]] as const) {
    if (path === undefined) continue;
    try {
      accessSync(path, mode);
    } catch {
      throw new ConfigError([`${name}=${path} is not there or may not be used by this user.`]);
    }
  }
  try {
    accessSync(join(root, 'web/dist/index.html'));
  } catch {
    throw new ConfigError(['The web app is not built: `npm start` builds it; otherwise run `npm run build:web`.']);
  }
}

/** Throws ConfigError naming every wrong variable, and a data folder that cannot be written. */
export function readProductSettings(given: NodeJS.ProcessEnv): ProductSettings {
  const found = { ...foundPaths(given), ...given };
  const config = readConfig(names, found);
  // A half-set one is said before anything runs; whether it can be used, by the roles that use it.
  objectStoreSettings(config);
  const dataDir = makeDataDir(config.DATA_DIR);
  const secret = config.SFU_SECRET ?? randomBytes(32).toString('base64url');
  return { config, dataDir, env: { ...found, NODE_ENV: 'production', DATA_DIR: dataDir, SFU_SECRET: secret } };
}

const answers = (host: string, port: number): Promise<boolean> => new Promise((done) => {
  const socket = createConnection({ host, port, timeout: 5_000 });
  socket.once('connect', () => { socket.destroy(); done(true); });
  socket.once('timeout', () => { socket.destroy(); done(false); });
  socket.once('error', () => done(false));
});

/** Ports that are still occupied after `patienceMs`, a line each. */
async function occupiedPorts(config: Config<SettingName>, patienceMs: number): Promise<string[]> {
  const mediaWorkers = config.MEDIA_WORKERS ?? availableParallelism();
  const wishes = [
    { setting: 'PORT', port: config.PORT, host: '0.0.0.0' },
    ...(['SFU_CONTROL_PORT', 'SIGNALING_INTERNAL_PORT', 'WORKER_INTERNAL_PORT'] as const).map((setting) => ({ setting, port: config[setting], host: config.INTERNAL_HOST })),
    ...Array.from({ length: mediaWorkers }, (_, index) => ({ setting: 'MEDIA_PORT', port: config.MEDIA_PORT + index, host: '0.0.0.0', udp: true })),
  ];
  const until = performance.now() + patienceMs;
  for (;;) {
    const lines = await portProblems(wishes);
    if (lines.length === 0 || performance.now() > until) return lines;
    await pause(200);
  }
}

/**
 * Throws ConfigError with one line per port that is occupied, server that does not answer and file that is missing.
 * `patienceMs`: how long the roles of an earlier, killed run may take to end.
 */
export async function checkSurroundings({ config }: ProductSettings, patienceMs: number): Promise<void> {
  phoneGateway(config);
  authorityPlace(config);
  const lines = await occupiedPorts(config, patienceMs);
  if (config.REDIS_URL) {
    const url = URL.parse(config.REDIS_URL);
    if (!url || !url.protocol.startsWith('redis')) lines.push('REDIS_URL is not an address of Redis, such as redis://host:6379.');
    else if (!await answers(url.hostname, Number(url.port || 6379))) lines.push(`REDIS_URL: nothing answers at ${url.host}.`);
  }
  if (lines.length > 0) throw new ConfigError(lines);
  checkFiles(config);
}
