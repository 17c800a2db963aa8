// What fell due while nobody asked, because the servers stood still: asked a few each second like everything else, and of a unit that is over not at all (R61, R117).
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { Connection, LessonSession } from '#db/entities/lesson.ts';
import { Enrolment } from '#db/entities/people.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addPerson } from '../testing/school.ts';

const learners = 40;
let world: ClassroomWorld;
beforeEach(async () => { world = await openClassroomWorld({ FACE_CHECKS_PER_UNIT: 1 }); });
afterEach(() => world.close());

/** A class that was there from the beginning, drawn with the others, and signed in to both units. */
async function lessonOfMany(): Promise<void> {
  const { deps, school, clock } = world;
  const em = deps.orm.em.fork();
  const people: string[] = [];
  const { institutionId, lessonId, cohortId } = school;
  for (let seat = 0; seat < learners; seat++) {
    const { personId } = await addPerson(deps.orm, clock.now(), `Learner ${seat}`, null, null);
    people.push(personId);
    await em.insert(Enrolment, { id: newId(), institutionId, cohortId, personId, createdAt: clock.now(), endedAt: null });
  }
  await asTeacher(await world.inside(school.teacher)).starts();
  const { id: sessionId } = await em.findOneOrFail(LessonSession, { lessonId });
  const at = clock.now();
  for (const personId of people) {
    await em.insert(Connection, {
      id: newId(), institutionId, lessonId, sessionId, personId, role: 'student', deviceId: `device-${personId}`, connectedAt: at, lastSeenAt: at, leftAt: null, leftReason: null, visible: true,
    });
    for (const unitId of school.unitIds) await em.insert(FaceCheck, {
      id: newId(), institutionId, lessonId, sessionId, unitId, personId, kind: 'sign_in', status: 'settled', dueAt: at, windowMs: 60_000, nonce: 'n', askedAt: at, deadlineAt: at,
      answeredAt: at, settledAt: at, verdict: 'matched', pictureId: null, modelId: null, measures: null, refusals: 0,
    });
  }
}
/** Everybody's line lives, however far the clock is. */
async function pass(minutes: number): Promise<void> {
  await world.rows('update connection set last_seen_at = ? where left_at is null returning id', [new Date(world.clock.now().getTime() + minutes * 60_000)]);
  world.clock.pass(minutes * 60_000);
}
const asked = async (ordinal: number): Promise<number> => (await world.rows<{ n: number }>(
  `select count(*)::int as n from face_check f join unit u on u.id = f.unit_id where f.kind = 'spot' and f.asked_at is not null and u.ordinal = ?`, [ordinal]))[0]!.n;
/** As the worker writes it, so that nothing is asked a second time. */
const settleAsked = () => world.rows(`update face_check set status = 'settled', verdict = 'matched', answered_at = ?, settled_at = ? where status = 'asked' returning id`, [world.clock.now(), world.clock.now()]);

test('forty drawn checks that fell due together are asked three a second, the longest due first', async () => {
  await lessonOfMany();
  await pass(43);
  await world.classrooms.tick();
  const first = await asked(1);
  expect(first).toBeGreaterThan(0);
  // The world's own clock may have run a round beside this one.
  expect(first).toBeLessThanOrEqual(6);
  const due = await world.rows<{ asked: boolean }>(`select f.asked_at is not null as asked from face_check f join unit u on u.id = f.unit_id join connection c on c.person_id = f.person_id
    where f.drawn and u.ordinal = 1 order by f.due_at, f.id`);
  expect(due.slice(0, first).every((row) => row.asked)).toBe(true);
  for (let second = 0; second < 14; second++) await world.classrooms.tick();
  expect(await asked(1)).toBe(learners);
  await settleAsked();
}, 60_000);

test('a drawn check of a unit that is over is not asked in the next', async () => {
  await lessonOfMany();
  await pass(46);
  await world.classrooms.tick();
  await world.classrooms.tick();
  expect(await asked(1)).toBe(0);
  expect(await world.rows(`select 1 from face_check where drawn and status = 'drawn'`)).toHaveLength(2 * (learners + 2));
}, 60_000);
