// A learner is told whether their time counts: at enter, when it turns, and what follows from checks, absences and interruptions (R22, R23).
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Credit } from '#contracts/presence.ts';
import { newId } from '#domain/id.ts';
import { FaceCheck } from '#db/entities/check.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { enrolFace, openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import type { Known } from '../testing/http-world.ts';
import { addCheck } from '../testing/school.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld(); });
afterEach(() => world.close());

const minuteMs = 60_000;
const shown = { visible: true, active: true, playing: true };
const hidden = { ...shown, visible: false };
const nowMs = (): number => world.clock.now().getTime();
/** Time passes as the clock of the classrooms sees it; everybody's line lives. */
async function pass(ms: number): Promise<void> {
  world.clock.pass(ms);
  await world.rows('update connection set last_seen_at = ? where left_at is null returning id', [world.clock.now()]);
  await world.classrooms.tick();
}
const told = (driver: ClassroomDriver, matches: (credit: Credit) => boolean = () => true) => driver.next('presence:credit', matches);
const because = (driver: ClassroomDriver, reason: Credit['reason']) => told(driver, (credit) => credit.reason === reason);

/** These learners have signed in to the first unit, at its beginning. */
async function signIn(sessionId: string, people: readonly Known[]): Promise<void> {
  const { institutionId, lessonId, unitIds } = world.school;
  const at = world.clock.now();
  for (const { personId } of people) {
    await world.deps.orm.em.fork().insert(FaceCheck, {
      id: newId(), institutionId, lessonId, sessionId, unitId: unitIds[0]!, personId, kind: 'sign_in', status: 'settled', dueAt: at, windowMs: minuteMs, nonce: 'n',
      askedAt: at, deadlineAt: at, answeredAt: at, settledAt: at, verdict: 'matched', pictureId: null, modelId: null, measures: null, refusals: 0,
    });
  }
}
/** Since when the lesson runs. */
let startMs = 0;
const heldMs = (): number => nowMs() - startMs;
/** There are no media in these tests, which stands in the way once: that is over at once. */
async function begin(teacher: ClassroomDriver): Promise<void> {
  await teacher.ask('lesson:start', {});
  startMs = nowMs();
  world.clock.pass(1_500);
  await expect.poll(async () => (await world.rows('select id from interruption')).length, { timeout: 10_000 }).toBe(1);
  await world.rows('update interruption set ended_at = started_at returning id');
}
async function lesson(): Promise<{ teacher: ClassroomDriver; student: ClassroomDriver; sessionId: string }> {
  const { school } = world;
  await enrolFace(world.deps, school.learner.personId);
  await enrolFace(world.deps, school.other.personId);
  const teacher = await world.inside(school.teacher);
  await begin(teacher);
  const [session] = await world.rows<{ id: string }>('select id from lesson_session');
  // No other check than those of the test.
  await world.rows(`update face_check set status = 'void' where status = 'drawn' returning id`);
  await signIn(session!.id, [school.learner, school.other]);
  return { teacher, student: await world.inside(school.learner), sessionId: session!.id };
}

test('told at enter; before the lesson nothing is held, and its beginning is told by itself', async () => {
  const student = await world.inside(world.school.learner);
  expect(await told(student)).toMatchObject({ reason: null, next: null, unit: null, heldMs: 0, creditedMs: 0 });
  const teacher = await world.inside(world.school.teacher);
  await teacher.ask('lesson:start', {});
  await world.classrooms.tick();
  expect(await told(student, ({ reason }) => reason !== null)).toMatchObject({ unit: { unitId: world.school.unitIds[0] } });
  expect(teacher.heard('presence:credit')).toEqual([]);
});

test('a hidden page: said beforehand until when it counts, then that it does not, then that it does again', async () => {
  const { student } = await lesson();
  expect(await because(student, 'present')).toMatchObject({ next: null, unit: { unitId: world.school.unitIds[0] } });
  await student.ask('presence:report', shown);
  await pass(5 * minuteMs);
  await student.ask('presence:report', hidden);
  const hiddenAtMs = nowMs();
  expect(await told(student, ({ next }) => next !== null)).toMatchObject({ reason: 'present', next: { atMs: hiddenAtMs + 10_000, reason: 'hidden' } });
  await pass(12_000);
  expect(await because(student, 'hidden')).toMatchObject({ sinceMs: hiddenAtMs + 10_000, heldMs: heldMs(), creditedMs: 5 * minuteMs + 10_000 });
  await pass(minuteMs);
  await student.ask('presence:report', shown);
  expect(await told(student, ({ reason, atMs }) => reason === 'present' && atMs === nowMs())).toMatchObject({ creditedMs: 5 * minuteMs + 10_000, next: null });
});

test('who was cut off and comes back is told what it cost', async () => {
  const { student, teacher } = await lesson();
  await pass(minuteMs);
  await student.ask('presence:report', shown);
  student.cut();
  await teacher.next('participant:changed', (one) => one.personId === world.school.learner.personId && !one.present);
  await pass(2 * minuteMs);
  const again = await world.inside(world.school.learner);
  expect(await because(again, 'present')).toMatchObject({ heldMs: heldMs(), creditedMs: minuteMs });
});

test('a missed check is told at once with what it takes', async () => {
  const { student, sessionId } = await lesson();
  await because(student, 'present');
  await pass(6 * minuteMs);
  await addCheck(world.deps.orm, world.school, sessionId, world.school.learner.personId, new Date(nowMs() - 2 * minuteMs));
  await world.classrooms.tick();
  expect((await because(student, 'check_missed')).creditedMs).toBeLessThan(minuteMs);
});

test('a sign-in that was asked and not answered: nothing counts until it is', async () => {
  const { school } = world;
  await begin(await world.inside(school.teacher));
  const student = await world.inside(school.learner);
  await world.classrooms.tick();
  await student.next('check:asked', ({ kind }) => kind === 'sign_in');
  expect(await because(student, 'not_signed_in')).toMatchObject({ creditedMs: 0 });
  // Answered at another door: nobody tells this one.
  await world.rows(`update face_check set status = 'verifying', answered_at = ? where kind = 'sign_in' returning id`, [world.clock.now()]);
  await pass(6_000);
  await told(student, ({ reason, creditedMs }) => reason === 'present' && creditedMs > 0);
});

test('who waits for what another process may do is told again only when it is done, not over and over', async () => {
  const { school } = world;
  await begin(await world.inside(school.teacher));
  const student = await world.inside(school.learner);
  await world.classrooms.tick();
  await student.next('check:asked', ({ kind }) => kind === 'sign_in');
  await because(student, 'not_signed_in');
  const before = student.heard('presence:credit').length;
  for (let round = 0; round < 4; round++) await pass(6_000);
  await world.rows(`update face_check set status = 'verifying', answered_at = ? where kind = 'sign_in' returning id`, [world.clock.now()]);
  await pass(6_000);
  await because(student, 'present');
  expect(student.heard('presence:credit').slice(before)).toEqual([]);
});

test('an interruption costs nobody anything, and its end is told', async () => {
  const { student, teacher } = await lesson();
  await because(student, 'present');
  await pass(minuteMs);
  teacher.close();
  await student.next('participant:changed', (one) => one.personId === world.school.teacher.personId && !one.present);
  await pass(11_000);
  await pass(1_000);
  expect(await because(student, null)).toMatchObject({ creditedMs: minuteMs, heldMs: minuteMs + 1_500 });
  await world.inside(world.school.teacher);
  await pass(1_000);
  expect((await told(student, ({ reason, heldMs: held }) => reason === 'present' && held > minuteMs)).heldMs).toBeLessThan(minuteMs + 4_000);
});

test('each learner is told of their own time only', async () => {
  const { student } = await lesson();
  const other = await world.inside(world.school.other);
  await because(other, 'present');
  await other.ask('presence:report', shown);
  await pass(minuteMs);
  await student.ask('presence:report', hidden);
  await told(student, ({ next }) => next?.reason === 'hidden');
  await pass(12_000);
  await because(student, 'hidden');
  expect(other.heard('presence:credit').some(({ reason, next }) => reason === 'hidden' || next !== null)).toBe(false);
});
