// Lessons that are studied from films: planned, opened by the clock, studied wholly, by half and by nobody who is known; what report, hours and ledger say of it, figure by figure (R17).
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FilmQuestions, FilmResult } from '#contracts/film-question.ts';
import type { LessonHours, Hours } from '#contracts/hours.ts';
import type { LessonDetail } from '#contracts/lesson.ts';
import type { QuestionBody } from '#contracts/question.ts';
import type { RecordedLesson, RecordedPlan } from '#contracts/recorded-routes.ts';
import type { LessonReplay } from '#contracts/replay.ts';
import type { LessonReport } from '#contracts/report.ts';
import { Film } from '#db/entities/film.ts';
import { Connection, Lesson } from '#db/entities/lesson.ts';
import { Cohort, Enrolment } from '#db/entities/people.ts';
import { Replay } from '#db/entities/recording.ts';
import { ledgerOfPerson } from '#db/queries/ledger.ts';
import { reckonLedger } from '#db/queries/ledger-reckon.ts';
import { newId } from '#domain/id.ts';
import { enrolFace } from '../testing/classroom-world.ts';
import { addMadeFilm, addPlayableFilm } from '../testing/film.ts';
import { drawSpotWithin, judge, makeUp, sendPicture } from '../testing/half-missed.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addPerson, addSchool, addSession, type School } from '../testing/school.ts';
import { beginWatching, codeOf, type Watcher } from '../testing/watcher.ts';
import { openPeriods } from './opening.ts';

let world: HttpWorld;
let school: School;
let filmId: string;
let third: Known;
beforeAll(async () => { world = await openHttpWorld(); });
afterAll(() => world.close());

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const em = () => world.deps.orm.em.fork();
const after = (ms: number): string => new Date(world.clock.now().getTime() + ms).toISOString();
async function enrol(name: string, cohortId = school.cohortId): Promise<Known> {
  const person = await addPerson(world.deps.orm, world.clock.now(), name, school.institutionId, 'student');
  await em().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId, personId: person.personId, createdAt: world.clock.now(), endedAt: null });
  await enrolFace(world.deps, person.personId);
  return person;
}
/** A film of two units, of 200 s and 100 s. What earlier tests planned is over. */
beforeEach(async () => {
  world.clock.pass(70 * dayMs);
  await openPeriods(world.deps);
  school = await addSchool(world.deps.orm, world.clock.now());
  filmId = await addPlayableFilm(world.deps, school, world.clock.now(), [200, 100]);
  third = await enrol('Third');
  for (const { personId } of [school.learner, school.other]) await enrolFace(world.deps, personId);
});

const body = (change: object = {}) => ({ cohortId: school.cohortId, title: '焊接安全（录播）', filmIds: [filmId], opensAt: after(hourMs), closesAt: after(3 * dayMs), teacherIds: [school.teacher.personId], ...change });
const plan = (change: object = {}, person: Known = school.scheduler) => world.call('POST /api/recorded-lessons', person, { payload: body(change) });
async function planned(change: object = {}): Promise<string> {
  const response = await plan(change);
  if (response.statusCode !== 200) throw new Error(response.body);
  return response.json<{ lessonId: string }>().lessonId;
}
async function opened(change: object = {}): Promise<string> {
  const lessonId = await planned(change);
  world.clock.pass(hourMs);
  await openPeriods(world.deps);
  return lessonId;
}
const filmsOf = async (lessonId: string): Promise<Replay[]> => em().find(Replay, { lessonId }, { orderBy: { startsAt: 'asc' } });
const period = (lessonId: string, change: object, person: Known = school.scheduler) => world.call(`PUT /api/recorded-lessons/${lessonId}/period`, person, { payload: { reason: '学员出差', ...change } });
const lessonFor = (lessonId: string, person: Known) => world.call(`GET /api/lessons/${lessonId}`, person);
/** Studies, with the first spot check far away. */
async function study(person: Known, replayId: string, verdict: 'matched' | 'mismatched' = 'matched'): Promise<Watcher> {
  const watcher = await makeUp(world, person, replayId, verdict);
  await drawSpotWithin(world, watcher, 300, 1e6);
  return watcher;
}
const parts = async (lessonId: string, person: Known) => (await world.call(`GET /api/lessons/${lessonId}/replay`, person)).json<LessonReplay>().parts;

describe('planning', () => {
  it('writes units as long as the films, told to the learners and shown in their timetable until it closes', async () => {
    const lessonId = await planned();
    const detail = (await lessonFor(lessonId, school.learner)).json<LessonDetail>();
    expect(detail).toMatchObject({ kind: 'recorded', status: 'scheduled', role: 'student', plannedMinutes: 5, startsAt: after(hourMs), closesAt: after(3 * dayMs) });
    expect(detail.units).toHaveLength(2);
    const notices = (await world.call('GET /api/notices', school.learner)).json<{ notices: object[] }>().notices;
    expect(notices[0]).toMatchObject({ kind: 'scheduled', parts: { title: '焊接安全（录播）', until: after(3 * dayMs) } });
    const overview = (await world.call(`GET /api/courses/${school.courseId}/recorded-lessons`, school.scheduler)).json<RecordedPlan>();
    expect(overview).toMatchObject({ films: [{ filmId, units: 2, durationMs: 300_000 }], lessons: [{ lessonId, units: 2, minutes: 5, learners: 3, began: 0, status: 'scheduled' }] });
    expect((await world.events('lesson:scheduled')).at(-1)).toMatchObject({ stream: `lesson:${lessonId}`, payload: { kind: 'recorded', films: [{ filmId, files: [{ ordinal: 1, durationMs: 200_000 }, { ordinal: 2, durationMs: 100_000 }] }] } });
    // Ten days into a period of thirty it is still in the timetable of this week.
    const long = await planned({ filmIds: [await addPlayableFilm(world.deps, school, world.clock.now(), [100])], closesAt: after(30 * dayMs) });
    world.clock.pass(12 * dayMs);
    const { lessons } = (await world.call('GET /api/lessons', school.learner)).json<{ lessons: { lessonId: string }[] }>();
    expect(lessons.map((one) => one.lessonId)).toContain(long);
    expect(lessons.map((one) => one.lessonId)).not.toContain(lessonId);
  });

  it('is for the office of the cohort, with published films of its course and a period they can be studied in', async () => {
    const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
    expect(codeOf(await plan({}, foreign.scheduler))).toBe('not_found');
    expect(codeOf(await plan({}, school.teacher))).toBe('forbidden');
    expect(codeOf(await world.call(`GET /api/courses/${school.courseId}/recorded-lessons`, foreign.scheduler))).toBe('not_found');
    expect(codeOf(await plan({ filmIds: [await addPlayableFilm(world.deps, foreign, world.clock.now(), [100])] }))).toBe('not_found');
    expect(codeOf(await plan({ filmIds: [await addMadeFilm(world.deps.orm, school, world.clock.now(), { status: 'review' })] }))).toBe('film_not_ready');
    for (const wrong of [
      { filmIds: [filmId, filmId] }, { teacherIds: [foreign.teacher.personId] }, { closesAt: after(hourMs + 60_000) }, { opensAt: after(-3 * dayMs), closesAt: after(-dayMs) }, { closesAt: after(400 * dayMs) },
    ]) expect(codeOf(await plan(wrong))).toBe('bad_request');
    expect(await em().count(Lesson, { cohortId: school.cohortId, kind: 'recorded' })).toBe(0);
  });

  it('is given to a cohort once, by one of two who plan it in the same moment; again where that was cancelled', async () => {
    const both = await Promise.all([plan(), plan()]);
    expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
    expect(codeOf(await plan({ title: '再来一次' }))).toBe('film_given');
    const { lessonId } = both.find(({ statusCode }) => statusCode === 200)!.json<{ lessonId: string }>();
    expect((await world.call(`POST /api/lessons/${lessonId}/cancel`, school.scheduler, { payload: { reason: '改期' } })).statusCode).toBe(200);
    expect((await plan()).statusCode).toBe(200);
    expect(await em().count(Lesson, { cohortId: school.cohortId, kind: 'recorded' })).toBe(2);
  });

  it('takes nobody\'s time, has no classroom, is not moved like a lesson, and keeps its film', async () => {
    const lessonId = await planned({ opensAt: after(5 * hourMs) });
    expect((await world.call('POST /api/timetable', school.scheduler, { payload: { cohortId: school.cohortId, title: '直播', plannedMinutes: 45, starts: [after(5 * hourMs)], teacherIds: [school.teacher.personId] } })).statusCode).toBe(200);
    expect(codeOf(await world.call(`POST /api/lessons/${lessonId}/moves`, school.scheduler, { payload: { startsAt: after(2 * dayMs), placeId: null, reason: 'x' } }))).toBe('lesson_move_refused');
    // Another teacher who teaches at that hour may answer questions about it.
    expect((await world.call('POST /api/timetable', school.scheduler, { payload: { cohortId: school.cohortId, title: '直播二', plannedMinutes: 45, starts: [after(5 * hourMs + 60_000)], override: '分班', teacherIds: [school.assistant.personId] } })).statusCode).toBe(200);
    expect((await world.call(`POST /api/lessons/${lessonId}/substitutions`, school.scheduler, { payload: { fromPersonId: school.teacher.personId, toPersonId: school.assistant.personId, reason: '换人答疑' } })).statusCode).toBe(200);
    expect(codeOf(await world.call(`DELETE /api/films/${filmId}`, school.scheduler))).toBe('film_in_use');
    expect((await em().findOneOrFail(Film, { id: filmId })).removedAt).toBeNull();
    expect((await world.call(`POST /api/lessons/${lessonId}/cancel`, school.scheduler, { payload: { reason: '改期' } })).statusCode).toBe(200);
    expect((await world.call(`DELETE /api/films/${filmId}`, school.scheduler)).statusCode).toBe(200);
    world.clock.pass(6 * hourMs);
    expect(await openPeriods(world.deps)).toBe(0);
    expect((await em().findOneOrFail(Lesson, { id: lessonId })).status).toBe('cancelled');
  });
});

describe('the period', () => {
  it('is opened once by the clock; before and after it learners are refused, other cohorts always', async () => {
    const lessonId = await planned();
    const [film] = await filmsOf(lessonId);
    const refused = async (person: Known): Promise<string[]> => Promise.all(['make-up', 'viewings'].map(async (way) => codeOf(await world.call(`POST /api/replays/${film!.id}/${way}`, person))));
    const cohortId = newId();
    await em().insert(Cohort, { id: cohortId, institutionId: school.institutionId, courseId: school.courseId, title: 'Another cohort', createdAt: world.clock.now() });
    const stranger = await enrol('Stranger', cohortId);
    expect(await refused(school.learner)).toEqual(['recorded_not_open', 'recorded_not_open']);
    expect(codeOf(await world.call(`GET /api/lessons/${lessonId}/replay`, school.learner))).toBe('recorded_not_open');
    // Whoever teaches it sees the film before, to place questions in it.
    expect((await world.call(`POST /api/replays/${film!.id}/viewings`, school.teacher)).statusCode).toBe(200);
    world.clock.pass(hourMs - 1);
    expect(await openPeriods(world.deps)).toBe(0);
    world.clock.pass(1);
    expect(await refused(school.learner)).toEqual(['recorded_not_open', 'recorded_not_open']);
    const both = await Promise.all([openPeriods(world.deps), openPeriods(world.deps)]);
    expect(both.sort()).toEqual([0, 1]);
    expect((await world.events('recorded:opened')).filter(({ stream }) => stream === `lesson:${lessonId}`)).toMatchObject([{ payload: { units: [{ durationMs: 200_000 }, { durationMs: 100_000 }] } }]);
    expect((await lessonFor(lessonId, school.learner)).json<LessonDetail>().status).toBe('ended');
    expect(await refused(stranger)).toEqual(['not_found', 'not_found']);
    expect(codeOf(await lessonFor(lessonId, stranger))).toBe('not_found');
    expect(await refused((await addSchool(world.deps.orm, world.clock.now(), 'Foreign')).learner)).toEqual(['not_found', 'not_found']);
    const watcher = await study(school.learner, film!.id);
    expect((await watcher.play(20)).makeUp).toMatchObject({ countedMs: 20_000 });
    world.clock.set(new Date(Date.parse((await lessonFor(lessonId, school.learner)).json<LessonDetail>().closesAt!)));
    expect(await refused(school.learner)).toEqual(['recorded_closed', 'recorded_closed']);
    expect((await parts(lessonId, school.learner))[0]!.makeUp).toMatchObject({ open: false, madeUpMs: 20_000 });
  });

  it('waits for a cohort that may not study yet; one that never opened is missed', async () => {
    const lessonId = await planned();
    await em().nativeUpdate(Cohort, { id: school.cohortId }, { opening: 'submitted' });
    world.clock.pass(2 * hourMs);
    expect(await openPeriods(world.deps)).toBe(0);
    expect((await em().findOneOrFail(Lesson, { id: lessonId })).status).toBe('scheduled');
    world.clock.pass(3 * dayMs);
    await openPeriods(world.deps);
    expect((await em().findOneOrFail(Lesson, { id: lessonId })).status).toBe('missed');
  });

  it('is changed with a reason: its beginning before it opens, its end for longer, never what was studied', async () => {
    const foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
    const lessonId = await planned();
    const moved = { opensAt: after(2 * hourMs), closesAt: after(2 * dayMs) };
    expect(codeOf(await period(lessonId, moved, foreign.scheduler))).toBe('not_found');
    expect(codeOf(await period(school.lessonId, moved))).toBe('not_found');
    expect(codeOf(await period(lessonId, { opensAt: after(2 * hourMs), closesAt: after(2 * hourMs + 60_000) }))).toBe('bad_request');
    expect(codeOf(await period(lessonId, { opensAt: after(hourMs), closesAt: after(3 * dayMs) }))).toBe('bad_request');
    expect((await period(lessonId, moved)).json<RecordedLesson>()).toMatchObject(moved);
    expect((await filmsOf(lessonId)).map(({ startsAt }) => startsAt!.toISOString())).toEqual([after(2 * hourMs - 300_000), after(2 * hourMs - 100_000)]);
    expect((await world.events('lesson:moved')).at(-1)).toMatchObject({ stream: `lesson:${lessonId}`, payload: { after: { startsAt: moved.opensAt, closesAt: moved.closesAt } } });
    world.clock.pass(2 * hourMs);
    expect(await openPeriods(world.deps)).toBe(1);
    const [film] = await filmsOf(lessonId);
    const { play } = await study(school.learner, film!.id);
    await play(20);
    expect(codeOf(await period(lessonId, { opensAt: after(hourMs), closesAt: moved.closesAt }))).toBe('lesson_move_refused');
    expect((await period(lessonId, { opensAt: moved.opensAt, closesAt: after(5 * dayMs) })).statusCode).toBe(200);
    world.clock.pass(4 * dayMs);
    expect((await parts(lessonId, school.learner))[0]!.makeUp).toMatchObject({ open: true, madeUpMs: 20_000, leftMs: 180_000, deadlineAt: after(dayMs) });
  });
});

describe('what is studied', () => {
  it('says the same in report, hours and ledger: one learner all of it, one half, one not known by the face, one caught by a spot check, one who came later', async () => {
    const lessonId = await opened();
    const [first, second] = await filmsOf(lessonId);
    for (const [film, seconds] of [[first!, 200], [second!, 100]] as const) {
      const watcher = await study(school.learner, film.id);
      for (let done = 0; done < seconds; done += 20) await watcher.play(20);
    }
    const half = await study(school.other, first!.id);
    for (let done = 0; done < 140; done += 20) await half.play(20);
    const unknown = await study( third, first!.id, 'mismatched');
    await expect(unknown.play(20)).resolves.toMatchObject({ makeUp: { stand: 'again', countedMs: 0 } });
    // A spot check after 60 to 80 s that somebody else's face answers takes back all since the sign-in.
    const caught = await enrol('Caught');
    const spotted = await makeUp(world, caught, first!.id);
    await drawSpotWithin(world, spotted, 60, 80);
    for (let done = 0; done < 60; done += 20) await spotted.play(20);
    const { makeUp: asked } = await spotted.play(20);
    expect(asked).toMatchObject({ stand: 'asked', check: { kind: 'spot' } });
    await sendPicture(world, caught, asked!.check!);
    await judge(world, asked!.check!.checkId, 'mismatched');
    expect((await spotted.play(20)).makeUp).toMatchObject({ stand: 'again', countedMs: 0 });
    const late = await enrol('Late');
    const { rows, kind } = (await world.call(`GET /api/lessons/${lessonId}/report`, school.teacher)).json<LessonReport>();
    expect(kind).toBe('recorded');
    const reported = (person: Known) => rows.find(({ personId }) => personId === person.personId);
    // 300 s held; 300 s, 140 s and nothing of it studied: 5, 2.3 and 0 minutes.
    expect(reported(school.learner)).toMatchObject({ heldMinutes: 5, creditedMinutes: 0, madeUpMinutes: 5, togetherMinutes: 5, attendance: 1, attendanceLow: false });
    expect(reported(school.other)).toMatchObject({ heldMinutes: 5, creditedMinutes: 0, madeUpMinutes: 2.3, togetherMinutes: 2.3, attendance: 0.466, attendanceLow: true });
    expect(reported(third)).toMatchObject({ heldMinutes: 5, madeUpMinutes: 0, attendance: 0, attendanceLow: true });
    expect(reported(caught)).toMatchObject({ heldMinutes: 5, madeUpMinutes: 0, attendance: 0, attendanceLow: true });
    expect(reported(late)).toMatchObject({ heldMinutes: 5, madeUpMinutes: 0, attendance: 0 });
    const hours = (await world.call(`GET /api/lessons/${lessonId}/hours`, school.other)).json<LessonHours>();
    expect(hours).toMatchObject({ kind: 'recorded', heldMinutes: 5, creditedMinutes: 0, madeUpMinutes: 2.3, share: 0.466, open: { minutes: 2.6, deadlineAt: (await lessonFor(lessonId, school.other)).json<LessonDetail>().closesAt } });
    expect(hours.units.map((unit) => [unit.heldMinutes, unit.madeUpMinutes])).toEqual([[3.3, 2.3], [1.6, 0]]);
    const all = (await world.call('GET /api/hours', school.learner)).json<Hours>();
    expect(all.lessons.filter((one) => one.lessonId === lessonId)).toMatchObject([{ kind: 'recorded', heldMinutes: 5, madeUpMinutes: 5, state: 'reached', open: null }]);
    await reckonLedger(world.deps.orm, lessonId, world.clock.now(), { all: true });
    const ledger = async (person: Known) => (await ledgerOfPerson(em(), person.personId, school.cohortId))[0];
    expect(await ledger(school.learner)).toMatchObject({ lessons: 1, came: 1, units: 2, heldMinutes: 5, creditedMinutes: 0, madeUpMinutes: 5, attendance: 1, attendanceLow: false });
    expect(await ledger(school.other)).toMatchObject({ lessons: 1, came: 1, heldMinutes: 5, madeUpMinutes: 2.3, attendance: 0.466, attendanceLow: true });
    expect(await ledger(third)).toMatchObject({ lessons: 1, came: 0, heldMinutes: 5, madeUpMinutes: 0, attendance: 0, attendanceLow: true });
  });

  it('asks the questions that were placed before it opened, in the way of studying, and counts the answers', async () => {
    const lessonId = await planned();
    const [film] = await filmsOf(lessonId);
    const payload: QuestionBody = { kind: 'fillIn', stem: 'What goes on the head?', options: [], right: [], accepted: ['helmet'], knowledgePoint: '', difficulty: 3, explanation: '', pictureId: null };
    const { versionId } = (await world.call(`POST /api/courses/${school.courseId}/questions`, school.teacher, { payload })).json<{ versionId: string }>();
    const { questions: [placed] } = (await world.call(`POST /api/replays/${film!.id}/questions`, school.teacher, { payload: { versionId, atMs: 30_000, seconds: 60 } })).json<FilmQuestions>();
    // The question moves with the period.
    expect((await period(lessonId, { opensAt: after(2 * hourMs), closesAt: after(3 * dayMs) })).statusCode).toBe(200);
    world.clock.pass(2 * hourMs);
    await openPeriods(world.deps);
    const watcher = await study(school.learner, film!.id);
    await watcher.play(20);
    expect((await watcher.play(20)).makeUp).toMatchObject({ countedMs: 30_000, question: { questionId: placed!.questionId, atMs: 30_000 } });
    const at = `/api/viewings/${watcher.start.viewingId}/questions/${placed!.questionId}`;
    expect((await world.call(`POST ${at}/showing`, school.learner)).statusCode).toBe(200);
    expect((await world.call(`POST ${at}/answer`, school.learner, { payload: { text: 'helmet' } })).json<FilmResult>()).toMatchObject({ correct: true, counts: true });
    expect((await watcher.play(20)).makeUp).toMatchObject({ question: null });
    const { rows } = (await world.call(`GET /api/lessons/${lessonId}/report`, school.teacher)).json<LessonReport>();
    expect(rows.find(({ personId }) => personId === school.learner.personId)).toMatchObject({ asked: 1, answered: 1, correct: 1, accuracy: 1, inReplay: { asked: 1, correct: 1 } });
  });

  it('counts nothing while the learner sits in a live lesson, nor in a viewing without checks', async () => {
    const lessonId = await opened();
    const [film] = await filmsOf(lessonId);
    const watcher = await study(school.learner, film!.id);
    await watcher.play(20);
    const live = await addSchool(world.deps.orm, world.clock.now(), 'Live');
    const sessionId = await addSession(world.deps.orm, live, world.clock.now());
    await em().insert(Connection, {
      id: newId(), institutionId: live.institutionId, lessonId: live.lessonId, sessionId, personId: school.learner.personId, role: 'student', deviceId: 'd', connectedAt: world.clock.now(), lastSeenAt: world.clock.now(), leftAt: null, leftReason: null, visible: true,
    });
    expect(await watcher.play(10)).toMatchObject({ inClass: true, makeUp: { countedMs: 20_000 } });
    const free = await beginWatching(world, school.other, film!.id);
    await free.play(20);
    const { rows } = (await world.call(`GET /api/lessons/${lessonId}/report`, school.teacher)).json<LessonReport>();
    expect(rows.find(({ personId }) => personId === school.learner.personId)).toMatchObject({ madeUpMinutes: 0.3 });
    expect(rows.find(({ personId }) => personId === school.other.personId)).toMatchObject({ madeUpMinutes: 0, replayMinutes: 0.3 });
  });

  it('is served from the files of the film, with bytes; two cohorts study the same ones', async () => {
    const lessonId = await opened();
    const [first, second] = await filmsOf(lessonId);
    for (const [film, ordinal] of [[first!, 1], [second!, 2]] as const) {
      expect(film).toMatchObject({ filmId, filmOrdinal: ordinal });
      const { link } = await study(school.learner, film.id);
      const found = await world.call(`GET ${(await link(0)).headers.location}`, school.learner);
      expect([found.statusCode, found.rawPayload.length]).toEqual([200, 3000]);
    }
    expect((await world.call(`GET /api/replays/${first!.id}/files/poster.jpg`, school.learner)).rawPayload).toHaveLength(300);
    expect((await world.storedKeys()).filter((key) => key.startsWith('replays/'))).toEqual([]);
  });
});
