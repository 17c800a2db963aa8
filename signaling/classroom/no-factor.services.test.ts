// A stolen login of somebody who must have a second factor and has none: no socket, no seat, no route (R144, R147).
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openClassroomWorld, type ClassroomWorld } from '../testing/classroom-world.ts';

let world: ClassroomWorld;
beforeAll(async () => { world = await openClassroomWorld({ SECOND_FACTOR: 'required' }); });
afterAll(() => world.close());

it('gets no socket before the factor is there, and one afterwards; learners and teachers need none', async () => {
  const { regulator, teacher, learner } = world.school;
  await world.inside(teacher);
  await world.inside(learner);
  await expect(world.person(regulator)).rejects.toThrow('second_factor_needed');
  expect(await world.rows(`select 1 from connection where role = 'observer'`)).toEqual([]);
  // Begun is not there yet.
  await world.rows(`insert into second_factor (person_id, sealed_pending, key_version) values (?, 'x', 'x') returning person_id`, [regulator.personId]);
  await expect(world.person(regulator)).rejects.toThrow('second_factor_needed');
  await world.rows(`update second_factor set sealed_secret = 'x', confirmed_at = now() where person_id = ? returning person_id`, [regulator.personId]);
  const observer = await world.inside(regulator);
  expect(observer.snapshot!.me.role).toBe('observer');
});
