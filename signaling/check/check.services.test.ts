// Checks as the classroom asks them: sign-ins, drawn moments, a leader's wish, deadlines; drawn ones are sealed (R20, R61, R117).
import { afterEach, beforeEach, expect, test } from 'vitest';
import { newId } from '#domain/id.ts';
import { Connection } from '#db/entities/lesson.ts';
import { asStudent, asTeacher } from '#testing/role-drivers.ts';
import { enrolFace, openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { addPerson } from '../testing/school.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
let student: ReturnType<typeof asStudent>;
beforeEach(async () => {
  world = await openClassroomWorld({ FACE_CHECKS_PER_UNIT: 1, FACE_CHECK_WINDOW_SECONDS: 30 });
  await enrolFace(world.deps, world.school.learner.personId);
  teacher = asTeacher(await world.inside(world.school.teacher));
  student = asStudent(await world.inside(world.school.learner));
});
afterEach(() => world.close());

/** What is asked of a learner who just came: it stands in the snapshot, or is told a moment later. */
async function askedOnArrival() {
  const { check } = await student.enters(world.school.lessonId);
  await world.classrooms.tick();
  return check ?? student.driver.next('check:asked');
}

test('a sign-in is asked once per unit, settled as missed after its deadline, told to learner and staff', async () => {
  const { school, clock, classrooms } = world;
  await teacher.starts();
  await classrooms.tick();
  const asked = await student.driver.next('check:asked');
  expect(asked).toMatchObject({ kind: 'sign_in', deadlineAt: new Date(clock.now().getTime() + 30_000).toISOString() });
  await classrooms.tick();
  expect(student.driver.heard('check:asked')).toEqual([]);
  expect((await student.enters(school.lessonId)).check).toEqual(asked);
  expect((await teacher.driver.ask('check:list', {})).checks).toMatchObject([{ checkId: asked.checkId, status: 'asked', verdict: null, hasPicture: false }]);
  expect(await student.driver.refusal('check:list', {})).toBe('forbidden');
  clock.pass(32_001);
  await classrooms.tick();
  expect(await student.driver.next('check:settled')).toMatchObject({ checkId: asked.checkId, verdict: 'missed', status: 'settled' });
  expect((await teacher.driver.next('check:settled')).personId).toBe(school.learner.personId);
  expect((await teacher.driver.next('participant:changed', (one) => one.verdict === 'missed')).personId).toBe(school.learner.personId);
  expect((await student.enters(school.lessonId)).check).toBeNull();
});

test('who comes late signs in on arrival, and whoever decided nothing is asked all the same, on the other way', async () => {
  const { school, classrooms } = world;
  await student.leaves();
  await teacher.starts();
  await classrooms.tick();
  expect(await world.rows(`select 1 from face_check where kind = 'sign_in'`)).toEqual([]);
  expect(await askedOnArrival()).toMatchObject({ kind: 'sign_in', way: 'face', attempt: 1, because: null, code: null });
  const other = await world.inside(school.other);
  await classrooms.tick();
  expect(await other.next('check:asked')).toMatchObject({ kind: 'sign_in', way: 'alternative', code: 'no_phone' });
});

test('a class that is there already is asked a few each second, never as a whole in one tick', async () => {
  const { school, classrooms, deps, clock } = world;
  const em = deps.orm.em.fork();
  for (let seat = 0; seat < 300; seat++) {
    const { personId } = await addPerson(deps.orm, clock.now(), `Learner ${seat}`, null, null);
    await em.insert(Connection, {
      id: newId(), institutionId: school.institutionId, lessonId: school.lessonId, sessionId: null, personId, role: 'student', deviceId: `device-${seat}`,
      connectedAt: clock.now(), lastSeenAt: clock.now(), leftAt: null, leftReason: null, visible: true,
    });
  }
  await teacher.starts();
  const counts: number[] = [];
  for (let second = 0; second < 61; second++) {
    await classrooms.tick();
    counts.push((await world.rows<{ n: number }>(`select count(*)::int as n from face_check where kind = 'sign_in'`))[0]!.n);
    await em.execute('update connection set last_seen_at = ? where left_at is null', [clock.now()]);
  }
  // The world's own clock may have run a round between two of these.
  expect(Math.max(...counts.map((count, index) => count - (counts[index - 1] ?? 0)))).toBeLessThanOrEqual(2 * Math.ceil(301 / 60));
  expect(counts.at(-1)).toBe(301);
  expect(await world.rows('select person_id from face_check where kind = ? group by 1 having count(*) > 1', ['sign_in'])).toEqual([]);
}, 60_000);

test('a drawn moment waits for a learner who is away, and is void when the lesson ends first', async () => {
  const { school, clock, classrooms } = world;
  await teacher.starts();
  await classrooms.tick();
  await student.driver.next('check:asked');
  const [first] = await world.rows<{ id: string; due_at: string }>(`select id, due_at from face_check where status = 'drawn' and person_id = ? order by due_at limit 1`, [school.learner.personId]);
  await student.leaves();
  clock.set(new Date(first!.due_at));
  clock.pass(60_000);
  await classrooms.tick();
  expect(await world.rows(`select status from face_check where id = ?`, [first!.id])).toEqual([{ status: 'drawn' }]);
  expect(await askedOnArrival()).toMatchObject({ checkId: first!.id, kind: 'spot' });
  await teacher.ends();
  expect(await world.rows(`select count(*)::int as void from face_check where status = 'void' and person_id = ?`, [school.learner.personId])).toEqual([{ void: 2 }]);
});

test('a leader asks one or all who can be asked, once at a time', async () => {
  const { school } = world;
  expect(await teacher.driver.refusal('check:ask', {})).toBe('lesson_not_live');
  await teacher.starts();
  await world.inside(school.other);
  expect(await teacher.driver.refusal('check:ask', { personId: newId() })).toBe('not_found');
  expect(await teacher.asksForFaces(school.other.personId)).toEqual({ asked: 1 });
  expect(await student.driver.refusal('check:ask', {})).toBe('forbidden');
  await world.classrooms.tick();
  await student.driver.next('check:asked', (check) => check.kind === 'sign_in');
  expect(await teacher.asksForFaces()).toEqual({ asked: 0 });
  world.clock.pass(33_000);
  await world.classrooms.tick();
  expect(await teacher.asksForFaces(school.learner.personId)).toEqual({ asked: 1 });
  expect((await student.driver.next('check:asked', (check) => check.kind === 'spot')).nonce.length).toBeGreaterThanOrEqual(32);
});
