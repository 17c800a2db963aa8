// Calendars over HTTP: a secret address answers without a login, what it says follows every change, and it can be taken back.
import ICAL from 'ical.js';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { CalendarFeeds } from '#contracts/calendar.ts';
import { CalendarFeed } from '#db/entities/timetable.ts';
import { Account } from '#db/entities/people.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());
beforeEach(async () => { school = await addSchool(world.deps.orm, world.clock.now()); });

const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const open = async (person: Known, part: string) => world.call('POST /api/calendar-feeds', person, { payload: { part } });
const pathOf = async (person: Known, part: string): Promise<string> => (await open(person, part)).json<{ path: string }>().path;
const fetchFeed = (path: string, headers = {}) => world.call(`GET ${path}`, null, { headers });
async function events(path: string) {
  const response = await fetchFeed(path);
  expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/calendar; charset=utf-8']);
  return new ICAL.Component(ICAL.parse(response.body) as [string, unknown[], unknown[]]).getAllSubcomponents('vevent').map((one) => new ICAL.Event(one))
    .map((event) => ({ uid: event.uid, sequence: event.sequence, title: event.summary, place: event.location, start: event.startDate.toJSDate().toISOString(), status: String(event.component.getFirstPropertyValue('status')), url: String(event.component.getFirstPropertyValue('url')) }));
}

it('says what was planned, moved and cancelled, under the same id', async () => {
  const { lessonIds } = (await world.call('POST /api/timetable', school.scheduler, {
    payload: { cohortId: school.cohortId, title: '焊接安全；第一课', plannedMinutes: 90, teacherIds: [school.teacher.personId], starts: ['2026-03-10T01:00:00Z', '2026-03-11T01:00:00Z'] },
  })).json<{ lessonIds: string[] }>();
  const path = await pathOf(school.learner, 'learning');
  const one = { uid: `${lessonIds[0]}@keshi`, sequence: 0, title: '焊接安全；第一课', place: null, start: '2026-03-10T01:00:00.000Z', status: 'CONFIRMED', url: `http://localhost:80/lessons/${lessonIds[0]}` };
  const mine = async () => (await events(path)).filter(({ uid }) => lessonIds.some((id) => uid.startsWith(id)));
  expect((await mine())[0]).toEqual(one);
  await world.call(`POST /api/lessons/${lessonIds[0]}/moves`, school.scheduler, { payload: { startsAt: '2026-03-12T06:00:00Z', placeId: null, reason: 'x' } });
  await world.call(`POST /api/lessons/${lessonIds[1]}/cancel`, school.scheduler, { payload: { reason: 'y' } });
  expect((await mine()).map(({ uid, sequence, start, status }) => [uid, sequence, start, status])).toEqual([
    [`${lessonIds[1]}@keshi`, 1, '2026-03-11T01:00:00.000Z', 'CANCELLED'], [one.uid, 1, '2026-03-12T06:00:00.000Z', 'CONFIRMED'],
  ]);
});

it('is of one person and part, and says nothing of anybody', async () => {
  for (const [person, part, count] of [[school.learner, 'learning', 1], [school.teacher, 'teaching', 1], [school.scheduler, 'overseeing', 1], [school.regulator, 'overseeing', 1]] as const) {
    const path = await pathOf(person, part);
    expect(await events(path)).toHaveLength(count);
    const { body } = await fetchFeed(path);
    for (const name of ['School learner', 'School teacher', school.learner.personId, school.institutionId, 'School cohort']) expect(body).not.toContain(name);
  }
  expect(codeOf(await open(school.learner, 'teaching'))).toBe('forbidden');
  expect(codeOf(await open(school.teacher, 'learning'))).toBe('forbidden');
  const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  expect((await events(await pathOf(foreign.learner, 'learning'))).map(({ uid }) => uid)).toEqual([`${foreign.lessonId}@keshi`]);
});

it('is found by its secret alone, which is not kept, and ends when it is taken back or the account is', async () => {
  const path = await pathOf(school.learner, 'learning');
  const token = path.slice('/api/calendar/'.length, -'.ics'.length);
  const row = await em().findOneOrFail(CalendarFeed, { personId: school.learner.personId });
  expect(JSON.stringify(row)).not.toContain(token);
  expect((await world.events('calendar:opened')).map(({ payload }) => JSON.stringify(payload)).join()).not.toContain(token);
  expect(codeOf(await fetchFeed(`/api/calendar/${'A'.repeat(43)}.ics`))).toBe('not_found');
  expect((await fetchFeed('/api/calendar/short.ics')).statusCode).toBe(400);
  await em().nativeUpdate(Account, { personId: school.learner.personId }, { disabledAt: world.clock.now() });
  expect(codeOf(await fetchFeed(path))).toBe('not_found');
  await em().nativeUpdate(Account, { personId: school.learner.personId }, { disabledAt: null });
  const own = (await world.call('GET /api/calendar-feeds', school.learner)).json<CalendarFeeds>();
  expect(own).toMatchObject({ parts: ['learning'], feeds: [{ feedId: row.id, part: 'learning', lastReadAt: null }] });
  await events(path);
  expect((await world.call('GET /api/calendar-feeds', school.learner)).json<CalendarFeeds>().feeds[0]!.lastReadAt).toBe(world.clock.now().toISOString());
  expect(codeOf(await world.call(`DELETE /api/calendar-feeds/${row.id}`, school.other))).toBe('not_found');
  expect((await world.call(`DELETE /api/calendar-feeds/${row.id}`, school.learner)).json<CalendarFeeds>().feeds).toEqual([]);
  expect(codeOf(await fetchFeed(path))).toBe('not_found');
  expect(codeOf(await world.call(`DELETE /api/calendar-feeds/${row.id}`, school.learner))).toBe('not_found');
});

it('answers so often and no more, and a person has ten addresses', async () => {
  const path = await pathOf(school.learner, 'learning');
  const answers: number[] = [];
  for (let index = 0; index < 22; index++) answers.push((await fetchFeed(path)).statusCode);
  expect(answers.filter((status) => status === 429)).toHaveLength(2);
  world.clock.pass(61_000);
  expect((await fetchFeed(path)).statusCode).toBe(200);
  for (let index = 0; index < 9; index++) expect((await open(school.learner, 'learning')).statusCode).toBe(200);
  expect(codeOf(await open(school.learner, 'learning'))).toBe('too_many_attempts');
});
