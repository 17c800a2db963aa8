// The class as its staff see it: who does not count and why, who is below the threshold now (R25); figures and the first fifty of a large class.
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Enrolment, Person } from '#db/entities/people.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addCheck } from '../testing/school.ts';

let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld(); });
afterEach(() => world.close());

const minuteMs = 60_000;
const shown = { visible: true, active: true, playing: true };
async function pass(ms: number): Promise<void> {
  world.clock.pass(ms);
  await world.classrooms.flush();
  await world.rows('update connection set last_seen_at = ? where left_at is null returning id', [world.clock.now()]);
}
const wall = (driver: ClassroomDriver) => driver.ask('presence:wall', {});

async function lesson(): Promise<{ teacher: ClassroomDriver; student: ClassroomDriver; sessionId: string }> {
  const { school } = world;
  const teacher = await world.inside(school.teacher);
  await teacher.ask('lesson:start', {});
  const [session] = await world.rows<{ id: string }>('select id from lesson_session');
  // No other check than those of the test.
  await world.rows(`update face_check set status = 'void' where status = 'drawn' returning id`);
  const at = world.clock.now();
  const { institutionId, lessonId, unitIds, learner } = school;
  await world.deps.orm.em.fork().insert(FaceCheck, {
    id: newId(), institutionId, lessonId, sessionId: session!.id, unitId: unitIds[0]!, personId: learner.personId, kind: 'sign_in', status: 'settled', dueAt: at, windowMs: minuteMs, nonce: 'n',
    askedAt: at, deadlineAt: at, answeredAt: at, settledAt: at, verdict: 'matched', pictureId: null, modelId: null, measures: null, refusals: 0,
  });
  const student = await world.inside(learner);
  await student.ask('presence:report', shown);
  return { teacher, student, sessionId: session!.id };
}

test('before the lesson nothing is held and nobody is below', async () => {
  const teacher = await world.inside(world.school.teacher);
  const seen = await wall(teacher);
  expect(seen).toMatchObject({ unitId: null, belowPercent: 80, figures: { learners: 2, counting: 0, notCounting: 0, below: 0 } });
  expect(seen.rows.map(({ reason, below, check }) => [reason, below, check])).toEqual([[null, false, null], [null, false, null]]);
});

test('who needs attention comes first, with the reason; it follows what happens', async () => {
  const { teacher, student, sessionId } = await lesson();
  const { learner, other, unitIds } = world.school;
  await pass(5 * minuteMs);
  const seen = await wall(teacher);
  expect(seen).toMatchObject({ unitId: unitIds[0], figures: { learners: 2, counting: 1, notCounting: 1, below: 1 } });
  expect(seen.rows).toMatchObject([
    { personId: other.personId, reason: 'not_joined', below: true, heldMs: 5 * minuteMs, creditedMs: 0 },
    { personId: learner.personId, reason: 'present', below: false, check: 'passed', creditedMs: 5 * minuteMs },
  ]);
  await student.ask('presence:report', { ...shown, visible: false });
  await pass(minuteMs);
  expect((await wall(teacher)).rows.find(({ personId }) => personId === learner.personId)).toMatchObject({ reason: 'hidden', creditedMs: 5 * minuteMs + 10_000 });
  await student.ask('presence:report', shown);
  await addCheck(world.deps.orm, world.school, sessionId, learner.personId, world.clock.now());
  await pass(1_000);
  expect((await wall(teacher)).rows.find(({ personId }) => personId === learner.personId)).toMatchObject({ reason: 'present', check: 'asked' });
  await student.ask('lesson:leave', {});
  await pass(1_000);
  expect((await wall(teacher)).rows.find(({ personId }) => personId === learner.personId)).toMatchObject({ reason: 'left' });
});

test('of a large class figures and the fifty who need attention most', async () => {
  const { teacher } = await lesson();
  const { institutionId, cohortId, learner } = world.school;
  const em = world.deps.orm.em.fork();
  const people = Array.from({ length: 210 }, (_, index) => ({ id: newId(), name: `学员${index}`, createdAt: world.clock.now() }));
  await em.insertMany(Person, people);
  await em.insertMany(Enrolment, people.map(({ id }) => ({ id: newId(), institutionId, cohortId, personId: id, createdAt: world.clock.now(), endedAt: null })));
  await pass(minuteMs);
  const seen = await wall(teacher);
  expect(seen.figures).toMatchObject({ learners: 212, counting: 1, notCounting: 211, below: 211 });
  expect(seen.rows).toHaveLength(50);
  expect(seen.rows.every(({ below }) => below)).toBe(true);
  expect(seen.rows.some(({ personId }) => personId === learner.personId)).toBe(false);
  expect(seen.againMs).toBeGreaterThan(5_000);
});

test('it is for staff of the lesson alone', async () => {
  const { student } = await lesson();
  const overseer = await world.inside(world.school.scheduler);
  expect(await student.refusal('presence:wall', {})).toBe('forbidden');
  expect(await overseer.refusal('presence:wall', {})).toBe('forbidden');
  const proctor = await world.inside(world.school.proctor);
  expect((await wall(proctor)).figures.learners).toBe(2);
  expect(await proctor.refusal('presence:wall', { lessonId: 'x' })).toBe('bad_request');
});
