// A role is watched: started again when it dies, given up when it never gets ready, stopped when asked, gone when its starter is.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Role } from './role.ts';

const steady = `
  process.on('SIGTERM', () => process.exit(0));
  setInterval(() => undefined, 1000);
  console.log(JSON.stringify({ level: 'info', msg: 'quiet' }));
  console.log(JSON.stringify({ level: 'warn', msg: 'odd', err: { message: 'disk' } }));
  process.send({ type: 'ready' });
`;
let folder: string;
let said: string[];
let roles: Role[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'keshi-role-'));
  said = [];
  roles = [];
});
afterEach(async () => {
  await Promise.all(roles.map((role) => role.close()));
  await rm(folder, { recursive: true, force: true });
});

async function start(source: string): Promise<Role> {
  const script = join(folder, 'main.ts');
  await writeFile(script, source);
  const role = Role.start({ name: 'player', script, env: { PATH: '/usr/bin' }, logDir: folder, say: (line) => said.push(line) });
  roles.push(role);
  return role;
}
const isAlive = (pid: number): boolean => {
  try { return process.kill(pid, 0); } catch { return false; }
};

test('a role that dies is started again, and the terminal hears of it and of warnings only', async () => {
  const role = await start(steady);
  await role.ready;
  const first = role.pid!;
  await vi.waitFor(() => expect(said).toEqual(['player: warn: odd: disk']));
  process.kill(first, 'SIGKILL');
  await vi.waitFor(() => expect(said).toContain('player ended (SIGKILL): starting it again in 0.2 s'), 5_000);
  await vi.waitFor(() => expect(role.pid !== null && role.pid !== first).toBe(true), 5_000);
  const log = await vi.waitFor(async () => {
    const text = await readFile(join(folder, 'player.log'), 'utf8');
    expect(text.match(/quiet/g)).toHaveLength(2);
    return text;
  }, 5_000);
  expect(log).toContain('odd');
});

test('a role that never gets ready is given up with its last words', async () => {
  const role = await start(`console.error('PORT=abc is not valid'); process.exit(1);`);
  await expect(role.ready).rejects.toMatchObject({ name: 'ConfigError', lines: ['player does not start (exit code 1): PORT=abc is not valid'] });
  expect(role.pid).toBeNull();
});

test('closing ends it, for good, and can be asked twice', async () => {
  const role = await start(steady);
  await role.ready;
  const pid = role.pid!;
  await Promise.all([role.close(), role.close()]);
  expect(isAlive(pid)).toBe(false);
  expect(said.filter((line) => line.includes('again'))).toEqual([]);
});

/** Starts the role from another process, which is then killed; answers when the role is gone. */
async function outliveStarter(source: string): Promise<void> {
  const script = join(folder, 'main.ts');
  await writeFile(script, source);
  const options = { name: 'player', script, env: {}, logDir: folder };
  await writeFile(join(folder, 'starter.ts'), `
    import { Role } from ${JSON.stringify(join(import.meta.dirname, 'role.ts'))};
    const role = Role.start({ ...${JSON.stringify(options)}, say: () => undefined });
    await role.ready;
    console.log(role.pid);
  `);
  const starter = spawn(process.execPath, [join(folder, 'starter.ts')], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface({ input: starter.stdout }), 'line') as [string];
  expect(isAlive(Number(line))).toBe(true);
  starter.kill('SIGKILL');
  await vi.waitFor(() => expect(isAlive(Number(line))).toBe(false), 20_000);
}

test('a role does not outlive a starter that is killed', async () => {
  await outliveStarter(`setInterval(() => undefined, 1000); process.send({ type: 'ready' });`);
});

test('not even one that hangs while it stops', async () => {
  await outliveStarter(`
    process.on('SIGTERM', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    setInterval(() => undefined, 1000);
    process.send({ type: 'ready' });
  `);
});
