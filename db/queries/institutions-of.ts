// With which institutions a person has to do: within those their requests run.
import type { EntityManager } from '../orm.ts';

/** SQL for the ids, of whoever a column of the statement names (or `?`, four times): as member, as learner now or before, as staff of a lesson, as member of a client. */
export const institutionsOfSql = (person: string): string => `array(
  select m.institution_id from membership m where m.person_id = ${person} union select e.institution_id from enrolment e where e.person_id = ${person}
  union select s.institution_id from lesson_staff s where s.person_id = ${person} union select k.institution_id from client_member k where k.person_id = ${person})::text[]`;

export async function institutionsOf(em: EntityManager, personId: string): Promise<string[]> {
  const [row] = await em.execute<{ ids: string[] }[]>(`select ${institutionsOfSql('?')} as ids`, [personId, personId, personId, personId]);
  return row?.ids ?? [];
}

/** SQL: whether whoever this column names oversees institutions or regions, and is nothing else anywhere. */
export const onlyOverseesSql = (person: string): string => `((exists (select from membership m where m.person_id = ${person}) or exists (select from region_oversight o where o.person_id = ${person} and o.ended_at is null))
  and not exists (select from membership m where m.person_id = ${person} and m.role <> 'regulator') and not exists (select from enrolment e where e.person_id = ${person})
  and not exists (select from lesson_staff s where s.person_id = ${person}) and not exists (select from client_member k where k.person_id = ${person}))`;
