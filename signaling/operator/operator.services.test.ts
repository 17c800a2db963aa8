// The operator's view over REST: for admins only, the whole platform from rows, whatever process is asked; nodes taken out of service with a trace.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { OperatorLive, SignalingReport } from '#contracts/operator.ts';
import type { NodeLoad } from '#contracts/sfu-control.ts';
import { Recording } from '#db/entities/recording.ts';
import { newId } from '#domain/id.ts';
import { emptyCounts, rttEdgesMs, spanEdgesMs } from '#runtime/metrics-window.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let admin: Known;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  admin = await addPerson(world.deps.orm, world.clock.now(), 'Admin', school.institutionId, 'admin');
});
afterAll(() => world?.close());
const sql = <T extends object>(text: string, values: unknown[] = []): Promise<T[]> => world.deps.orm.em.fork().execute<T[]>(text, values);
beforeEach(async () => {
  for (const table of ['media_seat', 'media_room', 'media_node', 'process_report', 'recording', 'lesson_session', 'connection']) await sql(`delete from ${table}`);
  // Backups are as they should be.
  await world.deps.orm.em.fork().execute(`insert into backup_run (id, kind, started_at, finished_at, ok) values (gen_random_uuid(), 'base', now(), now(), true)`);
  await world.deps.orm.em.fork().execute(`insert into backup_wal (lsn, caught_up_at) values ('0/1', now()) on conflict (one) do update set caught_up_at = now()`);
});

const live = async (): Promise<OperatorLive> => (await world.call('GET /api/operator', admin)).json();
const load = (change: Partial<NodeLoad> = {}): NodeLoad => ({
  workers: [{ pid: 1, cpuPercent: 40, consumers: 90 }, { pid: 2, cpuPercent: 20, consumers: 10 }], egressBitsPerSecond: 5e7, seats: 50, rooms: 2, full: false, draining: false, ...change,
});
const addNode = (id: string, change: Partial<NodeLoad> = {}, silentSeconds = 0) => sql(
  `insert into media_node (id, boot_id, control_url, capacity, load, heard_at) values (?, 'boot', 'http://10.0.0.1:4400', ?::jsonb, ?::jsonb, now() - ? * interval '1 second')`,
  [id, JSON.stringify({ workers: 2, streamsPerWorker: 100, egressMbps: 100 }), JSON.stringify(load(change)), silentSeconds]);
const signalingReport = (change: Partial<SignalingReport> = {}): SignalingReport => ({
  loopDelayMs: 2, sockets: 7, seats: 5, diskFreeBytes: 1e12, joinCounts: emptyCounts(spanEdgesMs), firstFrameCounts: emptyCounts(spanEdgesMs), answerCounts: emptyCounts(spanEdgesMs), refused: {}, troubles: [], ...change,
});
const addProcess = (role: 'signaling' | 'worker', host: string, report: object, silentSeconds = 0) => sql(
  `insert into process_report (id, role, host, pid, report, heard_at) values (?, ?, ?, 9, ?::jsonb, now() - ? * interval '1 second')`, [newId(), role, host, JSON.stringify(report), silentSeconds]);
const worker = { loopDelayMs: 1, diskFreeBytes: 1e12, copyFreeBytes: 1e12, faces: true };
const rtts = (within: number, beyond: number): number[] => rttEdgesMs.map((edge) => (edge === 25 ? within : edge === 50 ? beyond : 0)).concat(0);

it('is for admins only, and so is taking a node out of service', async () => {
  await addNode('sfu-1');
  const put = (person: Known | null) => world.call('PUT /api/operator/nodes/sfu-1', person, { payload: { draining: true } });
  for (const person of [school.teacher, school.learner, school.scheduler, school.regulator]) {
    expect([(await world.call('GET /api/operator', person)).statusCode, (await put(person)).json().error.code]).toEqual([403, 'forbidden']);
  }
  expect([(await world.call('GET /api/operator', null)).statusCode, (await put(null)).statusCode]).toEqual([401, 401]);
  expect(await sql('select draining from media_node')).toEqual([{ draining: false }]);
  expect(await world.events('node:drained')).toEqual([]);
});

it('an empty platform: nothing runs, and what is missing is said', async () => {
  const shown = await live();
  expect(shown).toMatchObject({ lessons: { live: 0, open: 0 }, people: 0, nodes: [], processes: [], recordings: [], recordingCount: 0, reach: { measured: 0, share: null }, joins: { count: 0, p95Ms: null } });
  expect(shown.problems.map(({ code }) => code)).toEqual(['no_node', 'no_worker']);
  expect(shown.queues.map(({ queue }) => queue)).toContain('recording-chunk');
});

it('adds up nodes and processes: R16, joins and refusals are those of the whole platform', async () => {
  await addNode('sfu-1', { figures: { rttCounts: rtts(90, 0), lossShare: 0.01, diskFreeBytes: 8e11 } });
  await addNode('sfu-2', { full: true, figures: { rttCounts: rtts(0, 10), lossShare: 0.21, diskFreeBytes: 1e9 } });
  await addNode('sfu-3', { figures: { rttCounts: rtts(0, 900), lossShare: 1, diskFreeBytes: 1 } }, 60);
  const joins = spanEdgesMs.map((edge) => (edge === 1000 ? 19 : edge === 3000 ? 1 : 0)).concat(0);
  await addProcess('signaling', 'front-1', signalingReport({ joinCounts: joins, refused: { media_full: 2 } }));
  await addProcess('signaling', 'front-2', signalingReport({ joinCounts: joins, sockets: 5, refused: { media_full: 1 } }));
  await addProcess('worker', 'back', worker);
  const shown = await live();
  expect(shown.reach).toMatchObject({ measured: 100, within25Ms: 90, share: 0.9 });
  expect(shown.reach.lossShare).toBeCloseTo(0.03);
  expect(shown.joins).toMatchObject({ count: 40, p95Ms: 1000 });
  expect(shown.nodes.map(({ nodeId, state }) => [nodeId, state])).toEqual([['sfu-1', 'ready'], ['sfu-2', 'full'], ['sfu-3', 'silent']]);
  expect(shown.nodes[0]).toMatchObject({ streams: 100, streamCapacity: 200, load: 0.5, busiestCpu: 0.4, seats: 50, egressLimitBitsPerSecond: 1e8 });
  expect(shown.processes.map(({ role, host, sockets }) => [role, host, sockets])).toEqual([['signaling', 'front-1', 7], ['signaling', 'front-2', 5], ['worker', 'back', null]]);
  expect(shown.problems.map(({ code, about, figure }) => [code, about, Math.round(figure ?? -1)])).toEqual([
    ['node_silent', 'sfu-3', expect.any(Number)], ['people_refused', null, 3], ['disk_low', 'sfu-2', 1e9], ['node_full', 'sfu-2', -1],
  ]);
});

it('a node that lies about its load is shown with the seats that rows count', async () => {
  await addNode('sfu-1', { seats: 0, rooms: 0 });
  await sql(`insert into media_room (room_id, lesson_id, epoch, node_id, boot_id) values (?, ?, 1, 'sfu-1', 'boot')`, [school.lessonId, school.lessonId]);
  for (const { personId } of [school.learner, school.other]) {
    await sql(`insert into media_seat (room_id, person_id, epoch, node_id, boot_id) values (?, ?, 1, 'sfu-1', 'boot')`, [school.lessonId, personId]);
  }
  expect((await live()).nodes[0]).toMatchObject({ seats: 2, rooms: 1, state: 'ready' });
});

it('recordings in danger come first, whichever process heard of it', async () => {
  await addNode('sfu-1');
  await addProcess('worker', 'back', worker);
  const startedAt = world.clock.now();
  const sessionId = await addSession(world.deps.orm, school, startedAt);
  await world.deps.orm.em.fork().insert(Recording, { id: newId(), institutionId: school.institutionId, lessonId: school.lessonId, sessionId, status: 'recording', createdAt: startedAt });
  expect((await live()).recordings).toMatchObject([{ lessonId: school.lessonId, title: 'First lesson', status: 'recording', troubles: [], nodeId: null }]);
  await addProcess('signaling', 'front-1', signalingReport());
  await addProcess('signaling', 'front-2', signalingReport({ troubles: [{ lessonId: school.lessonId, troubles: ['disk_full'] }] }));
  await addProcess('signaling', 'gone', signalingReport({ troubles: [{ lessonId: school.lessonId, troubles: ['memory_full'] }] }), 60);
  const shown = await live();
  expect(shown.recordings[0]).toMatchObject({ troubles: ['disk_full'] });
  expect(shown.problems.map(({ code, about }) => [code, about])).toEqual([['recording_in_danger', 'First lesson'], ['process_silent', 'signaling · gone']]);
  expect(shown.problems[0]!.troubles).toEqual(['disk_full']);
});

it('of two recordings in danger the one that loses more comes first', async () => {
  await addNode('sfu-1');
  await addProcess('worker', 'back', worker);
  const second = await addSchool(world.deps.orm, world.clock.now(), 'Second');
  for (const one of [school, second]) await addSession(world.deps.orm, one, world.clock.now());
  await addProcess('signaling', 'front-1', signalingReport({ troubles: [{ lessonId: school.lessonId, troubles: ['disk_low'] }, { lessonId: second.lessonId, troubles: ['disk_slow', 'memory_full'] }] }));
  const shown = await live();
  expect(shown.recordings.map(({ lessonId }) => lessonId)).toEqual([second.lessonId, school.lessonId]);
  expect(shown.problems.map(({ lessonId }) => lessonId)).toEqual([second.lessonId, school.lessonId]);
});

it('takes a node out of service and back in, once each, with who did it', async () => {
  await addNode('sfu-1');
  const put = (draining: unknown, nodeId = 'sfu-1') => world.call(`PUT /api/operator/nodes/${nodeId}`, admin, { payload: { draining } as object });
  for (const draining of [true, true, false, false]) expect((await put(draining)).json()).toEqual({});
  expect(await world.events('node:drained')).toEqual([{ stream: 'node:sfu-1', payload: { nodeId: 'sfu-1' }, actor_id: admin.personId, institution_id: null }]);
  expect(await world.events('node:restored')).toHaveLength(1);
  await put(true);
  expect((await live()).nodes[0]).toMatchObject({ draining: true, state: 'draining' });
  expect([(await put(true, 'sfu-9')).json().error.code, (await put('yes')).json().error.code, (await put(true, 'a%20b')).json().error.code]).toEqual(['not_found', 'bad_request', 'bad_request']);
});

it('refuses a form sent from another site', async () => {
  await addNode('sfu-1');
  const answer = await world.call('PUT /api/operator/nodes/sfu-1', admin, { payload: { draining: true }, headers: { 'sec-fetch-site': 'cross-site', origin: 'https://elsewhere.example' } });
  expect([answer.statusCode, (await live()).nodes[0]!.draining]).toEqual([403, false]);
});

// The last one: what was divided stays, as nobody may delete it.
it('a class whose recording is far behind is not hidden by a group of it that is not', async () => {
  const startedAt = new Date(world.clock.now().getTime() - 10 * 60_000);
  const sessionId = await addSession(world.deps.orm, school, startedAt);
  const { institutionId, lessonId, teacher } = school;
  await sql('update unit set started_at = ? where lesson_id = ? and ordinal = 1', [startedAt, lessonId]);
  const em = world.deps.orm.em.fork();
  const recording = { institutionId, lessonId, sessionId, status: 'recording' as const, createdAt: startedAt };
  await em.insert(Recording, { id: newId(), ...recording });
  const alone = (await live()).recordings[0]!.behindMs!;
  expect(alone).toBeGreaterThan(8 * 60_000);
  const [breakoutId, groupId] = [newId(), newId()];
  await sql(`insert into breakout (id, institution_id, lesson_id, session_id, started_at, started_by, recorded, ends_at) values (?, ?, ?, ?, ?, ?, true, ?::timestamptz + interval '5 minutes')`,
    [breakoutId, institutionId, lessonId, sessionId, world.clock.now(), teacher.personId, world.clock.now()]);
  await sql('insert into breakout_group (id, breakout_id, ordinal) values (?, ?, 1)', [groupId, breakoutId]);
  await em.insert(Recording, { id: newId(), ...recording, groupId });
  expect((await live()).recordings).toMatchObject([{ lessonId, behindMs: alone }]);
});
