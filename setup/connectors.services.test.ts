// The operator's command for connectors: adds, lists, pauses, replays, compares with a real platform; what it says to wrong words, addresses, mappings and days.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadMasterKey, requireCurrentKey } from '#db/master-key.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { createVault } from '#db/vault.ts';
import { shanghaiDay } from '#domain/day.ts';
import { newId } from '#domain/id.ts';
import { createLog } from '#runtime/log.ts';
import { ConnectorLoop } from '../worker/connector/connector-loop.ts';
import { ReceivingPlatform } from '../worker/testing/receiving-platform.ts';
import { runConnectors } from './connectors.ts';

let database: TestDatabase;
let folder: string;
let loop: ConnectorLoop;
let secret = '';
const platform = new ReceivingPlatform(() => secret);
beforeAll(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'connectors-'));
  const key = await loadMasterKey(join(folder, 'keys', 'master.key'));
  await requireCurrentKey(database.orm, key);
  await platform.start();
  loop = ConnectorLoop.create({ orm: database.orm, log: createLog('test', 'silent'), vault: createVault(key), now: () => new Date(), allowInward: true, lookEveryMs: 20, pauseShare: 0.01 });
});
afterAll(async () => {
  await loop.close();
  await platform.stop();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

let env: NodeJS.ProcessEnv = {};
const run = async (...words: string[]): Promise<string[]> => {
  const lines: string[] = [];
  await runConnectors(words, { ...process.env, DATABASE_URL: database.url, DATA_DIR: folder, CONNECTOR_PRIVATE_ADDRESSES: 'true', ...env }, (line) => lines.push(line), 15_000);
  return lines;
};
const today = shanghaiDay(new Date());

test('from adding to comparing, over a real line', async () => {
  expect(await run('list')).toEqual(['There is no connector yet.']);
  expect(await run('mappings')).toEqual([expect.stringContaining('example-province  lesson:started, lesson:ended, ledger')]);
  const [there, told] = await run('add', '省平台', platform.address, 'example-province', '--from', today);
  const id = there!.split('  ')[0]!;
  secret = told!.split(': ')[1]!;
  const actor = { personId: null, institutionId: null };
  for (let count = 0; count < 3; count++) await unitOfWork(database.orm, actor, (em) => appendEvent(em, actor, `person:${newId()}`, 'check:missed', new Date(), { checkId: newId() }));
  await expect.poll(() => run('list')).toEqual([expect.stringMatching(new RegExp(`^${id}  省平台  all institutions  .*; 0 waiting; 3 sent; 0 put aside$`))]);
  const [lost] = platform.store.keys();
  platform.store.delete(lost!);
  expect(await run('reconcile', id, '--day', today)).toEqual(['check:missed: 3 here, 2 there', `missing  check:missed  ${lost}`, `${today} differs in 1 facts.`]);
  expect((await run('replay', id, '--from', today))[0]).toContain('is sent again');
  await expect.poll(() => platform.store.size).toBe(3);
  expect((await run('reconcile', id, '--day', today)).at(-1)).toBe(`${today} is the same on both sides.`);
  expect(await run('pause', id)).toEqual(['Paused: facts wait.']);
  expect((await run('list'))[0]).toContain('paused');
  expect(await run('resume', id)).toEqual(['Sends again.']);
  expect(await run('dead', id, '--send-again')).toEqual(['Nothing was put aside.']);
  await expect(run('add', '省平台', platform.address, 'example-province')).rejects.toMatchObject({ lines: [expect.stringMatching(/^connector_double: /)] });
  for (const day of ['2026-02-30', '2999-01-01', 'x']) {
    await expect(run('replay', id, '--from', day)).rejects.toMatchObject({ lines: [expect.stringMatching(/^connector_day: /)] });
    await expect(run('reconcile', id, '--day', day)).rejects.toMatchObject({ lines: [expect.stringMatching(/^connector_day: /)] });
  }
  await expect(run('pause', newId())).rejects.toMatchObject({ lines: [expect.stringMatching(/^not_found: /)] });
});

test('refuses addresses of the own network and mappings that cannot be used, and says what is wrong with them', async () => {
  env = { CONNECTOR_PRIVATE_ADDRESSES: 'false', CONNECTOR_MAPPINGS_DIR: folder };
  await writeFile(join(folder, 'broken.json'), '{');
  await writeFile(join(folder, 'own.json'), JSON.stringify({ name: 'own', about: '', reconciliation: '/r', facts: [{ kind: 'nonsense', path: 'x', fields: { a: { from: 'payload' } } }] }));
  for (const address of [platform.address, 'https://192.168.1.1/x', 'http://jg.example.cn']) await expect(run('add', 'x', address, 'example-province')).rejects.toMatchObject({ lines: [expect.stringMatching(/^connector_address: /), expect.stringContaining('CONNECTOR_PRIVATE_ADDRESSES')] });
  await expect(run('add', 'x', 'https://jg.example.cn', 'own')).rejects.toMatchObject({ lines: [expect.stringMatching(/^connector_mapping: /), expect.stringContaining('mappings')] });
  expect((await run('mappings')).slice(1)).toEqual([
    expect.stringMatching(/broken\.json: mapping_not_json /), expect.stringMatching(/own\.json: mapping_kind facts\[0\]$/), expect.stringMatching(/own\.json: mapping_path facts\[0\]$/), expect.stringMatching(/own\.json: mapping_source facts\[0\]\.fields\.a$/)]);
  env = {};
});

test('wrong words get the usage and touch nothing', async () => {
  const id = newId();
  for (const words of [[], ['list', 'all'], ['add', 'x'], ['add', ' ', 'https://a.cn', 'm'], ['replay', id], ['replay', 'x', '--from', today], ['reconcile', id, '--from', today], ['pause', id, '--day', today], ['remove', id], ['list', '--surprise']]) {
    await expect(run(...words), words.join(' ')).rejects.toMatchObject({ lines: expect.arrayContaining(['Usage: npm run connectors -- list']) as unknown });
  }
});
