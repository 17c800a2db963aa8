// What one role needs when it runs alone: settings filled in from the machine it is on, and checked before it starts.
import { accessSync, constants } from 'node:fs';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { masterKeyFile } from '#db/master-key.ts';
import { objectStoreSettings } from '#runtime/open-storage.ts';
import { ConfigError, readConfig } from '#runtime/config.ts';
import { authorityPlace } from '#runtime/identity-authority.ts';
import { phoneGateway } from '#runtime/phone-provider.ts';
import { settings, type Config, type SettingName } from '#runtime/settings.ts';
import { foundPaths } from './found.ts';

export const soloRoles = ['sfu', 'signaling', 'worker', 'migrate'] as const;
export type SoloRole = (typeof soloRoles)[number];
export const isSoloRole = (word: string | undefined): word is SoloRole => soloRoles.includes(word as SoloRole);

type All = Config<SettingName>;
const names = Object.keys(settings) as SettingName[];
const root = join(import.meta.dirname, '..');

/** `npm start` draws or finds these; a role alone must be given them, because another process holds the other half. */
const needed: Record<SoloRole, readonly SettingName[]> = {
  sfu: ['SFU_SECRET', 'MEDIA_ANNOUNCED_ADDRESS', 'SIGNALING_INTERNAL_URL'],
  signaling: ['DATABASE_URL', 'SFU_SECRET'],
  worker: ['DATABASE_URL'],
  migrate: ['DATABASE_URL'],
};

/** This machine's address on the network where it reaches that URL; nothing is sent. */
export async function addressTowards(url: string): Promise<string> {
  const { hostname: host, port } = new URL(url);
  const socket = createSocket(host.startsWith('[') ? 'udp6' : 'udp4');
  try {
    socket.connect(Number(port || 80), host.replace(/^\[(.*)\]$/, '$1'));
    await once(socket, 'connect');
    return socket.address().address;
  } catch (error) {
    throw new ConfigError([`SIGNALING_INTERNAL_URL=${url}: ${host} is not known here (${(error as NodeJS.ErrnoException).code ?? 'unknown reason'}).`]);
  } finally {
    socket.close();
  }
}

/** An sfu is known by its host's name and reached where signaling is reached from it: nobody has to write that down per node. */
async function placeOfNode(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
  const url = env['SIGNALING_INTERNAL_URL'];
  const filled: NodeJS.ProcessEnv = { NODE_ID: env['NODE_ID'] || hostname() };
  if (!url || !URL.canParse(url) || (env['SFU_CONTROL_URL'] && env['MEDIA_PIPE_ADDRESS'])) return filled;
  const own = await addressTowards(url);
  const { SFU_CONTROL_PORT: port } = readConfig(['SFU_CONTROL_PORT'], env);
  return {
    ...filled, MEDIA_PIPE_ADDRESS: env['MEDIA_PIPE_ADDRESS'] || own,
    SFU_CONTROL_URL: env['SFU_CONTROL_URL'] || `http://${own.includes(':') ? `[${own}]` : own}:${port}`,
  };
}

const usable = (path: string, mode: number): boolean => {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
};

function problemsOfFiles(role: SoloRole, config: All): string[] {
  const lines: string[] = [];
  const want = (name: SettingName, path: string | undefined, mode: number, why: string): void => {
    if (path === undefined) lines.push(`${name} is missing: ${why}.`);
    else if (!usable(path, mode)) lines.push(`${name}=${path} is not there or may not be used by this user: ${why}.`);
  };
  if (role === 'sfu') want('MEDIASOUP_WORKER_BIN', config.MEDIASOUP_WORKER_BIN, constants.X_OK, 'the sfu runs it');
  if (role === 'sfu' || role === 'worker') want('DATA_DIR', config.DATA_DIR, constants.W_OK, 'captures lie in it, shared by sfu and worker');
  if (role === 'worker' && config.FFMPEG_BIN.includes('/')) want('FFMPEG_BIN', config.FFMPEG_BIN, constants.X_OK, 'recordings are made with it');
  if (role === 'worker' && config.FACE_MODELS_DIR) want('FACE_MODELS_DIR', config.FACE_MODELS_DIR, constants.R_OK, 'faces are judged with them');
  if (role === 'signaling' || role === 'worker') {
    if (!config.MASTER_KEY) want('MASTER_KEY_FILE', masterKeyFile(config), constants.R_OK, 'the role migrate draws it once; every process needs the same one');
  }
  if (role === 'signaling' && !usable(join(root, 'web/dist/index.html'), constants.R_OK)) lines.push('The web app is not built: run `npm run build:web`.');
  return lines;
}

/** People come over HTTPS or from this machine: cameras work nowhere else. */
function problemsOfTls({ PUBLIC_HOST, TLS_CERT_FILE, TRUSTED_PROXIES }: All): string[] {
  if (TLS_CERT_FILE || TRUSTED_PROXIES || PUBLIC_HOST === 'localhost') return [];
  return [`PUBLIC_HOST=${PUBLIC_HOST} needs HTTPS: set TLS_CERT_FILE and TLS_KEY_FILE, or TRUSTED_PROXIES where a proxy in front has the certificate.`];
}

/** What a check of settings complains about, as lines among others. */
function problemsIn(check: () => unknown): string[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.lines;
    throw error;
  }
}

/** The environment the role is to run with. Throws ConfigError with a line for everything that is missing or wrong. */
export async function readRoleSettings(role: SoloRole, given: NodeJS.ProcessEnv): Promise<{ env: NodeJS.ProcessEnv; config: All }> {
  const found: NodeJS.ProcessEnv = { ...foundPaths(given), ...given };
  const env: NodeJS.ProcessEnv = { ...found, ...(role === 'sfu' && await placeOfNode(found)), NODE_ENV: 'production' };
  const config = readConfig(names, env);
  const lines = needed[role].filter((name) => config[name] === undefined).map((name) => `${name} is missing: ${role} cannot run without it. ${settings[name].about}`);
  if (role !== 'sfu') objectStoreSettings(config);
  lines.push(...problemsOfFiles(role, config), ...(role === 'signaling' ? [...problemsOfTls(config), ...problemsIn(() => phoneGateway(config)), ...problemsIn(() => authorityPlace(config))] : []));
  if (lines.length > 0) throw new ConfigError(lines);
  return { env, config };
}
