// Invitations made and revoked by the office of a cohort.
import { randomBytes } from 'node:crypto';
import type { CohortInvitations, InvitationBody } from '#contracts/invitation.ts';
import { CohortInvitation } from '#db/entities/invitation.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { requireRunCohort } from '#db/queries/cohort-access.ts';
import { holdCohort, invitationOfCohort, requireNotOver } from '#db/queries/invitations.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { invitationLimits } from '#domain/invitation.ts';
import type { Deps } from '../deps.ts';
import { invitationsView } from './reading.ts';

const codeBytes = 16;

/** Throws not_found, invitation_over, invitations_too_many. */
export async function createInvitation({ orm, now }: Deps, personId: string, cohortId: string, { admits, days, most }: InvitationBody): Promise<CohortInvitations> {
  const known = await requireRunCohort(orm.em.fork(), personId, cohortId);
  const { institutionId } = known;
  const actor = actorFor(personId, institutionId);
  return unitOfWork(orm, actor, async (em) => {
    const at = now();
    requireNotOver(await holdCohort(em, cohortId, at));
    if (await em.count(CohortInvitation, { cohortId, revokedAt: null, expiresAt: { $gt: at } }) >= invitationLimits.perCohort) throw new DomainError('invitations_too_many', 'revoke one first');
    const id = newId(at.getTime());
    const expiresAt = new Date(at.getTime() + days * 24 * 3_600_000);
    await em.insert(CohortInvitation, { id, institutionId, cohortId, code: randomBytes(codeBytes).toString('base64url'), admits, most, createdBy: personId, createdAt: at, expiresAt, revokedBy: null, revokedAt: null });
    await appendEvent(em, actor, `cohort:${cohortId}`, 'invitation:made', at, { cohortId, invitationId: id, admits, most, expiresAt: expiresAt.toISOString() });
    return invitationsView(em, known, at);
  });
}

/** Throws not_found. */
export async function revokeInvitation({ orm, now }: Deps, personId: string, cohortId: string, invitationId: string): Promise<CohortInvitations> {
  const known = await requireRunCohort(orm.em.fork(), personId, cohortId);
  const actor = actorFor(personId, known.institutionId);
  return unitOfWork(orm, actor, async (em) => {
    const at = now();
    await holdCohort(em, cohortId, at);
    const { id } = await invitationOfCohort(em, cohortId, invitationId);
    const revoked = await em.nativeUpdate(CohortInvitation, { id, revokedAt: null }, { revokedAt: at, revokedBy: personId });
    if (revoked > 0) await appendEvent(em, actor, `cohort:${cohortId}`, 'invitation:revoked', at, { cohortId, invitationId });
    return invitationsView(em, known, at);
  });
}
