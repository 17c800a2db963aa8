// What an institution states of itself: who writes and who reads it, what is refused, and that no change is ever lost (R146, R150, R153, R154).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { InstitutionChanges, InstitutionList, InstitutionProfile } from '#contracts/institution-routes.ts';
import { filingOf } from '#db/queries/institution-profiles.ts';
import { filingInForce, noFacts, type InstitutionFacts } from '#domain/institution.ts';
import { newId } from '#domain/id.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => { world = await openHttpWorld(); });
beforeEach(async () => {
  world.clock.set(new Date('2026-03-02T01:00:00.000Z'));
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const place = (): string => `/api/institutions/${school.institutionId}`;
const read = (person: Known | null) => world.call(`GET ${place()}/profile`, person);
const write = (person: Known | null, facts: Partial<InstitutionFacts> | Record<string, unknown>, revision = 0) => world.call(`PUT ${place()}/profile`, person, { payload: { revision, facts: { ...noFacts, ...facts } } });
const changes = async (person = school.scheduler) => (await world.call(`GET ${place()}/changes`, person)).json<InstitutionChanges>().changes;
const report = (person: Known | null, changeId: string, on: unknown) => world.call(`PUT ${place()}/changes/${changeId}/report`, person, { payload: { on } as object });
const full: InstitutionFacts = {
  kinds: ['vocational', 'entrepreneurship'], creditCode: '91440300708461136T', filingNumber: '冀备 2026-001', filingFrom: '2026-03-01', filingUntil: '2029-02-28', filingRevokedOn: null,
  seatRegion: '130300', trainingRegions: ['130300', '130400'], responsiblePerson: '周建国', responsiblePost: '校长', phone: '0335-1234567', address: '河北省秦皇岛市', email: 'a@b.cn', website: 'https://b.cn',
  hotline: '4001234567', hotlineHours: '24 小时', administrator: '孙丽', administratorPhone: '13900000000', platformRight: 'right_of_use', platformProvider: '某公司', platformFrom: '2026-01-01', platformUntil: '2028-12-31',
};

it('is empty at first, is written whole, and comes back as it was written', async () => {
  expect((await read(school.scheduler)).json()).toMatchObject({ institutionId: school.institutionId, name: 'School', facts: noFacts, revision: 0, changed: null, mayChange: true, toReport: 0 });
  const written = (await write(school.scheduler, { ...full, creditCode: ' 9144 03007084 61136t' })).json<InstitutionProfile>();
  expect(written).toMatchObject({ facts: full, revision: 1, changed: { at: world.clock.now().toISOString(), by: 'School scheduler' }, toReport: 0 });
  expect((await read(school.teacher)).json()).toMatchObject({ facts: full, mayChange: false, seesPapers: false });
  expect((await read(school.regulator)).json()).toMatchObject({ facts: full, mayChange: false, seesPapers: true });
});

it('keeps who changed what, when, from what to what; the event names fields and no texts', async () => {
  await write(school.scheduler, full);
  world.clock.pass(86_400_000);
  await write(school.scheduler, { ...full, responsiblePerson: '王芳', website: '' }, 1);
  expect((await changes(school.regulator))[0]).toMatchObject({
    at: world.clock.now().toISOString(), by: 'School scheduler', condition: true, reported: null,
    changes: [{ field: 'responsiblePerson', from: '周建国', to: '王芳' }, { field: 'website', from: 'https://b.cn', to: '' }],
  });
  const [event] = (await world.events('institution:changed')).slice(-1);
  expect(event).toMatchObject({ stream: `institution:${school.institutionId}`, actor_id: school.scheduler.personId, institution_id: school.institutionId, payload: { revision: 2, fields: ['responsiblePerson', 'website'], condition: true } });
  expect(JSON.stringify(event)).not.toContain('王芳');
});

it('the same once more is no change; somebody who read an older one is told', async () => {
  await write(school.scheduler, full);
  expect((await write(school.scheduler, full, 0)).json()).toMatchObject({ revision: 1 });
  expect(codeOf(await write(school.scheduler, { ...full, phone: '12345' }, 0))).toBe('profile_changed');
  const both = await Promise.all(['11111', '22222'].map((phone) => write(school.scheduler, { ...full, phone }, 1)));
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
  expect(await changes()).toHaveLength(2);
});

it('two first ones at once: one is written, the other told', async () => {
  const both = await Promise.all(['11111', '22222'].map((phone) => write(school.scheduler, { phone }, 0)));
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
});

it('refuses what is wrong, and writes nothing of it', async () => {
  for (const part of [{ creditCode: '91440300708461136X' }, { filingFrom: '2026-03-01', filingUntil: '2029-03-02' }, { filingFrom: '2026-02-30' }, { seatRegion: '990000' }, { trainingRegions: ['130001'] }, { phone: 'abc' }, { website: 'javascript:x' }]) {
    expect(codeOf(await write(school.scheduler, { ...full, ...part })), JSON.stringify(part)).toBe('profile_invalid');
  }
  for (const part of [{ kinds: ['school'] }, { platformRight: 'lent' }, { filingFrom: '1.3.2026' }, { seatRegion: 'x' }, { surprise: 1 }, { phone: 3 }]) expect(codeOf(await write(school.scheduler, { ...full, ...part })), JSON.stringify(part)).toBe('bad_request');
  expect((await read(school.scheduler)).json()).toMatchObject({ facts: noFacts, revision: 0 });
  expect(await changes()).toEqual([]);
});

it('a change of a condition is to be reported, and the day it was is kept', async () => {
  await write(school.scheduler, full);
  world.clock.pass(1_000);
  await write(school.scheduler, { ...full, responsiblePerson: '王芳' }, 1);
  world.clock.pass(1_000);
  await write(school.scheduler, { ...full, responsiblePerson: '王芳', hotline: '' }, 2);
  const [free, condition, first] = await changes();
  // What was stated for the first time changed nothing.
  expect([free?.condition, condition?.condition, first?.condition, (await read(school.scheduler)).json<InstitutionProfile>().toReport]).toEqual([false, true, false, 1]);
  const id = condition!.changeId;
  for (const on of ['2026-03-03', '2026-03-01', '2026-02-30', 'today']) expect(['profile_invalid', 'bad_request']).toContain(codeOf(await report(school.scheduler, id, on)));
  expect(codeOf(await report(school.scheduler, free!.changeId, '2026-03-02'))).toBe('profile_invalid');
  expect((await report(school.scheduler, id, '2026-03-02')).statusCode).toBe(200);
  expect((await changes())[1]?.reported).toEqual({ on: '2026-03-02', at: world.clock.now().toISOString(), by: 'School scheduler' });
  expect((await read(school.scheduler)).json<InstitutionProfile>().toReport).toBe(0);
  await report(school.scheduler, id, '2026-03-02');
  expect((await world.events('institution:changeReported')).filter(({ payload }) => payload.changeId === id).map(({ payload }) => payload.on)).toEqual(['2026-03-02']);
  await report(school.scheduler, id, null);
  expect((await changes())[1]?.reported).toBeNull();
});

it('says whether the filing is in force to whoever asks', async () => {
  const inForce = async () => filingInForce(await filingOf(world.deps.orm.em.fork(), school.institutionId), world.clock.now());
  expect(await inForce()).toBe(false);
  await write(school.scheduler, full);
  expect(await inForce()).toBe(true);
  world.clock.set(new Date('2029-02-28T15:59:59Z'));
  expect(await inForce()).toBe(true);
  world.clock.set(new Date('2029-02-28T16:00:00Z'));
  expect(await inForce()).toBe(false);
});

it('is refused to everybody else, and to everybody elsewhere', async () => {
  await write(school.scheduler, full);
  const { changeId } = (await changes())[0]!;
  for (const [person, code] of [[school.learner, 'forbidden'], [null, 'unauthenticated'], [foreign.scheduler, 'not_found'], [foreign.teacher, 'not_found'], [foreign.regulator, 'not_found']] as const) expect(codeOf(await read(person))).toBe(code);
  for (const [person, code] of [[school.learner, 'forbidden'], [school.teacher, 'forbidden'], [school.regulator, 'forbidden'], [null, 'unauthenticated'], [foreign.scheduler, 'not_found']] as const) {
    expect([codeOf(await write(person, { phone: '12345' }, 1)), codeOf(await report(person, changeId, '2026-03-02'))]).toEqual([code, code]);
  }
  for (const [person, code] of [[school.teacher, 'forbidden'], [foreign.scheduler, 'not_found'], [foreign.regulator, 'not_found']] as const) expect(codeOf(await world.call(`GET ${place()}/changes`, person))).toBe(code);
  // A change of another institution is not there under one's own.
  expect(codeOf(await world.call(`PUT /api/institutions/${foreign.institutionId}/changes/${changeId}/report`, foreign.scheduler, { payload: { on: '2026-03-02' } }))).toBe('not_found');
  expect(codeOf(await report(school.scheduler, newId(), '2026-03-02'))).toBe('not_found');
  expect((await read(school.scheduler)).json()).toMatchObject({ facts: full, toReport: 0 });
});

it('lists one’s own institutions alone', async () => {
  for (const person of [school.scheduler, school.teacher, school.regulator]) expect((await world.call('GET /api/institutions', person)).json<InstitutionList>()).toEqual({ institutions: [{ institutionId: school.institutionId, name: 'School' }] });
  expect(codeOf(await world.call('GET /api/institutions', school.learner))).toBe('forbidden');
});
