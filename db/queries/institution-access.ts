// Who has which part in an institution: its office, its teachers, those who oversee it. Everybody else learns nothing of it.
import { DomainError } from '#domain/errors.ts';
import type { MembershipRole } from '#domain/roles.ts';
import { Membership } from '../entities/people.ts';
import type { EntityManager } from '../orm.ts';

export const officeRoles = ['admin', 'institution'] as const satisfies readonly MembershipRole[];
export const isOffice = (roles: ReadonlySet<MembershipRole>): boolean => officeRoles.some((role) => roles.has(role));

/** What this person is there. Throws not_found where none of it is in `fitting`. */
export async function requirePart(em: EntityManager, personId: string, institutionId: string, fitting: readonly MembershipRole[]): Promise<ReadonlySet<MembershipRole>> {
  const roles = new Set((await em.find(Membership, { personId, institutionId })).map(({ role }) => role));
  if (!fitting.some((role) => roles.has(role))) throw new DomainError('not_found', 'no such institution');
  return roles;
}

/** Throws not_found for an institution whose office this person is not of. */
export const requireOffice = (em: EntityManager, personId: string, institutionId: string): Promise<ReadonlySet<MembershipRole>> => requirePart(em, personId, institutionId, officeRoles);
