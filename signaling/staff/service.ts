// Adding people to an institution and removing them: by login or phone and name, with an event each; who was removed stays written down.
import { LockMode } from '@mikro-orm/postgresql';
import type { NewMember, StaffList } from '#contracts/staff-routes.ts';
import { FormerMembership } from '#db/entities/institution.ts';
import { Institution, Membership } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { officeRoles, requireOffice, requirePart } from '#db/queries/institution-access.ts';
import { knownPerson } from '#db/queries/known-person.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { formerStaff, officeRemains, staffOf } from '#db/queries/staff.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { MembershipRole } from '#domain/roles.ts';
import { mayGive, staffParts } from '#domain/staff.ts';
import type { Attempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';

/** Of one clerk: enough for a whole staff, too few to try phones. */
const triesPerClerk = 60;

async function view(em: EntityManager, personId: string, institutionId: string, roles: ReadonlySet<MembershipRole>, now: Date): Promise<StaffList> {
  const members = await staffOf(em, institutionId, now);
  return {
    members: members.map(({ byRegion, ...member }) => ({ ...member, own: member.personId === personId, removable: !byRegion && mayGive(member.role, roles) })),
    former: await formerStaff(em, institutionId), mayGive: staffParts.filter((part) => mayGive(part, roles)),
  };
}

/** Throws not_found. */
export async function listStaff({ orm, now }: Deps, personId: string, institutionId: string): Promise<StaffList> {
  const em = orm.em.fork();
  return view(em, personId, institutionId, await requirePart(em, personId, institutionId, [...officeRoles, 'regulator']), now());
}

/** Throws not_found, forbidden, person_unknown, too_many_attempts. */
export async function addMember(deps: Deps, attempts: Attempts, personId: string, institutionId: string, wish: NewMember): Promise<StaffList> {
  const before = await requireOffice(deps.orm.em.fork(), personId, institutionId);
  if (!mayGive(wish.role, before)) throw new DomainError('forbidden', 'regulators are named by an admin');
  if (attempts.take([{ key: `member ${personId}`, limit: triesPerClerk }], deps.now().getTime()) > 0) throw new DomainError('too_many_attempts', 'too many people looked for');
  const memberId = await knownPerson(deps.orm.em.fork(), deps.vault, wish);
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    // One after the other in an institution: who was removed meanwhile adds nobody, and nobody is added twice.
    await em.findOneOrFail(Institution, { id: institutionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const roles = await requireOffice(em, personId, institutionId);
    if (!mayGive(wish.role, roles)) throw new DomainError('forbidden', 'regulators are named by an admin');
    const at = deps.now();
    if (await em.count(Membership, { personId: memberId, institutionId, role: wish.role }) === 0) {
      const id = newId(at.getTime());
      await em.insert(Membership, { id, personId: memberId, institutionId, role: wish.role, createdAt: at });
      await appendEvent(em, actor, `institution:${institutionId}`, 'membership:added', at, { membershipId: id, personId: memberId, role: wish.role });
      deps.log.info({ institutionId, personId: memberId, role: wish.role }, 'membership added');
    }
    return view(em, personId, institutionId, roles, at);
  });
}

/** Throws not_found, forbidden, last_office. */
export async function endMembership(deps: Deps, personId: string, { institutionId, membershipId }: { institutionId: string; membershipId: string }, reason: string): Promise<StaffList> {
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    await em.findOne(Institution, { id: institutionId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const roles = await requireOffice(em, personId, institutionId);
    const at = deps.now();
    const member = await em.findOne(Membership, { id: membershipId, institutionId });
    if (!member) {
      if (await em.count(FormerMembership, { id: membershipId, institutionId }) === 0) throw new DomainError('not_found', 'no such membership');
      return view(em, personId, institutionId, roles, at);
    }
    if (member.oversightId !== null || !mayGive(member.role, roles)) throw new DomainError('forbidden', 'not theirs to remove');
    if (member.role === 'institution' && !(await officeRemains(em, institutionId, membershipId))) throw new DomainError('last_office', 'somebody has to be left in the office');
    const { personId: memberId, role, createdAt: since } = member;
    await em.nativeDelete(Membership, { id: membershipId, institutionId });
    await em.insert(FormerMembership, { id: membershipId, institutionId, personId: memberId, role, since, until: at, endedBy: personId, reason: reason.trim() });
    await appendEvent(em, actor, `institution:${institutionId}`, 'membership:ended', at, { membershipId, personId: memberId, role });
    deps.log.info({ institutionId, personId: memberId, role }, 'membership ended');
    return view(em, personId, institutionId, roles, at);
  });
}
