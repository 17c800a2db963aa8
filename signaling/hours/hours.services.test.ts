// The ledger of one learner, worked out by hand: what did not count and why, what is missing to 80 %, what can be made up, and who may look (R23, R114, R115).
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Hours, LessonHours } from '#contracts/hours.ts';
import { newId } from '#domain/id.ts';
import { Connection, Lesson, Observation, Unit } from '#db/entities/lesson.ts';
import { hoursOf } from '#db/queries/hours.ts';
import type { LeftReason } from '#domain/presence/facts.ts';
import { addRecording, addReplay } from '#db/testing/replay.ts';
import { openHttpWorld, type HttpWorld, type Known } from '../testing/http-world.ts';
import { addCheck, addSchool, addSession, type School } from '../testing/school.ts';

let world: HttpWorld;
let school: School;
let foreign: School;
let sessionId: string;
/** Minutes from the lesson's start. */
const at = (minutes: number): Date => new Date(school.startsAt.getTime() + minutes * 60_000);
const iso = (minutes: number): string => at(minutes).toISOString();

async function addSeat(person: Known, from: number, to: number, leftReason: LeftReason): Promise<string> {
  const id = newId();
  const { institutionId, lessonId } = school;
  await world.deps.orm.em.fork().insert(Connection, {
    id, institutionId, lessonId, sessionId, personId: person.personId, role: 'student', deviceId: 'd', connectedAt: at(from), lastSeenAt: at(to), leftAt: at(to), leftReason, visible: true,
  });
  // Somebody touches the device now and then.
  for (let minute = from; minute < to; minute += 10) await observe(person, id, 'active', minute);
  return id;
}
async function observe(person: Known, connectionId: string, type: 'active' | 'hidden' | 'visible', minute: number): Promise<void> {
  const { institutionId, lessonId } = school;
  await world.deps.orm.em.fork().insert(Observation, { id: newId(at(minute).getTime()), institutionId, lessonId, connectionId, personId: person.personId, type, at: at(minute), value: null });
}

// Two units of 45 minutes, 0-90. The learner: page hidden 10:00-12:10 (10 s are forgiven), left at 60. The other one never came.
beforeAll(async () => {
  world = await openHttpWorld();
  school = await addSchool(world.deps.orm, world.clock.now());
  foreign = await addSchool(world.deps.orm, world.clock.now(), 'Foreign');
  const em = world.deps.orm.em.fork();
  await em.nativeUpdate(Lesson, { id: school.lessonId }, { status: 'ended' });
  for (const [index, id] of school.unitIds.entries()) await em.nativeUpdate(Unit, { id }, { startedAt: at(45 * index), endedAt: at(45 * (index + 1)) });
  sessionId = await addSession(world.deps.orm, school, at(0), at(90));
  const seat = await addSeat(school.learner, 0, 60, 'left');
  await observe(school.learner, seat, 'hidden', 10);
  await observe(school.learner, seat, 'visible', 12 + 1 / 6);
  await addCheck(world.deps.orm, school, sessionId, school.learner.personId, at(30), { status: 'settled', verdict: 'matched' });
  await addCheck(world.deps.orm, school, sessionId, school.learner.personId, at(80), { status: 'drawn' });
  world.clock.set(at(100));
});
afterAll(() => world.close());

const codeOf = (response: { body: string }): string => (JSON.parse(response.body) as { error: { code: string } }).error.code;
const own = (person: Known | null) => world.call(`GET /api/lessons/${school.lessonId}/hours`, person);
const ofLearner = (asker: Known | null, who: Known = school.learner) => world.call(`GET /api/lessons/${school.lessonId}/hours/${who.personId}`, asker);

describe('a ledger', () => {
  it('gives every held moment once, with the reason', async () => {
    const hours = (await own(school.learner)).json<LessonHours>();
    expect(hours.units.map(({ ordinal, heldMinutes, creditedMinutes, spans }) => [ordinal, heldMinutes, creditedMinutes, spans])).toEqual([
      [1, 45, 43, [
        { from: iso(0), to: iso(10 + 1 / 6), reason: 'present' }, { from: iso(10 + 1 / 6), to: iso(12 + 1 / 6), reason: 'hidden' }, { from: iso(12 + 1 / 6), to: iso(45), reason: 'present' },
      ]],
      [2, 45, 15, [{ from: iso(45), to: iso(60), reason: 'present' }, { from: iso(60), to: iso(90), reason: 'left' }]],
    ]);
    expect(hours).toMatchObject({
      heldMinutes: 90, creditedMinutes: 58, madeUpMinutes: 0, share: 0.644, neededMinutes: 14, state: 'out_of_reach', open: null, belowPercent: 80, rulePack: 'default@1', note: null,
      person: { personId: school.learner.personId, name: 'School learner' }, interruptedMinutes: 0, generatedAt: at(100).toISOString(),
    });
    expect(hours.units.map(({ share, state, toBeHeldAgain }) => [share, state, toBeHeldAgain])).toEqual([[0.955, 'reached', false], [0.333, 'out_of_reach', false]]);
    // A drawn moment stays secret.
    expect(hours.checks.map(({ kind, verdict, decided, inReplay }) => [kind, verdict, decided, inReplay])).toEqual([['spot', 'matched', false, false]]);
  });

  it('of somebody who never came says so, and of a lesson nobody taught that there are no figures', async () => {
    expect((await own(school.other)).json<LessonHours>()).toMatchObject({ creditedMinutes: 0, share: 0, units: [{ spans: [{ reason: 'not_joined' }] }, { spans: [{ reason: 'not_joined' }] }], checks: [] });
    const untaught = (await world.call(`GET /api/lessons/${foreign.lessonId}/hours`, foreign.learner)).json<LessonHours>();
    expect(untaught).toMatchObject({ note: 'never_started', state: 'nothing_held', share: null, units: [] });
  });

  it('says the same when asked again', async () => {
    expect((await own(school.learner)).body).toBe((await own(school.learner)).body);
  });

  it('what is missing may be made up while the film is there and the days are not over', async () => {
    const { institutionId, lessonId, unitIds } = school;
    const recordingId = await addRecording(world.deps.orm, { institutionId, lessonId, sessionId, at: at(91) }, { status: 'ready' });
    await addReplay(world.deps.orm, { institutionId, lessonId, recordingId, unitId: unitIds[1]!, startsAt: at(45), durationMs: 45 * 60_000 }, { status: 'ready', settledAt: at(95) });
    const hours = (await own(school.learner)).json<LessonHours>();
    expect(hours).toMatchObject({ neededMinutes: 14, state: 'reachable', open: { minutes: 30 } });
    expect(hours.units.map(({ open, state }) => [open?.minutes ?? null, state])).toEqual([[null, 'reached'], [30, 'reachable']]);
    expect(Date.parse(hours.open!.deadlineAt!) - at(95).getTime()).toBeGreaterThanOrEqual(7 * 86_400_000);
    world.clock.set(new Date(Date.parse(hours.open!.deadlineAt!) + 1));
    expect((await own(school.learner)).json<LessonHours>()).toMatchObject({ state: 'out_of_reach', open: null, creditedMinutes: 58 });
    world.clock.set(at(100));
  });
});

describe('own lessons', () => {
  it('in figures, newest first, with totals', async () => {
    const hours = (await world.call('GET /api/hours', school.learner)).json<Hours>();
    expect(hours.lessons).toMatchObject([{ lessonId: school.lessonId, units: 2, heldMinutes: 90, creditedMinutes: 58, share: 0.644, status: 'ended' }]);
    expect(hours.totals).toEqual({ heldMinutes: 90, creditedMinutes: 58, madeUpMinutes: 0, share: 0.644 });
  });
  it('are read together, however many they are', async () => {
    const statements = async (): Promise<[number, number]> => {
      const em = world.deps.orm.em.fork();
      const execute = vi.spyOn(em, 'execute');
      const { lessons } = await hoursOf(em, school.learner.personId, { from: at(-60), to: at(24 * 60) }, at(1_000));
      return [lessons.length, execute.mock.calls.length];
    };
    const [, before] = await statements();
    const em = world.deps.orm.em.fork();
    const { institutionId } = school;
    const { cohortId } = await em.findOneOrFail(Lesson, { id: school.lessonId });
    const more = [2, 3, 4, 5].map((hour) => ({ id: newId(), startsAt: at(hour * 60), endedAt: at(hour * 60 + 45) }));
    await em.insertMany(Lesson, more.map(({ id, startsAt }) => ({ id, institutionId, cohortId, title: 'More', startsAt, plannedMinutes: 45, recorded: true, status: 'ended' as const, cancelReason: null, createdAt: at(0) })));
    await em.insertMany(Unit, more.map(({ id, startsAt, endedAt }) => ({ id: newId(), institutionId, lessonId: id, ordinal: 1, plannedStartAt: startsAt, plannedMinutes: 45, startedAt: startsAt, endedAt })));
    expect(await statements()).toEqual([5, before]);
    await em.nativeUpdate(Lesson, { id: { $in: more.map(({ id }) => id) } }, { status: 'cancelled' });
  });
  it('are those one learned in: staff have none, lessons not taught are none', async () => {
    for (const person of [school.teacher, school.regulator, foreign.learner]) {
      expect((await world.call('GET /api/hours', person)).json<Hours>()).toMatchObject({ lessons: [], totals: { heldMinutes: 0, share: null } });
    }
  });
  it('within the time asked for, a year at most', async () => {
    const between = (from: string, to: string) => world.call(`GET /api/hours?from=${from}&to=${to}`, school.learner);
    expect((await between('2026-03-03T00:00:00Z', '2026-03-04T00:00:00Z')).json<Hours>().lessons).toEqual([]);
    for (const [from, to] of [['2026-03-04T00:00:00Z', '2026-03-03T00:00:00Z'], ['2024-03-03T00:00:00Z', '2026-03-03T00:00:00Z'], ['2026-03-03', '2026-03-04T00:00:00Z']] as const) {
      expect(codeOf(await between(from, to))).toBe('bad_request');
    }
  });
});

describe('who may look', () => {
  it('staff of the lesson, its institution and regulators see any learner’s, who is told apart from the others', async () => {
    for (const asker of [school.teacher, school.assistant, school.proctor, school.scheduler, school.regulator]) {
      expect((await ofLearner(asker)).json<LessonHours>()).toMatchObject({ person: { personId: school.learner.personId }, creditedMinutes: 58 });
      expect((await ofLearner(asker, school.other)).json<LessonHours>()).toMatchObject({ person: { personId: school.other.personId }, creditedMinutes: 0 });
    }
    expect((await ofLearner(school.learner)).json<LessonHours>().creditedMinutes).toBe(58);
  });
  it('a learner not another’s, strangers nobody’s, and who does not learn there has none', async () => {
    expect(codeOf(await ofLearner(school.learner, school.other))).toBe('forbidden');
    for (const asker of [foreign.teacher, foreign.learner, foreign.scheduler, foreign.regulator]) expect(codeOf(await ofLearner(asker))).toBe('not_found');
    for (const who of [school.teacher, school.regulator, foreign.learner]) expect(codeOf(await ofLearner(school.teacher, who))).toBe('not_found');
    for (const asker of [school.teacher, school.scheduler, school.regulator]) expect(codeOf(await own(asker))).toBe('forbidden');
    expect(codeOf(await own(foreign.learner))).toBe('not_found');
    expect([codeOf(await own(null)), codeOf(await ofLearner(null)), codeOf(await world.call('GET /api/hours', null))]).toEqual(['unauthenticated', 'unauthenticated', 'unauthenticated']);
  });
});
