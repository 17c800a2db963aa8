// Who has to do with a cohort: its office, those who teach or assist in one of its lessons, the regulators of its institution.
import { DomainError } from '#domain/errors.ts';
import type { EntityManager } from '../orm.ts';

/** SQL for whether cohort `c` is run by the office this person (`?`) belongs to. */
export const runsCohortSql = `exists (select from membership m where m.institution_id = c.institution_id and m.person_id = ? and m.role in ('admin', 'institution'))`;
/** SQL for whether this person (`?` twice) may look at cohort `c`. */
export const seesCohortSql = `(exists (select from membership m where m.institution_id = c.institution_id and m.person_id = ? and m.role in ('admin', 'institution', 'regulator'))
  or exists (select from lesson_staff s join lesson l on l.id = s.lesson_id join membership m on m.person_id = s.person_id and m.institution_id = c.institution_id and m.role = 'teacher'
    where l.cohort_id = c.id and s.person_id = ? and s.role in ('teacher', 'assistant')))`;

export interface KnownCohort { cohortId: string; institutionId: string }

async function required(em: EntityManager, cohortId: string, rule: string, ...people: string[]): Promise<KnownCohort> {
  const [row] = await em.execute<{ institution_id: string }[]>(`select c.institution_id from cohort c where c.id = ? and ${rule}`, [cohortId, ...people]);
  if (!row) throw new DomainError('not_found', 'no such cohort');
  return { cohortId, institutionId: row.institution_id };
}
/** Throws not_found for a cohort that is not there or not this office's. */
export const requireRunCohort = (em: EntityManager, personId: string, cohortId: string): Promise<KnownCohort> => required(em, cohortId, runsCohortSql, personId);
/** Throws not_found for a cohort that is not there or not this person's to look at. */
export const requireSeenCohort = (em: EntityManager, personId: string, cohortId: string): Promise<KnownCohort> => required(em, cohortId, seesCohortSql, personId, personId);
