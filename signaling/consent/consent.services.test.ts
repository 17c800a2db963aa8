// Consents and ways: every decision kept, the latest counting, yesterday's text refused.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ConsentState } from '#contracts/check.ts';
import type { ConsentList } from '#contracts/identity.ts';
import { FaceEnrolment, FacePicture } from '#db/entities/check.ts';
import { Consent } from '#db/entities/people.ts';
import { consentVersion } from '#domain/consent.ts';
import type { EnrolmentStatus } from '#domain/face-enrolment.ts';
import { faceModelId } from '#domain/face-model.ts';
import { newId } from '#domain/id.ts';
import { addConsent, addPerson } from '../testing/school.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';

let world: HttpWorld;
let person: Known;

beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => { person = await addPerson(world.deps.orm, world.clock.now(), 'Learner', null, null); });

const state = async () => (await world.call('GET /api/consents', person)).json<ConsentState>();
const decide = (payload: object) => world.call('POST /api/consents', person, { payload });
const choose = (payload: object) => world.call('POST /api/check-way', person, { payload });
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const undecided: ConsentState = {
  recordingNoticed: false, face: 'undecided', faceEnrolment: 'none', rejectReason: null, replacement: null, checkWay: 'undecided', identity: 'missing',
  versions: { recording: consentVersion.recording, face: consentVersion.face },
};

it('begins undecided', async () => expect(await state()).toEqual(undecided));

it('keeps both consents apart, each decision as a row and an event', async () => {
  expect((await decide({ purpose: 'recording', version: 1, given: true })).json()).toEqual({ ...undecided, recordingNoticed: true });
  expect((await decide({ purpose: 'face', version: consentVersion.face, given: true })).json()).toMatchObject({ recordingNoticed: true, face: 'given', checkWay: 'face' });
  world.clock.pass(1);
  expect((await decide({ purpose: 'face', version: consentVersion.face, given: false })).json()).toMatchObject({ recordingNoticed: true, face: 'refused', checkWay: 'alternative' });
  world.clock.pass(1);
  expect((await decide({ purpose: 'face', version: consentVersion.face, given: true })).json()).toMatchObject({ face: 'given', checkWay: 'face' });
  expect(await world.deps.orm.em.fork().count(Consent, { personId: person.personId })).toBe(4);
  const events = [...(await world.events('consent:given')), ...(await world.events('consent:refused'))].filter(({ stream }) => stream === `person:${person.personId}`);
  expect(events).toHaveLength(4);
});

it('takes the other way without a camera, and comes back only with consent', async () => {
  expect((await choose({ way: 'alternative', reason: 'no_camera' })).json()).toMatchObject({ checkWay: 'alternative', face: 'undecided' });
  expect(codeOf(await choose({ way: 'face', reason: 'no_camera' }))).toBe('consent_missing');
  expect(await state()).toMatchObject({ checkWay: 'alternative' });
  await decide({ purpose: 'face', version: consentVersion.face, given: true });
  expect((await choose({ way: 'alternative', reason: 'no_camera' })).json()).toMatchObject({ checkWay: 'alternative', face: 'given' });
  expect((await choose({ way: 'face', reason: 'no_camera' })).json()).toMatchObject({ checkWay: 'face' });
});

it.each([
  ['a text that is not today\'s', { purpose: 'face', version: consentVersion.face + 1, given: true }], ['no version', { purpose: 'face', given: true }],
  ['another purpose', { purpose: 'adverts', version: 1, given: true }], ['an extra field', { purpose: 'face', version: consentVersion.face, given: true, personId: newId() }],
])('refuses %s and stores nothing', async (_what, payload) => {
  const response = await decide(payload);
  expect([response.statusCode, codeOf(response)]).toEqual([400, 'bad_request']);
  expect(await state()).toEqual(undecided);
});

it('does not count a decision on an older text', async () => {
  await addConsent(world.deps.orm, person.personId, 'recording', world.clock.now(), true, 0);
  await addConsent(world.deps.orm, person.personId, 'face', world.clock.now(), true, 0);
  expect(await state()).toEqual(undecided);
});

it('tells how far the enrolment of the face is', async () => {
  const enrol = async (status: EnrolmentStatus, rejectReason: string | null = null) => {
    world.clock.pass(1000);
    const id = newId();
    await world.deps.orm.em.fork().insert(FaceEnrolment, {
      id, personId: person.personId, status, rejectReason, pictureIds: [], modelId: null, sealedVectors: null, createdAt: world.clock.now(), settledAt: null,
    });
  };
  await enrol('replaced');
  expect(await state()).toMatchObject({ faceEnrolment: 'none' });
  await enrol('rejected', 'no_face');
  expect(await state()).toMatchObject({ faceEnrolment: 'rejected', rejectReason: 'no_face' });
  await enrol('active');
  expect(await state()).toMatchObject({ faceEnrolment: 'active', rejectReason: null });
  await enrol('verifying');
  expect(await state()).toMatchObject({ faceEnrolment: 'verifying' });
  await enrol('rejected', 'several_faces');
  await world.deps.orm.em.fork().nativeDelete(FaceEnrolment, { personId: person.personId, status: 'verifying' });
  expect(await state()).toMatchObject({ faceEnrolment: 'active', rejectReason: 'several_faces', replacement: null });
  await enrol('awaiting_approval');
  expect(await state()).toMatchObject({ faceEnrolment: 'active', rejectReason: null, replacement: { status: 'awaiting_approval', sentAt: world.clock.now().toISOString(), decidedAt: null, reason: null } });
});

it('asks to enrol again where the face that stands was made by another model', async () => {
  const enrol = async (modelId: string, createdAt = world.clock.now()) => {
    await world.deps.orm.em.fork().nativeUpdate(FaceEnrolment, { personId: person.personId, status: 'active' }, { status: 'replaced' });
    await world.deps.orm.em.fork().insert(FaceEnrolment, { id: newId(), personId: person.personId, status: 'active', pictureIds: [], modelId, createdAt });
  };
  await enrol('a model of former days');
  expect(await state()).toMatchObject({ faceEnrolment: 'outdated', replacement: null });
  await enrol(faceModelId);
  expect(await state()).toMatchObject({ faceEnrolment: 'active' });
});

const withdraw = (purpose: string) => world.call('POST /api/consents/withdrawal', person, { payload: { purpose } });
const history = async () => (await world.call('GET /api/consents/history', person)).json<ConsentList>();

it('lists every decision with version and time, latest first', async () => {
  await decide({ purpose: 'recording', version: 1, given: true });
  const at = world.clock.now().toISOString();
  world.clock.pass(1000);
  const list = (await withdraw('recording')).json<ConsentList>();
  expect(list).toEqual({
    consents: [{ purpose: 'recording', version: 1, given: false, at: world.clock.now().toISOString() }, { purpose: 'recording', version: 1, given: true, at }],
    current: { ...consentVersion },
  });
  expect(await history()).toEqual(list);
  expect(await state()).toMatchObject({ recordingNoticed: false });
});

it('ends everything about a face when its consent is withdrawn', async () => {
  const { orm, vault } = world.deps;
  const em = orm.em.fork();
  await decide({ purpose: 'face', version: consentVersion.face, given: true });
  const at = world.clock.now();
  const pictures = [newId(), newId(), newId()];
  for (const [index, id] of pictures.entries()) {
    const deleteAfter = index === 2 ? new Date(at.getTime() + 86_400_000) : null;
    const picture = { id, institutionId: null, personId: person.personId, storageKey: `pictures/${id}`, contentType: 'image/jpeg', sizeBytes: 6, takenAt: at, deleteAfter };
    await em.insert(FacePicture, picture);
  }
  const enrolment = { personId: person.personId, rejectReason: null, modelId: 'm', createdAt: at, settledAt: null };
  await em.insert(FaceEnrolment, { ...enrolment, id: newId(), status: 'active', pictureIds: pictures.slice(0, 2), sealedVectors: await vault.seal(em, person.personId, Buffer.from('vectors')) });
  await em.insert(FaceEnrolment, { ...enrolment, id: newId(), status: 'verifying', pictureIds: [], sealedVectors: null });
  world.clock.pass(1000);
  expect((await withdraw('face')).statusCode).toBe(200);
  expect(await state()).toMatchObject({ face: 'refused', checkWay: 'alternative', faceEnrolment: 'none' });
  const rows = await orm.em.fork().find(FaceEnrolment, { personId: person.personId });
  expect(rows.map(({ status, sealedVectors }) => [status, sealedVectors])).toEqual([['replaced', null], ['replaced', null]]);
  expect((await orm.em.fork().find(FacePicture, { id: { $in: pictures } })).map(({ deleteAfter }) => deleteAfter)).toEqual(pictures.map(() => world.clock.now()));
  const mine = (events: { stream: string }[]) => events.filter(({ stream }) => stream === `person:${person.personId}`);
  expect(mine(await world.events('face:withdrawn'))).toMatchObject([{ payload: { personId: person.personId, enrolments: 2, pictures: 3 } }]);
  expect(mine(await world.events('consent:withdrawn'))).toMatchObject([{ payload: { purpose: 'face', version: consentVersion.face } }]);
  world.clock.pass(1000);
  const decisions = (await history()).consents.length;
  await withdraw('face');
  expect((await history()).consents).toHaveLength(decisions);
});

it('ends it also where the refusal comes before a lesson', async () => {
  const em = world.deps.orm.em.fork();
  await decide({ purpose: 'face', version: consentVersion.face, given: true });
  await em.insert(FaceEnrolment, {
    id: newId(), personId: person.personId, status: 'active', rejectReason: null, pictureIds: [], modelId: 'm', sealedVectors: Buffer.from('sealed'), createdAt: world.clock.now(), settledAt: world.clock.now(),
  });
  world.clock.pass(1000);
  await decide({ purpose: 'face', version: consentVersion.face, given: false });
  expect(await world.deps.orm.em.fork().count(FaceEnrolment, { personId: person.personId, sealedVectors: { $ne: null } })).toBe(0);
});

it('takes a consent to an older text back as well', async () => {
  await addConsent(world.deps.orm, person.personId, 'face', world.clock.now(), true, 0);
  world.clock.pass(1000);
  expect((await withdraw('face')).json<ConsentList>().consents).toMatchObject([{ purpose: 'face', version: consentVersion.face, given: false }, { version: 0, given: true }]);
  expect(await state()).toMatchObject({ face: 'refused', checkWay: 'alternative' });
});

it.each(['identity', 'adverts'])('refuses to withdraw %s by itself', async (purpose) => {
  expect([(await withdraw(purpose)).statusCode, codeOf(await withdraw(purpose))]).toEqual([400, 'bad_request']);
  expect((await history()).consents).toEqual([]);
});
