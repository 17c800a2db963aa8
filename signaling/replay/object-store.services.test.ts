// Replays from a real object store: ranges, links for what a page shows, and words for a browser when the store is away.
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { Replay } from '#db/entities/recording.ts';
import { createLog } from '#runtime/log.ts';
import { ObjectStore } from '#runtime/object-store.ts';
import { objectStorage } from '#runtime/object-storage.ts';
import { replayKey } from '#contracts/places.ts';
import { faultyLine, type FaultyLine } from '#testing/faulty-line.ts';
import { objectStoreThere, startObjectStore, type ObjectStoreServer } from '#testing/object-store.ts';
import { createSignaling } from '../app.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { madeBytes, storeReplayFiles } from '../testing/replay-files.ts';
import { addSchool, addSession, type School } from '../testing/school.ts';

const startsAt = new Date('2026-03-02T02:00:00.500Z');
const patience = { connectMs: 2_000, silentMs: 5_000, requestMs: 10_000, tries: 3 };

describe.skipIf(!objectStoreThere)('a replay in an object store', () => {
  let server: ObjectStoreServer;
  let line: FaultyLine;
  let stores: ObjectStore[];
  let world: HttpWorld;
  let linking: HttpWorld;
  let school: School;
  let replayId: string;

  beforeAll(async () => {
    server = await startObjectStore();
    line = await faultyLine(server.port);
    const open = (publicEndpoint: string | null) => ObjectStore.open({ ...server.settings, endpoint: line.url, publicEndpoint }, createLog('test', 'silent'), patience);
    stores = [await open(null), await open(server.settings.endpoint)];
    [world, linking] = [await openHttpWorld({ storage: objectStorage(stores[0]!, 'files') }), await openHttpWorld({ storage: objectStorage(stores[1]!, 'files') })];
    await world.app.listen({ port: 0, host: '127.0.0.1' });
  });
  afterEach(() => line.heal());
  afterAll(async () => {
    await world?.close();
    await linking?.close();
    for (const store of stores ?? []) store.close();
    await line?.close();
    await server?.stop();
  });

  async function addReady(of: HttpWorld): Promise<void> {
    school = await addSchool(of.deps.orm, of.clock.now());
    const sessionId = await addSession(of.deps.orm, school, startsAt, new Date(startsAt.getTime() + 5_400_000));
    const { institutionId, lessonId } = school;
    const recordingId = await addRecording(of.deps.orm, { institutionId, lessonId, sessionId, at: startsAt }, {});
    replayId = await addReplay(of.deps.orm, { institutionId, lessonId, recordingId, unitId: school.unitIds[0]!, startsAt, durationMs: 60_000 }, {});
    await of.deps.orm.em.fork().nativeUpdate(Replay, { id: replayId }, { files: await storeReplayFiles(of.deps.storage, replayId, 60) });
  }
  beforeEach(() => addReady(world));

  /** Over a real connection: what a browser sees of an answer that ends too early. */
  async function ask(path: string, person: Known): Promise<{ status: number; bytes: Buffer; whole: boolean }> {
    const { port } = world.app.server.address() as AddressInfo;
    const asked = request({ host: '127.0.0.1', port, path, agent: false, headers: { cookie: await world.cookieOf(person) } }).end();
    const [answer] = await once(asked, 'response') as [IncomingMessage];
    const parts: Buffer[] = [];
    answer.on('data', (part: Buffer) => parts.push(part)).on('error', () => undefined);
    await new Promise((done) => { answer.once('close', done); });
    return { status: answer.statusCode ?? 0, bytes: Buffer.concat(parts), whole: answer.complete };
  }
  const file = (name: string, headers: Record<string, string> = {}, of = world) => of.call(`GET /api/replays/${replayId}/files/${name}`, school.teacher, { headers });
  const isGet = (method: string) => method === 'GET';

  it('is answered whole and in ranges, and watched segment by segment', async () => {
    expect((await file('unit.mp4')).rawPayload.equals(madeBytes(5000, 9))).toBe(true);
    const part = await file('unit.mp4', { range: 'bytes=100-199' });
    expect([part.statusCode, part.rawPayload.equals(madeBytes(5000, 9).subarray(100, 200))]).toEqual([206, true]);
    const { viewingId } = (await world.call(`POST /api/replays/${replayId}/viewings`, school.learner)).json<{ viewingId: string }>();
    const way = await world.call(`GET /api/viewings/${viewingId}/segments/main/0`, school.learner);
    const segment = await world.call(`GET ${way.headers.location}`, school.learner);
    expect([way.statusCode, segment.statusCode, segment.rawPayload.equals(madeBytes(100 + 15 * 3000, 0).subarray(100, 3100))]).toEqual([307, 200, true]);
  });

  it('that cannot be read is 503 with its code before the first byte', async () => {
    line.fail({ of: isGet, times: Infinity, status: 503 });
    const answer = await ask(`/api/replays/${replayId}/files/poster.jpg`, school.learner);
    expect([answer.status, JSON.parse(answer.bytes.toString())]).toEqual([503, { error: { code: 'storage_unavailable', message: 'the object store does not answer (503)' } }]);
    // Nothing of the file that was to come is said of the refusal.
    const { statusCode, headers } = await file('unit.mp4', { range: 'bytes=100-199' });
    expect([statusCode, headers.etag, headers['content-range'], headers['accept-ranges'], headers['content-type']]).toEqual([503, undefined, undefined, undefined, 'application/json; charset=utf-8']);
  });

  it('that is cut in the middle goes on; one that stays away ends the connection, never as if it were whole', async () => {
    const large = madeBytes(1_200_000, 4);
    await world.deps.storage.putBytes(replayKey(replayId, 'unit.mp4'), large);
    line.fail({ of: isGet, times: 1, cutAfter: 150_000 });
    const whole = await ask(`/api/replays/${replayId}/files/unit.mp4`, school.teacher);
    expect([whole.status, whole.whole, whole.bytes.equals(large)]).toEqual([200, true, true]);
    line.fail({ of: isGet, times: 1, cutAfter: 150_000 });
    line.fail({ of: isGet, times: Infinity, status: 503 });
    const cut = await ask(`/api/replays/${replayId}/files/unit.mp4`, school.teacher);
    expect([cut.status, cut.whole]).toEqual([200, false]);
    expect(cut.bytes.equals(large.subarray(0, cut.bytes.length))).toBe(true);
  });

  it('lets pages show what links lead to, and nothing else from elsewhere', async () => {
    const { endpoint, bucket, accessKeyId, secretAccessKey } = server.settings;
    const S3 = { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey };
    const policyWith = async (given: Record<string, string>) => {
      const app = await createSignaling({ ...world.deps, config: { ...world.deps.config, ...given } }, { webFolder: '/nowhere' });
      const answer = await app.inject('/api/health').finally(() => app.close());
      return String(answer.headers['content-security-policy']);
    };
    expect(await policyWith({ ...S3, S3_PUBLIC_ENDPOINT: 'https://files.example.org/store' })).toMatch(/img-src 'self' blob: data: https:\/\/files\.example\.org;media-src 'self' blob: mediastream: https:\/\/files\.example\.org;/);
    expect(await policyWith(S3)).not.toContain('http://127.0.0.1');
  });

  it('has links for what a page shows, for those who may see it; media of a viewing never leave by link', async () => {
    await addReady(linking);
    const answer = await file('poster.jpg', {}, linking);
    expect(answer.statusCode).toBe(307);
    const led = await fetch(String(answer.headers.location));
    expect([led.status, led.headers.get('content-type'), Buffer.from(await led.arrayBuffer()).equals(madeBytes(300, 10))]).toEqual([200, 'image/jpeg', true]);
    expect((await linking.call(`GET /api/replays/${replayId}/files/unit.mp4`, school.learner)).statusCode).toBe(403);
    expect((await linking.call(`GET /api/replays/${replayId}/files/poster.jpg`, null)).statusCode).toBe(401);
    expect((await file('main.m4s', {}, linking)).statusCode).toBe(200);
    const { viewingId } = (await linking.call(`POST /api/replays/${replayId}/viewings`, school.learner)).json<{ viewingId: string }>();
    const way = await linking.call(`GET /api/viewings/${viewingId}/segments/main/init`, school.learner);
    expect(String(way.headers.location)).toMatch(/^\/api\/segments\//);
    expect((await linking.call(`GET ${way.headers.location}`, school.learner)).statusCode).toBe(200);
  });
});
