// The timetable of an office on real rows: looked at before, all or none, refused at the same moment, changed with its history and told to everybody concerned (R141, R151; peers' complaint 20).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { LessonDetail } from '#contracts/lesson.ts';
import type { LessonChanges, Notices, PlanPreview, Timetable, TimetableOptions } from '#contracts/timetable.ts';
import { Connection, Lesson, LessonStaff, Unit } from '#db/entities/lesson.ts';
import { LessonChange, LessonSeries } from '#db/entities/timetable.ts';
import { Cohort, Enrolment } from '#db/entities/people.ts';
import { newId } from '#domain/id.ts';
import type { LessonStatus } from '#domain/lesson.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';
import { remindOfLessons } from './reminders.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
beforeAll(async () => {
  world = await openHttpWorld();
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());
beforeEach(async () => { school = await addSchool(world.deps.orm, world.clock.now()); });

const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
/** What is done one after the other is told in that order. */
const call = (route: string, payload: object, person: Known = school.scheduler) => {
  world.clock.pass(1);
  return world.call(route, person, { payload });
};
/** 09:00 of a day of March 2026 in Shanghai, where the world stands on Monday the 2nd. */
const nine = (day: number): string => `2026-03-${String(day).padStart(2, '0')}T01:00:00.000Z`;
const plan = (change: object = {}) => ({ cohortId: school.cohortId, plannedMinutes: 90, teacherIds: [school.teacher.personId], ...change });
const body = (starts: string[], change: object = {}) => ({ ...plan({ title: '焊接安全' }), starts, ...change });
async function planned(starts: string[], change: object = {}): Promise<{ seriesId: string | null; lessonIds: string[] }> {
  const response = await call('POST /api/timetable', body(starts, change));
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json();
}
const preview = async (change: object): Promise<PlanPreview> => {
  const response = await call('POST /api/timetable/preview', plan(change));
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json();
};
const noticesOf = async (person: Known): Promise<Notices> => (await world.call('GET /api/notices', person)).json();
const told = async (person: Known) => (await noticesOf(person)).notices.map(({ kind }) => kind);
const place = async (name: string): Promise<string> => {
  const options = (await call('POST /api/places', { institutionId: school.institutionId, name })).json<TimetableOptions>();
  return options.institutions[0]!.places.find((one) => one.name === name)!.placeId;
};

describe('planning', () => {
  it('shows every lesson of a rule with holidays and conflicts, and writes nothing', async () => {
    await call(`POST /api/institutions/${school.institutionId}/holidays`, { from: '2026-03-12', to: '2026-03-13', kind: 'off', name: '放假' });
    await planned([nine(17)]);
    const before = await em().count(Lesson);
    const { occurrences, units } = await preview({ recurrence: { rrule: 'FREQ=WEEKLY;BYDAY=TU,TH;COUNT=5', firstDay: '2026-03-03', time: '09:30' } });
    expect(units).toBe(2);
    expect(occurrences.map(({ startsAt, holiday, conflicts }) => [startsAt, holiday?.name, conflicts.map(({ kind, weight, count, names }) => [kind, weight, count, names])])).toEqual([
      ['2026-03-03T01:30:00.000Z', undefined, []], ['2026-03-05T01:30:00.000Z', undefined, []], ['2026-03-10T01:30:00.000Z', undefined, []], ['2026-03-12T01:30:00.000Z', '放假', []],
      ['2026-03-17T01:30:00.000Z', undefined, [['teacher', 'refuses', 1, ['School teacher']], ['learners', 'warns', 2, ['School learner', 'School other']]]],
    ]);
    expect(occurrences[4]!.conflicts[0]!.lesson).toMatchObject({ title: '焊接安全', cohortTitle: 'School cohort', startsAt: nine(17) });
    expect(await em().count(Lesson)).toBe(before);
  });

  it('writes all lessons with units, staff, place and events, and tells everybody once', async () => {
    const placeId = await place('一号实训室');
    const { seriesId, lessonIds } = await planned([nine(5), nine(3), nine(4)], { placeId, rrule: 'FREQ=DAILY;COUNT=3', assistantIds: [school.assistant.personId] });
    expect(await em().findOne(LessonSeries, { id: seriesId! })).toMatchObject({ rrule: 'FREQ=DAILY;COUNT=3', institutionId: school.institutionId });
    const rows = await em().find(Lesson, { seriesId: seriesId! }, { orderBy: { startsAt: 'asc' } });
    expect(rows.map(({ id, startsAt, status, placeId: at }) => [id, startsAt.toISOString(), status, at])).toEqual(lessonIds.map((id, index) => [id, nine(3 + index), 'scheduled', placeId]));
    expect([await em().count(Unit, { lessonId: { $in: lessonIds } }), await em().count(LessonStaff, { lessonId: { $in: lessonIds } })]).toEqual([6, 6]);
    expect((await world.events('lesson:scheduled')).filter(({ payload }) => payload.seriesId === seriesId)).toHaveLength(3);
    for (const person of [school.learner, school.other, school.teacher, school.assistant]) {
      expect((await noticesOf(person)).notices).toMatchObject([{ kind: 'scheduled', read: false, parts: { title: '焊接安全', startsAt: nine(3), place: '一号实训室', count: 3 } }]);
    }
    for (const person of [school.scheduler, school.proctor, foreign.learner]) expect(await told(person)).toEqual([]);
    const shown = (await world.call(`GET /api/timetable?from=2026-03-03T00:00:00Z&to=2026-03-06T00:00:00Z`, school.scheduler)).json<Timetable>();
    expect(shown.lessons.map(({ lessonId, place: at, staff }) => [lessonId, at?.name, staff.map(({ role }) => role)])).toEqual(lessonIds.map((id) => [id, '一号实训室', ['teacher', 'assistant']]));
  });

  it('refuses all where one cannot be: a teacher or place that is taken, two at once, one that would be over', async () => {
    const placeId = await place('一号');
    await planned([nine(10)], { placeId, teacherIds: [school.proctor.personId] });
    await planned([nine(11)]);
    const refused: [object, string][] = [
      [body([nine(9), nine(11)]), 'timetable_conflict'], [body([nine(10)], { placeId }), 'timetable_conflict'], [body([nine(10)], { assistantIds: [school.proctor.personId] }), 'timetable_conflict'],
      [body([nine(16), '2026-03-16T02:00:00Z'], { override: '两班合上' }), 'timetable_conflict'], [body([nine(1)]), 'bad_request'], [body([nine(9)], { teacherIds: [foreign.teacher.personId] }), 'bad_request'],
      [body([nine(9)], { teacherIds: [school.learner.personId] }), 'bad_request'], [body(['2026-02-30T01:00:00Z']), 'bad_request'], [body([nine(9)], { rrule: 'FREQ=HOURLY;COUNT=2' }), 'bad_request'],
      [body([nine(9)], { cohortId: foreign.cohortId }), 'not_found'], [body([nine(9)], { placeId: newId() }), 'not_found'], [body([nine(9)], { extra: 1 }), 'bad_request'],
    ];
    const before = await em().count(Lesson);
    for (const [payload, code] of refused) expect([JSON.stringify(payload), codeOf(await call('POST /api/timetable', payload))]).toEqual([JSON.stringify(payload), code]);
    expect(await em().count(Lesson)).toBe(before);
    // Learners are told of, and may be; so is the single lesson's route.
    await planned([nine(10)]);
    expect(codeOf(await call('POST /api/lessons', { ...plan({ title: 'x' }), startsAt: nine(11) }))).toBe('timetable_conflict');
  });

  it('for a reason all the same, which is a fact of the lesson', async () => {
    await planned([nine(11)]);
    const { lessonIds } = await planned([nine(11), nine(12)], { override: '两个班合并上课' });
    expect(await em().find(LessonChange, { lessonId: { $in: lessonIds } })).toMatchObject([{ kind: 'overridden', reason: '两个班合并上课', lessonId: lessonIds[0], personId: school.scheduler.personId }]);
    const [event] = (await world.events('lesson:overridden')).filter(({ payload }) => payload.lessonId === lessonIds[0]);
    expect(event!.payload).toMatchObject({ conflicts: [{ kind: 'teacher' }] });
    expect(JSON.stringify(event)).not.toContain('合并');
  });

  it('two clerks at the same moment cannot plan the same teacher twice', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => call('POST /api/timetable', body([nine(20), nine(21)]))));
    expect(answers.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409, 409, 409, 409, 409]);
    expect(await em().count(Lesson, { institutionId: school.institutionId, startsAt: new Date(nine(20)) })).toBe(1);
  });

  it('the way between two places counts, as the office sets it', async () => {
    const [one, other] = [await place('东校区'), await place('西校区')];
    await planned([nine(18)], { placeId: one });
    const next = { starts: ['2026-03-18T02:40:00Z'], placeId: other };
    const kinds = async () => (await preview(next)).occurrences[0]!.conflicts.map(({ kind }) => kind);
    expect(await kinds()).toEqual([]);
    expect((await call(`PUT /api/institutions/${school.institutionId}/travel-gap`, { minutes: 30 })).json<TimetableOptions>().institutions[0]!.travelGapMinutes).toBe(30);
    expect(await kinds()).toEqual(['teacher']);
  });

  it('counts learners who are enrolled in two cohorts, and names the first ten', async () => {
    const cohortId = newId();
    const now = world.clock.now();
    await em().insert(Cohort, { id: cohortId, institutionId: school.institutionId, courseId: school.courseId, title: '二班', createdAt: now });
    for (let index = 10; index < 23; index++) {
      const { personId } = await addPerson(world.deps.orm, now, `学员${index}`, school.institutionId, 'student');
      for (const id of [cohortId, school.cohortId]) await em().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId: id, personId, createdAt: now, endedAt: id === cohortId && index === 22 ? now : null });
    }
    await planned([nine(24)]);
    const [conflict] = (await preview({ cohortId, teacherIds: [school.proctor.personId], starts: [nine(24)] })).occurrences[0]!.conflicts;
    expect(conflict).toMatchObject({ kind: 'learners', weight: 'warns', count: 12, names: Array.from({ length: 10 }, (_, index) => `学员${10 + index}`) });
  });

  it('is refused to teachers, learners and regulators', async () => {
    for (const person of [school.teacher, school.learner, school.regulator]) {
      for (const route of ['POST /api/timetable', 'POST /api/timetable/preview']) expect(codeOf(await call(route, route.endsWith('preview') ? plan({ starts: [nine(9)] }) : body([nine(9)]), person))).toBe('forbidden');
    }
  });
});

describe('changing', () => {
  const move = (lessonId: string, payload: object, person = school.scheduler) => call(`POST /api/lessons/${lessonId}/moves`, { startsAt: nine(6), placeId: null, reason: '教室维修', ...payload }, person);
  const replace = (lessonId: string, payload: object = {}, person = school.scheduler) =>
    call(`POST /api/lessons/${lessonId}/substitutions`, { fromPersonId: school.teacher.personId, toPersonId: school.assistant.personId, reason: '生病', ...payload }, person);
  const changes = async (lessonId: string, person = school.teacher) => (await world.call(`GET /api/lessons/${lessonId}/changes`, person)).json<LessonChanges>().changes;

  it('moves a lesson with its units; what it was stays in the history, and everybody is told', async () => {
    const placeId = await place('二号');
    const { lessonIds: [lessonId] } = await planned([nine(4)]);
    const moved = (await move(lessonId!, { startsAt: '2026-03-06T06:00:00Z', placeId })).json<LessonDetail>();
    expect(moved).toMatchObject({ startsAt: '2026-03-06T06:00:00.000Z', status: 'scheduled' });
    expect(moved.units.map(({ plannedStartAt }) => plannedStartAt)).toEqual(['2026-03-06T06:00:00.000Z', '2026-03-06T06:45:00.000Z']);
    expect(await changes(lessonId!)).toMatchObject([{ kind: 'moved', reason: '教室维修', fromStartsAt: nine(4), toStartsAt: '2026-03-06T06:00:00.000Z', fromPlace: null, toPlace: '二号', by: { name: 'School scheduler' } }]);
    expect((await noticesOf(school.learner)).notices[0]).toMatchObject({ kind: 'moved', parts: { startsAt: '2026-03-06T06:00:00.000Z', fromStartsAt: nine(4), place: '二号', fromPlace: null } });
    expect((await em().findOneOrFail(Lesson, { id: lessonId! })).sequence).toBe(1);
    expect(codeOf(await move(lessonId!, { startsAt: '2026-03-06T06:00:00Z', placeId }))).toBe('bad_request');
  });

  it('does not move onto what is taken, into the past, for others, nor what has been opened', async () => {
    const { lessonIds: [one] } = await planned([nine(4)]);
    const { lessonIds: [other] } = await planned([nine(5)]);
    expect(codeOf(await move(one!, { startsAt: nine(5) }))).toBe('timetable_conflict');
    expect(codeOf(await move(one!, { startsAt: nine(1) }))).toBe('bad_request');
    expect(codeOf(await move(one!, {}, foreign.scheduler))).toBe('not_found');
    expect(codeOf(await move(one!, {}, school.teacher))).toBe('forbidden');
    expect(codeOf(await move(one!, { placeId: newId() }))).toBe('not_found');
    for (const status of ['open', 'live', 'ended', 'cancelled', 'missed'] as LessonStatus[]) {
      await em().nativeUpdate(Lesson, { id: other! }, { status });
      expect([status, codeOf(await move(other!, {}))]).toEqual([status, 'lesson_move_refused']);
    }
    expect(await em().findOneOrFail(Lesson, { id: one! })).toMatchObject({ startsAt: new Date(nine(4)), sequence: 0 });
    expect(await em().count(LessonChange, { lessonId: one! })).toBe(0);
    // In its own way nobody stands.
    expect((await move(one!, { startsAt: '2026-03-04T01:30:00Z' })).statusCode).toBe(200);
  });

  it('replaces a teacher before and while open: role, history, notices also to who was replaced', async () => {
    const { lessonIds: [lessonId] } = await planned([nine(4)]);
    await em().nativeUpdate(Lesson, { id: lessonId! }, { status: 'open' });
    expect((await replace(lessonId!)).json<LessonDetail>().teachers).toEqual([{ personId: school.assistant.personId, name: 'School assistant' }]);
    expect(await changes(lessonId!, school.assistant)).toMatchObject([{ kind: 'substituted', reason: '生病', fromPerson: 'School teacher', toPerson: 'School assistant' }]);
    for (const person of [school.teacher, school.assistant, school.learner]) expect((await told(person))[0]).toBe('substituted');
    const [event] = (await world.events('lesson:substituted')).filter(({ payload }) => payload.lessonId === lessonId);
    expect(event!.payload).toMatchObject({ before: { personId: school.teacher.personId }, after: { personId: school.assistant.personId } });
    expect(codeOf(await world.call(`GET /api/lessons/${lessonId}/changes`, school.teacher))).toBe('not_found');
  });

  it('replaces nobody by who is no teacher here, is taken, or is there already; nor who sits in class, nor while it is live', async () => {
    const { lessonIds: [lessonId] } = await planned([nine(4)]);
    for (const toPersonId of [foreign.teacher.personId, school.learner.personId, school.teacher.personId]) expect(codeOf(await replace(lessonId!, { toPersonId }))).toBe('bad_request');
    expect(codeOf(await replace(lessonId!, { fromPersonId: school.proctor.personId }))).toBe('not_found');
    expect(codeOf(await replace(lessonId!, {}, foreign.scheduler))).toBe('not_found');
    await planned([nine(4)], { teacherIds: [school.assistant.personId] });
    expect(codeOf(await replace(lessonId!))).toBe('timetable_conflict');
    expect((await replace(lessonId!, { toPersonId: school.proctor.personId })).statusCode).toBe(200);
    const seat = { id: newId(), institutionId: school.institutionId, lessonId: lessonId!, sessionId: null, personId: school.proctor.personId, role: 'teacher' as const, deviceId: 'd', connectedAt: world.clock.now(), lastSeenAt: world.clock.now(), leftAt: null, leftReason: null, visible: true };
    await em().insert(Connection, seat);
    expect(codeOf(await replace(lessonId!, { fromPersonId: school.proctor.personId, toPersonId: school.teacher.personId }))).toBe('teacher_in_class');
    await em().nativeUpdate(Lesson, { id: lessonId! }, { status: 'live' });
    expect(codeOf(await replace(lessonId!, { fromPersonId: school.proctor.personId, toPersonId: school.teacher.personId }))).toBe('lesson_move_refused');
  });

  it('cancels one, and the rest of a series, once', async () => {
    const { seriesId, lessonIds } = await planned([nine(4), nine(5), nine(6), nine(7)]);
    await em().nativeUpdate(Lesson, { id: lessonIds[0]! }, { status: 'ended' });
    expect((await call(`POST /api/lessons/${lessonIds[1]}/cancel`, { reason: '停电' })).statusCode).toBe(200);
    const rest = (person = school.scheduler) => call(`POST /api/lesson-series/${seriesId}/cancellation`, { from: nine(4), reason: '班级停办' }, person);
    expect(codeOf(await rest(foreign.scheduler))).toBe('not_found');
    expect(codeOf(await rest(school.teacher))).toBe('forbidden');
    expect((await rest()).json()).toEqual({ seriesId, lessonIds: lessonIds.slice(2) });
    expect(codeOf(await rest())).toBe('lesson_move_refused');
    expect((await em().find(Lesson, { seriesId: seriesId! }, { orderBy: { startsAt: 'asc' } })).map(({ status, cancelReason }) => [status, cancelReason])).toEqual([['ended', null], ['cancelled', '停电'], ['cancelled', '班级停办'], ['cancelled', '班级停办']]);
    const notices = (await noticesOf(school.learner)).notices.filter(({ kind }) => kind === 'cancelled');
    expect(notices.map(({ parts }) => parts.count).sort()).toEqual([2, undefined]);
    expect((await world.events('lesson:cancelled')).filter(({ payload }) => lessonIds.includes(String(payload.lessonId)))).toHaveLength(3);
    expect(await changes(lessonIds[2]!)).toMatchObject([{ kind: 'cancelled', reason: '班级停办' }]);
    expect(codeOf(await world.call(`GET /api/lessons/${lessonIds[2]}/changes`, school.learner))).toBe('forbidden');
    // What is cancelled is in nobody's way.
    await planned([nine(6)]);
  });
});

describe('what an office plans with', () => {
  it('places and holidays are of the own institution alone', async () => {
    const placeId = await place('三号');
    expect(codeOf(await call('POST /api/places', { institutionId: school.institutionId, name: ' 三号 ' }))).toBe('bad_request');
    for (const [route, payload] of [
      ['POST /api/places', { institutionId: school.institutionId, name: 'x' }], [`DELETE /api/places/${placeId}`, {}], [`PUT /api/institutions/${school.institutionId}/travel-gap`, { minutes: 5 }],
      [`POST /api/institutions/${school.institutionId}/holidays`, { from: '2026-05-01', to: '2026-05-02', kind: 'off', name: 'x' }], [`DELETE /api/institutions/${school.institutionId}/holidays/2026-05-01`, {}],
    ] as const) expect([route, codeOf(await call(route, payload, foreign.scheduler))]).toEqual([route, 'not_found']);
    expect((await call(`DELETE /api/places/${placeId}`, {})).json<TimetableOptions>().institutions[0]!.places).toEqual([]);
    expect(codeOf(await call('POST /api/timetable', body([nine(9)], { placeId })))).toBe('not_found');
  });

  it('a day is entered again with another word, and taken out', async () => {
    const enter = (payload: object) => call(`POST /api/institutions/${school.institutionId}/holidays`, { from: '2026-05-01', to: '2026-05-03', kind: 'off', name: '劳动节', ...payload });
    await enter({});
    const days = (await enter({ from: '2026-05-03', to: '2026-05-03', kind: 'work', name: '调休上班' })).json<TimetableOptions>().institutions[0]!.holidays;
    expect(days.map(({ day, kind, name }) => [day, kind, name])).toEqual([['2026-05-01', 'off', '劳动节'], ['2026-05-02', 'off', '劳动节'], ['2026-05-03', 'work', '调休上班']]);
    expect((await call(`DELETE /api/institutions/${school.institutionId}/holidays/2026-05-02`, {})).json<TimetableOptions>().institutions[0]!.holidays).toHaveLength(2);
    for (const wrong of [{ to: '2026-04-30' }, { to: '2026-06-30' }, { from: '2026-02-30' }, { kind: 'maybe' }]) expect(codeOf(await enter(wrong))).toBe('bad_request');
    expect(codeOf(await call(`DELETE /api/institutions/${school.institutionId}/holidays/2026-05-02`, {}))).toBe('not_found');
  });
});

describe('reminders', () => {
  it('a day and half an hour before, once over several processes, and again of another start', async () => {
    const { lessonIds: [lessonId] } = await planned([nine(5)]);
    const kinds = async () => (await told(school.learner)).filter((kind) => kind.startsWith('reminder'));
    const look = () => Promise.all(Array.from({ length: 4 }, () => remindOfLessons(world.deps)));
    const at = (text: string) => world.clock.set(new Date(text));
    const [{ lessonId: first } = school] = [school];
    await em().nativeUpdate(Lesson, { id: first }, { status: 'cancelled' });
    await look();
    expect(await kinds()).toEqual([]);
    at('2026-03-04T01:00:00Z');
    await look();
    await look();
    expect(await kinds()).toEqual(['reminder_day']);
    expect((await noticesOf(school.learner)).notices[0]).toMatchObject({ lessonId, parts: { title: '焊接安全', startsAt: nine(5), place: null } });
    await call(`POST /api/lessons/${lessonId}/moves`, { startsAt: nine(9), placeId: null, reason: 'x' });
    await look();
    at('2026-03-08T02:00:00Z');
    await look();
    at('2026-03-09T00:31:00Z');
    await look();
    await look();
    expect(await kinds()).toEqual(['reminder_soon', 'reminder_day', 'reminder_day']);
    at('2026-03-09T01:00:00Z');
    await look();
    expect(await kinds()).toHaveLength(3);
    expect((await noticesOf(school.teacher)).notices.filter(({ kind }) => kind.startsWith('reminder'))).toHaveLength(3);
  });

  it('notices are read by their owner alone', async () => {
    world.clock.set(new Date('2026-03-02T01:00:00Z'));
    await planned([nine(27)]);
    expect((await noticesOf(school.learner)).unread).toBe(1);
    expect((await call('POST /api/notices/reading', {}, school.other)).json<Notices>().unread).toBe(0);
    expect((await noticesOf(school.learner)).unread).toBe(1);
    const read = (await call('POST /api/notices/reading', {}, school.learner)).json<Notices>();
    expect([read.unread, read.notices.map((one) => one.read)]).toEqual([0, [true]]);
  });
});
