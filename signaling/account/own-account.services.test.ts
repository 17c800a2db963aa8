// One's own account: another password, a forgotten one, and the end of it; what each ends, leaves and refuses (R144; consent can be taken back).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FaceEnrolment } from '#db/entities/check.ts';
import { Identity } from '#db/entities/identity.ts';
import { Account, Enrolment, LoginSession } from '#db/entities/people.ts';
import { addIdentity } from '#db/queries/identities.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import { newId } from '#domain/id.ts';
import { hashPassword } from '#runtime/password.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { cardNumber, phoneNumber } from '../testing/registrant.ts';
import { addConsent, addPerson, addSchool } from '../testing/school.ts';

const [password, next] = ['correct horse', 'another horse'];
let world: HttpWorld;
let hash: string;
let person: Known;
let phone: string;
beforeAll(async () => {
  world = await openHttpWorld();
  hash = await hashPassword(password);
});
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.pass(16 * 60_000);
  person = await addPerson(world.deps.orm, world.clock.now(), '李雷', null, null, hash);
  phone = phoneNumber();
  await addIdentity(em(), world.deps.vault, {
    personId: person.personId, documentKind: 'id_card', number: cardNumber(), birthDate: '1990-03-07', regionCode: '110105', phone, learnerCategory: 'other', employer: null, authorityStatus: 'not_asked',
  }, world.clock.now());
});

const em = () => world.deps.orm.em.fork();
const codeOf = (response: { statusCode: number; body: string }): string | undefined => (JSON.parse(response.body) as { error?: { code: string } }).error?.code;
const logIn = (login: string, typed: string) => world.call('POST /api/session', null, { payload: { login, password: typed } });
const change = (payload: object) => world.call('PUT /api/me/password', person, { payload });
const orderReset = (to = phone) => world.call('POST /api/password-reset/phone-code', null, { payload: { phone: to, locale: 'zh' } });
const reset = (payload: object) => world.call('POST /api/password-reset', null, { payload });
const events = async (type: string) => (await world.events(type)).filter(({ payload }) => payload.personId === person.personId);

describe('another password', () => {
  it('is taken with the present one, and logs out everywhere else', async () => {
    const elsewhere = await world.cookieOf(person);
    const here = await world.cookieOf(person);
    const response = await world.app.inject({ method: 'PUT', url: '/api/me/password', headers: { cookie: here }, payload: { password, next } });
    expect(response.statusCode).toBe(200);
    const known = async (cookie: string) => (await world.app.inject({ method: 'GET', url: '/api/me', headers: { cookie } })).statusCode;
    expect([await known(here), await known(elsewhere)]).toEqual([200, 401]);
    expect([(await logIn(phone, next)).statusCode, codeOf(await logIn(phone, password))]).toEqual([200, 'wrong_credentials']);
    expect(await events('account:passwordChanged')).toHaveLength(1);
  });
  it.each([
    ['a wrong one', { password: 'wrong horse', next }, 'password_wrong'], ['a short new one', { password, next: 'short' }, 'password_weak'],
    ['one that repeats itself', { password, next: '1111111111' }, 'password_weak'], ['nothing', { next }, 'bad_request'],
  ])('is refused with %s', async (_what, payload, code) => {
    expect(codeOf(await change(payload))).toBe(code);
    expect((await logIn(phone, password)).statusCode).toBe(200);
  });
  it('is no place to guess the present one, and may not be the phone', async () => {
    expect(codeOf(await change({ password, next: `a${phone}` }))).toBe('password_weak');
    const guesses = await Promise.all(Array.from({ length: 12 }, () => change({ password: 'wrong horse', next })));
    expect(guesses.map(codeOf).filter((code) => code === 'too_many_attempts')).toHaveLength(2);
    expect(codeOf(await change({ password, next }))).toBe('too_many_attempts');
  });
});

describe('a forgotten one', () => {
  it('is set anew by whoever has the phone, and logs out everywhere', async () => {
    const cookie = await world.cookieOf(person);
    expect((await orderReset()).statusCode).toBe(200);
    expect((await reset({ phone, code: world.phone.codeOf(phone), next })).statusCode).toBe(200);
    expect((await world.app.inject({ method: 'GET', url: '/api/me', headers: { cookie } })).statusCode).toBe(401);
    expect([(await logIn(phone, next)).statusCode, codeOf(await logIn(phone, password))]).toEqual([200, 'wrong_credentials']);
    expect(await events('account:passwordReset')).toHaveLength(1);
  });
  it('tells nothing of a phone before it is proven, and takes no code of another purpose', async () => {
    const stranger = phoneNumber();
    const [known, unknown] = [await orderReset(), await orderReset(stranger)];
    expect([known.statusCode, unknown.statusCode]).toEqual([200, 200]);
    expect(Object.keys(unknown.json())).toEqual(Object.keys(known.json()));
    const wrong = (code: string): string => (code === '000000' ? '111111' : '000000');
    expect(codeOf(await reset({ phone: stranger, code: wrong(world.phone.codeOf(stranger)), next }))).toBe('phone_code_wrong');
    expect(codeOf(await reset({ phone: stranger, code: world.phone.codeOf(stranger), next }))).toBe('not_found');
    const other = phoneNumber();
    await world.call('POST /api/registration/phone-code', null, { payload: { phone: other, locale: 'zh' } });
    expect(codeOf(await reset({ phone: other, code: world.phone.codeOf(other), next }))).toBe('phone_code_wrong');
    expect((await logIn(phone, password)).statusCode).toBe(200);
  });
  it('is not set for an account that was switched off', async () => {
    await em().nativeUpdate(Account, { personId: person.personId }, { disabledAt: world.clock.now() });
    await orderReset();
    expect(codeOf(await reset({ phone, code: world.phone.codeOf(phone), next }))).toBe('not_found');
  });
});

describe('the end of an account', () => {
  const close = (payload: object, who = person) => world.call('POST /api/me/closing', who, { payload });
  it('ends access, faces, consents and phone, and leaves what training was had', async () => {
    const { personId } = person;
    const school = await addSchool(world.deps.orm, world.clock.now());
    await em().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId: school.cohortId, personId, createdAt: world.clock.now(), endedAt: null });
    for (const purpose of ['recording', 'face'] as const) await addConsent(world.deps.orm, personId, purpose, world.clock.now());
    await em().insert(FaceEnrolment, {
      id: newId(), personId, status: 'active', rejectReason: null, pictureIds: [], modelId: 'm', sealedVectors: Buffer.from('v'), createdAt: world.clock.now(), settledAt: world.clock.now(),
    });
    world.clock.pass(1000);
    const cookie = await world.cookieOf(person);
    expect((await close({ password })).statusCode).toBe(200);
    expect((await world.app.inject({ method: 'GET', url: '/api/me', headers: { cookie } })).statusCode).toBe(401);
    expect(codeOf(await logIn(phone, password))).toBe('wrong_credentials');
    expect(await em().findOneOrFail(Account, { personId })).toMatchObject({ disabledAt: world.clock.now(), closedAt: world.clock.now() });
    expect(await em().count(LoginSession, { accountId: person.accountId })).toBe(0);
    expect(await em().findOneOrFail(FaceEnrolment, { personId })).toMatchObject({ status: 'replaced', sealedVectors: null });
    expect(await checkWayOf(em(), personId)).toMatchObject({ faceConsent: 'refused', recordingNoticed: false });
    expect(await em().findOneOrFail(Identity, { personId })).toMatchObject({ sealedPhone: null, phoneHash: null, phoneMask: null });
    expect(await em().findOneOrFail(Enrolment, { personId })).toMatchObject({ endedAt: world.clock.now() });
    expect([(await events('account:closed')).length, (await events('face:withdrawn')).length, (await events('consent:withdrawn')).length]).toEqual([1, 1, 2]);
  });
  it('is refused with a wrong password, and to staff', async () => {
    expect(codeOf(await close({ password: next }))).toBe('password_wrong');
    const school = await addSchool(world.deps.orm, world.clock.now());
    const teacher = await addPerson(world.deps.orm, world.clock.now(), '周', school.institutionId, 'teacher', hash);
    expect(codeOf(await close({ password }, teacher))).toBe('forbidden');
    expect(await em().count(Account, { personId: { $in: [person.personId, teacher.personId] }, disabledAt: null })).toBe(2);
  });
});
