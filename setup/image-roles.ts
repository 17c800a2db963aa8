// Runs every role of a built image against a real PostgreSQL, asks its health as a container engine would, and stops it with SIGTERM.
import { randomBytes } from 'node:crypto';
import { chownSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '#runtime/free-port.ts';
import { startInside, type Running } from './debian-root.ts';
import { startPostgres } from './embedded-postgres.ts';
import { ensureDatabase } from './databases.ts';
import { productPorts } from './ports.ts';

export interface Image { root: string; env: Record<string, string>; cwd: string; entry: string[]; health: string[]; uid: number; gid: number }
type Say = (line: string) => void;
const readyMs = 60_000;
const graceMs = 30_000;

function volumes(image: Image, folder: string): Record<string, string> {
  const of = (name: string): string => {
    const path = join(folder, name);
    mkdirSync(path, { recursive: true });
    chownSync(path, image.uid, image.gid);
    return path;
  };
  return { '/data': of('data'), '/keys': of('keys') };
}

async function settingsFor(databaseUrl: string): Promise<Record<string, string>> {
  const ports = await productPorts(1);
  const inner = await freePort();
  return {
    ...ports, DATABASE_URL: databaseUrl, DEMO_SEED: 'true', SFU_SECRET: randomBytes(24).toString('hex'), MEDIA_ANNOUNCED_ADDRESS: '127.0.0.1',
    SIGNALING_INTERNAL_PORT: `${inner}`, SIGNALING_INTERNAL_URL: `http://127.0.0.1:${inner}`, WORKER_INTERNAL_PORT: `${await freePort()}`,
    PUBLIC_HOST: 'class.test', TRUSTED_PROXIES: 'loopback', NODE_ID: 'sfu-1',
  };
}

async function untilWell(role: string, running: Running, ask: () => Running, say: Say): Promise<void> {
  const from = performance.now();
  let word = '';
  let over = false;
  void running.ended.then(() => { over = true; });
  while (performance.now() - from < readyMs) {
    const check = ask();
    const code = await check.ended;
    word = check.lines.join(' ');
    if (code === 0) return say(`${role}: ${word} after ${((performance.now() - from) / 1000).toFixed(1)} s`);
    if (over) throw new Error(`${role} ended: ${running.lines.slice(-10).join('\n')}`);
    await pause(500);
  }
  throw new Error(`${role} is not well after ${readyMs / 1000} s: ${word}\n${running.lines.slice(-10).join('\n')}`);
}

/** The sfu has made itself known to signaling, over the internal port. */
async function untilRegistered(list: () => Running, say: Say): Promise<void> {
  const until = performance.now() + readyMs;
  for (;;) {
    const nodes = list();
    const code = await nodes.ended;
    const line = nodes.lines.find((text) => /^sfu-1 +serving /.test(text));
    if (line) return say(`nodes list: ${line}`);
    if (performance.now() > until) throw new Error(`the sfu is not in service (${code}): ${nodes.lines.join('\n')}`);
    await pause(500);
  }
}

async function stopped(role: string, running: Running, say: Say): Promise<void> {
  const from = performance.now();
  running.signal('SIGTERM');
  const code = await Promise.race([running.ended, pause(graceMs, 'late' as const)]);
  if (code !== 0) throw new Error(`${role} ended with ${code} after SIGTERM: ${running.lines.slice(-5).join('\n')}`);
  say(`${role}: stopped with 0 in ${((performance.now() - from) / 1000).toFixed(1)} s after SIGTERM`);
}

/** Throws when a role does not get well, or does not stop by itself. */
export async function tryRoles(image: Image, folder: string, say: Say): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(folder, 'postgres'), { recursive: true, mode: 0o711 });
  const confined = { uid: image.uid, gid: image.gid, volumes: volumes(image, folder) };
  const postgres = await startPostgres({ dataDir: join(folder, 'postgres'), port: await freePort(), log: () => undefined, durable: false });
  const running = new Map<string, Running>();
  try {
    const env = { ...image.env, ...await settingsFor(await ensureDatabase(postgres.url, 'keshi')) };
    const start = (words: readonly string[]): Running => startInside({ root: image.root, cwd: image.cwd, env, confined }, words);
    for (const round of ['first', 'second']) {
      const migrate = start([...image.entry, 'migrate']);
      if (await migrate.ended !== 0) throw new Error(`migrate failed: ${migrate.lines.join('\n')}`);
      say(`migrate, ${round} time: ${migrate.lines.join(' ')}`);
    }
    for (const role of ['signaling', 'sfu', 'worker']) running.set(role, start([...image.entry, role]));
    for (const [role, process] of running) await untilWell(role, process, () => start([...image.health, role]), say);
    await untilRegistered(() => start(['node', 'setup/nodes.ts', 'list']), say);
    for (const [role, process] of running) await stopped(role, process, say);
  } finally {
    for (const process of running.values()) process.signal('SIGKILL');
    await postgres.stop();
  }
}
