// Who chooses which rules for whom, what is written down of it, and what it binds (R62).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { RuleChoices } from '#contracts/rules.ts';
import { packOfLesson } from '#db/queries/rule-packs.ts';
import { packName } from '#domain/rules/rule-pack.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
beforeEach(async () => {
  for (const table of ['institution', 'cohort']) await world.deps.orm.em.fork().execute(`update ${table} set rule_pack = null`);
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const choose = (person: Known | null, what: string, rulePack: unknown) => world.call(`PUT /api/${what}/rule-pack`, person, { payload: { rulePack } as object });
const ofSchool = (): string => `institutions/${school.institutionId}`;
const ofCohort = (): string => `cohorts/${school.cohortId}`;
const binds = async (lessonId = school.lessonId): Promise<string> => packName(await packOfLesson(world.deps.orm.em.fork(), lessonId));

it('an institution chooses, its cohorts follow, a cohort may choose otherwise and follow again', async () => {
  expect(await binds()).toBe('default@1');
  const chosen = (await choose(school.scheduler, ofSchool(), 'tianjin')).json<RuleChoices>();
  expect(chosen.institutions).toMatchObject([{ institutionId: school.institutionId, rulePack: 'tianjin', chosen: { at: world.clock.now().toISOString(), by: 'School scheduler' }, cohorts: [{ cohortId: school.cohortId, rulePack: null }] }]);
  expect([await binds(), await binds(foreign.lessonId)]).toEqual(['tianjin@1', 'default@1']);
  await choose(school.scheduler, ofCohort(), 'lishui');
  expect(await binds()).toBe('lishui@1');
  await choose(school.scheduler, ofCohort(), null);
  expect(await binds()).toBe('tianjin@1');
  await choose(school.scheduler, ofSchool(), null);
  expect(await binds()).toBe('default@1');
});

it('is written down with who, when, from what to what; the same choice again is none', async () => {
  const before = (await world.events('rulePack:chosen')).length;
  await choose(school.scheduler, ofSchool(), 'hainan');
  await choose(school.scheduler, ofSchool(), 'hainan');
  await choose(school.scheduler, ofCohort(), 'guangdong');
  await choose(school.scheduler, ofCohort(), null);
  const events = (await world.events('rulePack:chosen')).slice(before);
  expect(events.map(({ stream, actor_id: actor, institution_id: institution, payload }) => [stream, actor, institution, payload.from, payload.to, payload.binds])).toEqual([
    [`institution:${school.institutionId}`, school.scheduler.personId, school.institutionId, null, 'hainan', 'hainan@1'],
    [`cohort:${school.cohortId}`, school.scheduler.personId, school.institutionId, null, 'guangdong', 'guangdong@1'],
    [`cohort:${school.cohortId}`, school.scheduler.personId, school.institutionId, 'guangdong', null, 'hainan@1'],
  ]);
});

it('a session that has started keeps its pack', async () => {
  await addSession(world.deps.orm, foreign, world.clock.now());
  await choose(foreign.scheduler, `institutions/${foreign.institutionId}`, 'qinhuangdao');
  expect(await binds(foreign.lessonId)).toBe('default@1');
  const seen = (await world.call('GET /api/rule-packs', foreign.scheduler)).json<RuleChoices>();
  expect(seen.institutions).toMatchObject([{ rulePack: 'qinhuangdao', running: 1 }]);
});

it('refuses unknown packs, other institutions, teachers, students, regulators and strangers', async () => {
  for (const pack of ['nowhere', 'default@1', 'Tianjin', '', 3, undefined]) expect(codeOf(await choose(school.scheduler, ofSchool(), pack))).toBe('bad_request');
  for (const what of [ofSchool(), ofCohort()]) {
    expect(codeOf(await choose(foreign.scheduler, what, 'hainan'))).toBe('not_found');
    for (const person of [school.teacher, school.learner, school.regulator]) expect(codeOf(await choose(person, what, 'hainan'))).toBe('forbidden');
    expect(codeOf(await choose(null, what, 'hainan'))).toBe('unauthenticated');
  }
  for (const person of [school.teacher, school.learner, school.regulator]) expect(codeOf(await world.call('GET /api/rule-packs', person))).toBe('forbidden');
  expect(codeOf(await choose(school.scheduler, `cohorts/${school.institutionId}`, 'hainan'))).toBe('not_found');
  expect(await binds()).toBe('default@1');
});

it('shows an institution’s office its own alone', async () => {
  for (const one of [school, foreign]) {
    const seen = (await world.call('GET /api/rule-packs', one.scheduler)).json<RuleChoices>();
    expect(seen.institutions.map(({ institutionId, cohorts }) => [institutionId, cohorts.map(({ cohortId }) => cohortId)])).toEqual([[one.institutionId, [one.cohortId]]]);
  }
});
