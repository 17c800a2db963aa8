// New cohorts: by the office, under a programme, each title once in a course (R149).
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CohortCourses, CohortLine } from '#contracts/cohort.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const create = (title: string, person: Known = school.scheduler, change: object = {}) => world.call('POST /api/cohorts', person, { payload: { courseId: school.courseId, title, programme: 'new_apprenticeship', ...change } });
const count = async (): Promise<number> => Number((await world.deps.orm.em.fork().execute<{ n: string }[]>('select count(*) as n from cohort'))[0]!.n);

it('is there for its office at once, with its programme and a fact', async () => {
  const options = (await world.call('GET /api/cohort-courses', school.scheduler)).json<CohortCourses>();
  expect(options.courses).toEqual([{ courseId: school.courseId, title: 'School course', institutionName: 'School' }]);
  const made = (await create('  2026年第3期  电工班 ')).json<CohortLine>();
  expect(made).toMatchObject({ title: '2026年第3期 电工班', programme: 'new_apprenticeship', courseTitle: 'School course', learners: 0, unregistered: 0, lessons: 0, firstAt: null, mayEdit: true });
  expect(await world.events('cohort:created')).toEqual([{ stream: `cohort:${made.cohortId}`, actor_id: school.scheduler.personId, institution_id: school.institutionId, payload: { cohortId: made.cohortId, courseId: school.courseId, programme: 'new_apprenticeship' } }]);
  const listed = (await world.call('GET /api/cohorts', school.scheduler)).json<{ cohorts: CohortLine[] }>().cohorts;
  expect(listed.map(({ cohortId, programme }) => [cohortId, programme])).toEqual(expect.arrayContaining([[made.cohortId, 'new_apprenticeship'], [school.cohortId, null]]));
  // Nobody teaches it yet: a teacher does not see it.
  expect(codeOf(await world.call(`GET /api/cohorts/${made.cohortId}`, school.teacher))).toBe('not_found');
});

it('of two with one title at once one is made', async () => {
  const answers = await Promise.all([create('焊工班'), create('焊工班')]);
  expect(answers.map((answer) => (answer.statusCode === 200 ? 'made' : codeOf(answer))).sort()).toEqual(['cohort_title_taken', 'made']);
});

it('is refused without a title, a programme, a course of one’s own, or an office', async () => {
  const before = await count();
  expect(codeOf(await create('   '))).toBe('bad_request');
  expect(codeOf(await create('x', school.scheduler, { programme: 'none' }))).toBe('bad_request');
  expect(codeOf(await create('x', school.scheduler, { courseId: foreign.courseId }))).toBe('not_found');
  expect(codeOf(await create('x', foreign.scheduler))).toBe('not_found');
  for (const person of [school.teacher, school.regulator, school.learner]) expect(codeOf(await create('x', person))).toBe('forbidden');
  expect(await count()).toBe(before);
});
