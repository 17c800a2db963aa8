// Invitations as rows: how one stands, and the cohort it is to, held still while somebody comes or is decided on.
import { cohortIsOver, type OpeningState } from '#domain/cohort.ts';
import { DomainError } from '#domain/errors.ts';
import { invitationState, type InvitationState } from '#domain/invitation.ts';
import { CohortInvitation, CohortJoining } from '../entities/invitation.ts';
import type { EntityManager } from '../orm.ts';

/** SQL for whether joining `j` waits for the office at a moment (`?`): whoever came into the roster another way meanwhile waits no more. */
export const waitsSql = `(j.state = 'waiting' and not exists (select from enrolment part where part.cohort_id = j.cohort_id and part.person_id = j.person_id and (part.ended_at is null or part.ended_at > ?)))`;

export interface JoinedCohort { cohortId: string; institutionId: string; title: string; state: OpeningState; learners: number; learnerLimit: number | null }
/** Until the transaction's end nobody else comes into this cohort, by an invitation or a roster: limits are counted and kept. */
export async function holdCohort(em: EntityManager, cohortId: string, now: Date): Promise<JoinedCohort> {
  await em.execute('select 1 from cohort where id = ? for no key update', [cohortId]);
  const [row] = await em.execute<{ institution_id: string; title: string; opening: OpeningState; learner_limit: number | null; learners: number }[]>(
    `select c.institution_id, c.title, c.opening, o.learner_limit, (select count(*)::int from enrolment e where e.cohort_id = c.id and (e.ended_at is null or e.ended_at > ?)) as learners
     from cohort c left join cohort_opening o on o.cohort_id = c.id where c.id = ?`, [now, cohortId]);
  return { cohortId, institutionId: row!.institution_id, title: row!.title, state: row!.opening, learners: row!.learners, learnerLimit: row!.learner_limit };
}

/** Throws invitation_over for a cohort nobody comes to any more. */
export function requireNotOver({ state }: Pick<JoinedCohort, 'state'>): void {
  if (cohortIsOver(state)) throw new DomainError('invitation_over', 'the cohort is closed');
}

export async function stateOfInvitation(em: EntityManager, { id: invitationId, expiresAt, revokedAt, most }: CohortInvitation, cohort: OpeningState, now: Date): Promise<InvitationState> {
  return invitationState({ expiresAt, revokedAt: revokedAt ?? null, most, used: await em.count(CohortJoining, { invitationId }), cohort }, now);
}

/** Throws invitation_over, which says nothing of why to whoever holds a link. */
export async function requireOpenInvitation(em: EntityManager, invitation: CohortInvitation, cohort: OpeningState, now: Date): Promise<void> {
  const state = await stateOfInvitation(em, invitation, cohort, now);
  if (state !== 'open') throw new DomainError('invitation_over', `the invitation is ${state}`);
}

/** Throws not_found for one that is not of this cohort. */
export async function invitationOfCohort(em: EntityManager, cohortId: string, invitationId: string): Promise<CohortInvitation> {
  const found = await em.findOne(CohortInvitation, { id: invitationId, cohortId }, { disableIdentityMap: true });
  if (!found) throw new DomainError('not_found', 'no such invitation');
  return found;
}
