// Registering: what is written and how it lies there, every refusal, and that nothing is learnt about others (R9, R84, R102, R144).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Identity, PhoneCode } from '#db/entities/identity.ts';
import { Account, Consent, Person } from '#db/entities/people.ts';
import { sendPhoneCode, takePhoneCode } from '#db/queries/phone-codes.ts';
import { newId } from '#domain/id.ts';
import { checkDigitOf } from '#domain/identity/document.ts';
import { addPerson } from '../testing/school.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { cardNumber, orderCode, phoneNumber, register, stated, type Stated } from '../testing/registrant.ts';

let world: HttpWorld;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
// The limits of an address and of a phone are a quarter of an hour and more.
beforeEach(() => world.clock.pass(16 * 60_000));

const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string | undefined => (JSON.parse(response.body) as { error?: { code: string } }).error?.code;
const rows = async () => [await em().count(Person), await em().count(Account), await em().count(Identity), await em().count(Consent)];
const send = (body: Stated & { code: string }) => world.call('POST /api/registration', null, { payload: body });

it('makes person, account and sealed identity, and lets the person in by phone and password', async () => {
  const body = stated({ name: ' 李  雷 ' });
  const done = await register(world, body);
  expect([done.statusCode, done.json<{ authority: string }>().authority]).toEqual([200, 'not_asked']);
  const { personId } = done.json<{ personId: string }>();
  const login = await world.call('POST /api/session', null, { payload: { login: `+86 ${body.phone}`, password: body.password } });
  expect(login.json()).toMatchObject({ personId, name: '李雷', memberships: [] });
  const wrong = await world.call('POST /api/session', null, { payload: { login: body.phone, password: 'another one' } });
  expect([wrong.statusCode, codeOf(wrong)]).toEqual([401, 'wrong_credentials']);
  expect(await em().find(Consent, { personId })).toMatchObject([{ purpose: 'identity', version: 1, given: true }]);
  const event = (await world.events('identity:registered')).at(-1);
  expect(event).toMatchObject({ stream: `person:${personId}`, actor_id: personId, payload: { personId, documentKind: 'id_card', learnerCategory: 'enterprise_staff', authority: 'not_asked' } });
});

it('keeps number, birth date and phone nowhere in clear', async () => {
  const body = stated();
  const { personId } = (await register(world, body)).json<{ personId: string }>();
  const [row] = await em().execute<{ text: string }[]>(
    `select (select row_to_json(i)::text from identity i where i.person_id = ?) || (select string_agg(row_to_json(c)::text, '') from phone_code c)
      || (select string_agg(row_to_json(e)::text, '') from event e) || (select row_to_json(a)::text from account a where a.person_id = ?) as text`, [personId, personId]);
  for (const secret of [body.number, body.phone, body.number.slice(6, 14)]) {
    expect(row!.text).not.toContain(secret);
    expect(row!.text).not.toContain(Buffer.from(secret).toString('hex'));
  }
  const identity = await em().findOneOrFail(Identity, { personId });
  const { keyVersion } = world.deps.vault;
  expect(identity).toMatchObject({ numberMask: `110*************${body.number.slice(-2)}`, phoneMask: `138****${body.phone.slice(-4)}`, regionCode: '110105', keyVersion });
  expect(world.deps.vault.openField({ personId, field: 'number' }, identity.sealedNumber)).toBe(body.number);
  expect(world.deps.vault.openField({ personId, field: 'birth_date' }, identity.sealedBirthDate!)).toBe('1990-03-07');
  expect(() => world.deps.vault.openField({ personId, field: 'phone' }, identity.sealedNumber)).toThrow('do not open');
});

it('takes documents of others too', async () => {
  for (const [documentKind, number] of [['passport', 'E12345678'], ['permanent_residence', 'USA110123456789'], ['home_return_permit', 'H12345678'], ['taiwan_permit', '12345678']] as const) {
    const response = await register(world, stated({ documentKind, number, name: 'Anna Maria', birthDate: '1991-05-06' }));
    expect(response.statusCode, documentKind).toBe(200);
    const { personId } = response.json<{ personId: string }>();
    const identity = await em().findOneOrFail(Identity, { personId });
    expect(identity).toMatchObject({ documentKind, regionCode: null });
    expect(world.deps.vault.openField({ personId, field: 'birth_date' }, identity.sealedBirthDate!)).toBe('1991-05-06');
  }
});

const digit = (seventeen: string): string => seventeen + checkDigitOf(seventeen);
it.each<[string, Partial<Stated & { code: string }>, number, string]>([
  ['a wrong check digit', { number: '110105194912310021' }, 400, 'document_invalid'],
  ['a birth date in the future', { number: digit('11010520301123002') }, 400, 'document_invalid'],
  ['a day that never was', { number: digit('11010519900230002') }, 400, 'document_invalid'],
  ['an unknown region', { number: digit('99010519491231002') }, 400, 'document_invalid'],
  ['a card of the first generation', { number: '110105491231002' }, 400, 'document_invalid'],
  ['somebody of fifteen', { number: digit('11010520110303002') }, 403, 'too_young'],
  ['a child', { documentKind: 'passport', number: 'E7654321', birthDate: '2013-01-01' }, 403, 'too_young'],
  ['a passport without a birth date', { documentKind: 'passport', number: 'E7654321' }, 400, 'bad_request'],
  ['a passport that is none', { documentKind: 'passport', number: '12' }, 400, 'document_invalid'],
  ['a phone of elsewhere', { phone: '+1 415 555 0100' }, 400, 'phone_invalid'],
  ['no name', { name: '  ' }, 400, 'bad_request'],
  ['no employer for staff of an enterprise', { employer: ' ' }, 400, 'bad_request'],
  ['a plain password', { password: '1111111111' }, 400, 'password_weak'],
  ['no consent', { consents: [] }, 403, 'consent_missing'],
  ['consent to asking alone', { consents: [{ purpose: 'authority', version: 1 }] }, 403, 'consent_missing'],
  ['consent to another text', { consents: [{ purpose: 'identity', version: 2 }] }, 400, 'bad_request'],
  ['a code that is none', { code: '12345' }, 400, 'bad_request'],
  ['an extra field', { admin: true } as object, 400, 'bad_request'],
])('refuses %s, writes nothing and leaves the code alone', async (_what, change, status, expected) => {
  const body = stated();
  const code = await orderCode(world, body.phone);
  const before = await rows();
  const response = await send({ ...body, code, ...change });
  expect([response.statusCode, codeOf(response)]).toEqual([status, expected]);
  expect(await rows()).toEqual(before);
  expect((await send({ ...body, code })).statusCode).toBe(200);
});

it('refuses a wrong code, the sixth try, an old one, a used one and one for another phone', async () => {
  const body = stated();
  const before = await rows();
  expect(codeOf(await send({ ...body, code: '123456' }))).toBe('phone_code_wrong');
  const code = await orderCode(world, body.phone);
  const wrong = code === '111111' ? '222222' : '111111';
  expect(codeOf(await send({ ...body, phone: phoneNumber(), code }))).toBe('phone_code_wrong');
  for (let index = 0; index < 5; index++) expect(codeOf(await send({ ...body, code: wrong }))).toBe('phone_code_wrong');
  expect(codeOf(await send({ ...body, code }))).toBe('too_many_attempts');
  world.clock.pass(31_000);
  const second = await orderCode(world, body.phone);
  world.clock.pass(5 * 60_000);
  expect(codeOf(await send({ ...body, code: second }))).toBe('phone_code_expired');
  world.clock.pass(31_000);
  const third = await orderCode(world, body.phone);
  expect(await rows()).toEqual(before);
  expect((await send({ ...body, code: third })).statusCode).toBe(200);
  expect(codeOf(await send({ ...body, number: cardNumber(), code: third }))).toBe('phone_code_expired');
});

it('takes a code once when two come with it at the same moment', async () => {
  const body = stated();
  const code = await orderCode(world, body.phone);
  const answers = await Promise.all([send({ ...body, code }), send({ ...body, code, number: cardNumber() })]);
  expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 410]);
});

it('registers nobody twice, in the same words for document and phone', async () => {
  const first = stated();
  await register(world, first);
  world.clock.pass(60_000);
  const before = await rows();
  const sameNumber = await register(world, stated({ number: first.number.toLowerCase() }));
  const samePhone = await register(world, stated({ phone: first.phone }));
  expect([sameNumber.statusCode, codeOf(sameNumber)]).toEqual([409, 'identity_taken']);
  expect(samePhone.body).toBe(sameNumber.body);
  expect(sameNumber.body).not.toMatch(/李雷|1101|138/);
  expect(await rows()).toEqual(before);
});

it('lets one of two in who register one document at the same moment', async () => {
  const number = cardNumber();
  const [one, two] = [stated({ number }), stated({ number })];
  const [codeOne, codeTwo] = [await orderCode(world, one.phone), await orderCode(world, two.phone)];
  const before = await rows();
  const answers = await Promise.all([send({ ...one, code: codeOne }), send({ ...two, code: codeTwo })]);
  expect(answers.map((answer) => answer.statusCode).sort()).toEqual([200, 409]);
  expect(await rows()).toEqual(before.map((count) => count + 1));
});

it('answers alike whether a phone is known or not, before a code proved it', async () => {
  const known = stated();
  await register(world, known);
  world.clock.pass(60_000);
  const order = (phone: string) => world.call('POST /api/registration/phone-code', null, { payload: { phone, locale: 'zh' } });
  const unknown = stated();
  expect((await order(known.phone)).body).toBe((await order(unknown.phone)).body);
  const guess = (body: Stated) => send({ ...body, code: '999999' === world.phone.codeOf(body.phone) ? '999998' : '999999' });
  expect((await guess({ ...unknown, number: known.number })).body).toBe((await guess(unknown)).body);
  expect((await guess({ ...known, number: cardNumber() })).body).toBe((await guess(unknown)).body);
});

it('sends a phone one code in half a minute and five in an hour, and an address sixty in a quarter of an hour', async () => {
  const phone = phoneNumber();
  const order = (number: string, remoteAddress = '10.0.0.1') => world.call('POST /api/registration/phone-code', null, { payload: { phone: number, locale: 'zh' }, remoteAddress });
  const sent = world.phone.messages.length;
  for (let index = 0; index < 5; index++) {
    expect((await order(phone)).statusCode).toBe(200);
    expect(codeOf(await order(phone))).toBe('too_many_attempts');
    world.clock.pass(31_000);
  }
  expect(codeOf(await order(phone))).toBe('too_many_attempts');
  expect(world.phone.messages.length).toBe(sent + 5);
  world.clock.pass(3_600_000);
  for (let index = 0; index < 60; index++) expect((await order(phoneNumber(), '10.0.0.2')).statusCode).toBe(200);
  const refused = await order(phoneNumber(), '10.0.0.2');
  expect([refused.statusCode, refused.headers['retry-after']]).toEqual([429, '900']);
  expect((await order(phoneNumber(), '10.0.0.3')).statusCode).toBe(200);
});

it('does not let codes that others order keep a learner from their own', async () => {
  const body = stated();
  const { personId } = (await register(world, body)).json<{ personId: string }>();
  const { orm, vault, phone, now } = world.deps;
  const own = () => sendPhoneCode({ orm, vault, phone }, { personId, phone: null, purpose: 'sign_in', now: now(), locale: 'zh' });
  for (let index = 0; index < 5; index++) {
    world.clock.pass(31_000);
    await world.call('POST /api/registration/phone-code', null, { payload: { phone: body.phone, locale: 'zh' } });
  }
  expect(codeOf(await world.call('POST /api/registration/phone-code', null, { payload: { phone: body.phone, locale: 'zh' } }))).toBe('too_many_attempts');
  await own();
  const code = world.phone.codeOf(body.phone);
  await expect(own()).rejects.toMatchObject({ code: 'too_many_attempts' });
  const answer = { personId, phone: null, purpose: 'sign_in', now: now() } as const;
  await expect(takePhoneCode(em(), vault, { personId: null, phone: body.phone, purpose: 'register', now: now(), code })).rejects.toMatchObject({ code: 'phone_code_wrong' });
  await takePhoneCode(em(), vault, { ...answer, code });
  await expect(takePhoneCode(em(), vault, { ...answer, code })).rejects.toMatchObject({ code: 'phone_code_expired' });
  await expect(orm.em.fork().transactional((work) => takePhoneCode(work, vault, { ...answer, code }))).rejects.toThrow('comes before the unit of work');
  await expect(takePhoneCode(em(), vault, { ...answer, personId: newId(), code })).rejects.toMatchObject({ code: 'phone_missing' });
});

it('writes nothing while the provider is down, and the next code comes at once', async () => {
  const body = stated();
  world.phone.down = true;
  const response = await world.call('POST /api/registration/phone-code', null, { payload: { phone: body.phone, locale: 'zh' } }).finally(() => { world.phone.down = false; });
  expect([response.statusCode, codeOf(response)]).toEqual([503, 'phone_unavailable']);
  expect(await em().count(PhoneCode, { phoneHash: world.deps.vault.lookupHash('phone', body.phone) })).toBe(0);
  expect(codeOf(await send({ ...body, code: '123456' }))).toBe('phone_code_wrong');
  expect((await register(world, body)).statusCode).toBe(200);
});

it('completes an account that an institution made, once, and keeps its name', async () => {
  const person = await addPerson(world.deps.orm, world.clock.now(), '王芳', null, null);
  const { documentKind, number, phone, learnerCategory, employer, consents } = stated();
  const body = { documentKind, number, phone, learnerCategory, employer, consents };
  const own = async (change: object = {}) => world.call('POST /api/me/identity', person, { payload: { ...body, code: world.phone.codeOf(body.phone), ...change } });
  await orderCode(world, body.phone, person);
  expect(codeOf(await own({ code: '12' }))).toBe('bad_request');
  expect((await own()).json()).toMatchObject({ personId: person.personId });
  expect((await em().findOneOrFail(Person, { id: person.personId })).name).toBe('王芳');
  expect(codeOf(await own())).toBe('identity_taken');
  expect((await world.call('GET /api/me/identity', person)).json()).toMatchObject({ name: '王芳', identity: { documentKind: 'id_card', authority: 'not_asked' }, views: [] });
});
