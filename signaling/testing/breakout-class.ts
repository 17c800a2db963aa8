// A live class of four learners, to be divided: everybody is inside.
import { newId } from '#domain/id.ts';
import { Enrolment } from '#db/entities/people.ts';
import type { ClassroomDriver } from '#testing/classroom-driver.ts';
import { asTeacher } from '#testing/role-drivers.ts';
import { acknowledge, type ClassroomWorld } from './classroom-world.ts';
import type { Known } from './http-world.ts';
import { addPerson } from './school.ts';

export interface Inside { known: Known; personId: string; driver: ClassroomDriver }
export interface DividedClass { teacher: ClassroomDriver; learners: Inside[] }

/** Another learner of the class, outside still. */
export async function addLearner({ deps, school, clock }: ClassroomWorld, name: string): Promise<Known> {
  const known = await addPerson(deps.orm, clock.now(), name, school.institutionId, 'student');
  await deps.orm.em.fork().insert(Enrolment, { id: newId(), institutionId: school.institutionId, cohortId: school.cohortId, personId: known.personId, createdAt: clock.now(), endedAt: null });
  await acknowledge(deps, known.personId, 'recording');
  return known;
}

export async function openClass(world: ClassroomWorld): Promise<DividedClass> {
  const { school } = world;
  const four = [school.learner, school.other, await addLearner(world, 'Third'), await addLearner(world, 'Fourth')];
  const teacher = asTeacher(await world.inside(school.teacher));
  await teacher.starts();
  const learners: Inside[] = [];
  for (const known of four) learners.push({ known, personId: known.personId, driver: await world.inside(known) });
  return { teacher: teacher.driver, learners };
}

/** Learners 1 and 2 in the first group, 3 and 4 in the second; answers the groups' ids when all of them know where they are. */
export async function dividesInTwo({ teacher, learners }: DividedClass, { minutes = 10, recorded = false } = {}): Promise<[string, string]> {
  const ids = learners.map(({ personId }) => personId);
  await teacher.ask('breakout:start', { groups: [ids.slice(0, 2), ids.slice(2)], minutes, recorded });
  const { breakout } = await teacher.next('breakout:changed', (told) => told.breakout !== null);
  await Promise.all(learners.map(({ driver }) => driver.next('media:reset')));
  const [first, second] = breakout!.groups.map(({ groupId }) => groupId);
  return [first!, second!];
}
