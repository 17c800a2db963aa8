// The log of incidents over HTTP: written by an office or the operator, linked, changed against its revision, read by whom it concerns and nobody else (R30, R94, R154).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { HelpDesk, IncidentBody, Incidents, NewIncident } from '#contracts/help-routes.ts';
import { noFacts } from '#domain/institution.ts';
import { incidentBody, incidentChange, ticketBody } from '../testing/help.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let operator: Known;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => {
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  operator = await addPerson(world.deps.orm, world.clock.now(), 'Operator', foreign.institutionId, 'admin');
});

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const add = (person: Known, part: Partial<NewIncident> = {}) => world.call('POST /api/incidents', person, { payload: incidentBody({ institutionId: school.institutionId, ...part }) });
const read = async (person: Known): Promise<Incidents> => (await world.call('GET /api/incidents', person)).json<Incidents>();
const change = (person: Known, incidentId: string, revision: number, part: Partial<IncidentBody> = {}) => world.call(`PUT /api/incidents/${incidentId}`, person, { payload: incidentChange(part, revision) });
async function reported(person: Known): Promise<string> {
  const payload = ticketBody();
  await world.call('POST /api/help/tickets', person, { payload });
  return payload.ticketId;
}

it('is written with its lessons and reports, changed against its revision, each time with a fact', async () => {
  const ticketId = await reported(school.learner);
  const { incidents } = (await add(school.scheduler, { what: '断电', lessonIds: [school.lessonId], ticketIds: [ticketId] })).json<Incidents>();
  const [one] = incidents;
  expect(one).toMatchObject({ what: '断电', institutionId: school.institutionId, lessons: [{ lessonId: school.lessonId }], ticketIds: [ticketId], revision: 1, mayChange: true, reportedAt: null });
  expect((await world.call('GET /api/help-desk', school.scheduler)).json<HelpDesk>().tickets[0]?.incidentId).toBe(one!.incidentId);
  const reportedAt = '2026-03-02T00:30:00.000Z';
  expect((await change(school.scheduler, one!.incidentId, 1, { what: '断电', cause: '施工', until: '2026-03-01T02:00:00.000Z', reportedAt })).json<Incidents>().incidents[0])
    .toMatchObject({ cause: '施工', revision: 2, lessons: [], ticketIds: [], reportedAt });
  expect(codeOf(await change(school.scheduler, one!.incidentId, 1))).toBe('incident_changed');
  const facts = (await world.events('incident:changed')).concat(await world.events('incident:noted')).filter(({ payload }) => payload.incidentId === one!.incidentId);
  expect(facts.map(({ payload }) => payload.revision)).toEqual([2, 1]);
  expect(JSON.stringify(facts)).not.toMatch(/断电|施工/);
});

it('says nothing of the future, names no lesson or report of others, and is written once', async () => {
  for (const part of [{ what: ' ' }, { from: '2026-03-03T00:00:00.000Z' }, { until: '2026-02-01T00:00:00.000Z' }, { reportedAt: '2026-02-01T00:00:00.000Z' }]) expect(codeOf(await add(school.scheduler, part))).toBe('incident_invalid');
  for (const part of [{ lessonIds: [foreign.lessonId] }, { ticketIds: [await reported(foreign.learner)] }]) expect(codeOf(await add(school.scheduler, part))).toBe('not_found');
  const payload = incidentBody({ institutionId: school.institutionId });
  for (let index = 0; index < 2; index++) expect((await world.call('POST /api/incidents', school.scheduler, { payload })).statusCode).toBe(200);
  expect((await read(school.scheduler)).incidents.filter(({ institutionId }) => institutionId === school.institutionId)).toHaveLength(1);
});

it('is read by its office and regulators, and by nobody of another institution', async () => {
  await add(school.scheduler, { what: '断电' });
  expect((await read(school.regulator)).incidents.find(({ what }) => what === '断电')).toMatchObject({ mayChange: false, ticketIds: [] });
  for (const person of [foreign.scheduler, foreign.regulator, operator]) expect((await read(person)).incidents.filter(({ institutionId }) => institutionId === school.institutionId)).toEqual([]);
  for (const person of [school.teacher, school.learner]) expect(codeOf(await world.call('GET /api/incidents', person))).toBe('forbidden');
  expect(codeOf(await add(school.regulator))).toBe('forbidden');
  expect(codeOf(await add(foreign.scheduler))).toBe('not_found');
  expect(codeOf(await add(operator))).toBe('not_found');
});

it('of the platform is its operator\'s: taken over from what was found, read by all, its lessons only by those whose they are', async () => {
  const { incidents } = (await add(operator, { institutionId: null, found: 'recording_in_danger', what: '录像有危险', lessonIds: [school.lessonId] })).json<Incidents>();
  const one = incidents.find(({ what, lessons }) => what === '录像有危险' && lessons.some(({ lessonId }) => lessonId === school.lessonId));
  expect(one).toMatchObject({ institutionId: null, found: 'recording_in_danger', mayChange: true });
  const seenBy = async (person: Known) => (await read(person)).incidents.find(({ incidentId }) => incidentId === one!.incidentId);
  expect(await seenBy(school.scheduler)).toMatchObject({ lessonIds: [school.lessonId], mayChange: false });
  expect(await seenBy(foreign.regulator)).toMatchObject({ lessonIds: [], lessons: [], mayChange: false });
  expect(codeOf(await add(school.scheduler, { institutionId: null }))).toBe('forbidden');
  expect(codeOf(await change(school.scheduler, one!.incidentId, 1))).toBe('not_found');
  expect((await change(operator, one!.incidentId, 1, { what: '录像有危险', measures: '换了磁盘', lessonIds: [school.lessonId] })).statusCode).toBe(200);
  expect(await seenBy(school.regulator)).toMatchObject({ measures: '换了磁盘', revision: 2 });
});

it('names the daily administrator of each institution in reach', async () => {
  await world.call(`PUT /api/institutions/${school.institutionId}/profile`, school.scheduler, { payload: { revision: 0, facts: { ...noFacts, administrator: '王主任', administratorPhone: '12345678' } } });
  expect((await read(school.regulator)).administrators).toEqual([{ institutionId: school.institutionId, institutionName: 'School', name: '王主任', phone: '12345678' }]);
  expect((await read(foreign.regulator)).administrators).toMatchObject([{ institutionId: foreign.institutionId, name: '' }]);
});
