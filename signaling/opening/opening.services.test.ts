// Opening a cohort over REST: written, handed in when nothing is in the way, approved by somebody else, opened by the authority, with a row and a fact for each move.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { CohortLine } from '#contracts/cohort.ts';
import type { CohortApprovals, CohortOpening } from '#contracts/opening.ts';
import { InstitutionProfile } from '#db/entities/institution.ts';
import { Enrolment } from '#db/entities/people.ts';
import { noFacts } from '#domain/institution.ts';
import { newId } from '#domain/id.ts';
import { emptyOpening, type OpeningApplication } from '#domain/opening.ts';
import { submittedCourse } from '../testing/course.ts';
import { onePart, publishedExam } from '../testing/exam.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addLesson, addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let colleague: Known;
let courseId: string;
let instructorId: string;
let cohortId: string;
let application: OpeningApplication;
let made = 0;

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  colleague = await addPerson(world.deps.orm, world.clock.now(), 'Colleague', school.institutionId, 'admin');
  const dossier = await submittedCourse(world, school);
  ({ courseId } = dossier);
  instructorId = dossier.content.instructorIds[0]!;
  const facts = { ...noFacts, filingFrom: '2026-01-01', filingUntil: '2028-12-31', trainingRegions: ['130300'] };
  const stated = await world.call(`PUT /api/institutions/${school.institutionId}/profile`, school.scheduler, { payload: { revision: 0, facts } });
  expect(stated.statusCode).toBe(200);
  application = { region: '130300', plannedFrom: '2026-04-01', plannedUntil: '2026-05-31', learnerLimit: 2, instructorIds: [instructorId], place: '一号车间', planText: '每周二晚', resources: '课件' };
});
afterAll(() => world.close());

/** A fresh cohort with one learner and the exam its course asks for. */
beforeEach(async () => {
  ({ cohortId } = (await world.call('POST /api/cohorts', school.scheduler, { payload: { courseId, title: `班 ${made++}`, programme: 'other' } })).json<CohortLine>());
  await publishedExam(world, { ...school, courseId, cohortId, teacher: school.scheduler }, { parts: [onePart(courseId, { count: 1 })] });
  await enrol(school.learner);
});

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const enrol = (person: Known) => world.deps.orm.em.fork().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId, personId: person.personId, createdAt: world.clock.now(), endedAt: null });
const read = async (who: Known = school.scheduler): Promise<CohortOpening> => (await world.call(`GET /api/cohorts/${cohortId}/opening`, who)).json<CohortOpening>();
const save = (revision: number, change: Partial<OpeningApplication> = {}, who: Known = school.scheduler) => world.call(`PUT /api/cohorts/${cohortId}/opening`, who, { payload: { revision, application: { ...application, ...change } } });
const move = (what: string, who: Known, reason = '', revision = 1) => world.call(`POST /api/cohorts/${cohortId}/opening/moves`, who, { payload: { move: what, revision, reason } });
const waiting = async (who: Known): Promise<string[]> => (await world.call('GET /api/cohort-approvals', who)).json<CohortApprovals>().cohorts.filter((one) => one.cohortId === cohortId).map(({ state }) => state);
const factsOf = async () => (await world.deps.orm.em.fork().execute<{ type: string; actor_id: string; payload: Record<string, unknown> }[]>(`select type, actor_id, payload from event where stream = ? and type <> 'cohort:created' order by id`, [`cohort:${cohortId}`]));
const submitted = async (): Promise<void> => {
  expect((await save(0)).statusCode).toBe(200);
  expect((await move('submit', school.scheduler)).statusCode).toBe(200);
};

it('a cohort from before is opened, and has no application', async () => {
  const seen = (await world.call(`GET /api/cohorts/${school.cohortId}/opening`, school.regulator)).json<CohortOpening>();
  expect(seen).toMatchObject({ state: 'opened', revision: 0, application: emptyOpening, problems: [], moves: [], may: [], mayWrite: false });
});

it('goes from the first draft to opened, each move with who and when, as a row and a fact', async () => {
  expect(await read()).toMatchObject({ state: 'draft', revision: 0, needsAuthority: true, trainingRegions: ['130300'], dossierVersion: 1, learners: 1, lessons: 0, may: ['submit'], mayWrite: true, moves: [] });
  expect((await save(0)).json()).toMatchObject({ revision: 1, application, problems: [], instructors: [{ instructorId, qualified: true }] });
  expect((await move('submit', school.scheduler)).json()).toMatchObject({ state: 'submitted', may: ['withdraw'], mayWrite: false, alone: false });
  expect([await waiting(school.scheduler), await waiting(colleague), await waiting(school.regulator)]).toEqual([[], ['submitted'], []]);
  expect((await move('approve', colleague, '资料齐全')).json()).toMatchObject({ state: 'approved', may: ['withdraw'] });
  expect([await waiting(colleague), await waiting(school.regulator)]).toEqual([[], ['approved']]);
  expect((await read(school.regulator)).may).toEqual(['return', 'open']);
  const opened = (await move('open', school.regulator)).json<CohortOpening>();
  expect(opened).toMatchObject({ state: 'opened', dossierVersion: 1, may: [] });
  expect(opened.moves.map(({ move: what, to, by, reason }) => [what, to, by, reason])).toEqual([['submit', 'submitted', 'School scheduler', ''], ['approve', 'approved', 'Colleague', '资料齐全'], ['open', 'opened', 'School regulator', '']]);
  const facts = await factsOf();
  expect(facts.map(({ type, actor_id }) => [type, actor_id])).toEqual([['cohort:submitted', school.scheduler.personId], ['cohort:approved', colleague.personId], ['cohort:opened', school.regulator.personId]]);
  expect(facts[2]!.payload).toMatchObject({ cohortId, from: 'approved', to: 'opened', revision: 1, rulePack: 'default@1', learners: 1, lessons: 0 });
  expect(JSON.stringify(facts)).not.toContain('资料齐全');
});

it('opens with the institution’s approval where the rules do not ask the authority', async () => {
  await world.deps.orm.em.fork().execute(`update cohort set rule_pack = 'tianjin' where id = ?`, [cohortId]);
  await submitted();
  expect((await move('approve', colleague)).json()).toMatchObject({ state: 'opened', needsAuthority: false, noAuthority: false });
});

it('nobody decides on what they handed in, and says so where nobody else is there', async () => {
  await submitted();
  for (const what of ['approve', 'return']) expect(codeOf(await move(what, school.scheduler, '原因'))).toBe('opening_own_work');
  await world.deps.orm.em.fork().execute(`update membership set role = 'teacher' where person_id = ?`, [colleague.personId]);
  expect(await read()).toMatchObject({ alone: true, may: ['withdraw'] });
  expect(codeOf(await move('approve', colleague))).toBe('forbidden');
  await world.deps.orm.em.fork().execute(`update membership set role = 'admin' where person_id = ?`, [colleague.personId]);
  expect((await read()).alone).toBe(false);
});

it('is returned with a reason, mended, and handed in again', async () => {
  await submitted();
  expect(codeOf(await move('return', colleague, ' '))).toBe('opening_reason_missing');
  expect((await move('return', colleague, '地点不清楚')).json()).toMatchObject({ state: 'returned' });
  expect((await read()).moves.at(-1)).toMatchObject({ move: 'return', by: 'Colleague', reason: '地点不清楚' });
  expect((await save(1, { place: '二号车间' })).json()).toMatchObject({ revision: 2 });
  // Who looked at the first version does not decide on the second.
  expect((await move('submit', school.scheduler, '', 2)).statusCode).toBe(200);
  expect(codeOf(await move('approve', colleague, '', 1))).toBe('opening_changed');
  expect((await move('approve', colleague, '', 2)).statusCode).toBe(200);
  expect((await move('return', school.regulator, '请补充名单', 2)).json()).toMatchObject({ state: 'returned' });
  expect((await save(2)).statusCode).toBe(200);
});

it('is not handed in, approved or opened while something is in the way, and nothing is written', async () => {
  await save(0, { region: '110000', instructorIds: [] });
  expect((await read()).problems.map(({ code }) => code)).toEqual(['region_not_allowed', 'instructor_missing']);
  expect(codeOf(await move('submit', school.scheduler))).toBe('opening_incomplete');
  expect(await factsOf()).toEqual([]);
  await save(1);
  await move('submit', school.scheduler, '', 2);
  // Two more came to a class of two.
  await enrol(school.other);
  await enrol(await addPerson(world.deps.orm, world.clock.now(), 'Third', school.institutionId, 'student'));
  expect(codeOf(await move('approve', colleague, '', 2))).toBe('opening_incomplete');
  expect((await read()).problems).toEqual([{ code: 'roster_over_limit', place: 'roster', n: 1, names: [] }]);
  await world.deps.orm.em.fork().execute('update enrolment set ended_at = ? where cohort_id = ? and person_id = ?', [world.clock.now(), cohortId, school.other.personId]);
  await move('approve', colleague, '', 2);
  await world.deps.orm.em.fork().nativeUpdate(InstitutionProfile, { institutionId: school.institutionId }, { filingRevokedOn: '2026-03-01' });
  expect(codeOf(await move('open', school.regulator, '', 2))).toBe('opening_incomplete');
  expect((await read()).state).toBe('approved');
  await world.deps.orm.em.fork().nativeUpdate(InstitutionProfile, { institutionId: school.institutionId }, { filingRevokedOn: null });
  expect((await move('open', school.regulator, '', 2)).json()).toMatchObject({ state: 'opened' });
});

it('is written by the office alone, once at a time, and not while it is being decided', async () => {
  expect(codeOf(await save(0, {}, school.regulator))).toBe('forbidden');
  expect(codeOf(await save(0, { region: '990000' }))).toBe('bad_request');
  expect(codeOf(await save(0, { plannedFrom: '2026-02-30' }))).toBe('bad_request');
  const answers = await Promise.all([save(0), save(0)]);
  expect(answers.map((answer) => (answer.statusCode === 200 ? 'saved' : codeOf(answer))).sort()).toEqual(['opening_changed', 'saved']);
  await move('submit', school.scheduler);
  expect(codeOf(await save(1))).toBe('opening_move_refused');
  expect(codeOf(await move('open', school.regulator))).toBe('opening_move_refused');
  expect(codeOf(await move('approve', school.regulator))).toBe('opening_move_refused');
  expect(codeOf(await move('approve', school.teacher))).toBe('forbidden');
  expect((await move('withdraw', school.scheduler, '日期要改')).json()).toMatchObject({ state: 'withdrawn', mayWrite: true });
});

it('of two who decide at once one does', async () => {
  await submitted();
  const answers = await Promise.all([move('approve', colleague), move('return', colleague, '再看看')]);
  expect(answers.map((answer) => (answer.statusCode === 200 ? 'moved' : codeOf(answer))).sort()).toEqual(['moved', 'opening_move_refused']);
});

it('is closed when no lesson is ahead', async () => {
  await submitted();
  await move('approve', colleague);
  await move('open', school.regulator);
  const { lessonId } = await addLesson(world.deps.orm, { ...school, cohortId }, world.clock.now());
  expect(codeOf(await move('close', school.scheduler, '已经结束'))).toBe('opening_lessons_ahead');
  await world.deps.orm.em.fork().execute(`update lesson set status = 'ended' where id = ?`, [lessonId]);
  expect((await move('close', school.scheduler, '已经结束')).json()).toMatchObject({ state: 'closed', may: [] });
});
