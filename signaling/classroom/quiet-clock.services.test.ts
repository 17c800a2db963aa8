// A system where nothing happens asks the database one thing a second for each of its two clocks; and whatever waits in rows is found by that one thing.
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '#domain/id.ts';
import { seatKeptMs } from '#domain/seat.ts';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';
import { due, lookAtRows } from './due-look.ts';

let world: ClassroomWorld;
/** Every statement of this process, in whatever connection. */
const said: string[] = [];
const { query } = Client.prototype;

beforeAll(async () => {
  Client.prototype.query = function counted(this: Client, ...asked: unknown[]) {
    const [first] = asked as [string | { text: string }];
    said.push(typeof first === 'string' ? first : first.text);
    return (query as (...all: unknown[]) => unknown).apply(this, asked);
  } as typeof query;
  world = await openClassroomWorld();
  // Its lesson starts in half an hour: who is concerned is reminded, once.
  await world.classrooms.tick();
});
afterAll(async () => {
  Client.prototype.query = query;
  await world.close();
});

const isLook = (text: string): boolean => text.includes(' as due0');
/** The nodes are read by a clock of their own, and each process says how it is. */
const isOther = (text: string): boolean => /media_node|process_report|media_room r join lesson/.test(text);
const saidOn = async (rounds: number): Promise<string[]> => {
  said.length = 0;
  for (let round = 0; round < rounds; round++) await world.classrooms.tick();
  return said.filter((text) => !isOther(text));
};

it('asks one statement a round of each clock where no lesson is open', async () => {
  const asked = await saidOn(5);
  expect(asked.filter((text) => !isLook(text))).toEqual([]);
  // Rounds of the timer may come between.
  expect(asked.length).toBeGreaterThanOrEqual(2 * 5);
});

it('answers each of the things asked, and asks once what is asked twice', async () => {
  const look = lookAtRows(world.deps.orm);
  const yes = due('? = 1', 1);
  said.length = 0;
  expect(await look([yes, due('? = 1', 2), yes, due('null::boolean')])).toEqual([true, false, true, false]);
  expect(said.filter((text) => text.includes('(1 = 1) as due0, (2 = 1) as due1, (null::boolean) as due2')).length).toBe(1);
  expect(await look([])).toEqual([]);
  await expect(look([due('nonsense')])).rejects.toThrow('nonsense');
  expect(await look([yes])).toEqual([true]);
});

it('finds what waits in rows while nobody is here: a lesson nobody taught, a seat whose process died and what it gave up', async () => {
  const { school } = world;
  const teacher = await world.inside(school.teacher);
  await teacher.ask('lesson:start', {});
  const learner = await world.inside(school.learner);
  await learner.ask('hand:raise', {});
  teacher.close();
  learner.close();
  // The line of a process that died: its seats were never closed.
  await expect.poll(async () => (await world.rows(`select 1 from connection where left_at is null`)).length).toBe(0);
  await world.rows(`update connection set left_at = null, left_reason = null where person_id = ?`, [school.learner.personId]);
  world.clock.pass(seatKeptMs + 2_000);
  await world.classrooms.tick();
  expect(await world.rows('select left_reason from connection where person_id = ?', [school.learner.personId])).toEqual([{ left_reason: 'lease_expired' }]);
  await expect.poll(() => world.rows('select 1 from hand where lowered_at is null')).toEqual([]);
  // The lead is away: the same rounds put that down.
  expect(await world.rows('select reason from interruption where ended_at is null')).toContainEqual({ reason: 'lead_gone' });
  const lessonId = newId();
  await world.rows(
    `insert into lesson (id, institution_id, cohort_id, title, starts_at, planned_minutes, status, created_at) select ?, institution_id, cohort_id, 'nobody came', starts_at, 45, 'scheduled', created_at from lesson where id = ?`, [lessonId, school.lessonId]);
  world.clock.pass(24 * 3_600_000);
  await world.classrooms.tick();
  expect(await world.rows('select status from lesson where id in (?, ?) order by title', [lessonId, school.lessonId])).toEqual(expect.arrayContaining([{ status: 'missed' }, { status: 'ended' }]));
  // It is over, and quiet again.
  await world.classrooms.tick();
  expect((await saidOn(3)).filter((text) => !isLook(text))).toEqual([]);
});
