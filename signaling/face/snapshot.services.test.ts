// Answering a face check: the own one, in time, with its nonce, once, with a picture; every refusal counted and nothing kept.
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { FaceCheck, FacePicture } from '#db/entities/check.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { brokenPicture, picture, tooLargePicture } from '../testing/pictures.ts';
import { addCheck, addPerson, addSchool, addSession, type CheckWish, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let sessionId: string;
let checkId: string;
const jobs: string[] = [];

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  sessionId = await addSession(world.deps.orm, school, world.clock.now());
  await world.deps.queues.work('face-verify', 1, async (data) => { jobs.push(data.checkId); });
});
afterAll(() => world.close());
beforeEach(async () => { checkId = await ask(); });

const em = () => world.deps.orm.em.fork();
const ask = (wish: CheckWish = {}) => addCheck(world.deps.orm, school, sessionId, school.learner.personId, world.clock.now(), wish);
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const row = (id = checkId) => em().findOneOrFail(FaceCheck, { id });
interface Sent { id?: string; nonce?: string; person?: Known | null; type?: string; payload?: Buffer }
const send = async ({ id = checkId, nonce = 'nonce-of-check', person = school.learner, type = 'image/jpeg', payload }: Sent = {}) =>
  world.call(`POST /api/checks/${id}/snapshot?nonce=${nonce}`, person, { payload: payload ?? (await picture()), headers: { 'content-type': type } });
const refusedEvents = async (id = checkId) => (await world.events('check:refused')).filter(({ payload }) => payload.checkId === id).map(({ payload }) => payload.code);
const filesNow = async () => (await world.storedKeys()).length;

it('takes the picture: sealed, kept 30 days, verified later', async () => {
  world.clock.pass(20_000);
  const original = await picture('png');
  const response = await send({ payload: original, type: 'image/png' });
  expect([response.statusCode, response.json()]).toEqual([200, { checkId, status: 'verifying' }]);
  const check = await row();
  expect(check).toMatchObject({ status: 'verifying', refusals: 0, verdict: null });
  expect(check.answeredAt?.toISOString()).toBe(world.clock.now().toISOString());
  const kept = await em().findOneOrFail(FacePicture, { id: check.pictureId! });
  expect(kept).toMatchObject({ personId: school.learner.personId, institutionId: school.institutionId, contentType: 'image/png', sizeBytes: original.length });
  expect(kept.deleteAfter!.getTime() - world.clock.now().getTime()).toBe(30 * 86_400_000);
  const sealed = await world.deps.storage.read(kept.storageKey);
  expect((await world.deps.vault.open(em(), school.learner.personId, sealed)).equals(original)).toBe(true);
  expect((await world.events('check:answered')).at(-1)).toMatchObject({ stream: `lesson:${school.lessonId}`, actor_id: school.learner.personId, payload: { checkId } });
  await expect.poll(() => jobs).toContain(checkId);
});

it('takes one picture only, also of two sent at once', async () => {
  const before = await filesNow();
  const answers = await Promise.all([send(), send(), send()]);
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409]);
  expect(answers.filter(({ statusCode }) => statusCode === 409).map(codeOf)).toEqual(['check_settled', 'check_settled']);
  expect(codeOf(await send())).toBe('check_settled');
  expect(await filesNow()).toBe(before + 1);
  expect((await row()).refusals).toBe(0);
});

it('takes a picture at the deadline and none after it', async () => {
  world.clock.pass(60_000);
  expect((await send()).statusCode).toBe(200);
  checkId = await ask();
  world.clock.pass(60_001);
  const response = await send();
  expect([response.statusCode, codeOf(response)]).toEqual([410, 'check_late']);
  expect(await row()).toMatchObject({ status: 'asked', pictureId: null, refusals: 1 });
  expect(await refusedEvents()).toEqual(['check_late']);
});

it('counts a picture for a check that was missed as late', async () => {
  checkId = await ask({ status: 'settled', verdict: 'missed' });
  expect(codeOf(await send())).toBe('check_late');
  expect(await row()).toMatchObject({ status: 'settled', verdict: 'missed', refusals: 1, pictureId: null });
});

it.each([
  ['a text', async () => ({ payload: Buffer.from('not a picture at all') }), 415, 'picture_invalid'],
  ['a broken JPEG', async () => ({ payload: brokenPicture() }), 415, 'picture_invalid'],
  ['a GIF called JPEG', async () => ({ payload: await picture('gif') }), 415, 'picture_invalid'],
  ['another type', async () => ({ type: 'application/octet-stream' }), 415, 'picture_invalid'],
  ['JSON', async () => ({ type: 'application/json', payload: Buffer.from('{}') }), 415, 'picture_invalid'],
  ['an empty body', async () => ({ payload: Buffer.alloc(0) }), 415, 'picture_invalid'],
  ['more than 2 MiB', async () => ({ payload: await tooLargePicture() }), 413, 'picture_too_large'],
])('refuses %s, counts it, and still takes a good one', async (_what, sent: () => Promise<Sent>, status, code) => {
  const before = await filesNow();
  const response = await send(await sent());
  expect([response.statusCode, codeOf(response)]).toEqual([status, code]);
  expect(await row()).toMatchObject({ status: 'asked', refusals: 1, pictureId: null, answeredAt: null });
  expect(await refusedEvents()).toEqual([code]);
  expect(await filesNow()).toBe(before);
  expect((await send()).statusCode).toBe(200);
});

it('refuses a picture that grows beyond 2 MiB without saying its length', async () => {
  const server = createServer((incoming, outgoing) => world.app.routing(incoming, outgoing)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await world.app.ready();
  const large = await tooLargePicture();
  const cookie = await world.cookieOf(school.learner);
  const stream = new ReadableStream({ start: (control) => { for (let at = 0; at < large.length; at += 65_536) control.enqueue(large.subarray(at, at + 65_536)); control.close(); } });
  const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/checks/${checkId}/snapshot?nonce=nonce-of-check`, {
    method: 'POST', body: stream, headers: { 'content-type': 'image/jpeg', cookie }, duplex: 'half',
  } as RequestInit);
  expect([response.status, await response.json()]).toMatchObject([413, { error: { code: 'picture_too_large' } }]);
  expect((await row()).refusals).toBe(1);
  server.close();
});

it('turns away, uncounted, after twenty refused pictures', async () => {
  await em().nativeUpdate(FaceCheck, { id: checkId }, { refusals: 19 });
  expect(codeOf(await send({ payload: brokenPicture() }))).toBe('picture_invalid');
  expect(codeOf(await send())).toBe('too_many_attempts');
  expect((await row()).refusals).toBe(20);
  expect(await refusedEvents()).toEqual(['picture_invalid']);
});

it.each([
  ['another nonce', () => send({ nonce: 'nonce-of-other' }), 403, 'nonce_mismatch'],
  ['a longer nonce', () => send({ nonce: 'nonce-of-check-and-more' }), 403, 'nonce_mismatch'],
  ['a classmate', () => send({ person: school.other }), 403, 'forbidden'],
  ['the teacher', () => send({ person: school.teacher }), 403, 'forbidden'],
  ['another school\'s learner', () => send({ person: foreign.learner }), 404, 'not_found'],
  ['nobody', () => send({ person: null }), 401, 'unauthenticated'],
  ['no such check', () => send({ id: newId() }), 404, 'not_found'],
  ['a check that was only drawn', async () => send({ id: await ask({ status: 'drawn' }) }), 409, 'check_not_asked'],
  ['a void check', async () => send({ id: await ask({ status: 'void' }) }), 409, 'check_not_asked'],
  ['a check with a verdict', async () => send({ id: await ask({ status: 'settled', verdict: 'matched' }) }), 409, 'check_settled'],
])('refuses %s without counting or keeping anything', async (_what, attempt, status, code) => {
  const before = await filesNow();
  const response = await attempt();
  expect([response.statusCode, codeOf(response)]).toEqual([status, code]);
  expect(await filesNow()).toBe(before);
  expect(await row()).toMatchObject({ status: 'asked', refusals: 0, pictureId: null });
});

it('sees a wrong nonce as a signal, each time it comes, and a refusal for another reason as none', async () => {
  const signals = () => em().execute<{ kind: string; count: number; lesson_id: string }[]>('select kind, count, lesson_id from signal where check_id = ?', [checkId]);
  expect(codeOf(await send({ nonce: 'nonce-of-other', person: school.other }))).toBe('forbidden');
  expect(await signals()).toEqual([]);
  for (const count of [1, 2]) {
    world.clock.pass(1000);
    expect(codeOf(await send({ nonce: 'nonce-of-other' }))).toBe('nonce_mismatch');
    expect(await signals()).toEqual([{ kind: 'nonce_mismatch', count, lesson_id: school.lessonId }]);
  }
  // Whoever goes on and on is only turned away: neither signal nor event log grow by it.
  await em().execute('update signal set count = 20 where check_id = ?', [checkId]);
  const told = (await world.events('signal:raised')).length;
  world.clock.pass(1000);
  expect(codeOf(await send({ nonce: 'nonce-of-other' }))).toBe('nonce_mismatch');
  expect(await signals()).toMatchObject([{ count: 20 }]);
  expect(await world.events('signal:raised')).toHaveLength(told);
  expect((await send()).statusCode).toBe(200);
});

it('refuses a picture for a check that goes on the other way', async () => {
  await em().nativeUpdate(FaceCheck, { id: checkId }, { way: 'alternative', code: 'unsent' });
  const response = await send();
  expect([response.statusCode, codeOf(response)]).toEqual([409, 'check_not_asked']);
});

it('leaves no file where the database refuses the row', async () => {
  const before = await filesNow();
  const orphan = await addPerson(world.deps.orm, world.clock.now(), 'Orphan', school.institutionId, 'student');
  const mine = await addCheck(world.deps.orm, school, sessionId, orphan.personId, world.clock.now());
  // The check vanishes between its picture and its row.
  const putBytes = world.deps.storage.putBytes;
  world.deps.storage.putBytes = async (key, bytes) => {
    await putBytes(key, bytes);
    await em().nativeDelete(FaceCheck, { id: mine });
  };
  const response = await send({ id: mine, person: orphan }).finally(() => { world.deps.storage.putBytes = putBytes; });
  expect([response.statusCode, codeOf(response)]).toEqual([500, 'internal']);
  expect(await filesNow()).toBe(before);
  expect(await em().count(FacePicture, { personId: orphan.personId })).toBe(0);
});

it('shows the picture to its learner and to staff, whose look is written down', async () => {
  const original = await picture();
  await send({ payload: original });
  const look = (person: Known | null) => world.call(`GET /api/checks/${checkId}/picture`, person);
  const looks = async () => (await world.events('picture:viewed')).filter(({ payload }) => payload.checkId === checkId);
  const own = await look(school.learner);
  expect([own.statusCode, own.headers['content-type'], own.headers['cache-control'], own.rawPayload.equals(original)]).toEqual([200, 'image/jpeg', 'no-store', true]);
  expect(await looks()).toEqual([]);
  for (const person of [school.teacher, school.proctor]) expect((await look(person)).rawPayload.equals(original)).toBe(true);
  expect((await looks()).map(({ actor_id: actorId }) => actorId)).toEqual([school.teacher.personId, school.proctor.personId]);
  for (const person of [school.other, school.scheduler, school.regulator]) expect(codeOf(await look(person))).toBe('forbidden');
  for (const person of [foreign.teacher, foreign.learner]) expect(codeOf(await look(person))).toBe('not_found');
  expect(codeOf(await look(null))).toBe('unauthenticated');
  expect(await looks()).toHaveLength(2);
  checkId = await ask();
  expect(codeOf(await look(school.teacher))).toBe('not_found');
});
