// A new face in place of an active one: who sees it, who decides, what follows, what is written down; and that nothing follows without a decision.
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ConsentState } from '#contracts/check.ts';
import { factChannel } from '#contracts/facts.ts';
import type { FaceReplacement, FaceReplacements } from '#contracts/face-approval.ts';
import { pictureKey } from '#contracts/places.ts';
import { FaceEnrolment, FacePicture } from '#db/entities/check.ts';
import { Membership } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { picture } from '../testing/pictures.ts';
import { addConsent, addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let learner: Known;
let former: string;
let newer: string;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());

const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;

async function keptPicture(personId: string): Promise<string> {
  const id = newId();
  const bytes = await picture();
  await world.deps.storage.putBytes(pictureKey(personId, id), await world.deps.vault.seal(em(), personId, bytes));
  const row = { id, institutionId: null, personId, storageKey: pictureKey(personId, id), contentType: 'image/jpeg', sizeBytes: bytes.length, takenAt: world.clock.now(), deleteAfter: null };
  await em().insert(FacePicture, row);
  return id;
}
async function enrolment(personId: string, wish: Partial<FaceEnrolment>): Promise<string> {
  const id = newId();
  await em().insert(FaceEnrolment, {
    id, personId, status: 'active', pictureIds: [await keptPicture(personId), await keptPicture(personId)], modelId: 'model', sealedVectors: Buffer.from('sealed'),
    createdAt: world.clock.now(), settledAt: world.clock.now(), ...wish,
  });
  world.clock.pass(60_000);
  return id;
}

beforeEach(async () => {
  world.clock.pass(60_000);
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  ({ learner } = school);
  await addConsent(world.deps.orm, learner.personId, 'face', world.clock.now());
  former = await enrolment(learner.personId, {});
  newer = await enrolment(learner.personId, { status: 'awaiting_approval', formerDistance: 0.31, requestReason: 'looks_changed', measures: { live1: 0.9, live2: 0.15 } });
});

const list = async (person: Known) => (await world.call('GET /api/face-enrolments', person)).json<FaceReplacements>();
const decide = (person: Known | null, payload: object, id = newer) => world.call(`POST /api/face-enrolments/${id}/decision`, person, { payload });
const look = (person: Known | null, which = 'new-1', id = newer) => world.call(`GET /api/face-enrolments/${id}/pictures/${which}`, person);
const stateOf = async (person: Known) => (await world.call('GET /api/consents', person)).json<ConsentState>();
const row = (id: string) => em().findOneOrFail(FaceEnrolment, { id });
const deleteAfter = async (id: string) => Promise.all((await row(id)).pictureIds.map(async (pictureId) => (await em().findOneOrFail(FacePicture, { id: pictureId })).deleteAfter ?? null));
const eventsOf = async (type: string) => (await world.events(type)).filter(({ stream }) => stream === `person:${learner.personId}`);

it('shows staff of the institution what waits: who, when, why, how far from the former face, and no picture', async () => {
  const { waiting, waitingCount, decided } = await list(school.scheduler);
  expect([waitingCount, decided]).toEqual([1, []]);
  const [{ createdAt: sentAt }, { createdAt: formerAt }] = [await row(newer), await row(former)];
  expect(waiting).toEqual([{
    enrolmentId: newer, personId: learner.personId, name: 'School learner', status: 'awaiting_approval', sentAt: sentAt.toISOString(), why: 'looks_changed', distance: 0.31, live: 0.15,
    pictures: 2, formerPictures: 2, formerAt: formerAt.toISOString(), decision: null,
  } satisfies FaceReplacement]);
  expect(await world.events('picture:viewed')).toEqual([]);
  expect((await list(foreign.scheduler)).waiting).toEqual([]);
  for (const person of [school.teacher, school.learner, school.regulator]) expect(codeOf(await world.call('GET /api/face-enrolments', person))).toBe('forbidden');
});

it('tells the learner where it stands, and keeps the former face while nobody decides', async () => {
  world.clock.pass(90 * 86_400_000);
  expect(await stateOf(learner)).toMatchObject({ replacement: { status: 'awaiting_approval', decidedAt: null, reason: null } });
  expect([(await row(former)).status, (await row(newer)).status]).toEqual(['active', 'awaiting_approval']);
});

it('approved, the new face is the active one, the former pictures go, and everybody is told', async () => {
  const listener = new Client({ connectionString: world.databaseUrl });
  await listener.connect();
  await listener.query(`listen ${factChannel}`);
  const told = new Promise<unknown>((resolve) => { listener.once('notification', ({ payload }) => resolve(JSON.parse(payload ?? 'null'))); });
  const response = await decide(school.scheduler, { approve: true, reason: '  ' });
  expect(response.statusCode).toBe(200);
  const at = world.clock.now();
  expect(response.json<FaceReplacement>()).toMatchObject({
    status: 'active', pictures: 0, formerPictures: 0, decision: { approved: true, by: 'School scheduler', at: at.toISOString(), reason: null },
  });
  expect(await row(newer)).toMatchObject({ status: 'active', decidedBy: school.scheduler.personId, decidedAt: at });
  expect((await row(former)).status).toBe('replaced');
  expect([await deleteAfter(former), await deleteAfter(newer)]).toEqual([[at, at], [null, null]]);
  expect(await stateOf(learner)).toMatchObject({ replacement: null, rejectReason: null });
  expect(await eventsOf('face:approved')).toMatchObject([{
    actor_id: school.scheduler.personId, institution_id: school.institutionId, payload: { enrolmentId: newer, formerId: former, formerDistance: 0.31 },
  }]);
  expect(await told).toEqual({ type: 'face:enrolled', personId: learner.personId });
  await listener.end();
  const { waiting, decided } = await list(school.scheduler);
  expect([waiting, decided.map(({ enrolmentId }) => enrolmentId)]).toEqual([[], [newer]]);
});

it('refused with a reason, the former face stays, the new pictures and vectors go, and the learner reads why', async () => {
  const response = await decide(school.scheduler, { approve: false, reason: ' 照片不是本人 ' });
  expect(response.json<FaceReplacement>()).toMatchObject({ status: 'refused', decision: { approved: false, reason: '照片不是本人' } });
  const at = world.clock.now();
  expect((await row(newer)).sealedVectors ?? null).toBeNull();
  expect([(await row(former)).status, await deleteAfter(former), await deleteAfter(newer)]).toEqual(['active', [null, null], [at, at]]);
  expect(await stateOf(learner)).toMatchObject({ replacement: { status: 'refused', reason: '照片不是本人', decidedAt: at.toISOString() } });
  const written = await eventsOf('face:refused');
  expect(written).toHaveLength(1);
  expect(JSON.stringify(written), 'texts stay out of the event log').not.toContain('照片');
});

it.each([
  ['a refusal without a reason', () => decide(school.scheduler, { approve: false, reason: '   ' }), 400, 'bad_request'],
  ['a reason beyond its length', () => decide(school.scheduler, { approve: false, reason: 'x'.repeat(301) }), 400, 'bad_request'],
  ['a teacher', () => decide(school.teacher, { approve: true, reason: '' }), 403, 'forbidden'],
  ['the learner', () => decide(learner, { approve: true, reason: '' }), 403, 'forbidden'],
  ['a regulator', () => decide(school.regulator, { approve: true, reason: '' }), 403, 'forbidden'],
  ['staff of another institution', () => decide(foreign.scheduler, { approve: true, reason: '' }), 404, 'not_found'],
  ['nobody', () => decide(null, { approve: true, reason: '' }), 401, 'unauthenticated'],
  ['an enrolment that does not exist', () => decide(school.scheduler, { approve: true, reason: '' }, newId()), 404, 'not_found'],
  ['the active one', () => decide(school.scheduler, { approve: false, reason: 'x' }, former), 409, 'face_decided'],
])('refuses %s and changes nothing', async (_what, attempt, status, code) => {
  const response = await attempt();
  expect([response.statusCode, codeOf(response)]).toEqual([status, code]);
  expect([(await row(former)).status, (await row(newer)).status, await deleteAfter(newer)]).toEqual(['active', 'awaiting_approval', [null, null]]);
  expect([...await eventsOf('face:approved'), ...await eventsOf('face:refused')]).toEqual([]);
});

it('lets nobody decide about the own face, nor list it or look at it', async () => {
  await em().insert(Membership, { id: newId(), personId: learner.personId, institutionId: school.institutionId, role: 'institution', createdAt: world.clock.now() });
  expect([codeOf(await decide(learner, { approve: true, reason: '' })), codeOf(await look(learner)), (await list(learner)).waiting]).toEqual(['forbidden', 'forbidden', []]);
  expect((await list(school.scheduler)).waiting).toHaveLength(1);
});

it('takes one decision, also of two at once', async () => {
  const second = await addPerson(world.deps.orm, world.clock.now(), 'Second', school.institutionId, 'admin');
  const answers = await Promise.all([decide(school.scheduler, { approve: true, reason: '' }), decide(second, { approve: false, reason: 'no' })]);
  expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
  expect(codeOf(await decide(school.scheduler, { approve: false, reason: 'again' }))).toBe('face_decided');
  expect([...await eventsOf('face:approved'), ...await eventsOf('face:refused')]).toHaveLength(1);
  expect(await em().count(FaceEnrolment, { personId: learner.personId, status: 'active' })).toBe(1);
});

it('approves nothing without consent, but may still refuse', async () => {
  await addConsent(world.deps.orm, learner.personId, 'face', world.clock.now(), false);
  expect(codeOf(await decide(school.scheduler, { approve: true, reason: '' }))).toBe('consent_missing');
  expect((await row(newer)).status).toBe('awaiting_approval');
  expect((await decide(school.scheduler, { approve: false, reason: 'withdrawn' })).statusCode).toBe(200);
});

it('shows pictures to those who decide, while it waits, and writes each look down', async () => {
  for (const which of ['new-1', 'new-2', 'former-1', 'former-2']) {
    const response = await look(school.scheduler, which);
    expect([response.statusCode, response.headers['content-type'], response.headers['cache-control']]).toEqual([200, 'image/jpeg', 'no-store']);
    expect(response.rawPayload.equals(await picture())).toBe(true);
  }
  const looks = await eventsOf('picture:viewed');
  expect(looks.map(({ actor_id: actor, payload }) => [actor, payload.which, payload.pictureId])).toEqual([
    ...(await row(newer)).pictureIds.map((id, index) => [school.scheduler.personId, `new-${index + 1}`, id]),
    ...(await row(former)).pictureIds.map((id, index) => [school.scheduler.personId, `former-${index + 1}`, id]),
  ]);
  for (const person of [school.teacher, learner, school.regulator]) expect(codeOf(await look(person))).toBe('forbidden');
  expect([codeOf(await look(foreign.scheduler)), codeOf(await look(school.scheduler, 'new-1', newId())), (await look(school.scheduler, 'new-3')).statusCode]).toEqual(['not_found', 'not_found', 400]);
  await decide(school.scheduler, { approve: true, reason: '' });
  expect([codeOf(await look(school.scheduler)), codeOf(await look(school.scheduler, 'former-1'))]).toEqual(['not_found', 'not_found']);
  expect(await eventsOf('picture:viewed')).toHaveLength(4);
});
