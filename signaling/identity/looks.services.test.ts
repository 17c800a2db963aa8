// Masks and looks: who may open an identity, that it is written down and shown to the person, and that refusals leave no trace of data (R144, R158).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OwnIdentity } from '#contracts/identity.ts';
import { Identity, IdentityView } from '#db/entities/identity.ts';
import { addIdentity } from '#db/queries/identities.ts';
import { newId } from '#domain/id.ts';
import { hashPassword } from '#runtime/password.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { cardNumber, orderCode, phoneNumber, register, stated } from '../testing/registrant.ts';

let world: HttpWorld;
let school: School;
let elsewhere: School;
const [number, phone] = [cardNumber(), phoneNumber()];

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  elsewhere = await addSchool(world.deps.orm, world.clock.now(), 'Elsewhere');
  const { personId } = school.learner;
  await em().execute('delete from identity where person_id in (?, ?)', [personId, school.other.personId]);
  await addIdentity(em(), world.deps.vault, {
    personId, documentKind: 'id_card', number, birthDate: '1990-03-07', regionCode: '110105', phone, learnerCategory: 'high_risk', employer: '示范焊接厂', authorityStatus: 'not_asked',
  }, world.clock.now());
});
afterAll(() => world.close());

const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string | undefined => (JSON.parse(response.body) as { error?: { code: string } }).error?.code;
const path = (personId: string) => `/api/persons/${personId}/identity`;
const reveal = (viewer: Known | null, personId: string, payload: object) => world.call(`POST ${path(personId)}/reveal`, viewer, { payload });
const asked = { reason: '申报补贴时核对身份', fields: ['number', 'birthDate'] };
const mine = async () => (await world.call('GET /api/me/identity', school.learner)).json<OwnIdentity>();
const traces = async () => [await em().count(IdentityView), (await world.events('identity:revealed')).length];

it('shows masks by default, to the person and to the office', async () => {
  const masked = {
    documentKind: 'id_card', numberMask: `110*************${number.slice(-2)}`, phoneMask: `138****${phone.slice(-4)}`, learnerCategory: 'high_risk', employer: '示范焊接厂', authority: 'not_asked',
  };
  const [own, office] = [await world.call('GET /api/me/identity', school.learner), await world.call(`GET ${path(school.learner.personId)}`, school.scheduler)];
  expect(own.json()).toMatchObject({ name: 'School learner', identity: masked, views: [] });
  expect(office.json()).toMatchObject({ personId: school.learner.personId, identity: masked });
  for (const { body } of [own, office]) for (const secret of [number, phone, '1990-03-07']) expect(body).not.toContain(secret);
  expect((await world.call('GET /api/me/identity', school.other)).json()).toEqual({ name: 'School other', identity: null, views: [] });
});

it('opens what was asked for, and tells the person who looked, when and why', async () => {
  const response = await reveal(school.scheduler, school.learner.personId, { ...asked, reason: '  申报补贴时   核对身份 ' });
  expect(response.json()).toEqual({ number, birthDate: '1990-03-07', phone: null });
  expect(response.headers['cache-control']).toBe('no-store');
  const at = world.clock.now().toISOString();
  expect((await mine()).views).toEqual([{ at, viewer: 'School scheduler', institution: 'School', fields: ['number', 'birthDate'], reason: '申报补贴时 核对身份' }]);
  const [event] = await world.events('identity:revealed');
  expect(event).toMatchObject({
    stream: `person:${school.learner.personId}`, actor_id: school.scheduler.personId, institution_id: school.institutionId,
    payload: { personId: school.learner.personId, fields: ['number', 'birthDate'], reason: await world.deps.vault.digest(em(), school.learner.personId, '申报补贴时 核对身份') },
  });
  expect(JSON.stringify(event)).not.toMatch(/补贴|1990/);
  world.clock.pass(1000);
  expect((await reveal(school.scheduler, school.learner.personId, { reason: '电话联系学员', fields: ['phone'] })).json()).toEqual({ number: null, birthDate: null, phone });
  expect((await mine()).views.map(({ fields }) => fields)).toEqual([['phone'], ['number', 'birthDate']]);
});

it('is written where nobody changes it', async () => {
  for (const sql of ['update identity_view set reason = reason', 'delete from identity_view', 'truncate identity_view']) {
    await expect(em().execute(sql), sql).rejects.toThrow();
  }
});

it.each<[string, () => Known | null, number, string]>([
  ['nobody', () => null, 401, 'unauthenticated'], ['the learner', () => school.learner, 403, 'forbidden'], ['a fellow learner', () => school.other, 403, 'forbidden'],
  ['the teacher', () => school.teacher, 403, 'forbidden'], ['a regulator', () => school.regulator, 403, 'forbidden'],
  ['the office of another institution', () => elsewhere.scheduler, 404, 'not_found'],
])('refuses %s without a word about the person', async (_what, viewer, status, expected) => {
  const before = await traces();
  const refused = await reveal(viewer(), school.learner.personId, asked);
  expect([refused.statusCode, codeOf(refused)]).toEqual([status, expected]);
  const nobody = await reveal(viewer(), newId(), asked);
  expect([nobody.statusCode, codeOf(nobody)]).toEqual([status, expected]);
  expect((await world.call(`GET ${path(school.learner.personId)}`, viewer())).statusCode).toBe(status);
  expect(await traces()).toEqual(before);
});

it.each([
  ['no reason', { ...asked, reason: '' }], ['an empty reason', { ...asked, reason: '    ' }], ['a reason that says nothing', { ...asked, reason: '哈哈哈哈哈' }],
  ['nothing to see', { ...asked, fields: [] }], ['something else', { ...asked, fields: ['password'] }], ['the same twice', { ...asked, fields: ['phone', 'phone'] }],
])('refuses %s and shows nothing', async (_what, payload) => {
  const before = await traces();
  const refused = await reveal(school.scheduler, school.learner.personId, payload);
  expect([refused.statusCode, codeOf(refused)]).toEqual([400, 'bad_request']);
  expect(await traces()).toEqual(before);
});

it('says of a member who is not registered that there is nothing', async () => {
  expect(codeOf(await reveal(school.scheduler, school.other.personId, asked))).toBe('identity_missing');
  expect((await world.call(`GET ${path(school.other.personId)}`, school.scheduler)).json()).toMatchObject({ identity: null });
});

it('stops whoever opens a hundred identities within an hour', async () => {
  const viewer = await addPerson(world.deps.orm, world.clock.now(), 'Busy', school.institutionId, 'institution');
  const at = world.clock.now();
  for (let index = 0; index < 99; index++) {
    await em().insert(IdentityView, { id: newId(), personId: school.learner.personId, viewerId: viewer.personId, institutionId: school.institutionId, fields: ['phone'], reason: 'before', at });
  }
  const atOnce = await Promise.all(Array.from({ length: 4 }, () => reveal(viewer, school.learner.personId, asked)));
  expect(atOnce.map(({ statusCode }) => statusCode).sort()).toEqual([200, 429, 429, 429]);
  expect(codeOf(await reveal(viewer, school.learner.personId, asked))).toBe('too_many_attempts');
  world.clock.pass(3_600_001);
  expect((await reveal(viewer, school.learner.personId, asked)).statusCode).toBe(200);
});

it('changes the phone of who proves the new one', async () => {
  const next = phoneNumber();
  const password = 'correct horse';
  await em().execute('update account set password_hash = ? where person_id in (?, ?)', [await hashPassword(password), school.learner.personId, school.other.personId]);
  const change = (payload: object) => world.call('PUT /api/me/phone', school.learner, { payload: { password, ...payload } });
  const code = await orderCode(world, next, school.learner);
  expect(world.phone.messages.at(-1)).toMatchObject({ phone: next, purpose: 'change_phone' });
  expect(codeOf(await change({ phone: next, code: code === '111111' ? '222222' : '111111' }))).toBe('phone_code_wrong');
  expect(codeOf(await change({ phone: next, code, password: 'wrong horse' }))).toBe('password_wrong');
  expect((await change({ phone: next, code })).json<OwnIdentity>().identity?.phoneMask).toBe(`138****${next.slice(-4)}`);
  const row = await em().findOneOrFail(Identity, { personId: school.learner.personId });
  expect(world.deps.vault.openField({ personId: school.learner.personId, field: 'phone' }, row.sealedPhone!)).toBe(next);
  expect(codeOf(await world.call('PUT /api/me/phone', school.other, { payload: { password, phone: phoneNumber(), code: '123456' } }))).toBe('identity_missing');
  world.clock.pass(60_000);
  const taken = stated();
  expect((await register(world, taken)).statusCode).toBe(200);
  world.clock.pass(60_000);
  expect(codeOf(await change({ phone: taken.phone, code: await orderCode(world, taken.phone, school.learner) }))).toBe('identity_taken');
});
