// Whether a function is off for a learner in a lesson: by the client whose learner they are there (R62).
import type { ClientSwitch } from '#domain/client-switches.ts';
import type { EntityManager } from '../orm.ts';

/** SQL for whether `name` is off for the person in column (or placeholder) `person` in the class `cohort` names. */
export const switchedOffSql = (name: ClientSwitch, cohort: string, person: string): string =>
  `exists (select from enrolment of_client join client ordering on ordering.id = of_client.client_id
     where of_client.cohort_id = ${cohort} and of_client.person_id = ${person} and ordering.switched_off @> '["${name}"]')`;

/** Asked of learners alone: staff and those who oversee have every function. */
export async function isSwitchedOff(em: EntityManager, name: ClientSwitch, lessonId: string, personId: string): Promise<boolean> {
  const [row] = await em.execute<{ off: boolean }[]>(`select ${switchedOffSql(name, 'l.cohort_id', '?')} as off from lesson l where l.id = ?`, [personId, lessonId]);
  return row?.off === true;
}
