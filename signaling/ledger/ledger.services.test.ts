// The ledger over REST: who sees which rows, filters and their counts, pages that miss nothing and repeat nothing, one learner in full, and files for whoever asked alone (R114, R115, R118).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LearnerLedger, LedgerCounts, LedgerExport, LedgerPage, LedgerScopes, OwnLedger } from '#contracts/ledger.ts';
import type { LessonReport } from '#contracts/report.ts';
import { Cohort } from '#db/entities/people.ts';
import { unitOfWork } from '#db/orm.ts';
import { reckonLedger } from '#db/queries/ledger-reckon.ts';
import { refreshDue } from '#db/queries/ledger-sums.ts';
import { addLearners, addTaughtClass, type Story, type TaughtClass } from '#db/testing/taught-class.ts';
import { newId } from '#domain/id.ts';
import { ledgerMost } from '#domain/ledger.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let otherTeacher: Known;
let secondCohort: string;
let taught: TaughtClass;
const people: string[] = [];
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const page = async (person: Known, query = '') => (await world.call(`GET /api/ledger${query}`, person)).json<LedgerPage>();
const counts = async (person: Known, query = '') => (await world.call(`GET /api/ledger/counts${query}`, person)).json<LedgerCounts>();
const one = (person: Known | null, personId: string, cohortId = school.cohortId) => world.call(`GET /api/cohorts/${cohortId}/ledger/${personId}`, person);

beforeAll(async () => {
  world = await openHttpWorld();
  const { orm } = world.deps;
  school = await addSchool(orm, world.clock.now());
  foreign = await addSchool(orm, world.clock.now(), 'Foreign');
  otherTeacher = await addPerson(orm, world.clock.now(), 'Other teacher', school.institutionId, 'teacher');
  const { institutionId, courseId } = school;
  secondCohort = newId();
  await orm.em.fork().insert(Cohort, { id: secondCohort, institutionId, courseId, title: '二班', createdAt: world.clock.now() });
  people.push(...await addLearners(orm, school, Array.from({ length: 25 }, (_, index) => `学员${String(index).padStart(2, '0')}`), world.clock.now()));
  const elsewhere = await addLearners(orm, { institutionId, cohortId: secondCohort }, ['=HYPERLINK("x")'], world.clock.now());
  const story = (index: number): Story => ({ seats: index % 5 === 4 ? [] : [[0, index % 2 === 0 ? 45 : 30, 'left']], answers: [index % 3 === 0 ? 'right' : 'wrong'], checks: index === 3 ? [[10, 'review']] : [] });
  taught = await addTaughtClass(orm, { ...school, teacherId: school.teacher.personId }, people.map((personId, index) => ({ personId, story: story(index) })),
    { startsAt: new Date(world.clock.now().getTime() + 3_600_000), questions: [{ at: 8, until: 9, prompt: 'a' }] });
  await addTaughtClass(orm, { ...school, cohortId: secondCohort, teacherId: otherTeacher.personId }, elsewhere.map((personId) => ({ personId, story: { seats: [[0, 45, 'left']] } })),
    { startsAt: new Date(world.clock.now().getTime() + 3_600_000) });
  world.clock.pass(5 * 3_600_000);
  const lessons = await orm.em.fork().execute<{ id: string }[]>(`select id from lesson where status = 'ended'`);
  for (const { id } of lessons) await reckonLedger(orm, id, world.clock.now());
  for (const cohortId of [school.cohortId, secondCohort, foreign.cohortId]) await unitOfWork(orm, { personId: null, institutionId }, (em) => refreshDue(em, cohortId, world.clock.now()));
});
afterAll(() => world.close());

describe('who sees what', () => {
  it('the office and regulators see all of the institution, a teacher the own cohorts, nobody else anything', async () => {
    for (const person of [school.scheduler, school.regulator]) expect((await counts(person)).all).toBe(28);
    expect((await counts(school.teacher)).all).toBe(27);
    expect((await page(otherTeacher)).rows.map(({ cohortId }) => cohortId)).toEqual([secondCohort]);
    expect((await counts(foreign.scheduler)).all).toBe(2);
    for (const person of [school.learner, foreign.learner]) {
      for (const route of ['', '/counts', '/scopes', '/exports']) expect(codeOf(await world.call(`GET /api/ledger${route}`, person))).toBe('forbidden');
    }
    expect(codeOf(await world.call('GET /api/ledger', null))).toBe('unauthenticated');
  });
  it('what is not within one’s scope is not there', async () => {
    for (const query of [`?institutionId=${school.institutionId}`, `?cohortId=${school.cohortId}`, `?courseId=${school.courseId}`]) {
      for (const route of ['', '/counts']) expect(codeOf(await world.call(`GET /api/ledger${route}${query}`, foreign.scheduler))).toBe('not_found');
      expect(codeOf(await world.call('POST /api/ledger/exports', foreign.teacher, { payload: { format: 'csv', locale: 'zh', ...Object.fromEntries(new URLSearchParams(query)) } }))).toBe('not_found');
    }
    expect(codeOf(await world.call(`GET /api/ledger?cohortId=${school.cohortId}`, otherTeacher))).toBe('not_found');
    expect((await world.call('GET /api/ledger/scopes', school.scheduler)).json<LedgerScopes>().institutions).toMatchObject([{ institutionId: school.institutionId, whole: true, attendanceLowBelowPercent: 80 }]);
    expect((await world.call('GET /api/ledger/scopes', otherTeacher)).json<LedgerScopes>().institutions).toMatchObject([{ whole: false, cohorts: [{ cohortId: secondCohort }] }]);
  });
  it('one learner is seen by those, and by the learner', async () => {
    for (const person of [school.scheduler, school.regulator, school.teacher]) expect((await one(person, people[0]!)).statusCode).toBe(200);
    const own = (await one(school.learner, school.learner.personId)).json<LearnerLedger>();
    expect(own).toMatchObject({ learner: { personId: school.learner.personId, certificate: null }, attendanceLowBelowPercent: 80 });
    expect((await world.call('GET /api/me/ledger', school.learner)).json<OwnLedger>().rows).toEqual([own.learner]);
    for (const person of [school.learner, otherTeacher, foreign.scheduler, foreign.regulator]) expect(codeOf(await one(person, people[0]!))).toBe('not_found');
    expect(codeOf(await one(school.scheduler, foreign.learner.personId))).toBe('not_found');
    expect(codeOf(await one(null, people[0]!))).toBe('unauthenticated');
  });
});

it('the list of hours is printed for whoever sees it, in both languages', async () => {
  const list = (person: Known | null, personId: string, query = '') => world.call(`GET /api/cohorts/${school.cohortId}/ledger/${personId}/file${query}`, person);
  const got = await list(school.learner, school.learner.personId);
  expect(got.headers).toMatchObject({ 'content-type': 'application/pdf', 'content-disposition': expect.stringContaining(encodeURIComponent('全部学时统计清单-')) as string });
  expect(got.rawPayload.subarray(0, 5).toString()).toBe('%PDF-');
  expect((await list(school.regulator, school.learner.personId)).rawPayload.equals(got.rawPayload)).toBe(true);
  const english = await list(school.teacher, people[0]!, '?locale=en');
  expect([english.statusCode, english.headers['content-disposition']]).toEqual([200, expect.stringContaining('Full_list_of_hours')]);
  for (const person of [school.learner, otherTeacher, foreign.scheduler, foreign.regulator]) expect(codeOf(await list(person, people[0]!))).toBe('not_found');
  expect(codeOf(await list(null, people[0]!))).toBe('unauthenticated');
  expect(codeOf(await list(school.teacher, people[0]!, '?locale=fr'))).toBe('bad_request');
});

it('tells the same minutes as the report, masked, and of each unit', async () => {
  const report = (await world.call(`GET /api/lessons/${taught.lessonId}/report`, school.teacher)).json<LessonReport>();
  const { rows } = await page(school.teacher);
  for (const row of report.rows) {
    expect(rows.find(({ personId }) => personId === row.personId)).toMatchObject({
      name: row.name, heldMinutes: row.heldMinutes, creditedMinutes: row.creditedMinutes, attendance: row.attendance, attendanceLow: row.attendanceLow, accuracy: row.accuracy, accuracyLow: row.accuracyLow, checks: row.checks,
    });
  }
  expect(rows.find(({ personId }) => personId === school.learner.personId)?.numberMask).toMatch(/\*/);
  const { lessons } = (await one(school.teacher, people[1]!)).json<LearnerLedger>();
  expect(lessons).toMatchObject([{ lessonId: taught.lessonId, creditedMinutes: 30, units: [{ ordinal: 1, heldMinutes: 45, creditedMinutes: 30, attendance: 0.666 }], teachers: ['School teacher'] }]);
});

it('filters, with counts that agree, and finds by name or login', async () => {
  const all = (await page(school.scheduler, '?limit=200')).rows;
  const figures = await counts(school.scheduler);
  expect(figures).toMatchObject({
    found: 28, all: 28, attendanceLow: all.filter((row) => row.attendanceLow).length, accuracyLow: all.filter((row) => row.accuracyLow).length, unsettled: 1,
  });
  expect(figures.attendanceLow).toBeGreaterThan(5);
  for (const [query, fits] of [['attendanceLow', 'attendanceLow'], ['accuracyLow', 'accuracyLow']] as const) {
    const some = (await page(school.scheduler, `?${query}=yes`)).rows;
    expect(some).toEqual(all.filter((row) => row[fits]));
    expect((await counts(school.scheduler, `?${query}=yes`)).found).toBe(some.length);
  }
  expect((await page(school.scheduler, '?unsettled=yes')).rows.map(({ personId }) => personId)).toEqual([people[3]]);
  expect((await page(school.scheduler, `?text=${encodeURIComponent('学员1')}`)).rows).toHaveLength(10);
  expect((await page(school.scheduler, `?text=${encodeURIComponent(`LOGIN-${school.learner.personId}`)}`)).rows.map(({ personId }) => personId)).toEqual([school.learner.personId]);
  expect(await page(school.scheduler, '?text=%25')).toMatchObject({ rows: [] });
  expect((await counts(school.scheduler, `?cohortId=${secondCohort}`)).all).toBe(1);
});

it('the figures above the rows are sums of the rows, however they are narrowed, also after a learner’s figures changed', async () => {
  const agree = async (query: string) => {
    const { rows } = await page(school.scheduler, `?limit=100&${query}`);
    const sum = (of: (row: LedgerPage['rows'][number]) => number) => rows.reduce((total, row) => total + of(row), 0);
    const told = await counts(school.scheduler, `?${query}`);
    expect([told.found, told.totals.asked, told.totals.correct], query).toEqual([rows.length, sum(({ asked }) => asked), sum(({ correct }) => correct)]);
    expect(told.totals.creditedMinutes).toBeCloseTo(sum(({ creditedMinutes }) => creditedMinutes), 6);
    expect(told.oldestAsOf).toBe(rows.map(({ asOf }) => asOf).toSorted()[0] ?? null);
    return told;
  };
  const filters = ['', 'attendanceLow=yes', 'accuracyLow=yes', 'unsettled=yes'];
  const all = async () => { for (const a of filters) for (const b of filters) for (const where of ['', `text=${encodeURIComponent('学员')}`, `cohortId=${secondCohort}`, `courseId=${school.courseId}`]) await agree([...new Set([a, b, where])].filter(Boolean).join('&')); };
  await all();
  const before = await agree('');
  const em = world.deps.orm.em.fork();
  await em.execute('update ledger_row set live_ms = 0, correct = 0 where person_id = ?', [people[0]!]);
  await em.execute('insert into ledger_due (institution_id, cohort_id, person_id) values (?, ?, ?)', [school.institutionId, school.cohortId, people[0]!]);
  await unitOfWork(world.deps.orm, { personId: null, institutionId: school.institutionId }, (work) => refreshDue(work, school.cohortId, world.clock.now()));
  const after = await agree('');
  expect([after.attendanceLow, after.accuracyLow, after.totals.creditedMinutes]).toEqual([before.attendanceLow + 1, before.accuracyLow + 1, before.totals.creditedMinutes - 45]);
  await all();
});

it('gives pages in every order without gap or repetition', async () => {
  for (const sort of ['name', 'attendance', 'accuracy'] as const) {
    for (const order of ['up', 'down'] as const) {
      const rows: LedgerPage['rows'] = [];
      for (let offset = 0; offset < 28; offset += 10) rows.push(...(await page(school.scheduler, `?sort=${sort}&order=${order}&offset=${offset}&limit=10`)).rows);
      expect(new Set(rows.map(({ personId }) => personId)).size).toBe(28);
      const keys = rows.map((row) => (sort === 'name' ? 0 : row[sort] ?? -1));
      expect(keys).toEqual(keys.toSorted((a, b) => (order === 'up' ? a - b : b - a)));
    }
  }
  expect((await page(school.scheduler, '?offset=900000')).rows).toEqual([]);
  for (const query of ['?limit=0', '?offset=-1', '?sort=login', `?text=${'x'.repeat(65)}`]) expect(codeOf(await world.call(`GET /api/ledger${query}`, school.scheduler))).toBe('bad_request');
});

it('takes three files of one person at a time, told to nobody else, and as events without names', async () => {
  const ask = (person: Known, body = {}) => world.call('POST /api/ledger/exports', person, { payload: { format: 'xlsx', locale: 'zh', ...body } });
  const first = (await ask(school.scheduler, { text: '学员', attendanceLow: 'yes' })).json<LedgerExport>();
  expect(first).toMatchObject({ status: 'waiting', progress: 0, secondsLeft: null });
  expect((await world.events('ledger:export_asked')).map(({ payload }) => payload)).toEqual([{ exportId: first.exportId, format: 'xlsx', attendanceLow: 'yes', searched: true }]);
  for (const person of [school.regulator, school.teacher, foreign.scheduler]) {
    expect(codeOf(await world.call(`GET /api/ledger/exports/${first.exportId}`, person))).toBe('not_found');
    expect(codeOf(await world.call(`GET /api/ledger/exports/${first.exportId}/file`, person))).toBe('not_found');
  }
  expect(codeOf(await world.call(`GET /api/ledger/exports/${first.exportId}/file`, school.scheduler))).toBe('not_found');
  await ask(school.scheduler);
  await ask(school.scheduler);
  expect(codeOf(await ask(school.scheduler))).toBe('too_many_attempts');
  expect((await ask(school.regulator)).statusCode).toBe(200);
  expect((await world.call('GET /api/ledger/exports', school.scheduler)).json<{ exports: LedgerExport[] }>().exports).toHaveLength(3);
});

it('prints no more lists than fit into one file, and says so before anything is made', async () => {
  const { orm } = world.deps;
  const cohortId = newId();
  await orm.em.fork().insert(Cohort, { id: cohortId, institutionId: school.institutionId, courseId: school.courseId, title: '大班', createdAt: world.clock.now() });
  await addLearners(orm, { institutionId: school.institutionId, cohortId }, Array.from({ length: ledgerMost.hours + 1 }, (_one, index) => `大${index}`), world.clock.now());
  while (await unitOfWork(orm, { personId: null, institutionId: school.institutionId }, (em) => refreshDue(em, cohortId, world.clock.now())) > 0) { /* 2000 marks at a time */ }
  const ask = (body: object) => world.call('POST /api/ledger/exports', school.regulator, { payload: { format: 'hours', locale: 'zh', cohortId, ...body } });
  const { exports: before } = (await world.call('GET /api/ledger/exports', school.regulator)).json<{ exports: LedgerExport[] }>();
  expect(codeOf(await ask({}))).toBe('ledger_print_long');
  expect((await world.call('GET /api/ledger/exports', school.regulator)).json()).toEqual({ exports: before });
  expect((await ask({ text: '大7' })).json<LedgerExport>()).toMatchObject({ format: 'hours', status: 'waiting' });
  expect((await ask({ format: 'pdf' })).json<LedgerExport>()).toMatchObject({ format: 'pdf', status: 'waiting' });
}, 60_000);
