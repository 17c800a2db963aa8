// Who has which part in an institution: its office, its teachers, those who oversee it. Everybody else learns nothing of it.
import { DomainError } from '#domain/errors.ts';
import type { MembershipRole } from '#domain/roles.ts';
import { Membership } from '../entities/people.ts';
import type { EntityManager } from '../orm.ts';

export const officeRoles = ['admin', 'institution'] as const satisfies readonly MembershipRole[];
export const isOffice = (roles: ReadonlySet<MembershipRole>): boolean => officeRoles.some((role) => roles.has(role));
/** Who speaks for the authority of an institution: for the time being any regulator of its platform. */
export const authorityRoles = ['regulator'] as const satisfies readonly MembershipRole[];
export const isAuthority = (roles: ReadonlySet<MembershipRole>): boolean => authorityRoles.some((role) => roles.has(role));

/** SQL for whether this person (`?`) has one of these parts in the institution whose id stands in the column `institution`. */
const partSql = (institution: string, roles: readonly MembershipRole[]): string => `exists (select from membership m where m.institution_id = ${institution} and m.person_id = ? and m.role in (${roles.map((role) => `'${role}'`).join(', ')}))`;
export const ofOfficeSql = (institution: string): string => partSql(institution, officeRoles);
export const ofAuthoritySql = (institution: string): string => partSql(institution, authorityRoles);

/** How many people besides this one are of an institution's office, or speak for its authority. */
export async function othersOf(em: EntityManager, part: 'office' | 'authority', institutionId: string, personId: string | null): Promise<number> {
  const roles = part === 'office' ? officeRoles : authorityRoles;
  const [row] = await em.execute<{ n: number }[]>(
    `select count(distinct m.person_id)::int as n from membership m where m.institution_id = ? and m.role in (${roles.map(() => '?').join(', ')}) and m.person_id is distinct from ?::uuid`, [institutionId, ...roles, personId]);
  return row!.n;
}

/** What this person is there. Throws not_found where none of it is in `fitting`. */
export async function requirePart(em: EntityManager, personId: string, institutionId: string, fitting: readonly MembershipRole[]): Promise<ReadonlySet<MembershipRole>> {
  const roles = new Set((await em.find(Membership, { personId, institutionId })).map(({ role }) => role));
  if (!fitting.some((role) => roles.has(role))) throw new DomainError('not_found', 'no such institution');
  return roles;
}

/** Throws not_found for an institution whose office this person is not of. */
export const requireOffice = (em: EntityManager, personId: string, institutionId: string): Promise<ReadonlySet<MembershipRole>> => requirePart(em, personId, institutionId, officeRoles);

/** Whoever operates the platform (平台管理员), of whichever institution. */
export const isOperator = async (em: EntityManager, personId: string): Promise<boolean> => (await em.count(Membership, { personId, role: 'admin' })) > 0;

async function institutionsAs(em: EntityManager, personId: string, roles: readonly MembershipRole[]): Promise<string[]> {
  const rows = await em.find(Membership, { personId, role: { $in: [...roles] } });
  return [...new Set(rows.map(({ institutionId }) => institutionId))];
}
/** Institutions whose office this person is of. */
export const officesOf = (em: EntityManager, personId: string): Promise<string[]> => institutionsAs(em, personId, officeRoles);
/** Institutions for whose authority this person speaks. */
export const overseenBy = (em: EntityManager, personId: string): Promise<string[]> => institutionsAs(em, personId, authorityRoles);
