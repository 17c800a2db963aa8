// Is the role in this container alive? Asked by the container engine: exit code 0 or 1, and one line. The role is named, or the one that runs here.
import { readFileSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '#runtime/config.ts';
import { isSoloRole, type SoloRole } from './role-settings.ts';

const roleFile = join(tmpdir(), 'keshi-role');
const patienceMs = 4_000;

/** Leaves word which role runs here. */
export const noteRole = (role: SoloRole): void => writeFileSync(roleFile, role);

/** Where that role answers while it is alive; migrate is over when it is done. */
export function healthUrl(role: SoloRole, env: NodeJS.ProcessEnv): URL | null {
  const config = readConfig(['PORT', 'TLS_CERT_FILE', 'INTERNAL_HOST', 'SFU_CONTROL_PORT', 'WORKER_INTERNAL_PORT'], env);
  const inner = ['0.0.0.0', '::'].includes(config.INTERNAL_HOST) ? '127.0.0.1' : config.INTERNAL_HOST;
  const host = inner.includes(':') ? `[${inner}]` : inner;
  if (role === 'migrate') return null;
  if (role === 'signaling') return new URL(`${config.TLS_CERT_FILE ? 'https' : 'http'}://127.0.0.1:${config.PORT}/api/health`);
  return new URL(`http://${host}:${role === 'sfu' ? config.SFU_CONTROL_PORT : config.WORKER_INTERNAL_PORT}/metrics`);
}

/** What is wrong, or null. */
export const whatAils = (url: URL): Promise<string | null> => new Promise((resolve) => {
  const ask = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const request = ask(url, { timeout: patienceMs, rejectUnauthorized: false, agent: false });
  request.once('response', (response) => {
    response.resume();
    resolve(response.statusCode === 200 ? null : `${url.href} answers ${response.statusCode}`);
  });
  request.once('timeout', () => request.destroy(new Error(`nothing within ${patienceMs / 1000} s`)));
  request.once('error', (error) => resolve(`${url.href}: ${error.message}`));
  request.end();
});

function runningRole(): string | undefined {
  try {
    return readFileSync(roleFile, 'utf8').trim();
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const role = process.argv[2] ?? runningRole();
  if (!isSoloRole(role)) {
    console.error('no role runs here');
    process.exitCode = 1;
  } else {
    const url = healthUrl(role, process.env);
    const ailment = url && await whatAils(url);
    console.log(ailment ?? `${role} is well`);
    process.exitCode = ailment ? 1 : 0;
  }
}
