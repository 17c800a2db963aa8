// Timetable, scheduling and cancelling: what is stored, what is told, what is refused without a trace.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LessonDetail } from '#contracts/lesson.ts';
import { Lesson, LessonStaff, Unit } from '#db/entities/lesson.ts';
import { Enrolment, Membership } from '#db/entities/people.ts';
import { Recording } from '#db/entities/recording.ts';
import { newId } from '#domain/id.ts';
import type { LessonStatus } from '#domain/lesson.ts';
import { addLesson, addPerson, addSchool, addSession, type School } from '../testing/school.ts';
import { openHttpWorld, type HttpWorld } from '../testing/http-world.ts';

let world: HttpWorld;
let school: School;
let foreign: School;

beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());

const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const body = (change: object = {}) => ({
  cohortId: school.cohortId, title: '消防安全 第二课', startsAt: '2026-03-05T01:00:00Z', plannedMinutes: 100, teacherIds: [school.teacher.personId], ...change,
});
const counts = async () => [await em().count(Lesson), await em().count(Unit), await em().count(LessonStaff), (await world.events('lesson:scheduled')).length];

it('schedules a lesson with its units, staff and event', async () => {
  const response = await world.call('POST /api/lessons', school.scheduler, { payload: body({ assistantIds: [school.assistant.personId] }) });
  expect(response.statusCode).toBe(200);
  const detail: LessonDetail = response.json();
  expect(detail).toMatchObject({
    title: '消防安全 第二课', courseTitle: 'School course', cohortTitle: 'School cohort', institutionName: 'School', status: 'scheduled', role: 'observer',
    startsAt: '2026-03-05T01:00:00.000Z', plannedMinutes: 100, recorded: true, learnerCount: 2, recording: null, startedAt: null, endedAt: null,
    teachers: [{ personId: school.teacher.personId, name: 'School teacher' }],
  });
  expect(detail.units.map(({ ordinal, plannedStartAt, plannedMinutes }) => [ordinal, plannedStartAt, plannedMinutes])).toEqual([
    [1, '2026-03-05T01:00:00.000Z', 45], [2, '2026-03-05T01:45:00.000Z', 55],
  ]);
  const [event] = await world.events('lesson:scheduled');
  expect(event).toMatchObject({ stream: `lesson:${detail.lessonId}`, actor_id: school.scheduler.personId, institution_id: school.institutionId });
  expect(JSON.stringify(event?.payload)).not.toContain('消防');
  expect(await em().count(LessonStaff, { lessonId: detail.lessonId })).toBe(2);
});

it.each([
  ['a foreign cohort', () => body({ cohortId: foreign.cohortId }), 404, 'not_found'],
  ['no such cohort', () => body({ cohortId: newId() }), 404, 'not_found'],
  ['a foreign teacher', () => body({ teacherIds: [foreign.teacher.personId] }), 400, 'bad_request'],
  ['a learner as teacher', () => body({ teacherIds: [school.learner.personId] }), 400, 'bad_request'],
  ['a foreign assistant', () => body({ assistantIds: [foreign.teacher.personId] }), 400, 'bad_request'],
  ['one person twice', () => body({ assistantIds: [school.teacher.personId] }), 400, 'bad_request'],
  ['nobody to teach', () => body({ teacherIds: [] }), 400, 'bad_request'],
  ['a start that is over', () => body({ startsAt: '2026-03-01T01:00:00Z' }), 400, 'bad_request'],
  ['a day no month has', () => body({ startsAt: '2026-02-30T01:00:00Z' }), 400, 'bad_request'],
  ['an hour no day has', () => body({ startsAt: '2026-03-05T25:00:00Z' }), 400, 'bad_request'],
  ['a local time', () => body({ startsAt: '2026-03-05T01:00:00+08:00' }), 400, 'bad_request'],
  ['no length', () => body({ plannedMinutes: 0 }), 400, 'bad_request'],
  ['too long a lesson', () => body({ plannedMinutes: 601 }), 400, 'bad_request'],
  ['an empty title', () => body({ title: '' }), 400, 'bad_request'],
  ['an extra field', () => body({ institutionId: foreign.institutionId }), 400, 'bad_request'],
])('refuses to schedule %s and stores nothing', async (_what, make, status, code) => {
  const before = await counts();
  const response = await world.call('POST /api/lessons', school.scheduler, { payload: make() });
  expect([response.statusCode, codeOf(response)]).toEqual([status, code]);
  expect(await counts()).toEqual(before);
});

it('refuses a teacher, a learner and a regulator who want to schedule', async () => {
  const before = await counts();
  for (const person of [school.teacher, school.learner, school.regulator]) {
    const response = await world.call('POST /api/lessons', person, { payload: body() });
    expect([response.statusCode, codeOf(response)]).toEqual([403, 'forbidden']);
  }
  expect(await counts()).toEqual(before);
});

it('offers cohorts and teachers of the own institutions only', async () => {
  const offered = (await world.call('GET /api/scheduling', school.scheduler)).json<{ cohorts: unknown[]; teachers: { personId: string }[] }>();
  expect(offered.cohorts).toEqual([{ cohortId: school.cohortId, title: 'School cohort', courseTitle: 'School course', learnerCount: 2 }]);
  expect(offered.teachers.map(({ personId }) => personId).sort()).toEqual([school.teacher, school.assistant, school.proctor].map(({ personId }) => personId).sort());
});

it('shows each person their role in a lesson, and strangers nothing', async () => {
  const roles = { teacher: 'teacher', assistant: 'assistant', proctor: 'proctor', learner: 'student', scheduler: 'observer', regulator: 'observer' } as const;
  for (const [who, role] of Object.entries(roles)) {
    const detail = await world.call(`GET /api/lessons/${school.lessonId}`, school[who as keyof typeof roles]);
    expect(detail.json(), who).toMatchObject({ role, lessonId: school.lessonId });
  }
  const former = await addPerson(world.deps.orm, world.clock.now(), 'Former', school.institutionId, 'student');
  await em().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId: school.cohortId, personId: former.personId, createdAt: world.clock.now(), endedAt: world.clock.now() });
  for (const stranger of [foreign.scheduler, foreign.learner, former]) {
    const response = await world.call(`GET /api/lessons/${school.lessonId}`, stranger);
    expect([response.statusCode, codeOf(response)]).toEqual([404, 'not_found']);
  }
  expect((await world.call('GET /api/lessons/not-an-id', school.teacher)).statusCode).toBe(400);
});

it('lists one week back and 30 days ahead, or what is asked for, by start', async () => {
  const mine = await addSchool(world.deps.orm, world.clock.now(), 'Listed');
  const start = (days: number) => ({ ...mine, startsAt: new Date(world.clock.now().getTime() + days * 86_400_000) });
  const lessons = new Map<number, string>();
  for (const days of [31, 29, -6, -8]) lessons.set(days, (await addLesson(world.deps.orm, start(days), world.clock.now())).lessonId);
  const ids = async (query: string, person = mine.learner): Promise<string[]> =>
    (await world.call(`GET /api/lessons${query}`, person)).json<{ lessons: { lessonId: string }[] }>().lessons.map(({ lessonId }) => lessonId);
  expect(await ids('')).toEqual([lessons.get(-6), mine.lessonId, lessons.get(29)]);
  expect(await ids('?from=2026-03-30T00:00:00Z&to=2026-04-30T00:00:00Z')).toEqual([lessons.get(29), lessons.get(31)]);
  expect(await ids('', mine.teacher)).toHaveLength(3);
  expect(await ids('', foreign.learner)).toEqual([foreign.lessonId]);
  for (const query of ['?from=2026-03-30T00:00:00Z&to=2026-03-30T00:00:00Z', '?from=2020-01-01T00:00:00Z', '?from=yesterday', '?page=2']) {
    expect((await world.call(`GET /api/lessons${query}`, mine.learner)).statusCode, query).toBe(400);
  }
});

it('says when a lesson ran and what became of its recording', async () => {
  const ran = await addSchool(world.deps.orm, world.clock.now(), 'Ran');
  const startedAt = new Date('2026-03-02T02:00:05.250Z');
  const sessionId = await addSession(world.deps.orm, ran, startedAt);
  const detail = async () => (await world.call(`GET /api/lessons/${ran.lessonId}`, ran.learner)).json<LessonDetail>();
  await em().insert(Recording, {
    id: newId(), institutionId: ran.institutionId, lessonId: ran.lessonId, sessionId, status: 'recording', progress: null, secondsLeft: null, failReason: null, createdAt: startedAt, settledAt: null,
  });
  expect(await detail()).toMatchObject({ startedAt: '2026-03-02T02:00:05.250Z', endedAt: null, recording: null });
  await em().execute(`update lesson_session set ended_at = '2026-03-02T03:30:00Z' where id = ?`, [sessionId]);
  await em().execute(`update recording set status = 'processing' where session_id = ?`, [sessionId]);
  expect(await detail()).toMatchObject({ startedAt: '2026-03-02T02:00:05.250Z', endedAt: '2026-03-02T03:30:00.000Z', recording: 'processing' });
});

it('cancels a lesson once, with its event and without its reason in it', async () => {
  const { lessonId } = await addLesson(world.deps.orm, school, world.clock.now(), 'open');
  const cancel = () => world.call(`POST /api/lessons/${lessonId}/cancel`, school.scheduler, { payload: { reason: '教师生病' } });
  expect((await cancel()).json()).toMatchObject({ lessonId, status: 'cancelled' });
  expect((await em().findOneOrFail(Lesson, { id: lessonId })).cancelReason).toBe('教师生病');
  expect(codeOf(await cancel())).toBe('lesson_move_refused');
  const events = (await world.events('lesson:cancelled')).filter(({ stream }) => stream === `lesson:${lessonId}`);
  expect(events).toHaveLength(1);
  expect(JSON.stringify(events)).not.toContain('生病');
});

it.each(['live', 'ended', 'missed', 'cancelled'] as const)('refuses to cancel a lesson that is %s', async (status: LessonStatus) => {
  const { lessonId } = await addLesson(world.deps.orm, school, world.clock.now(), status);
  const response = await world.call(`POST /api/lessons/${lessonId}/cancel`, school.scheduler, { payload: { reason: 'x' } });
  expect([response.statusCode, codeOf(response)]).toEqual([409, 'lesson_move_refused']);
  expect(await em().findOneOrFail(Lesson, { id: lessonId })).toMatchObject({ status, cancelReason: null });
});

it('refuses to cancel for others, without a reason, and across institutions', async () => {
  const path = `POST /api/lessons/${school.lessonId}/cancel`;
  expect(codeOf(await world.call(path, foreign.scheduler, { payload: { reason: 'x' } }))).toBe('not_found');
  expect(codeOf(await world.call(path, school.teacher, { payload: { reason: 'x' } }))).toBe('forbidden');
  for (const payload of [{}, { reason: '' }, { reason: 'x', status: 'ended' }]) expect((await world.call(path, school.scheduler, { payload })).statusCode).toBe(400);
  await em().insert(Membership, { id: newId(), personId: foreign.scheduler.personId, institutionId: school.institutionId, role: 'teacher', createdAt: world.clock.now() });
  expect(codeOf(await world.call(path, foreign.scheduler, { payload: { reason: 'x' } }))).toBe('not_found');
  expect(await em().findOneOrFail(Lesson, { id: school.lessonId })).toMatchObject({ status: 'scheduled' });
});
