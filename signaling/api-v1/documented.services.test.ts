// The examples of docs/api.md and docs/webhooks.md are run as they stand: those in Node always, those in Python where there is one.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { webhookHeaders, webhookSecretOf } from '#runtime/signed-post.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { addLesson, addSchool, type School } from '../testing/school.ts';

const run = promisify(execFile);
const hasPython = await run('python3', ['--version']).then(() => true, () => false);
const blockOf = async (file: string, language: string): Promise<string> => new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(await readFile(join(import.meta.dirname, '../../docs', file), 'utf8'))![1]!;

let world: HttpWorld;
let school: School;
let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'documented-'));
  world = await openHttpWorld();
  // The programs have the machine's clock.
  world.clock.pass(Date.now() - world.clock.now().getTime());
  school = await addSchool(world.deps.orm, world.clock.now());
  for (let index = 0; index < 120; index++) await addLesson(world.deps.orm, school, world.clock.now());
  await world.app.listen({ port: 0, host: '127.0.0.1' });
  const { apiClientId, secret } = (await world.call(`POST /api/institutions/${school.institutionId}/api-clients`, school.scheduler, { payload: { name: 'x', scopes: ['lessons:read'], perMinute: 100 } })).json<{ apiClientId: string; secret: string }>();
  env = { ...process.env as Record<string, string>, KESHI_URL: `http://127.0.0.1:${(world.app.server.address() as AddressInfo).port}`, KESHI_CLIENT: apiClientId, KESHI_SECRET: secret };
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true, force: true });
});

const programs: [string, string, string, string[]][] = [['js', 'ask.mjs', process.execPath, []], ['python', 'ask.py', 'python3', []]];
it.each(programs)('reads every lesson once: %s', async (language, name, command, args) => {
  if (language === 'python' && !hasPython) return;
  const path = join(folder, name);
  await writeFile(path, await blockOf('api.md', language));
  const { stdout } = await run(command, [...args, path], { env });
  const ids = (JSON.parse(stdout) as { lessonId: string }[]).map(({ lessonId }) => lessonId);
  const [{ count }] = await world.deps.orm.em.fork().execute<[{ count: number }]>('select count(*)::int as count from lesson where institution_id = ?', [school.institutionId]);
  expect(count).toBeGreaterThan(100);
  expect([ids.length, new Set(ids).size]).toEqual([count, count]);
});

const checks: [string, string, string, string][] = [
  ['js', 'hook.mjs', process.execPath, '\nconst [secret, headers, body] = process.argv.slice(2);\nconsole.log(isOurs(secret, JSON.parse(headers), body));'],
  ['python', 'hook.py', 'python3', '\nimport json, sys\nprint(str(is_ours(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3].encode())).lower())'],
];
it.each(checks)('knows our messages from others: %s', async (language, name, command, ending) => {
  if (language === 'python' && !hasPython) return;
  const path = join(folder, name);
  await writeFile(path, (await blockOf('webhooks.md', language)) + ending);
  const [secret, body] = [webhookSecretOf(Buffer.alloc(32, 5)), '{"type":"课时"}'];
  const says = async (headers: Record<string, string>, sent: string): Promise<string> => (await run(command, [path, secret, JSON.stringify(headers), sent])).stdout.trim();
  const headers = webhookHeaders(secret, 'a-fact', Date.now(), body);
  expect(await says(headers, body)).toBe('true');
  expect(await says(headers, `${body} `)).toBe('false');
  expect(await says({ ...headers, 'webhook-id': 'another' }, body)).toBe('false');
  expect(await says(webhookHeaders(secret, 'a-fact', Date.now() - 600_000, body), body)).toBe('false');
});
