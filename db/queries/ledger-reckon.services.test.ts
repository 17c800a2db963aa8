// The ledger's rows say what the report says, to the last tenth of a minute, over generated classes; and say it again after whatever came later (R23, R24, R26, R114).
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { minutesOf, share } from '#domain/attendance.ts';
import { FaceCheck } from '../entities/check.ts';
import { Connection, Lesson } from '../entities/lesson.ts';
import { Enrolment, Person } from '../entities/people.ts';
import { unitOfWork, appendEvent } from '../orm.ts';
import { testDatabase, type TestDatabase } from '../testing/database.ts';
import { addLearners, addTaughtClass, type Story, type TaughtClass } from '../testing/taught-class.ts';
import { addSchool, type School } from '../testing/school.ts';
import { hoursOf } from './hours.ts';
import { reckonLedger } from './ledger-reckon.ts';
import { refreshDue } from './ledger-sums.ts';
import { lessonReport } from './report.ts';

let db: TestDatabase;
let school: School;
const since = new Date('2026-03-01T00:00:00Z');
beforeAll(async () => {
  db = await testDatabase();
  school = await addSchool(db.orm, 12, since);
});
afterAll(() => db?.close());

/** Always the same numbers. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 2 ** 32) * sides); };
}
const verdicts = ['matched', 'mismatched', 'missed', 'review', 'no_face', 'poor_quality'] as const;
function storyOf(roll: (sides: number) => number): Story {
  const seats: Story['seats'] = [];
  for (let from = roll(12); from < 95 && seats.length < 4 && roll(8) > 0; from += 5 + roll(40) + roll(100) / 100) {
    const to = Math.min(from + 3 + roll(60) + roll(997) / 1000, 96);
    seats.push([from, to, (['left', 'cut', 'lease_expired', 'taken_over'] as const)[roll(4)]!]);
    if (roll(2) === 0) from = to;
  }
  return {
    seats, hidden: seats.filter(() => roll(2) === 0).map(([from, to]) => [from + 1, Math.min(to, from + 1 + roll(9))]),
    checks: Array.from({ length: roll(4) }, (_, count) => [10 + count * 25 + roll(10), verdicts[roll(verdicts.length)]!]),
    answers: [0, 1, 2].map(() => (['right', 'wrong', null, undefined] as const)[roll(4)]),
  };
}
async function addClass(seed: number): Promise<TaughtClass> {
  const roll = dice(seed);
  const start = 46 + roll(3);
  return addTaughtClass(db.orm, school, school.studentIds.map((personId) => ({ personId, story: storyOf(roll) })), {
    startsAt: new Date(Date.parse('2026-03-02T01:00:00Z') + seed * 86_400_000), units: [[0, 45], [start, 92 + roll(4)]], interruptions: roll(2) === 0 ? [[30, 31 + roll(9)]] : [],
    questions: [{ at: 8, until: 9, prompt: 'a' }, { at: 40, until: 41, prompt: 'b' }, { at: 70, until: 71, prompt: 'c' }],
  });
}

interface Row {
  person_id: string; held_ms: number; live_ms: number; made_up_ms: number; asked: number; answered: number; correct: number; joined_at: Date | null; left_at: Date | null;
  checks_asked: number; matched: number; failed: number; missed: number; pending: number; units: { heldMs: number; liveMs: number; madeUpMs: number }[]; rule_pack: string;
}
const rowsOf = (lessonId: string): Promise<Row[]> => db.orm.em.fork().execute<Row[]>('select * from ledger_row where lesson_id = ? order by person_id', [lessonId]);
const iso = (at: Date | string | null): string | null => at && new Date(at).toISOString();

async function expectAgreement(lessonId: string, now: Date): Promise<void> {
  const report = await lessonReport(db.orm.em.fork(), lessonId, now);
  const rows = await rowsOf(lessonId);
  const said = report.rows.map((row) => ({
    personId: row.personId, held: row.heldMinutes, live: row.creditedMinutes, madeUp: row.madeUpMinutes, share: row.attendance, asked: row.asked, answered: row.answered, correct: row.correct,
    joinedAt: row.joinedAt, leftAt: row.leftAt, checks: row.checks,
  }));
  expect(rows.map((row) => ({
    personId: row.person_id, held: minutesOf(row.held_ms), live: minutesOf(row.live_ms), madeUp: minutesOf(row.made_up_ms), share: share(row.live_ms + row.made_up_ms, row.held_ms),
    asked: row.asked, answered: row.answered, correct: row.correct, joinedAt: iso(row.joined_at), leftAt: iso(row.left_at),
    checks: { asked: row.checks_asked, matched: row.matched, failed: row.failed, missed: row.missed, pending: row.pending },
  }))).toEqual(said.toSorted((one, other) => (one.personId < other.personId ? -1 : 1)));
  expect(new Set(rows.map((row) => row.rule_pack))).toEqual(new Set([report.rulePack]));
  for (const row of rows) expect(row.units.reduce((sum, unit) => sum + unit.liveMs, 0)).toBeCloseTo(row.live_ms, 3);
}
const dueCount = async (): Promise<number> => (await db.orm.em.fork().execute<{ n: number }[]>('select count(*)::int as n from ledger_due where lesson_id is not null and due_at <= now()'))[0]!.n;
const later = new Date('2026-05-01T00:00:00Z');

it('agrees with the report of generated classes, and its sums with the hours of each learner', async () => {
  const lessons: TaughtClass[] = [];
  for (let seed = 1; seed <= 6; seed++) {
    const taught = await addClass(seed);
    lessons.push(taught);
    expect(await reckonLedger(db.orm, taught.lessonId, later)).toEqual({ people: null });
    await expectAgreement(taught.lessonId, later);
  }
  const learners = await db.orm.em.fork().execute<{ person_id: string; held_ms: number; live_ms: number; attendance: number | null; attendance_low: boolean; lessons: number; name: string }[]>(
    'select * from ledger_learner where cohort_id = ?', [school.cohortId]);
  expect(learners).toHaveLength(12);
  for (const learner of learners) {
    const hours = await hoursOf(db.orm.em.fork(), learner.person_id, { from: since, to: later }, later);
    expect([minutesOf(learner.held_ms), minutesOf(learner.live_ms)]).toEqual([hours.totals.heldMinutes, hours.totals.creditedMinutes]);
    expect(learner.attendance === null ? null : learner.attendance / 1000).toBe(hours.totals.share);
    expect([learner.lessons, learner.attendance_low]).toEqual([6, learner.attendance !== null && learner.attendance < 800]);
  }
  // Nothing is left to do, and to do it again changes nothing.
  expect(await dueCount()).toBe(0);
  const before = await rowsOf(lessons[0]!.lessonId);
  expect(await reckonLedger(db.orm, lessons[0]!.lessonId, later)).toBeNull();
  await reckonLedger(db.orm, lessons[0]!.lessonId, later, { all: true });
  expect(await rowsOf(lessons[0]!.lessonId)).toEqual(before);
});

it('is due after whatever comes later, of that learner alone, and agrees again', async () => {
  const taught = await addClass(20);
  await reckonLedger(db.orm, taught.lessonId, later);
  const [personId, other] = [school.studentIds[0]!, school.studentIds[1]!];
  const em = db.orm.em.fork();
  await em.execute(
    `insert into face_check (id, institution_id, lesson_id, session_id, unit_id, person_id, kind, status, due_at, window_ms, asked_at, deadline_at, answered_at, settled_at, verdict, refusals)
     values (?, ?, ?, ?, ?, ?, 'spot', 'settled', ?, 60000, ?, ?, ?, ?, 'mismatched', 0)`,
    [newId(), school.institutionId, taught.lessonId, taught.sessionId, taught.unitIds[0]!, personId, taught.at(22), taught.at(22), taught.at(23), taught.at(22.2), taught.at(23)]);
  expect(await reckonLedger(db.orm, taught.lessonId, later)).toEqual({ people: 1 });
  await expectAgreement(taught.lessonId, later);
  const [check] = await em.execute<{ id: string }[]>(`select id from face_check where lesson_id = ? and person_id = ? and verdict = 'mismatched' order by asked_at limit 1`, [taught.lessonId, personId]);
  // Somebody decides for the learner.
  await em.execute(
    `insert into review_decision (id, institution_id, lesson_id, person_id, subject, check_id, outcome, reason, decided_by, decided_at) values (?, ?, ?, ?, 'check', ?, 'overturned', 'seen', ?, ?)`,
    [newId(), school.institutionId, taught.lessonId, personId, check!.id, school.teacherId, later]);
  // An appeal of somebody else is unsettled and changes no minute.
  await em.execute(`insert into appeal (id, institution_id, lesson_id, person_id, unit_id, from_at, to_at, text, created_at) values (?, ?, ?, ?, ?, ?, ?, 'the line was lost', ?)`,
    [newId(), school.institutionId, taught.lessonId, other, taught.unitIds[0]!, taught.at(1), taught.at(2), later]);
  // A seat that is closed afterwards is an event.
  await em.nativeUpdate(Connection, { lessonId: taught.lessonId, personId: school.studentIds[2]! }, { lastSeenAt: taught.at(44), leftAt: taught.at(44) });
  await unitOfWork(db.orm, { personId: null, institutionId: school.institutionId }, (work) =>
    appendEvent(work, { personId: null, institutionId: school.institutionId }, `lesson:${taught.lessonId}`, 'seat:left', later, { personId: school.studentIds[2]! }));
  expect(await reckonLedger(db.orm, taught.lessonId, later)).toEqual({ people: 3 });
  await expectAgreement(taught.lessonId, later);
  expect(await em.execute('select unsettled - pending as appeals from ledger_row where lesson_id = ? and person_id = ?', [taught.lessonId, other])).toEqual([{ appeals: 1 }]);
  // A unit that is taken shorter is everybody's.
  await em.execute('update unit set ended_at = ? where id = ?', [taught.at(40), taught.unitIds[0]!]);
  expect(await reckonLedger(db.orm, taught.lessonId, later)).toEqual({ people: null });
  await expectAgreement(taught.lessonId, later);
});

it('does nothing while a lesson is live, and is due when it has ended, at once and again', async () => {
  const taught = await addClass(30);
  const em = db.orm.em.fork();
  await em.nativeUpdate(Lesson, { id: taught.lessonId }, { status: 'live' });
  await em.execute('delete from ledger_due');
  await em.nativeUpdate(FaceCheck, { lessonId: taught.lessonId }, { refusals: 1 });
  await em.execute('update unit set ended_at = ended_at where lesson_id = ?', [taught.lessonId]);
  await unitOfWork(db.orm, { personId: null, institutionId: school.institutionId }, (work) =>
    appendEvent(work, { personId: null, institutionId: school.institutionId }, `lesson:${taught.lessonId}`, 'quiz:answered', later, { personId: school.studentIds[2]! }));
  expect(await em.execute('select id from ledger_due')).toEqual([]);
  await reckonLedger(db.orm, taught.lessonId, taught.at(30), { all: true });
  await expectAgreement(taught.lessonId, taught.at(30));
  await em.nativeUpdate(Lesson, { id: taught.lessonId }, { status: 'ended' });
  expect(await em.execute('select person_id, due_at > now() as waits from ledger_due order by id')).toEqual([{ person_id: null, waits: false }, { person_id: null, waits: true }]);
});

it('follows who is enrolled and what they are called', async () => {
  const taught = await addClass(40);
  await reckonLedger(db.orm, taught.lessonId, later);
  const em = db.orm.em.fork();
  const refresh = () => unitOfWork(db.orm, { personId: null, institutionId: school.institutionId }, (work) => refreshDue(work, school.cohortId, later));
  await refresh();
  expect(await refresh()).toBe(0);
  // Enrolled after everything: sums without a minute held.
  const [late] = await addLearners(db.orm, school, ['迟到者'], later);
  expect(await refresh()).toBe(1);
  const row = (personId: string) => em.execute('select name, search, lessons, attendance, attendance_low, ended_at from ledger_learner where cohort_id = ? and person_id = ?', [school.cohortId, personId]);
  expect(await row(late!)).toEqual([{ name: '迟到者', search: '迟到者 ', lessons: 0, attendance: null, attendance_low: false, ended_at: null }]);
  await em.nativeUpdate(Person, { id: late! }, { name: '改名者' });
  expect(await refresh()).toBe(1);
  expect(await row(late!)).toMatchObject([{ name: '改名者' }]);
  // Whoever left before the lesson has no row in it.
  const leaver = school.studentIds[5]!;
  await em.nativeUpdate(Enrolment, { cohortId: school.cohortId, personId: leaver }, { endedAt: taught.at(-60 * 24) });
  await reckonLedger(db.orm, taught.lessonId, later);
  expect((await rowsOf(taught.lessonId)).map((one) => one.person_id)).not.toContain(leaver);
  await expectAgreement(taught.lessonId, later);
});
