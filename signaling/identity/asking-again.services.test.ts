// An authority that was away is asked again by itself, its answer kept once; and what it denied can be put right by the person (R102).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Identity } from '#db/entities/identity.ts';
import { Person } from '#db/entities/people.ts';
import type { AuthorityStatus } from '#domain/identity/authority.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { cardNumber, orderCode, register, stated } from '../testing/registrant.ts';
import { askAgain } from './asking-again.ts';

let world: HttpWorld;
let answer: AuthorityStatus;
const asked: string[] = [];
beforeAll(async () => {
  world = await openHttpWorld();
  world.deps.authority = { asks: true, ask: ({ number }) => { asked.push(number); return Promise.resolve(answer); } };
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.deps.orm.em.fork().execute('delete from identity');
  world.clock.pass(3_600_000);
  asked.length = 0;
});

const both = [{ purpose: 'identity', version: 1 }, { purpose: 'authority', version: 1 }] as const;
const row = (personId: string) => world.deps.orm.em.fork().findOneOrFail(Identity, { personId });
const codeOf = (response: { body: string }): string | undefined => (JSON.parse(response.body) as { error?: { code: string } }).error?.code;
async function registered(status: AuthorityStatus): Promise<{ personId: string; body: ReturnType<typeof stated> }> {
  answer = status;
  const body = stated({ consents: [...both] });
  const { personId } = (await register(world, body)).json<{ personId: string }>();
  asked.length = 0;
  return { personId, body };
}
const minutes = (n: number): void => world.clock.pass(n * 60_000);

it('asks later, twice as late each time, and keeps the answer once', async () => {
  const { personId, body } = await registered('unavailable');
  expect(await askAgain(world.deps)).toBe(0);
  minutes(5);
  expect([await askAgain(world.deps), asked]).toEqual([0, [body.number]]);
  expect(await row(personId)).toMatchObject({ authorityStatus: 'unavailable', authorityTries: 2 });
  minutes(9);
  expect([await askAgain(world.deps), asked.length]).toEqual([0, 1]);
  minutes(1);
  answer = 'confirmed';
  expect((await Promise.all([askAgain(world.deps), askAgain(world.deps)])).sort()).toEqual([0, 1]);
  expect(asked).toHaveLength(2);
  expect(await row(personId)).toMatchObject({ authorityStatus: 'confirmed', authorityAt: world.clock.now(), authorityNextAt: null });
  expect((await world.events('identity:authorityAnswered')).filter(({ payload }) => payload.personId === personId)).toMatchObject([{ stream: `person:${personId}`, payload: { authority: 'confirmed' } }]);
  minutes(24 * 60);
  expect([await askAgain(world.deps), asked.length]).toEqual([0, 2]);
});

it('asks nothing once the consent to it was taken back', async () => {
  const { personId } = await registered('unavailable');
  await world.deps.orm.em.fork().execute(`insert into consent (id, person_id, purpose, version, given, at) values (gen_random_uuid(), ?, 'authority', 1, false, ?)`, [personId, world.clock.now()]);
  minutes(60);
  expect([await askAgain(world.deps), asked]).toEqual([0, []]);
});

it('what was denied is put right once, by asking again; another name only where the authority confirms it', async () => {
  const { personId, body } = await registered('denied');
  const account = await world.deps.orm.em.fork().execute<{ id: string }[]>('select id from account where person_id = ?', [personId]);
  const person: Known = { personId, accountId: account[0]!.id };
  const { password, locale, ...own } = body;
  const correct = async (change: object) => {
    world.clock.pass(31_000);
    return world.call('POST /api/me/identity', person, { payload: { ...own, ...change, code: await orderCode(world, body.phone, person) } });
  };
  expect([password.length > 0, locale]).toEqual([true, 'zh']);
  expect(codeOf(await correct({ consents: [both[0]] }))).toBe('consent_missing');
  answer = 'unavailable';
  expect(codeOf(await correct({ name: '韩梅梅' }))).toBe('identity_denied');
  const other = await register(world, stated({ number: cardNumber() }));
  expect(other.statusCode).toBe(200);
  answer = 'confirmed';
  const number = cardNumber();
  expect((await correct({ number, name: '韩梅梅' })).json()).toMatchObject({ personId, authority: 'confirmed' });
  expect(await row(personId)).toMatchObject({ authorityStatus: 'confirmed', numberMask: `110*************${number.slice(-2)}` });
  expect((await world.deps.orm.em.fork().findOneOrFail(Person, { id: personId })).name).toBe('韩梅梅');
  expect((await world.events('identity:corrected')).map(({ payload }) => payload)).toMatchObject([{ personId, renamed: true, authority: 'confirmed' }]);
  expect(codeOf(await world.call('POST /api/me/identity', person, { payload: { ...own, code: '123456' } }))).toBe('identity_taken');
});

it('keeps another person’s document from being put in place of one’s own', async () => {
  const taken = stated();
  expect((await register(world, taken)).statusCode).toBe(200);
  const { personId, body } = await registered('denied');
  const [account] = await world.deps.orm.em.fork().execute<{ id: string }[]>('select id from account where person_id = ?', [personId]);
  world.clock.pass(31_000);
  const person: Known = { personId, accountId: account!.id };
  const code = await orderCode(world, body.phone, person);
  const { password, locale, ...own } = body;
  expect([password.length > 0, locale]).toEqual([true, 'zh']);
  const response = await world.call('POST /api/me/identity', person, { payload: { ...own, number: taken.number, code } });
  expect(codeOf(response)).toBe('identity_taken');
  expect(await row(personId)).toMatchObject({ authorityStatus: 'denied' });
});
