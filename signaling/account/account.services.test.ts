// Logging in and out: what a session is worth, what is refused, and what the browser is told.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Account, LoginSession } from '#db/entities/people.ts';
import { hashPassword } from '#runtime/password.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { personBySession, sessionCookie } from './session.ts';

let world: HttpWorld;
let school: School;
let person: Known;
let login: string;
const password = 'right-password-1';

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  ({ person, login } = await newcomer());
});
afterAll(() => world.close());

async function newcomer(): Promise<{ person: Known; login: string }> {
  const known = await addPerson(world.deps.orm, world.clock.now(), '李雷', school.institutionId, 'student', await hashPassword(password));
  return { person: known, login: `login-${known.personId}` };
}
const logIn = (body: unknown, options: object = {}) => world.call('POST /api/session', null, { payload: body as object, ...options });
const tokenOf = (setCookie: unknown): string => /keshi_session=([^;]*)/.exec(String(setCookie))?.[1] ?? '';
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;

it('logs in with an HttpOnly Lax cookie and stores only the hash of its token', async () => {
  const response = await logIn({ login, password });
  expect(response.statusCode).toBe(200);
  expect(response.json()).toMatchObject({ personId: person.personId, name: '李雷', locale: 'zh', memberships: [{ institutionId: school.institutionId, institutionName: 'School', role: 'student' }] });
  const cookie = String(response.headers['set-cookie']);
  expect(cookie).toMatch(/HttpOnly; SameSite=Lax$/);
  expect(cookie).not.toContain('Secure');
  const token = tokenOf(cookie);
  const row = await world.deps.orm.em.fork().findOneOrFail(LoginSession, { accountId: person.accountId });
  expect(row.tokenHash.length).toBe(32);
  expect(Buffer.from(row.tokenHash).includes(Buffer.from(token, 'base64url'))).toBe(false);
  expect(await personBySession(world.deps, `a=b; ${sessionCookie}=${token}`)).toMatchObject({ personId: person.personId });
});

it('logs out: the cookie goes and the token is worth nothing', async () => {
  const token = tokenOf((await logIn({ login, password })).headers['set-cookie']);
  const cookie = `${sessionCookie}=${token}`;
  const response = await world.call('DELETE /api/session', null, { headers: { cookie, 'content-type': 'application/json' }, payload: '' });
  expect(response.statusCode).toBe(200);
  expect(String(response.headers['set-cookie'])).toContain('Max-Age=0');
  expect((await world.app.inject({ url: '/api/me', headers: { cookie } })).statusCode).toBe(401);
});

it('keeps a session 12 hours from its last use, and never beyond 30 days', async () => {
  const token = tokenOf((await logIn({ login, password })).headers['set-cookie']);
  const cookie = `${sessionCookie}=${token}`;
  const loggedInAt = world.clock.now();
  for (let halfDay = 0; halfDay < 59; halfDay++) {
    world.clock.pass(11.99 * 3_600_000);
    expect(await personBySession(world.deps, cookie), `half day ${halfDay}`).not.toBeNull();
  }
  world.clock.set(new Date(loggedInAt.getTime() + 30 * 24 * 3_600_000 + 1000));
  expect(await personBySession(world.deps, cookie)).toBeNull();
  const idle = `${sessionCookie}=${tokenOf((await logIn({ login, password })).headers['set-cookie'])}`;
  world.clock.pass(12 * 3_600_000 + 1);
  expect(await personBySession(world.deps, idle)).toBeNull();
});

it('answers an unknown login, a wrong password and a disabled account alike', async () => {
  const gone = await newcomer();
  await world.deps.orm.em.fork().nativeUpdate(Account, { id: gone.person.accountId }, { disabledAt: world.clock.now() });
  const answers = [
    await logIn({ login: 'nobody-at-all', password }), await logIn({ login, password: 'wrong' }), await logIn({ login: gone.login, password }),
  ];
  for (const answer of answers) {
    expect(answer.statusCode).toBe(401);
    expect(answer.body).toBe(answers[0]!.body);
    expect(answer.headers['set-cookie']).toBeUndefined();
  }
  expect(codeOf(answers[0]!)).toBe('wrong_credentials');
});

it('does as much work for an unknown login as for a wrong password', async () => {
  const { login: known } = await newcomer();
  // Processor time of this process: what others do on the machine does not count.
  const median = async (name: (index: number) => string): Promise<number> => {
    const spent: number[] = [];
    for (let index = 0; index < 5; index++) {
      const before = process.cpuUsage();
      await logIn({ login: name(index), password: 'wrong' });
      const { user, system } = process.cpuUsage(before);
      spent.push(user + system);
    }
    return spent.sort((a, b) => a - b)[2]!;
  };
  await logIn({ login: 'warm-up', password: 'wrong' });
  const ratio = (await median((index) => `unknown-${index}`)) / (await median(() => known));
  // The hash alone takes tens of milliseconds; without it an unknown login would be answered for a tenth of that.
  expect(ratio).toBeGreaterThan(0.4);
  expect(ratio).toBeLessThan(2.5);
});

it('refuses the eleventh wrong password of a login, also made at once, until a quarter of an hour is over', async () => {
  const { login: tried } = await newcomer();
  const answers = await Promise.all(Array.from({ length: 14 }, () => logIn({ login: tried, password: 'wrong' })));
  expect(answers.filter((answer) => answer.statusCode === 401)).toHaveLength(10);
  const refused = answers.filter((answer) => answer.statusCode === 429);
  expect(refused).toHaveLength(4);
  expect(codeOf(refused[0]!)).toBe('too_many_attempts');
  expect(Number(refused[0]!.headers['retry-after'])).toBe(900);
  expect((await logIn({ login: tried, password })).statusCode).toBe(429);
  world.clock.pass(15 * 60_000 + 1);
  expect((await logIn({ login: tried, password })).statusCode).toBe(200);
});

it('refuses an address after a hundred wrong passwords, but not the neighbours who know theirs', async () => {
  const options = { remoteAddress: '10.1.2.3' };
  for (let index = 0; index < 100; index += 10) {
    await Promise.all(Array.from({ length: 10 }, (_, one) => logIn({ login: `guess-${index + one}`, password: 'x' }, options)));
    expect((await logIn({ login, password }, options)).statusCode).toBe(index < 90 ? 200 : 429);
  }
  expect((await logIn({ login, password }, { remoteAddress: '10.1.2.4' })).statusCode).toBe(200);
});

it.each([
  ['an extra field', { login: 'a', password: 'b', admin: true }], ['no password', { login: 'a' }], ['an empty login', { login: '', password: 'b' }],
  ['a number', { login: 1, password: 'b' }], ['a list', []], ['nothing', undefined],
])('refuses a login with %s', async (_what, body) => {
  const response = await logIn(body);
  expect(response.statusCode).toBe(400);
  expect(codeOf(response)).toBe('bad_request');
});

it('keeps the chosen language and refuses another', async () => {
  expect((await world.call('PUT /api/me/locale', person, { payload: { locale: 'en' } })).statusCode).toBe(200);
  expect((await world.call('GET /api/me', person)).json()).toMatchObject({ locale: 'en' });
  expect((await world.call('PUT /api/me/locale', person, { payload: { locale: 'fr' } })).statusCode).toBe(400);
  expect((await world.call('GET /api/me', person)).json()).toMatchObject({ locale: 'en' });
});
