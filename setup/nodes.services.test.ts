// The operator's command: what it prints, what it changes, what it says to wrong words.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { platform, unitOfWork } from '#db/orm.ts';
import { knownNodes, registerNode } from '#db/queries/media-nodes.ts';
import { testDatabase, type TestDatabase } from '#db/testing/database.ts';
import { newId } from '#domain/id.ts';
import { runNodes } from './nodes.ts';

let database: TestDatabase;
beforeAll(async () => { database = await testDatabase(); });
afterAll(() => database.close());

const run = async (...words: string[]): Promise<string[]> => {
  const lines: string[] = [];
  await runNodes(words, { ...process.env, DATABASE_URL: database.url }, (line) => lines.push(line));
  return lines;
};
const node = (nodeId: string, change: object = {}) => ({
  nodeId, bootId: 'boot', controlUrl: `http://${nodeId}:4400`, capacity: { workers: 2, streamsPerWorker: 450, egressMbps: 1000 },
  load: { workers: [{ pid: 1, cpuPercent: 10, consumers: 5 }, { pid: 2, cpuPercent: 31, consumers: 7 }], egressBitsPerSecond: 12_340_000, seats: 3, rooms: 1, full: false, draining: false, ...change },
});

test('lists nodes with state, load, rooms and seats; drains and takes back', async () => {
  expect(await run('list')).toEqual(['No media node has registered yet.']);
  for (const one of [node('sfu-a'), node('sfu-b', { full: true }), node('sfu-c')]) await unitOfWork(database.orm, platform, (em) => registerNode(em, one));
  const sql = (words: string, values: unknown[] = []) => database.orm.em.fork().execute(words, values);
  await sql(`update media_node set heard_at = now() - interval '10 minutes' where id = 'sfu-c'`);
  const roomId = newId();
  await sql(`insert into media_room (room_id, lesson_id, epoch, node_id, boot_id) values (?, ?, 1, 'sfu-a', 'boot')`, [roomId, roomId]);
  await sql(`insert into media_seat (room_id, person_id, epoch, node_id, boot_id) values (?, ?, 1, 'sfu-b', 'boot')`, [roomId, newId()]);
  const table = (await run('list')).map((line) => line.split(/ {2,}/));
  expect(table[0]).toEqual(['NODE', 'STATE', 'HEARD', 'ROOMS', 'SEATS', 'STREAMS', 'CPU', 'MBIT/S', 'ADDRESS']);
  expect(table.slice(1).map(([name, state, , ...rest]) => [name, state, ...rest])).toEqual([
    ['sfu-a', 'serving', '1', '0', '12/900', '21 %', '12.3/1000', 'http://sfu-a:4400'],
    ['sfu-b', 'full', '0', '1', '12/900', '21 %', '12.3/1000', 'http://sfu-b:4400'],
    ['sfu-c', 'silent', '0', '0', '12/900', '21 %', '12.3/1000', 'http://sfu-c:4400'],
  ]);
  expect(table[3]![2]).toBe('10 min ago');
  expect(await run('drain', 'sfu-a')).toEqual(['sfu-a takes no new lessons and no new people; what is there ends by itself.']);
  expect((await run('list'))[1]).toMatch(/^sfu-a +to drain/);
  await unitOfWork(database.orm, platform, (em) => registerNode(em, node('sfu-a', { draining: true })));
  expect((await run('list'))[1]).toMatch(/^sfu-a +draining/);
  expect(await run('undrain', 'sfu-a')).toEqual(['sfu-a takes lessons and people again.']);
  expect((await knownNodes(database.orm.em.fork())).map(({ draining }) => draining)).toEqual([false, false, false]);
});

test('wrong words and unknown nodes are one clear line', async () => {
  await expect(run('drain', 'sfu-9')).rejects.toMatchObject({ lines: ['There is no media node called sfu-9: npm run nodes -- list shows those there are.'] });
  for (const words of [[], ['drain'], ['undrain'], ['list', 'all'], ['stop', 'sfu-a']]) {
    await expect(run(...words), words.join(' ')).rejects.toMatchObject({ lines: ['Usage: npm run nodes -- list | drain ID | undrain ID'] });
  }
});
