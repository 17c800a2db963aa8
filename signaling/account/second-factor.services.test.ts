// The second factor: who must have one and gets nowhere without, how it is set up and asked for, what counts once, what is refused and locked (R144, R147).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { BegunFactor, OwnFactor, RecoveryCodes } from '#contracts/factor-routes.ts';
import { restRoutes, type RouteName, type RouteSpec } from '#contracts/rest.ts';
import { LoginSession } from '#db/entities/people.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { grantOversight } from '#db/queries/oversight.ts';
import { forgetFactor } from '#db/queries/second-factor.ts';
import { hashPassword } from '#runtime/password.ts';
import { totpCode, totpStep } from '#runtime/totp.ts';
import type { Static } from 'typebox';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

const password = 'correct horse';
let world: HttpWorld;
let school: School;
let hash: string;
let person: Known;
beforeAll(async () => {
  world = await openHttpWorld();
  Object.assign(world.deps.config, { SECOND_FACTOR: 'required' });
  hash = await hashPassword(password);
  school = await addSchool(world.deps.orm, world.clock.now());
});
afterAll(() => world.close());
beforeEach(async () => {
  world.clock.pass(16 * 60_000);
  person = await someone('regulator');
});

const someone = (role: 'regulator' | 'admin' | 'institution' | 'teacher') => addPerson(world.deps.orm, world.clock.now(), '赵敏', school.institutionId, role, hash);
type Answer = Awaited<ReturnType<typeof world.call>>;
const codeOf = (response: Answer): string => response.statusCode === 200 ? 'ok' : response.json<{ error: { code: string } }>().error.code;
const logIn = (code?: string, who = person) => world.call('POST /api/session', null, { payload: { login: `login-${who.personId}`, password, ...(code !== undefined && { code }) } });
const bytesOf = (secret: string): Buffer => Buffer.from((secret.match(/./g) ?? []).map((sign) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign).toString(2).padStart(5, '0')).join('').match(/.{8}/g)!.map((bits) => Number.parseInt(bits, 2)));
const codeAt = (secret: string, stepsAhead = 0): string => totpCode(bytesOf(secret), totpStep(world.clock.now()) + stepsAhead);
const begin = (payload: object = { password }, who = person) => world.call('POST /api/me/second-factor', who, { payload });
const confirm = (code: string, who = person) => world.call('POST /api/me/second-factor/confirmation', who, { payload: { code } });
const state = async (who = person) => (await world.call('GET /api/me/second-factor', who)).json<OwnFactor>();
async function setUp(who = person): Promise<{ secret: string; codes: string[] }> {
  const { secret } = (await begin({ password }, who)).json<Static<typeof BegunFactor>>();
  const { codes } = (await confirm(codeAt(secret), who)).json<RecoveryCodes>();
  world.clock.pass(60_000);
  return { secret, codes };
}

describe('who must have one', () => {
  it.each(['regulator', 'admin'] as const)('as %s gets in with the password, and no further', async (role) => {
    const who = await someone(role);
    expect((await logIn(undefined, who)).json()).toMatchObject({ factorNeeded: true });
    expect(codeOf(await world.call('GET /api/lessons', who))).toBe('second_factor_needed');
    expect(await state(who)).toEqual({ on: false, obliged: true, since: null, codesLeft: 0 });
    await setUp(who);
    expect(codeOf(await world.call('GET /api/lessons', who))).toBe('ok');
    expect((await world.call('GET /api/me', who)).json()).not.toHaveProperty('factorNeeded');
  });
  it('is whoever oversees a region, also one without institutions, from the moment of the grant', async () => {
    const who = await addPerson(world.deps.orm, world.clock.now(), '巡视员', null, null, hash);
    expect(codeOf(await world.call('GET /api/lessons', who))).toBe('ok');
    await unitOfWork(world.deps.orm, platform, (em) => grantOversight(em, who.personId, '460000', 'operator', world.clock.now()));
    expect(codeOf(await world.call('GET /api/lessons', who))).toBe('second_factor_needed');
  });
  it.each(['institution', 'teacher'] as const)('is not %s, who may', async (role) => {
    const who = await someone(role);
    expect([codeOf(await world.call('GET /api/lessons', who)), (await state(who)).obliged]).toEqual(['ok', false]);
    await setUp(who);
    expect(codeOf(await logIn(undefined, who))).toBe('second_factor_required');
  });
  it('is answered by no route but those of setting it up', async () => {
    for (const name of Object.keys(restRoutes) as RouteName[]) {
      const spec: RouteSpec = restRoutes[name];
      if (spec.by === 'anyone' || spec.beforeFactor) continue;
      const response = await world.call(name.replaceAll(/:[A-Za-z0-9]+/g, 'x'), person, name.startsWith('GET') ? {} : { payload: {} });
      expect(codeOf(response), name).toBe('second_factor_needed');
    }
    const before = (Object.keys(restRoutes) as RouteName[]).filter((name) => (restRoutes[name] as RouteSpec).beforeFactor);
    expect(before.sort()).toEqual(['GET /api/me', 'GET /api/me/second-factor', 'POST /api/me/second-factor', 'POST /api/me/second-factor/confirmation', 'PUT /api/me/locale']);
  });
  it('is nobody where it is only offered', async () => {
    for (const config of [{ SECOND_FACTOR: 'offered' }, { SECOND_FACTOR: undefined, DEMO_SEED: true }]) {
      const kept = { ...world.deps.config };
      Object.assign(world.deps.config, config);
      expect([codeOf(await world.call('GET /api/lessons', person)), (await state()).obliged]).toEqual(['ok', false]);
      Object.assign(world.deps.config, kept);
    }
    Object.assign(world.deps.config, { SECOND_FACTOR: undefined, DEMO_SEED: false });
    expect(codeOf(await world.call('GET /api/lessons', person))).toBe('second_factor_needed');
    Object.assign(world.deps.config, { SECOND_FACTOR: 'required', DEMO_SEED: true });
  });
});

describe('setting up', () => {
  it('asks for the password, is nothing before a right code, and logs out elsewhere', async () => {
    expect([codeOf(await begin({ password: 'wrong' })), codeOf(await begin({})), codeOf(await confirm('123456'))]).toEqual(['password_wrong', 'bad_request', 'not_found']);
    const { secret, address } = (await begin()).json<Static<typeof BegunFactor>>();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(address).toBe(`otpauth://totp/Keshi%20localhost:${encodeURIComponent('赵敏')}?secret=${secret}&issuer=Keshi%20localhost&algorithm=SHA1&digits=6&period=30`);
    expect([codeOf(await confirm('000000')), codeOf(await logIn())]).toEqual(['factor_code_wrong', 'ok']);
    const { codes } = (await confirm(codeAt(secret))).json<RecoveryCodes>();
    expect(new Set(codes).size).toBe(10);
    expect(await world.deps.orm.em.fork().count(LoginSession, { accountId: person.accountId })).toBe(1);
    expect(await state()).toEqual({ on: true, obliged: true, since: world.clock.now().toISOString(), codesLeft: 10 });
    expect((await world.events('account:factorOn')).filter(({ payload }) => payload.personId === person.personId)).toHaveLength(1);
  });
  it('keeps secret and recovery codes where nobody reads them', async () => {
    const { secret, codes } = await setUp();
    const dump = JSON.stringify(await world.deps.orm.em.fork().execute(`select encode(sealed_secret, 'escape') as s, (select json_agg(r) from recovery_code r where r.person_id = f.person_id) as r from second_factor f where person_id = ?`, [person.personId]));
    for (const word of [secret, bytesOf(secret).toString('base64'), ...codes, ...codes.map((code) => code.replace('-', ''))]) expect(dump).not.toContain(word);
  });
  it('of another phone asks for a code of the one in force, which counts until then', async () => {
    const { secret } = await setUp();
    expect([codeOf(await begin()), codeOf(await begin({ password, code: '000000' }))]).toEqual(['second_factor_required', 'factor_code_wrong']);
    const next = (await begin({ password, code: codeAt(secret) })).json<Static<typeof BegunFactor>>();
    world.clock.pass(60_000);
    expect(codeOf(await logIn(codeAt(secret)))).toBe('ok');
    expect(codeOf(await confirm(codeAt(next.secret)))).toBe('ok');
    world.clock.pass(60_000);
    expect([codeOf(await logIn(codeAt(secret))), codeOf(await logIn(codeAt(next.secret)))]).toEqual(['factor_code_wrong', 'ok']);
  });
});

describe('logging in', () => {
  it('asks for a code after the right password alone, and takes each code once', async () => {
    const { secret } = await setUp();
    const wrong = await world.call('POST /api/session', null, { payload: { login: `login-${person.personId}`, password: 'wrong', code: codeAt(secret) } });
    expect([codeOf(wrong), codeOf(await logIn()), codeOf(await logIn('000000'))]).toEqual(['wrong_credentials', 'second_factor_required', 'factor_code_wrong']);
    for (const refused of [wrong, await logIn()]) expect(refused.headers['set-cookie']).toBeUndefined();
    const code = codeAt(secret);
    expect([codeOf(await logIn(code)), codeOf(await logIn(code)), codeOf(await logIn(codeAt(secret, -1)))]).toEqual(['ok', 'factor_code_wrong', 'factor_code_wrong']);
    expect([codeOf(await logIn(codeAt(secret, 1))), codeOf(await logIn(codeAt(secret, 2)))]).toEqual(['ok', 'factor_code_wrong']);
  });
  it('lets one of two in who send the same code at once', async () => {
    const { secret } = await setUp();
    const code = codeAt(secret);
    expect((await Promise.all([logIn(code), logIn(code), logIn(code)])).map(codeOf).sort()).toEqual(['factor_code_wrong', 'factor_code_wrong', 'ok']);
  });
  it('is locked after ten wrong codes, for the right one too, until a quarter of an hour is over', async () => {
    const { secret } = await setUp();
    for (let index = 0; index < 10; index++) expect(codeOf(await logIn('000000'))).toBe('factor_code_wrong');
    const refused = await logIn(codeAt(secret));
    expect([codeOf(refused), Number(refused.headers['retry-after'])]).toEqual(['too_many_attempts', 900]);
    world.clock.pass(15 * 60_000 + 1);
    expect(codeOf(await logIn(codeAt(secret)))).toBe('ok');
  });
  it('takes a recovery code once, however it is written, and new ones end the old', async () => {
    const { secret, codes } = await setUp();
    expect([codeOf(await logIn(codes[3])), codeOf(await logIn(codes[3])), codeOf(await logIn(codes[4]!.toLowerCase().replace('-', ' ')))]).toEqual(['ok', 'factor_code_wrong', 'ok']);
    expect([(await state()).codesLeft, (await world.events('account:recoveryCodeUsed')).filter(({ payload }) => payload.personId === person.personId).length]).toEqual([8, 2]);
    const anew = await world.call('POST /api/me/second-factor/recovery-codes', person, { payload: { code: codeAt(secret) } });
    expect(codeOf(await logIn(codes[5]))).toBe('factor_code_wrong');
    expect(codeOf(await logIn(anew.json<RecoveryCodes>().codes[5]))).toBe('ok');
  });
  it('another person’s codes are worth nothing', async () => {
    const other = await setUp(await someone('admin'));
    await setUp();
    expect([codeOf(await logIn(codeAt(other.secret))), codeOf(await logIn(other.codes[0]))]).toEqual(['factor_code_wrong', 'factor_code_wrong']);
  });
});

describe('its end', () => {
  it('is for whoever need not have one, with password and code', async () => {
    const { secret } = await setUp();
    const ending = (who: Known, code: string, typed = password) => world.call('POST /api/me/second-factor/ending', who, { payload: { password: typed, code } });
    expect(codeOf(await ending(person, codeAt(secret)))).toBe('forbidden');
    const teacher = await someone('teacher');
    const own = await setUp(teacher);
    expect([codeOf(await ending(teacher, codeAt(own.secret), 'wrong')), codeOf(await ending(teacher, '000000')), codeOf(await ending(teacher, codeAt(own.secret))), codeOf(await logIn(undefined, teacher))])
      .toEqual(['password_wrong', 'factor_code_wrong', 'ok', 'ok']);
  });
  it('for a lost phone logs out, leaves an event, and the next login sets up another', async () => {
    await setUp();
    const cookie = await world.cookieOf(person);
    expect(await unitOfWork(world.deps.orm, platform, (em) => forgetFactor(em, person.personId, 'forgotten', world.clock.now()))).toBe(true);
    expect((await world.app.inject({ url: '/api/me', headers: { cookie } })).statusCode).toBe(401);
    expect((await logIn()).json()).toMatchObject({ factorNeeded: true });
    expect((await world.events('account:factorForgotten')).at(-1)).toMatchObject({ actor_id: null, payload: { personId: person.personId } });
  });
});
