// Two lessons at once, and a film watched meanwhile: each instant is credited once, and the ledger says where (R22, R149).
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { Connection, Interruption, Lesson } from '../entities/lesson.ts';
import { Enrolment } from '../entities/people.ts';
import { platform, unitOfWork } from '../orm.ts';
import { withinInstitutions } from '../tenancy.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { addLesson, addSchool, type School, type SchoolLesson } from '../testing/school.ts';
import { creditsOf } from './credits.ts';
import { satInClass } from './elsewhere.ts';
import { hoursOf, lessonHours } from './hours.ts';
import { lessonReport } from './report.ts';
import { taughtOf } from './taught.ts';

const startMs = Date.parse('2026-03-02T01:00:00Z');
const at = (minutes: number): Date => new Date(startMs + minutes * 60_000);
const now = at(300);

let db: TestDatabase;
let school: School;
let first: SchoolLesson;
let second: SchoolLesson;
beforeAll(async () => {
  db = await testDatabase();
  school = await addSchool(db.orm, 3, at(-600));
  // The one from 0 to 90, the other from 45 to 135; the one stood still from 60 to 65.
  first = await addLesson(db.orm, school, { startsAt: at(0), plannedMinutes: 90, status: 'ended', startedAt: at(0), endedAt: at(90) });
  second = await addLesson(db.orm, school, { startsAt: at(45), plannedMinutes: 90, status: 'ended', startedAt: at(45), endedAt: at(135) });
  await db.orm.em.fork().insert(Interruption, { id: newId(), institutionId: school.institutionId, sessionId: first.sessionId!, startedAt: at(60), endedAt: at(65), reason: 'lead_gone' });
});
afterAll(() => db?.close());

async function sits(lesson: SchoolLesson, learner: number, from: number, to: number | null): Promise<void> {
  const em = db.orm.em.fork();
  const id = newId();
  const { institutionId, lessonId, sessionId } = lesson;
  const personId = school.studentIds[learner]!;
  const until = to ?? from;
  await em.insert(Connection, {
    id, institutionId, lessonId, sessionId: sessionId!, personId, role: 'student', deviceId: `d${from}`, connectedAt: at(from), lastSeenAt: at(until), leftAt: to === null ? null : at(to), leftReason: to === null ? null : 'left', visible: true,
  });
  // Somebody touches the device all the time.
  await em.execute(
    `insert into observation (id, institution_id, lesson_id, connection_id, person_id, type, at) select gen_random_uuid(), ?, ?, ?, ?, 'active', s from generate_series(?::timestamptz, ?::timestamptz, '2 minutes') s`,
    [institutionId, lessonId, id, personId, at(from), at(until)]);
}
const ledger = async (lesson: SchoolLesson, learner: number): Promise<[number, number, string][]> => {
  const hours = await lessonHours(db.orm.em.fork(), { lessonId: lesson.lessonId, personId: school.studentIds[learner]! }, now);
  return hours.units.flatMap(({ spans }) => spans).map(({ from, to, reason }) => [(Date.parse(from) - startMs) / 60_000, (Date.parse(to) - startMs) / 60_000, reason]);
};
const reported = async (lesson: SchoolLesson, learner: number): Promise<number> =>
  (await lessonReport(db.orm.em.fork(), lesson.lessonId, now)).rows.find(({ personId }) => personId === school.studentIds[learner])!.creditedMinutes;

it('counts in the lesson entered first, and says so in the other, in every figure alike', async () => {
  await sits(first, 0, -2, 90);
  await sits(second, 0, 43, 135);
  expect(await ledger(first, 0)).toEqual([[0, 45, 'present'], [45, 60, 'present'], [65, 90, 'present']]);
  // While the first stood still, nothing counted there: it counts here.
  expect(await ledger(second, 0)).toEqual([[45, 60, 'elsewhere'], [60, 65, 'present'], [65, 90, 'elsewhere'], [90, 135, 'present']]);
  expect([await reported(first, 0), await reported(second, 0)]).toEqual([85, 50]);
  const hours = await hoursOf(db.orm.em.fork(), school.studentIds[0]!, { from: at(-60), to: at(300) }, now);
  expect(hours.lessons.map(({ lessonId, creditedMinutes }) => [lessonId, creditedMinutes])).toEqual([[second.lessonId, 50], [first.lessonId, 85]]);
  // From 0 to 135 there are 135 minutes, and no more.
  expect(hours.totals.creditedMinutes).toBe(135);
});

it('goes by who was entered first, not by which began first; and only where it counts there', async () => {
  await sits(second, 1, 30, 135);
  await sits(first, 1, 40, 90);
  expect(await ledger(second, 1)).toEqual([[45, 90, 'present'], [90, 135, 'present']]);
  expect(await ledger(first, 1)).toEqual([[0, 40, 'not_joined'], [40, 45, 'present'], [45, 60, 'elsewhere'], [65, 90, 'elsewhere']]);
  expect(await reported(first, 1) + await reported(second, 1)).toBe(95);
});

it('takes nothing from whoever sat in one after the other, or in one alone', async () => {
  await sits(first, 2, 0, 50);
  await sits(second, 2, 50, 135);
  expect(await ledger(first, 2)).toEqual([[0, 45, 'present'], [45, 50, 'present'], [50, 60, 'left'], [65, 90, 'left']]);
  expect(await ledger(second, 2)).toEqual([[45, 50, 'not_joined'], [50, 90, 'present'], [90, 135, 'present']]);
});

it('says so at once to whoever sits in two live lessons, and counts here again once the other is left', async () => {
  const live = { plannedMinutes: 90, status: 'live' as const, startsAt: at(200), startedAt: at(200) };
  const [one, other] = [await addLesson(db.orm, school, live), await addLesson(db.orm, school, live)];
  await sits(one, 0, 199, 210);
  await sits(other, 0, 199.5, 220);
  const em = db.orm.em.fork();
  const reason = async (lesson: SchoolLesson, minute: number) =>
    (await creditsOf(em, (await taughtOf(em, [lesson.lessonId])).get(lesson.lessonId)!, [school.studentIds[0]!], at(minute).getTime())).get(school.studentIds[0]!)!.reason;
  expect([await reason(one, 205), await reason(other, 205)]).toEqual(['present', 'elsewhere']);
  expect([await reason(one, 212), await reason(other, 212)]).toEqual(['left', 'present']);
});

it('also where the other lesson is another institution’s, of which nothing else is told', async () => {
  const abroad = await addSchool(db.orm, 0, at(-600));
  const personId = school.studentIds[2]!;
  await db.orm.em.fork().insert(Enrolment, { id: newId(), institutionId: abroad.institutionId, cohortId: abroad.cohortId, personId, createdAt: at(-600), endedAt: null });
  const plan = { plannedMinutes: 45, status: 'ended' as const, startsAt: at(150), startedAt: at(150), endedAt: at(195) };
  const [there, here] = [await addLesson(db.orm, abroad, plan), await addLesson(db.orm, school, plan)];
  await sits(there, 2, 149, 170);
  await sits(here, 2, 150, 195);
  const told = async (): Promise<string[]> => {
    expect(await db.orm.em.fork().count(Lesson, { id: there.lessonId })).toBe(0);
    return (await ledger(here, 2)).map(([from, to, reason]) => `${from}-${to} ${reason}`);
  };
  const expected = ['150-170 elsewhere', '170-195 present'];
  expect(await withinInstitutions([school.institutionId], told)).toEqual(expected);
  // In a transaction too, which is within the own institution again afterwards.
  expect(await withinInstitutions([school.institutionId], () => unitOfWork(db.orm, platform, async (em) => {
    const hours = await lessonHours(em, { lessonId: here.lessonId, personId }, now);
    return [hours.units[0]!.spans.map(({ reason }) => reason), await em.count(Lesson, { id: there.lessonId }), await satInClass(em, personId, { from: at(151), to: at(152), leaseMs: 10_000 })];
  }))).toEqual([['elsewhere', 'present'], 0, true]);
});

it('knows who sat in a live lesson within a stretch', async () => {
  const em = db.orm.em.fork();
  const sat = (learner: number, from: number, to: number) => satInClass(em, school.studentIds[learner]!, { from: at(from), to: at(to), leaseMs: 10_000 });
  expect(await Promise.all([sat(2, 49, 49.5), sat(2, -10, -5), sat(2, 140, 150), sat(2, 134, 150)])).toEqual([true, false, false, true]);
});
