// A class of thousands: its moments are drawn at the start, everybody is asked in turn, what nobody answered is settled together, and each is told and written down once (R61, R117).
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asTeacher } from '#testing/role-drivers.ts';
import { addMadeUpFaces } from '#db/testing/face.ts';
import { newId } from '#domain/id.ts';
import type { EntityManager } from '#db/orm.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { signInsDue } from './due.ts';

let world: ClassroomWorld;
let teacher: ReturnType<typeof asTeacher>;
beforeEach(async () => {
  world = await openClassroomWorld({ FACE_CHECK_WINDOW_SECONDS: 30 });
  teacher = asTeacher(await world.inside(world.school.teacher));
});
afterEach(() => world.close());

/** Learners as rows: enrolled, known by a face, and where wanted in the lesson. */
async function addLearners(count: number, present: boolean): Promise<string[]> {
  const { school: { institutionId, cohortId, lessonId }, deps, clock } = world;
  const em = deps.orm.em.fork();
  const ids = Array.from({ length: count }, () => newId());
  const insert = (sql: string, ...values: unknown[]): Promise<unknown> => em.execute(`${sql} from unnest(?::uuid[]) as p(id)`, [...values, `{${ids.join(',')}}`]);
  await insert(`insert into person (id, name, created_at) select p.id, 'Learner', ?::timestamptz`, clock.now());
  await insert('insert into enrolment (id, institution_id, cohort_id, person_id, created_at) select p.id, ?::uuid, ?::uuid, p.id, ?::timestamptz', institutionId, cohortId, clock.now());
  await addMadeUpFaces(em, ids, clock.now());
  if (present) {
    await insert(`insert into connection (id, institution_id, lesson_id, person_id, role, device_id, connected_at, last_seen_at, visible)
      select p.id, ?::uuid, ?::uuid, p.id, 'student', 'device-' || p.id, ?::timestamptz, ?::timestamptz, true`, institutionId, lessonId, clock.now(), clock.now());
  }
  return ids;
}

test('a lesson of five thousand starts, with moments drawn for each of them', async () => {
  await addLearners(5_000, false);
  expect(await teacher.starts()).toMatchObject({ status: 'live' });
  expect(await world.rows(`select count(*)::int as moments, count(distinct person_id)::int as people from face_check where drawn`)).toEqual([{ moments: 2 * 2 * 5_002, people: 5_002 }]);
}, 120_000);

test('everybody who is there is asked once, each with a nonce of their own and a fact; what nobody answered is missed, each once', async () => {
  const ids = await addLearners(1_200, true);
  await teacher.starts();
  // A leader asks all at once: those the clock has asked already are left out.
  await teacher.asksForFaces();
  const asked = await world.rows<{ n: number; people: number; nonces: number }>(
    `select count(*)::int as n, count(distinct person_id)::int as people, count(distinct nonce)::int as nonces from face_check where status = 'asked' and way = 'face' and window_ms = 30000`);
  expect(asked).toEqual([{ n: ids.length, people: ids.length, nonces: ids.length }]);
  expect(await world.rows(`select count(distinct payload->>'checkId')::int as n from event where type = 'check:asked' and stream = ? and institution_id = ?`,
    [`lesson:${world.school.lessonId}`, world.school.institutionId])).toEqual([{ n: ids.length }]);
  world.clock.pass(33_000);
  // They are rows alone: seen until now, so that they are not taken for gone.
  await world.deps.orm.em.fork().execute('update connection set last_seen_at = ? where left_at is null', [world.clock.now()]);
  for (let round = 0; round < 3; round++) await world.classrooms.tick();
  expect(await world.rows(`select count(*)::int as n from face_check where verdict = 'missed' and status = 'settled'`)).toEqual([{ n: ids.length }]);
  expect(await world.rows(`select count(*)::int as n, count(distinct payload->>'checkId')::int as checks from event where type = 'check:missed'`)).toEqual([{ n: ids.length, checks: ids.length }]);
}, 120_000);

interface PlanNode { 'Relation Name'?: string; 'Actual Rows': number; 'Actual Loops': number; Plans?: PlanNode[] }
const below = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(below)];

test('whoever is there is read once to find who is due, whatever the planner takes the class for, and not once for each of them', async () => {
  const { length: present } = await addLearners(300, true);
  await teacher.starts();
  const em = world.deps.orm.em.fork();
  const plans: PlanNode[] = [];
  const explained = {
    execute: async (sql: string, values: unknown[]) => {
      const [row] = await em.execute<{ 'QUERY PLAN': { Plan: PlanNode }[] }[]>(`explain (analyze, format json) ${sql}`, values);
      plans.push(...row!['QUERY PLAN'].flatMap(({ Plan }) => below(Plan)));
      return [];
    },
  };
  for (const since of [null, new Date(0)]) {
    plans.length = 0;
    await signInsDue(explained as unknown as EntityManager, since);
    const readings = plans.filter((node) => node['Relation Name'] === 'connection').map((node) => ({ rows: node['Actual Rows'], times: node['Actual Loops'] }));
    expect(readings).toEqual([{ rows: present, times: 1 }]);
  }
});
