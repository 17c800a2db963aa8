// Lessons held at a place, over REST: planned, never a classroom, the sheet kept once, what it gives in hours, report and ledger, no minute twice, and every refusal (R40, R149, R151).
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Attachment } from '#contracts/attachment-routes.ts';
import type { Hours, LessonHours } from '#contracts/hours.ts';
import type { LessonDetail } from '#contracts/lesson.ts';
import type { OfflineSheet } from '#contracts/offline-routes.ts';
import { newId } from '#domain/id.ts';
import { Connection, Lesson, Observation, Unit } from '#db/entities/lesson.ts';
import { Place } from '#db/entities/timetable.ts';
import { reckonLedger } from '#db/queries/ledger-reckon.ts';
import { offlineHeldOf } from '#db/queries/offline.ts';
import { lessonReport } from '#db/queries/report.ts';
import { addAttachment, pdfBytes } from '../testing/attachment.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let began: Date;
let paper: string;
let lessonId: string;
let units: string[];
beforeAll(async () => {
  world = await openHttpWorld();
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
});
afterAll(() => world.close());
const em = () => world.deps.orm.em.fork();
const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const at = (minutes: number): string => new Date(began.getTime() + minutes * 60_000).toISOString();
const plan = (change: object = {}) => world.call('POST /api/timetable', school.scheduler, { payload: { cohortId: school.cohortId, title: '焊接实训', plannedMinutes: 90, teacherIds: [school.teacher.personId], starts: [at(0)], offline: true, ...change } });

/** One lesson of two units at a place, planned for an hour later; now it is three hours later. */
beforeEach(async () => {
  school = await addSchool(world.deps.orm, world.clock.now());
  began = new Date(world.clock.now().getTime() + 3_600_000);
  const placeId = newId();
  await em().insert(Place, { id: placeId, institutionId: school.institutionId, name: '一号实训室', createdAt: began, retiredAt: null });
  await em().nativeUpdate(Lesson, { id: school.lessonId }, { status: 'cancelled' });
  const planned = await plan({ placeId });
  if (planned.statusCode !== 200) throw new Error(planned.body);
  [lessonId] = planned.json<{ lessonIds: [string] }>().lessonIds;
  units = (await em().find(Unit, { lessonId }, { orderBy: { ordinal: 'asc' } })).map(({ id }) => id);
  paper = await addPaper({});
  world.clock.set(new Date(began.getTime() + 120 * 60_000));
});
const addPaper = async (wish: object): Promise<string> =>
  (await addAttachment(world, school.scheduler, school.institutionId, { subjectType: 'lesson', subjectId: lessonId, kind: 'signed_sheet', bytes: pdfBytes(newId()), ...wish })).json<Attachment>().attachmentId;
const sheetBody = (change: object = {}): object => ({
  units: [{ unitId: units[0]!, from: at(0), to: at(45) }, { unitId: units[1]!, from: at(50), to: at(95) }], present: [{ personId: school.learner.personId, from: at(0), to: at(65) }], attachmentId: paper, ...change,
});
const keep = (person: Known | null, change: object = {}, id = lessonId) => world.call(`POST /api/lessons/${id}/sheet`, person, { payload: sheetBody(change) });
const read = (person: Known | null, id = lessonId) => world.call(`GET /api/lessons/${id}/sheet`, person);
const rowOf = async (id = lessonId) => (await lessonReport(em(), id, world.clock.now())).rows.find(({ personId }) => personId === school.learner.personId)!;

it('counts as the sheet says in hours, report and ledger, each a fact of its own; who was not there has nothing', async () => {
  expect((await read(school.scheduler)).json<OfflineSheet>()).toMatchObject({ place: '一号实训室', status: 'scheduled', mayKeep: true, kept: null, teachers: ['School teacher'], taught: { onlineUnits: 0, offlineUnits: 0 } });
  const kept = (await keep(school.scheduler)).json<OfflineSheet>();
  expect(kept).toMatchObject({ status: 'ended', mayKeep: false, kept: { attachmentId: paper, by: 'School scheduler' }, taught: { onlineUnits: 0, offlineUnits: 2, onlinePercent: 0 } });
  expect(kept.learners.map(({ name, present }) => [name, present])).toEqual([['School learner', [{ from: at(0), to: at(65) }]], ['School other', []]]);
  // 45 of the first unit, and from minute 50 to 65 of the second.
  const report = await lessonReport(em(), lessonId, world.clock.now());
  expect(report).toMatchObject({ note: null, kind: 'offline', startedAt: at(0), endedAt: at(95), heldMinutes: 90 });
  expect(report.rows.map(({ name, creditedMinutes, heldMinutes, joinedAt, leftAt }) => [name, creditedMinutes, heldMinutes, joinedAt, leftAt]).sort()).toEqual([['School learner', 60, 90, at(0), at(65)], ['School other', 0, 90, null, null]]);
  const hours = (await world.call(`GET /api/lessons/${lessonId}/hours`, school.learner)).json<LessonHours>();
  expect(hours.units.map(({ spans }) => spans.map(({ from, to, reason }) => [from, to, reason]))).toEqual([[[at(0), at(45), 'on_site']], [[at(50), at(65), 'on_site'], [at(65), at(95), 'not_joined']]]);
  expect((await world.call('GET /api/hours', school.learner)).json<Hours>().lessons).toMatchObject([{ lessonId, kind: 'offline', creditedMinutes: 60, heldMinutes: 90, units: 2 }]);
  await reckonLedger(world.deps.orm, lessonId, world.clock.now(), { all: true });
  const held = await offlineHeldOf(em(), school.cohortId);
  expect(held.get(school.learner.personId)).toEqual({ units: 2, heldMs: 5_400_000, creditedMs: 3_600_000 });
  expect(held.get(school.other.personId)).toEqual({ units: 2, heldMs: 5_400_000, creditedMs: 0 });
  const sums = await em().execute('select live_ms, offline_ms, came, lessons from ledger_learner where cohort_id = ? and person_id = ?', [school.cohortId, school.learner.personId]);
  expect(sums).toEqual([{ live_ms: 3_600_000, offline_ms: 3_600_000, came: 1, lessons: 1 }]);
  const events = [...await world.events('offline:kept'), ...await world.events('offline:present')].filter(({ stream }) => stream === `lesson:${lessonId}`);
  expect(events.map(({ actor_id: actor, payload }) => [actor, payload.present ?? payload.personId])).toEqual([[school.scheduler.personId, 1], [school.scheduler.personId, school.learner.personId]]);
});

it('is a lesson without a classroom, at a place for as long as it is planned', async () => {
  expect(await em().findOneOrFail(Lesson, { id: lessonId })).toMatchObject({ kind: 'offline', recorded: false, status: 'scheduled' });
  expect((await world.call(`GET /api/lessons/${lessonId}`, school.learner)).json<LessonDetail>()).toMatchObject({ kind: 'offline', place: '一号实训室' });
  expect(codeOf(await plan({ starts: [at(24 * 60)] }))).toBe('bad_request');
  expect(codeOf(await world.call(`POST /api/lessons/${lessonId}/moves`, school.scheduler, { payload: { startsAt: at(48 * 60), placeId: null, reason: '改线上' } }))).toBe('bad_request');
  expect(codeOf(await read(school.scheduler, school.lessonId))).toBe('not_found');
});

it('no minute counts twice: who sat in a lesson online meanwhile has it there where they came first, and the other ledger is due', async () => {
  const other = await addSchool(world.deps.orm, began, 'Other');
  await em().execute('insert into enrolment (id, person_id, cohort_id, institution_id, created_at) values (?, ?, ?, ?, ?)', [newId(), school.learner.personId, other.cohortId, other.institutionId, at(-60)]);
  const sessionId = await addSession(world.deps.orm, other, began, new Date(at(45)));
  await em().nativeUpdate(Unit, { id: other.unitIds[0]! }, { startedAt: began, endedAt: new Date(at(45)) });
  await em().nativeUpdate(Lesson, { id: other.lessonId }, { status: 'ended' });
  const id = newId();
  const seat = { institutionId: other.institutionId, lessonId: other.lessonId, personId: school.learner.personId };
  await em().insert(Connection, { id, ...seat, sessionId, role: 'student', deviceId: 'd', connectedAt: new Date(at(10)), lastSeenAt: new Date(at(30)), leftAt: new Date(at(30)), leftReason: 'left', visible: true });
  for (let minute = 10; minute < 30; minute += 5) await em().insert(Observation, { id: newId(), ...seat, connectionId: id, type: 'active', at: new Date(at(minute)), value: null });
  await reckonLedger(world.deps.orm, other.lessonId, world.clock.now(), { all: true });
  expect((await rowOf(other.lessonId)).creditedMinutes).toBe(20);
  await keep(school.scheduler);
  expect([(await rowOf()).creditedMinutes, (await rowOf(other.lessonId)).creditedMinutes]).toEqual([60, 0]);
  expect(await reckonLedger(world.deps.orm, other.lessonId, world.clock.now())).not.toBeNull();
});

it('is kept once, by one of two clerks who send it in the same moment, and never changed', async () => {
  const both = await Promise.all([keep(school.scheduler), keep(school.scheduler)]);
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
  expect(codeOf(await keep(school.scheduler))).toBe('sheet_kept');
  await expect(em().execute('update offline_presence set to_at = to_at where lesson_id = ?', [lessonId])).rejects.toThrow(/permission denied/);
  await expect(em().execute('delete from offline_sheet where lesson_id = ?', [lessonId])).rejects.toThrow(/permission denied/);
});

it('refuses times that cannot be, strangers, other papers, what is yet to come and what was cancelled; nothing is written', async () => {
  const refused = async (change: object): Promise<string> => codeOf(await keep(school.scheduler, change));
  const [first, second] = [{ unitId: units[0]!, from: at(0), to: at(45) }, { unitId: units[1]!, from: at(50), to: at(95) }];
  for (const told of [[{ ...first, to: at(61) }], [first, { ...second, from: at(40) }], [first, first], [{ ...first, unitId: newId() }], [{ ...first, from: at(-130), to: at(-100) }]]) expect(await refused({ units: told, present: [] })).toBe('sheet_outside');
  for (const change of [{ from: at(-1) }, { to: at(96) }, { from: at(60), to: at(50) }]) expect(await refused({ present: [{ personId: school.learner.personId, from: at(0), to: at(65), ...change }] })).toBe('sheet_outside');
  for (const personId of [school.teacher.personId, foreign.learner.personId, newId()]) expect(await refused({ present: [{ personId, from: at(0), to: at(65) }] })).toBe('sheet_learner');
  expect(await refused({ present: [{ personId: school.scheduler.personId, from: at(0), to: at(65) }] })).toBe('sheet_own');
  const other = await addPaper({ kind: 'other' });
  const elsewhere = await addPaper({ subjectType: 'course', subjectId: school.courseId });
  for (const attachmentId of [newId(), other, elsewhere]) expect(await refused({ attachmentId })).toBe('sheet_paper');
  world.clock.set(new Date(at(94)));
  expect(await refused({})).toBe('sheet_too_soon');
  world.clock.set(new Date(at(120)));
  await em().execute(`update cohort set opening = 'approved' where id = ?`, [school.cohortId]);
  expect(await refused({})).toBe('cohort_not_opened');
  expect((await em().findOneOrFail(Lesson, { id: lessonId })).status).toBe('scheduled');
  await em().nativeUpdate(Lesson, { id: lessonId }, { status: 'cancelled' });
  expect(await refused({})).toBe('lesson_cancelled');
  expect(await em().execute('select 1 as one from offline_presence where lesson_id = ?', [lessonId])).toEqual([]);
});

it('is the office’s alone, of its own lessons; who oversees it reads', async () => {
  expect((await read(school.regulator)).json<OfflineSheet>()).toMatchObject({ mayKeep: false, lessonId });
  for (const person of [school.teacher, school.learner]) for (const response of [await read(person), await keep(person)]) expect(codeOf(response)).toBe('forbidden');
  expect(codeOf(await keep(school.regulator))).toBe('forbidden');
  for (const response of [await read(foreign.scheduler), await keep(foreign.scheduler)]) expect(codeOf(response)).toBe('not_found');
});
