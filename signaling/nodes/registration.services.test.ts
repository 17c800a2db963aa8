// Who may call itself a media node, with which words, and whose clock counts.
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { mediaNodesPath, type NodeRegistration } from '#contracts/media-node.ts';
import { knownNodes, setDraining } from '#db/queries/media-nodes.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { createLog } from '#runtime/log.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { createInternalServer, listenInternally } from './internal-server.ts';
import { registrationRoute } from './registration.ts';

const secret = 'a secret of the registration tests';
let world: HttpWorld;
let app: FastifyInstance;
beforeAll(async () => {
  world = await openHttpWorld();
  app = createInternalServer(createLog('test', 'silent'));
  registrationRoute(app, { orm: world.deps.orm, log: world.deps.log, secret });
});
afterAll(async () => {
  await app.close();
  await world.close();
});
const sql = <T extends object>(text: string): Promise<T[]> => world.deps.orm.em.fork().execute<T[]>(text);
beforeEach(async () => { await sql('delete from media_node'); });

const body = (change: Partial<NodeRegistration> = {}): NodeRegistration => ({
  nodeId: 'sfu-1', bootId: 'boot-1', controlUrl: 'http://10.0.0.5:4400', capacity: { workers: 2, streamsPerWorker: 900, egressMbps: 0 },
  load: { workers: [{ pid: 1, cpuPercent: 3, consumers: 0 }], egressBitsPerSecond: 0, seats: 0, rooms: 0, full: false, draining: false }, ...change,
});
const register = (payload: unknown, authorization: string | null = `Bearer ${secret}`) => app.inject({
  method: 'POST', url: mediaNodesPath, payload: payload as object, headers: { 'content-type': 'application/json', ...(authorization !== null && { authorization }) },
});
const nodes = () => knownNodes(world.deps.orm.em.fork());

test('a node registers, again and again, and hears what the operator wants of it', async () => {
  expect((await register(body())).json()).toEqual({ draining: false, againMs: 2000 });
  const [first] = await nodes();
  expect(first).toMatchObject({ nodeId: 'sfu-1', bootId: 'boot-1', fresh: true, draining: false, seats: 0, rooms: 0 });
  expect(await unitOfWork(world.deps.orm, platform, (em) => setDraining(em, 'sfu-1', true))).toBe(true);
  expect(await unitOfWork(world.deps.orm, platform, (em) => setDraining(em, 'sfu-9', true))).toBe(false);
  expect((await register(body({ bootId: 'boot-2', capacity: { workers: 1, streamsPerWorker: 10, egressMbps: 5 } }))).json()).toEqual({ draining: true, againMs: 2000 });
  expect(await nodes()).toMatchObject([{ bootId: 'boot-2', draining: true, capacity: { workers: 1, streamsPerWorker: 10, egressMbps: 5 } }]);
});

test('no secret, a wrong one, or one in another form: refused before anything is read', async () => {
  for (const authorization of [null, '', 'Bearer', 'Bearer ', `Bearer ${secret}x`, `Basic ${secret}`, secret]) {
    const answer = await register('no JSON at all', authorization);
    expect([answer.statusCode, answer.json().error.code], String(authorization)).toEqual([401, 'unauthenticated']);
  }
  expect(await nodes()).toEqual([]);
});
test('a front door without a secret lets no node in', async () => {
  const open = createInternalServer(createLog('test', 'silent'));
  registrationRoute(open, { orm: world.deps.orm, log: world.deps.log, secret: undefined });
  expect((await open.inject({ method: 'POST', url: mediaNodesPath, payload: body(), headers: { authorization: 'Bearer undefined' } })).json().error.code).toBe('unauthenticated');
  await open.close();
});

test.each([
  ['a name with spaces', { ...body(), nodeId: 'sfu 1' }, '/nodeId'],
  ['no workers', { ...body(), capacity: { workers: 0, streamsPerWorker: 1, egressMbps: 0 } }, '/capacity/workers'],
  ['less than nothing', { ...body(), load: { ...body().load, seats: -5 } }, '/load/seats'],
  ['a time of its own', { ...body(), heardAt: '2099-01-01T00:00:00Z' }, ''],
  ['an address that is none', { ...body(), controlUrl: 'sfu-1:4400' }, '/controlUrl'],
  ['an address of a file', { ...body(), controlUrl: 'file:///etc/passwd' }, '/controlUrl'],
  ['an address with a password', { ...body(), controlUrl: 'http://me:word@10.0.0.5' }, '/controlUrl'],
  ['nothing', {}, ''],
  ['a list', [], ''],
])('%s is a bad request', async (_what, payload, place) => {
  const answer = await register(payload);
  expect([answer.statusCode, answer.json().error.code]).toEqual([400, 'bad_request']);
  expect(answer.json().error.message).toContain(place);
  expect(await nodes()).toEqual([]);
});
test('unreadable and huge bodies are bad requests, other paths are not there', async () => {
  expect((await register('{"nodeId":')).json().error.code).toBe('bad_request');
  expect((await register({ ...body(), bootId: 'x'.repeat(100_000) })).json().error.code).toBe('bad_request');
  expect((await app.inject({ method: 'GET', url: mediaNodesPath })).statusCode).toBe(404);
  expect(await nodes()).toEqual([]);
});

test('two living nodes of one name: the first keeps it; once it is silent, or moved with its run, the other has it', async () => {
  await register(body());
  const other = body({ bootId: 'boot-x', controlUrl: 'http://10.0.0.6:4400' });
  const refused = await register(other);
  expect([refused.statusCode, refused.json().error]).toEqual([403, { code: 'forbidden', message: 'another node is called sfu-1' }]);
  expect(await nodes()).toMatchObject([{ bootId: 'boot-1', controlUrl: 'http://10.0.0.5:4400' }]);
  expect((await register(body({ controlUrl: 'http://10.0.0.7:4400' }))).statusCode).toBe(200);
  await sql(`update media_node set heard_at = now() - interval '7 seconds'`);
  expect((await register(other)).statusCode).toBe(200);
  expect(await nodes()).toMatchObject([{ bootId: 'boot-x', controlUrl: 'http://10.0.0.6:4400' }]);
});

test('only the database says when a node was heard: a front door an hour off changes nothing', async () => {
  world.clock.pass(3_600_000);
  await register(body());
  const [row] = await sql<{ off: number }>(`select abs(extract(epoch from clock_timestamp() - heard_at))::float8 as off from media_node`);
  expect(row!.off).toBeLessThan(60);
  expect((await nodes())[0]).toMatchObject({ fresh: true });
  await sql(`update media_node set heard_at = now() - interval '1 hour'`);
  expect((await nodes())[0]).toMatchObject({ fresh: false });
});

test('a port that is taken is one clear line', async () => {
  const one = createInternalServer(createLog('test', 'silent'));
  const two = createInternalServer(createLog('test', 'silent'));
  const port = await listenInternally(one, { host: '127.0.0.1', port: 0 });
  await expect(listenInternally(two, { host: '127.0.0.1', port })).rejects.toThrow(`SIGNALING_INTERNAL_PORT=${port} on INTERNAL_HOST=127.0.0.1 cannot be used (EADDRINUSE)`);
  await one.close();
  await two.close();
});
