// Who may teach: teachers and assistants both need a teacher's membership of the institution.
import { DomainError } from '#domain/errors.ts';
import { Membership } from '../entities/people.ts';
import type { EntityManager } from '../orm.ts';

/** Throws bad_request for one person twice, and for who is no teacher of the institution. */
export async function requireTeachers(em: EntityManager, institutionId: string, personIds: readonly string[]): Promise<void> {
  if (new Set(personIds).size !== personIds.length) throw new DomainError('bad_request', 'nobody teaches twice in one lesson');
  const teachers = await em.find(Membership, { institutionId, role: 'teacher', personId: { $in: [...personIds] } });
  const known = new Set(teachers.map(({ personId }) => personId));
  const missing = personIds.find((personId) => !known.has(personId));
  if (missing) throw new DomainError('bad_request', `${missing} is no teacher of this institution`);
}
