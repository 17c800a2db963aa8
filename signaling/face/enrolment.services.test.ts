// Enrolling a face: consent first, two real pictures or nothing at all, sealed where they lie, handed to the worker.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { FaceEnrolment, FacePicture } from '#db/entities/check.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { brokenPicture, form, picture, tooLargePicture, type FormPart } from '../testing/pictures.ts';
import { addConsent, addPerson } from '../testing/school.ts';

let world: HttpWorld;
let person: Known;
const jobs: string[] = [];

beforeAll(async () => {
  world = await openHttpWorld();
  await world.deps.queues.work('face-enrol', 1, async ({ enrolmentId }) => { jobs.push(enrolmentId); });
});
afterAll(() => world.close());
beforeEach(async () => {
  person = await addPerson(world.deps.orm, world.clock.now(), 'Learner', null, null);
  await addConsent(world.deps.orm, person.personId, 'face', world.clock.now());
});

const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const file = (bytes: Buffer, change: Partial<FormPart> = {}): FormPart => ({ name: 'picture', bytes, ...change });
const send = (parts: readonly FormPart[]) => world.call('POST /api/face-enrolment', person, form(parts));
const traces = async () => [
  await em().count(FaceEnrolment, { personId: person.personId }), await em().count(FacePicture, { personId: person.personId }),
  (await world.storedKeys()).filter((key) => key.includes(person.personId)).length,
];

it('stores both pictures sealed, asks the worker, and leaves an active face alone', async () => {
  const former = newId();
  await em().insert(FaceEnrolment, {
    id: former, personId: person.personId, status: 'active', rejectReason: null, pictureIds: [], modelId: 'm', sealedVectors: null, createdAt: world.clock.now(), settledAt: world.clock.now(),
  });
  world.clock.pass(1000);
  const [first, second] = [await picture('jpeg'), await picture('webp')];
  const response = await send([file(first), file(second, { type: 'image/webp' })]);
  expect(response.statusCode).toBe(200);
  const { enrolmentId, status } = response.json<{ enrolmentId: string; status: string }>();
  expect(status).toBe('verifying');
  const enrolment = await em().findOneOrFail(FaceEnrolment, { id: enrolmentId });
  expect(enrolment).toMatchObject({ personId: person.personId, status: 'verifying', settledAt: null });
  expect((await em().findOneOrFail(FaceEnrolment, { id: former })).status).toBe('active');
  const rows = await em().find(FacePicture, { id: { $in: enrolment.pictureIds } }, { orderBy: { id: 'asc' } });
  expect(rows.map(({ contentType, deleteAfter }) => [contentType, deleteAfter])).toEqual([['image/jpeg', null], ['image/webp', null]]);
  for (const [index, original] of [first, second].entries()) {
    const sealed = await world.deps.storage.read(rows[index]!.storageKey);
    expect(sealed.includes(original.subarray(0, 64))).toBe(false);
    expect((await world.deps.vault.open(em(), person.personId, sealed)).equals(original)).toBe(true);
  }
  await expect.poll(() => jobs).toContain(enrolmentId);
  expect((await world.events('face:submitted')).at(-1)).toMatchObject({ stream: `person:${person.personId}`, payload: { enrolmentId } });
});

it.each([
  ['one picture', async () => [file(await picture())], 400, 'bad_request'],
  ['three pictures', async () => [file(await picture()), file(await picture()), file(await picture())], 400, 'bad_request'],
  ['no picture', async () => [], 400, 'bad_request'],
  ['another name', async () => [file(await picture()), file(await picture(), { name: 'avatar' })], 400, 'bad_request'],
  ['a field', async () => [file(await picture()), file(Buffer.from('x'), { fileName: null })], 400, 'bad_request'],
  ['a text as picture', async () => [file(await picture()), file(Buffer.from('<svg onload="x()"/>'.repeat(20)))], 415, 'picture_invalid'],
  ['a GIF', async () => [file(await picture()), file(await picture('gif'), { type: 'image/gif' })], 415, 'picture_invalid'],
  ['a broken JPEG', async () => [file(await picture()), file(brokenPicture())], 415, 'picture_invalid'],
  ['an empty file', async () => [file(await picture()), file(Buffer.alloc(0))], 415, 'picture_invalid'],
  ['a tiny picture', async () => [file(await picture()), file(await picture('png', 16), { type: 'image/png' })], 415, 'picture_invalid'],
  ['a picture beyond 2 MiB', async () => [file(await picture()), file(await tooLargePicture())], 413, 'picture_too_large'],
])('refuses %s and keeps nothing', async (_what, parts, status, code) => {
  const response = await send(await parts());
  expect([response.statusCode, codeOf(response)]).toEqual([status, code]);
  expect(await traces()).toEqual([0, 0, 0]);
});

it('refuses what is no form', async () => {
  for (const headers of [{ 'content-type': 'image/jpeg' }, { 'content-type': 'application/json' }, { 'content-type': 'multipart/form-data' }]) {
    const response = await world.call('POST /api/face-enrolment', person, { payload: await picture(), headers });
    expect([response.statusCode, codeOf(response)]).toEqual([415, 'picture_invalid']);
  }
  const cut = form([file(await picture()), file(await picture())]);
  const response = await world.call('POST /api/face-enrolment', person, { ...cut, payload: cut.payload.subarray(0, cut.payload.length - 200) });
  expect([response.statusCode, codeOf(response)]).toEqual([415, 'picture_invalid']);
  expect(await traces()).toEqual([0, 0, 0]);
});

it('refuses without today\'s consent, given and not withdrawn', async () => {
  const both = [file(await picture()), file(await picture())];
  world.clock.pass(1000);
  await addConsent(world.deps.orm, person.personId, 'face', world.clock.now(), false);
  expect(codeOf(await send(both))).toBe('consent_missing');
  world.clock.pass(1000);
  await addConsent(world.deps.orm, person.personId, 'face', world.clock.now(), true, 0);
  expect(codeOf(await send(both))).toBe('consent_missing');
  expect(await traces()).toEqual([0, 0, 0]);
});

it('refuses the eleventh enrolment within an hour', async () => {
  for (let index = 0; index < 10; index++) {
    await em().insert(FaceEnrolment, {
      id: newId(), personId: person.personId, status: 'rejected', rejectReason: 'no_face', pictureIds: [], modelId: null, sealedVectors: null, createdAt: world.clock.now(), settledAt: world.clock.now(),
    });
  }
  const both = [file(await picture()), file(await picture())];
  expect(codeOf(await send(both))).toBe('too_many_attempts');
  world.clock.pass(3_600_001);
  expect((await send(both)).statusCode).toBe(200);
});

it('refuses the third replacement within an hour, counted from the face that stands, and keeps the reason of those it takes', async () => {
  const enrolment = { id: newId(), personId: person.personId, status: 'rejected' as const, rejectReason: 'no_face', pictureIds: [], createdAt: world.clock.now() };
  for (let index = 0; index < 4; index++) await em().insert(FaceEnrolment, { ...enrolment, id: newId() });
  world.clock.pass(1000);
  await em().insert(FaceEnrolment, { ...enrolment, status: 'active', rejectReason: null, createdAt: world.clock.now() });
  world.clock.pass(1000);
  const both = form([file(await picture()), file(await picture())]);
  const replace = (query: string) => world.call(`POST /api/face-enrolment${query}`, person, both);
  const why = async (response: { json<T>(): T }) => (await em().findOneOrFail(FaceEnrolment, { id: response.json<{ enrolmentId: string }>().enrolmentId })).requestReason ?? null;
  expect([await why(await replace('?why=looks_changed')), await why(await replace(''))]).toEqual(['looks_changed', null]);
  expect(codeOf(await replace('?why=other'))).toBe('too_many_attempts');
  expect(codeOf(await replace('?why=for_fun'))).toBe('bad_request');
  world.clock.pass(3_600_001);
  expect((await replace('?why=other')).statusCode).toBe(200);
});

it('does not ask a first enrolment for a reason', async () => {
  const response = await world.call('POST /api/face-enrolment?why=other', person, form([file(await picture()), file(await picture())]));
  expect((await em().findOneOrFail(FaceEnrolment, { id: response.json<{ enrolmentId: string }>().enrolmentId })).requestReason ?? null).toBeNull();
});

it('leaves no file where one of the two cannot be stored', async () => {
  const storage = world.deps.storage;
  const puts: string[] = [];
  const putBytes = storage.putBytes;
  // The second file fails as a full disk would make it.
  storage.putBytes = async (key, bytes) => {
    if (puts.push(key) === 2) throw new Error('no space left');
    return putBytes(key, bytes);
  };
  const response = await send([file(await picture()), file(await picture())]).finally(() => { storage.putBytes = putBytes; });
  expect([response.statusCode, codeOf(response)]).toEqual([500, 'internal']);
  expect(await traces()).toEqual([0, 0, 0]);
});

it('a consent that is taken back while the pictures come leaves none of them', async () => {
  const parts = [file(await picture()), file(await picture())];
  const { storage } = world.deps;
  const putBytes = storage.putBytes.bind(storage);
  let withdrawn = false;
  world.clock.pass(1000);
  storage.putBytes = async (key, bytes) => {
    await putBytes(key, bytes);
    if (withdrawn) return;
    withdrawn = true;
    expect((await world.call('POST /api/consents/withdrawal', person, { payload: { purpose: 'face' } })).statusCode).toBe(200);
  };
  try {
    expect(codeOf(await send(parts))).toBe('consent_missing');
  } finally {
    storage.putBytes = putBytes;
  }
  expect(await traces()).toEqual([0, 0, 0]);
});

it('of many enrolments at once no more are taken than of as many one after the other', async () => {
  const parts = [file(await picture()), file(await picture())];
  const answers = await Promise.all(Array.from({ length: 14 }, () => send(parts)));
  expect(answers.filter(({ statusCode }) => statusCode === 200)).toHaveLength(10);
  expect(await em().count(FaceEnrolment, { personId: person.personId })).toBe(10);
});
