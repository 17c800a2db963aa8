// Programs of an institution: made by its office, let in by signed requests alone, and given pages that miss nothing while others write.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ApiClientMade, ApiClients } from '#contracts/api-client-routes.ts';
import { apiHeaders, apiScopes, signedRequest } from '#domain/api-client.ts';
import { newId } from '#domain/id.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { addGraduation } from '../testing/certificate.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let client: ApiClientMade;
interface Page { items: Record<string, unknown>[]; cursor: string | null; more: boolean }
interface Change { client?: string; secret?: string; time?: number; nonce?: string; signature?: string; path?: string }
const none = createHash('sha256').digest('hex');
const make = async (of: School, scopes: readonly string[] = apiScopes, perMinute = 6000): Promise<ApiClientMade> =>
  (await world.call(`POST /api/institutions/${of.institutionId}/api-clients`, of.scheduler, { payload: { name: '教务系统', scopes, perMinute } })).json<ApiClientMade>();

function headersOf(path: string, change: Change = {}): Record<string, string> {
  const [time, nonce] = [String(change.time ?? world.clock.now().getTime()), change.nonce ?? randomBytes(12).toString('base64url')];
  const signature = change.signature ?? createHmac('sha256', change.secret ?? client.secret).update(signedRequest(time, nonce, 'GET', change.path ?? path, none)).digest('hex');
  return { [apiHeaders.client]: change.client ?? client.apiClientId, [apiHeaders.time]: time, [apiHeaders.nonce]: nonce, [apiHeaders.signature]: signature };
}
const get = (path: string, change: Change = {}) => world.call(`GET ${path}`, null, { headers: headersOf(path, change) });
const codeOf = (answer: { body: string }): string => (JSON.parse(answer.body) as { error: { code: string } }).error.code;
const pageAt = async (path: string, change: Change = {}): Promise<Page> => (await get(path, change)).json<Page>();
const write = (of: School, type: string) => unitOfWork(world.deps.orm, { personId: null, institutionId: of.institutionId }, (em) =>
  appendEvent(em, { personId: null, institutionId: of.institutionId }, `institution:${of.institutionId}`, type, world.clock.now(), { figure: 1 }));

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());
beforeEach(async () => { client = await make(school); });

describe('a client', () => {
  it('is made with a secret that is told once, shown without it, and ended at once', async () => {
    expect(client.secret).toMatch(/^[\w-]{43}$/);
    const shown = (await world.call(`GET /api/institutions/${school.institutionId}/api-clients`, school.scheduler)).json<ApiClients>();
    expect(shown.clients[0]).toMatchObject({ apiClientId: client.apiClientId, name: '教务系统', scopes: [...apiScopes], endedAt: null, lastUsedAt: null });
    expect(JSON.stringify(shown)).not.toContain(client.secret);
    expect((await get('/api/v1/lessons')).statusCode).toBe(200);
    await world.call(`POST /api/api-clients/${client.apiClientId}/ending`, school.scheduler, { payload: {} });
    expect(codeOf(await get('/api/v1/lessons'))).toBe('api_signature_wrong');
    expect((await world.events('api_client:ended')).at(-1)!.payload).toEqual({ apiClientId: client.apiClientId });
  });
  it.each([[{ name: ' ', scopes: ['lessons:read'], perMinute: 1 }], [{ name: 'x', scopes: [], perMinute: 1 }], [{ name: 'x', scopes: ['all'], perMinute: 1 }], [{ name: 'x', scopes: ['lessons:read'], perMinute: 0 }]])('is not made of %j', async (payload) => {
    expect(codeOf(await world.call(`POST /api/institutions/${school.institutionId}/api-clients`, school.scheduler, { payload }))).toBe('bad_request');
  });
  it('is the office\'s alone', async () => {
    for (const who of [school.teacher, school.learner, school.regulator]) expect(codeOf(await world.call(`GET /api/institutions/${school.institutionId}/api-clients`, who))).toBe('forbidden');
    expect(codeOf(await world.call(`POST /api/api-clients/${client.apiClientId}/ending`, foreign.scheduler, { payload: {} }))).toBe('not_found');
  });
});

describe('a request', () => {
  it('is let in by its signature and nothing else', async () => {
    const path = '/api/v1/lessons?limit=1';
    expect((await get(path)).statusCode).toBe(200);
    expect(codeOf(await world.call(`GET ${path}`, null))).toBe('unauthenticated');
    expect(codeOf(await world.call(`GET ${path}`, school.scheduler))).toBe('unauthenticated');
    for (const change of [{ secret: 'x' }, { signature: '00' }, { signature: 'ab'.repeat(32) }, { client: newId() }, { client: 'x' }, { nonce: 'short' }, { path: '/api/v1/lessons?limit=2' }]) expect(codeOf(await get(path, change)), JSON.stringify(change)).toBe('api_signature_wrong');
  });
  it('has five minutes for its clock, on either side', async () => {
    const now = world.clock.now().getTime();
    for (const off of [-299_000, 299_000]) expect((await get('/api/v1/lessons', { time: now + off })).statusCode).toBe(200);
    for (const off of [-301_000, 301_000]) expect(codeOf(await get('/api/v1/lessons', { time: now + off }))).toBe('api_clock_off');
  });
  it('counts once: the same nonce is refused, also when two come at the same moment', async () => {
    const headers = headersOf('/api/v1/lessons');
    const answers = await Promise.all([1, 2, 3].map(() => world.call('GET /api/v1/lessons', null, { headers })));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 401, 401]);
    expect(codeOf(answers.find(({ statusCode }) => statusCode === 401)!)).toBe('api_nonce_used');
  });
  it('needs the scope, and keeps to its rate', async () => {
    client = await make(school, ['lessons:read'], 3);
    expect(codeOf(await get('/api/v1/ledger'))).toBe('api_scope_missing');
    for (let count = 0; count < 2; count++) expect((await get('/api/v1/lessons')).statusCode).toBe(200);
    const refused = await get('/api/v1/lessons');
    expect([refused.statusCode, Number(refused.headers['retry-after']) > 0]).toEqual([429, true]);
    world.clock.pass(61_000);
    expect((await get('/api/v1/lessons')).statusCode).toBe(200);
  });
});

describe('pages', () => {
  it('have rows of the own institution alone', async () => {
    await addGraduation(world, school, [{ name: '甲' }]).then(({ cohortId }) => world.call(`POST /api/cohorts/${cohortId}/certificates`, school.scheduler, { payload: { personIds: null } }));
    const own = client;
    for (const route of ['lessons', 'certificates', 'events', 'ledger']) expect((await pageAt(`/api/v1/${route}`)).items.length, route).toBeGreaterThan(0);
    client = await make(foreign);
    for (const route of ['certificates', 'ledger']) expect((await pageAt(`/api/v1/${route}`)).items, route).toEqual([]);
    const told = JSON.stringify([await pageAt('/api/v1/lessons'), await pageAt('/api/v1/events')]);
    expect(told).not.toContain(school.lessonId);
    expect(told).not.toContain(own.apiClientId);
  });
  it('go on behind the cursor, which is the client\'s and the list\'s own', async () => {
    const first = await pageAt('/api/v1/events?limit=2');
    expect(first).toMatchObject({ more: true, items: [{}, {}] });
    const second = await pageAt(`/api/v1/events?limit=2&cursor=${first.cursor!}`);
    expect(second.items.map(({ id }) => id)).not.toContain(first.items[1]!['id']);
    for (const path of [`/api/v1/lessons?cursor=${first.cursor!}`, '/api/v1/events?cursor=AAAA', `/api/v1/events?cursor=${first.cursor!.slice(0, -2)}AA`]) expect(codeOf(await get(path)), path).toBe('api_cursor_wrong');
    client = await make(school);
    expect(codeOf(await get(`/api/v1/events?cursor=${first.cursor!}`))).toBe('api_cursor_wrong');
    for (const path of ['/api/v1/events?limit=0', '/api/v1/events?limit=x', '/api/v1/events?what=1']) expect(codeOf(await get(path)), path).toBe('bad_request');
  });
  it('skip nothing and repeat nothing while others write, and some commit late', async () => {
    let [cursor, writing] = [null as string | null, true];
    const seen: string[] = [];
    const read = async (): Promise<boolean> => {
      const { items, cursor: next, more } = await pageAt(`/api/v1/events?limit=7${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...items.filter(({ type }) => String(type).startsWith('test:')).map(({ id }) => String(id)));
      cursor = next;
      return more;
    };
    const late = async (lane: number): Promise<void> => {
      const own = new Client({ connectionString: world.databaseUrl });
      await own.connect();
      for (let count = 0; count < 15; count++) {
        await own.query('begin');
        await own.query(`insert into event (id, stream, type, at, payload, institution_id) values ($1, $2, 'test:late', now(), '{}', $3)`, [newId(), `institution:${school.institutionId}`, school.institutionId]);
        await new Promise((resolve) => setTimeout(resolve, 5 + lane * 17));
        await own.query(count % 5 === 4 ? 'rollback' : 'commit');
      }
      await own.end();
    };
    const fast = async (): Promise<void> => { for (let count = 0; count < 40; count++) await write(school, 'test:fast'); };
    const all = Promise.all([late(0), late(1), late(2), fast(), fast()]).finally(() => { writing = false; });
    while (writing) await read();
    await all;
    while (await read()) { /* to the end */ }
    const rows = await world.deps.orm.em.fork().execute<{ id: string }[]>(`select id from event where type like 'test:%' and institution_id = ?`, [school.institutionId]);
    expect(rows).toHaveLength(3 * 12 + 2 * 40);
    expect(seen).toHaveLength(rows.length);
    expect(new Set(seen)).toEqual(new Set(rows.map(({ id }) => id)));
  }, 60_000);
});
