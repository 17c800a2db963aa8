// Consents and ways: every decision kept, the latest counting, yesterday's text refused.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ConsentState } from '#contracts/check.ts';
import { FaceEnrolment } from '#db/entities/check.ts';
import { Consent } from '#db/entities/people.ts';
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
  recordingNoticed: false, face: 'undecided', faceEnrolment: 'none', rejectReason: null, checkWay: 'undecided', versions: { recording: 1, face: 1 },
};

it('begins undecided', async () => expect(await state()).toEqual(undecided));

it('keeps both consents apart, each decision as a row and an event', async () => {
  expect((await decide({ purpose: 'recording', version: 1, given: true })).json()).toEqual({ ...undecided, recordingNoticed: true });
  expect((await decide({ purpose: 'face', version: 1, given: true })).json()).toMatchObject({ recordingNoticed: true, face: 'given', checkWay: 'face' });
  world.clock.pass(1);
  expect((await decide({ purpose: 'face', version: 1, given: false })).json()).toMatchObject({ recordingNoticed: true, face: 'refused', checkWay: 'alternative' });
  world.clock.pass(1);
  expect((await decide({ purpose: 'face', version: 1, given: true })).json()).toMatchObject({ face: 'given', checkWay: 'face' });
  expect(await world.deps.orm.em.fork().count(Consent, { personId: person.personId })).toBe(4);
  const events = [...(await world.events('consent:given')), ...(await world.events('consent:refused'))].filter(({ stream }) => stream === `person:${person.personId}`);
  expect(events).toHaveLength(4);
});

it('takes the other way without a camera, and comes back only with consent', async () => {
  expect((await choose({ way: 'alternative', reason: 'no_camera' })).json()).toMatchObject({ checkWay: 'alternative', face: 'undecided' });
  expect(codeOf(await choose({ way: 'face', reason: 'no_camera' }))).toBe('consent_missing');
  expect(await state()).toMatchObject({ checkWay: 'alternative' });
  await decide({ purpose: 'face', version: 1, given: true });
  expect((await choose({ way: 'alternative', reason: 'no_camera' })).json()).toMatchObject({ checkWay: 'alternative', face: 'given' });
  expect((await choose({ way: 'face', reason: 'no_camera' })).json()).toMatchObject({ checkWay: 'face' });
});

it.each([
  ['a text that is not today\'s', { purpose: 'face', version: 2, given: true }], ['no version', { purpose: 'face', given: true }],
  ['another purpose', { purpose: 'adverts', version: 1, given: true }], ['an extra field', { purpose: 'face', version: 1, given: true, personId: newId() }],
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
  const enrol = async (status: 'verifying' | 'active' | 'rejected' | 'replaced', rejectReason: string | null = null) => {
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
  expect(await state()).toMatchObject({ faceEnrolment: 'active', rejectReason: 'several_faces' });
});
