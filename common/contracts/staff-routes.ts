// People of an institution: who is there, who was, adding and removing them.
import Type, { type Static } from 'typebox';
import { membershipRoles } from '#domain/roles.ts';
import { staffParts } from '#domain/staff.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

export const StaffMember = Closed({
  membershipId: Uuid, personId: Uuid, name: Type.String(), role: OneOf(membershipRoles), since: Instant,
  /** Phone, masked; null where none is on file. */
  phone: Nullable(Type.String()),
  /** The asker may remove them. The last one of the office is removed by nobody. */
  removable: Type.Boolean(), own: Type.Boolean(),
  /** Lessons that are still to be taught by them. */
  lessonsAhead: Type.Integer(),
});
export type StaffMember = Static<typeof StaffMember>;
export const FormerMember = Closed({ membershipId: Uuid, name: Type.String(), role: OneOf(membershipRoles), since: Instant, until: Instant, by: Type.String(), reason: Type.String() });
export type FormerMember = Static<typeof FormerMember>;
/** Learners are not among them. `former`: the last 200, latest first. */
export const StaffList = Closed({ members: Type.Array(StaffMember), former: Type.Array(FormerMember), mayGive: Type.Array(OneOf(staffParts)) });
export type StaffList = Static<typeof StaffList>;

/** `who`: login or phone of somebody with an account; the name has to be theirs, so that a wrong digit adds no stranger. */
export const NewMember = Closed({ who: Type.String({ minLength: 1, maxLength: 64, pattern: '\\S' }), name: Type.String({ minLength: 1, maxLength: 60, pattern: '\\S' }), role: OneOf(staffParts) });
export type NewMember = Static<typeof NewMember>;
export const EndingBody = Closed({ reason: Type.String({ minLength: 2, maxLength: 200, pattern: '\\S' }) });

const office = ['admin', 'institution'] as const;
const OneInstitution = Closed({ institutionId: Uuid });

export const staffRoutes = {
  'GET /api/institutions/:institutionId/staff': { by: ['admin', 'institution', 'regulator'], params: OneInstitution, reply: StaffList },
  /** Twice is once. Errors: not_found, forbidden (regulators are named by admins), person_unknown (no such account, or another name), too_many_attempts. */
  'POST /api/institutions/:institutionId/staff': { by: office, params: OneInstitution, body: NewMember, reply: StaffList },
  /** Access ends at once; that they were there stays written down. Twice is once. Errors: not_found, forbidden (not theirs to remove), last_office. */
  'POST /api/institutions/:institutionId/staff/:membershipId/ending': { by: office, params: Closed({ institutionId: Uuid, membershipId: Uuid }), body: EndingBody, reply: StaffList },
} as const;
