// What an authority says ends up in the record, only where the person agreed; and that nothing is half-written when it fails.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Identity } from '#db/entities/identity.ts';
import { Consent } from '#db/entities/people.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { register, stated } from '../testing/registrant.ts';
import { createAuthority } from './authority.ts';

let world: HttpWorld;
let server: Server;
let answer = '{"result":"confirmed"}';
let asked = 0;
beforeAll(async () => {
  world = await openHttpWorld();
  server = createServer((request, response) => { asked++; request.resume(); response.end(answer); }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  world.deps.authority = createAuthority({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, secret: 'shared with the authority' }, world.deps.log, 300);
});
afterAll(async () => {
  server.close();
  await world.close();
});
beforeEach(() => { asked = 0; world.clock.pass(16 * 60_000); });

const both = [{ purpose: 'identity', version: 1 }, { purpose: 'authority', version: 1 }] as const;
const identity = async (personId: string) => world.deps.orm.em.fork().findOneOrFail(Identity, { personId });

it.each([['confirmed', '{"result":"confirmed"}'], ['denied', '{"result":"denied"}'], ['unavailable', 'out of order']])('records %s', async (expected, text) => {
  answer = text;
  const response = await register(world, stated({ consents: [...both] }));
  const { personId, authority } = response.json<{ personId: string; authority: string }>();
  expect([response.statusCode, authority]).toEqual([200, expected]);
  expect(await identity(personId)).toMatchObject({ authorityStatus: expected, authorityAt: world.clock.now() });
  expect((await world.deps.orm.em.fork().find(Consent, { personId })).map(({ purpose }) => purpose).sort()).toEqual(['authority', 'identity']);
});

it('asks nobody without consent, and about nobody whose code was wrong', async () => {
  const { personId } = (await register(world, stated())).json<{ personId: string }>();
  expect(await identity(personId)).toMatchObject({ authorityStatus: 'not_asked', authorityAt: null });
  await world.call('POST /api/registration', null, { payload: { ...stated({ consents: [...both] }), code: '123456' } });
  expect(asked).toBe(0);
});
