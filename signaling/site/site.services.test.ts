// Signing in by phone at the place of a lesson, over REST: the code that turns, signs with their events, a sheet without paper, and every refusal (R40, R151).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { OfflineSheet } from '#contracts/offline-routes.ts';
import type { SiteCode, SiteSigns } from '#contracts/site-routes.ts';
import { Identity } from '#db/entities/identity.ts';
import { Lesson } from '#db/entities/lesson.ts';
import { SiteSign } from '#db/entities/offline.ts';
import { lessonReport } from '#db/queries/report.ts';
import { siteCodeStepMs, wrongCodesMost } from '#domain/site-sign.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { planOffline, type OfflineLesson } from '../testing/offline-lesson.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let planned: OfflineLesson;
beforeAll(async () => {
  world = await openHttpWorld();
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());
beforeEach(async () => {
  school = await addSchool(world.deps.orm, world.clock.now());
  planned = await planOffline(world, school);
});
const em = () => world.deps.orm.em.fork();
const minute = 60_000;
const goTo = (minutes: number): void => world.clock.set(new Date(planned.began.getTime() + minutes * minute));
const at = (minutes: number): string => new Date(planned.began.getTime() + minutes * minute).toISOString();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const show = (person: Known | null) => world.call(`GET /api/lessons/${planned.lessonId}/site-code`, person);
const shown = async (): Promise<string> => (await show(school.teacher)).json<SiteCode>().code!.digits;
const own = (person: Known | null) => world.call(`GET /api/lessons/${planned.lessonId}/site-signs`, person);
const phoneOf = ({ personId }: Known): string => `b${personId.replaceAll('-', '').slice(-12)}-tab`;
const sign = async (person: Known, body: object = {}) => world.call(`POST /api/lessons/${planned.lessonId}/site-signs`, person, { payload: { code: await shown(), deviceId: phoneOf(person), ...body } });
const signsKept = () => em().count(SiteSign, { lessonId: planned.lessonId });

it('a learner signs in and out with the code that is shown; staff and office see who came, and the office keeps a sheet without paper', async () => {
  goTo(-10);
  const first = (await show(school.teacher)).json<SiteCode>();
  expect(first).toMatchObject({ lessonId: planned.lessonId, place: '一号实训室', status: 'scheduled', learners: [{ name: 'School learner', from: null, to: null }, { name: 'School other', from: null, to: null }] });
  expect((await sign(school.learner)).json<SiteSigns>().signs).toEqual([at(-10)]);
  // Pressed twice is once; later somebody leaves.
  goTo(-9.5);
  expect((await sign(school.learner)).json<SiteSigns>().signs).toEqual([at(-10)]);
  goTo(3);
  await sign(school.other);
  goTo(96);
  expect((await sign(school.learner)).json<SiteSigns>().signs).toEqual([at(-10), at(96)]);
  expect((await own(school.learner)).json<SiteSigns>()).toMatchObject({ title: '焊接实训', signs: [at(-10), at(96)], opensAt: at(-120), closesAt: at(210) });
  expect((await show(school.scheduler)).json<SiteCode>().learners).toMatchObject([{ from: at(-10), to: at(96) }, { from: at(3), to: null }]);
  const events = (await world.events('offline:signed')).filter(({ stream }) => stream === `lesson:${planned.lessonId}`);
  expect(events.map(({ actor_id: actor, payload }) => [actor, payload.personId])).toEqual([[school.learner, school.learner], [school.other, school.other], [school.learner, school.learner]].map((pair) => pair.map(({ personId }) => personId)));

  const units = planned.units.map((unitId, index) => ({ unitId, from: at(index * 45), to: at((index + 1) * 45) }));
  const keep = (present: object[]) => world.call(`POST /api/lessons/${planned.lessonId}/sheet`, school.scheduler, { payload: { units, present, attachmentId: null } });
  const [learner, other] = [{ personId: school.learner.personId, from: at(0), to: at(90) }, { personId: school.other.personId, from: at(3), to: at(90) }];
  // Who did not sign out needs the paper.
  expect(codeOf(await keep([learner, other]))).toBe('sheet_paper');
  const kept = (await keep([learner])).json<OfflineSheet>();
  expect(kept).toMatchObject({ status: 'ended', kept: { paper: null, by: 'School scheduler' } });
  expect(kept.learners.map(({ signed }) => signed)).toEqual([{ from: at(-10), to: at(96) }, { from: at(3), to: null }]);
  const { rows } = await lessonReport(em(), planned.lessonId, world.clock.now());
  expect(rows.map(({ name, creditedMinutes }) => [name, creditedMinutes]).sort()).toEqual([['School learner', 90], ['School other', 0]]);
  expect(codeOf(await world.call(`POST /api/lessons/${planned.lessonId}/site-signs`, school.other, { payload: { code: '000000', deviceId: 'device-1' } }))).toBe('sheet_kept');
  expect((await show(school.teacher)).json<SiteCode>().code).toBeNull();
});

it('a code is good while it is shown and as long again; after so many wrong ones nobody is heard for a while', async () => {
  goTo(0);
  const code = await shown();
  world.clock.pass(2 * siteCodeStepMs - 1);
  expect((await sign(school.learner, { code })).statusCode).toBe(200);
  world.clock.pass(2 * minute);
  expect(codeOf(await sign(school.learner, { code }))).toBe('site_code_wrong');
  const otherLesson = await planOffline(world, await addSchool(world.deps.orm, world.clock.now(), 'Other'));
  expect(otherLesson.lessonId).not.toBe(planned.lessonId);
  const wrong = (await shown()) === '000000' ? '000001' : '000000';
  for (let tried = 1; tried < wrongCodesMost; tried++) expect(codeOf(await sign(school.learner, { code: wrong }))).toBe('site_code_wrong');
  expect(codeOf(await sign(school.learner))).toBe('too_many_attempts');
  // Nobody else is kept by it, and it passes.
  expect((await sign(school.other)).statusCode).toBe(200);
  world.clock.pass(6 * minute);
  expect((await sign(school.learner)).statusCode).toBe(200);
});

it('one phone signs for one learner, also of two in the same moment', async () => {
  goTo(0);
  const both = await Promise.all([school.learner, school.other].map((person) => sign(person, { deviceId: 'b0123456789ab-one' })));
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
  expect(codeOf(both.find(({ statusCode }) => statusCode === 409)!)).toBe('site_device');
  expect(await signsKept()).toBe(1);
});

it('refuses whoever may not learn there or then; nothing is written', async () => {
  const refused = async (person: Known): Promise<string> => codeOf(await world.call(`POST /api/lessons/${planned.lessonId}/site-signs`, person, { payload: { code: '000000', deviceId: phoneOf(person) } }));
  goTo(-121);
  expect([await refused(school.learner), (await show(school.teacher)).json<SiteCode>().code]).toEqual(['site_closed', null]);
  goTo(210);
  expect(await refused(school.learner)).toBe('site_closed');
  goTo(0);
  for (const person of [school.teacher, school.scheduler, foreign.learner]) expect([await refused(person), codeOf(await own(person))]).toEqual(['not_found', 'not_found']);
  for (const person of [school.learner, school.assistant, school.regulator, foreign.teacher, foreign.scheduler]) expect(codeOf(await show(person))).toBe('not_found');
  await em().execute(`update cohort set opening = 'approved' where id = ?`, [school.cohortId]);
  expect(await refused(school.learner)).toBe('cohort_not_opened');
  await em().execute(`update cohort set opening = 'opened' where id = ?`, [school.cohortId]);
  await em().nativeUpdate(Identity, { personId: school.learner.personId }, { authorityStatus: 'denied', authorityAt: new Date() });
  expect(await refused(school.learner)).toBe('identity_denied');
  await em().nativeUpdate(Lesson, { id: planned.lessonId }, { status: 'cancelled' });
  expect(await refused(school.other)).toBe('lesson_cancelled');
  expect(codeOf(await world.call(`POST /api/lessons/${school.lessonId}/site-signs`, school.learner, { payload: { code: '000000', deviceId: 'device-1' } }))).toBe('not_found');
  expect(await signsKept()).toBe(0);
  await expect(em().execute('update site_sign set at = at')).rejects.toThrow(/permission denied/);
});

it('signs from before the lesson was moved say nothing of the time it was moved to', async () => {
  goTo(-5);
  await sign(school.learner);
  const place = (await em().findOneOrFail(Lesson, { id: planned.lessonId })).placeId;
  // Five hours later the same day: they came for the first plan, and sign once more when the class is over.
  const moved = await world.call(`POST /api/lessons/${planned.lessonId}/moves`, school.scheduler, { payload: { startsAt: at(300), placeId: place, reason: '停电' } });
  expect(moved.statusCode, moved.body).toBe(200);
  goTo(391);
  await sign(school.learner);
  const units = planned.units.map((unitId, index) => ({ unitId, from: at(300 + index * 45), to: at(300 + (index + 1) * 45) }));
  const response = await world.call(`POST /api/lessons/${planned.lessonId}/sheet`, school.scheduler, { payload: { units, present: [{ personId: school.learner.personId, from: at(300), to: at(390) }], attachmentId: null } });
  expect(codeOf(response)).toBe('sheet_paper');
});
