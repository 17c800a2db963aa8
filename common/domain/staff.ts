// People of an institution (机构人员): which parts its office gives and takes, and which an admin alone.
import type { MembershipRole } from './roles.ts';

/** Parts that are given and taken here; learners come with a class, admins with the platform. */
export const staffParts = ['teacher', 'institution', 'regulator'] as const satisfies readonly MembershipRole[];
export type StaffPart = (typeof staffParts)[number];
/** Those who oversee an institution are not named by its own office. */
export const mayGive = (part: MembershipRole, asker: ReadonlySet<MembershipRole>): boolean =>
  (part === 'regulator' ? asker.has('admin') : (part === 'teacher' || part === 'institution') && (asker.has('admin') || asker.has('institution')));
