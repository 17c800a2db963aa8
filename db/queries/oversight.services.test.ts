// Trees of regions: who oversees a province sees its cities and counties, a county nothing beside it; ends, moves, overlaps, and what no institution can do about it (R31, R68).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { InstitutionProfile } from '../entities/institution.ts';
import { Membership, Person } from '../entities/people.ts';
import { platform, unitOfWork } from '../orm.ts';
import { withinInstitutions } from '../tenancy.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { addSchool } from '../testing/school.ts';
import { newId } from '#domain/id.ts';
import { noFacts } from '#domain/institution.ts';
import { institutionsOf } from './institutions-of.ts';
import { confirmMove, endOversight, grantOversight, regionsOverseenBy } from './oversight.ts';

let database: TestDatabase;
const at = new Date('2026-03-02T01:00:00.000Z');
const regions = { city: '130300', county: '130302', sister: '130304', otherCity: '130200', otherProvince: '350100' };
type Place = keyof typeof regions;
const institutions = {} as Record<Place, { id: string; teacherId: string }>;
let inspector: string;

beforeAll(async () => {
  database = await testDatabase();
  for (const place of Object.keys(regions) as Place[]) {
    const school = await addSchool(database.orm, 0, at);
    institutions[place] = { id: school.institutionId, teacherId: school.teacherId };
    await state(place, regions[place]);
  }
});
afterAll(() => database.close());
beforeEach(async () => {
  inspector = newId();
  await em().insert(Person, { id: inspector, name: '巡视员', createdAt: at });
});

const em = () => database.orm.em.fork();
async function state(place: Place, seatRegion: string | null): Promise<void> {
  const { id: institutionId, teacherId } = institutions[place];
  await withinInstitutions([institutionId], () => em().upsert(InstitutionProfile, { ...noFacts, institutionId, revision: 1, changedAt: at, changedBy: teacherId, seatRegion }));
}
const grant = (region: string, person = inspector) => unitOfWork(database.orm, platform, (one) => grantOversight(one, person, region, 'operator', at));
const end = (region: string) => unitOfWork(database.orm, platform, (one) => endOversight(one, inspector, region, new Date(at.getTime() + 1000)));
const reached = async (person = inspector): Promise<Place[]> => {
  const ids = await institutionsOf(em(), person);
  return (Object.keys(institutions) as Place[]).filter((place) => ids.includes(institutions[place].id));
};

it.each([
  ['a province', '130000', ['city', 'county', 'sister', 'otherCity']], ['a city', '130300', ['city', 'county', 'sister']], ['a county', '130302', ['county']],
  ['another province', '350000', ['otherProvince']], ['a province without institutions', '460000', []],
] as const)('whoever oversees %s is a regulator of what lies in it, and of nothing else', async (_what, region, places) => {
  expect(await grant(region)).toBe(places.length);
  expect(await reached()).toEqual(places);
  expect(await em().count(Membership, { personId: inspector, role: { $ne: 'regulator' } })).toBe(0);
  expect(await regionsOverseenBy(em(), inspector)).toEqual([{ regionCode: region, since: at.toISOString() }]);
});

it('is granted once and ended once, with an event each, and for each institution', async () => {
  expect([await grant('130300'), await grant('130300')]).toEqual([3, null]);
  expect([await end('130300'), await end('130300'), await end('130302')]).toEqual([true, false, false]);
  expect([await reached(), await regionsOverseenBy(em(), inspector)]).toEqual([[], []]);
  const events = await em().execute<{ type: string; n: number }[]>(`select type, count(*)::int as n from event where payload->>'personId' = ? group by type order by type`, [inspector]);
  expect(events).toEqual([{ type: 'membership:added', n: 3 }, { type: 'membership:ended', n: 3 }, { type: 'oversight:ended', n: 1 }, { type: 'oversight:granted', n: 1 }]);
  expect(await grant('130300')).toBe(3);
});

it.each(['13', '1303000', '990000', '130010', '', "130000'"])('refuses %s, which is no region', async (region) => {
  await expect(grant(region)).rejects.toMatchObject({ lines: [expect.stringContaining('is no region')] });
});

it('of two grants that overlap the end of one leaves the other', async () => {
  await grant('130000');
  await grant('130302');
  await end('130000');
  expect(await reached()).toEqual(['county']);
});

it('reaches who is filed later', async () => {
  await state('otherProvince', null);
  await grant('350000');
  expect(await reached()).toEqual([]);
  await state('otherProvince', '350200');
  expect(await reached()).toEqual(['otherProvince']);
});

it('is not shaken off by an institution that says it has moved, until the platform confirms it', async () => {
  await grant('130302');
  const elsewhere = newId();
  await em().insert(Person, { id: elsewhere, name: '福建', createdAt: at });
  await grant('350000', elsewhere);
  await state('county', '350200');
  expect([await reached(), await reached(elsewhere)]).toEqual([['county'], ['county', 'otherProvince']]);
  expect(await unitOfWork(database.orm, platform, (one) => confirmMove(one, institutions.county.id, at))).toBeGreaterThan(0);
  expect([await reached(), await reached(elsewhere)]).toEqual([[], ['county', 'otherProvince']]);
  await state('county', '130302');
});

it('is there still when an appointment to one institution ends', async () => {
  const { id: institutionId } = institutions.county;
  await em().insert(Membership, { id: newId(), personId: inspector, institutionId, role: 'regulator', createdAt: at });
  await grant('130302');
  await withinInstitutions([institutionId], () => em().nativeDelete(Membership, { personId: inspector, institutionId }));
  expect(await reached()).toEqual(['county']);
});

it('cannot be granted, changed or taken in a request', async () => {
  const { id: institutionId } = institutions.county;
  for (const sql of [
    `insert into region_oversight (id, person_id, region_code, role, granted_by, granted_at) values ('${newId()}', '${inspector}', '130302', 'regulator', 'x', now())`,
    'update region_oversight set ended_at = now()', 'delete from region_oversight', `select keshi_oversee('${institutionId}')`,
  ]) await expect(withinInstitutions([institutionId], () => unitOfWork(database.orm, platform, (one) => one.execute(sql))), sql).rejects.toThrow(/permission denied/);
});
