// Coming into a cohort by a link, once; and what the office decides of those who wait.
import type { CohortInvitations, Joining } from '#contracts/invitation.ts';
import { CohortJoining, type CohortInvitation } from '#db/entities/invitation.ts';
import { Identity } from '#db/entities/identity.ts';
import { Enrolment } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { requireRunCohort } from '#db/queries/cohort-access.ts';
import { enrolLearners } from '#db/queries/enrolling.ts';
import { holdCohort, invitationOfCohort, requireNotOver, requireOpenInvitation, type JoinedCohort } from '#db/queries/invitations.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { withinInstitutions } from '#db/tenancy.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { joiningOf, type JoiningState } from '#domain/invitation.ts';
import type { Deps } from '../deps.ts';
import { invitationByCode, invitationsView } from './reading.ts';

interface Place { em: EntityManager; cohort: JoinedCohort; personId: string; at: Date }
type Part = 'none' | 'enrolled' | 'ended';

async function partOf({ em, cohort: { cohortId }, personId, at }: Place): Promise<Part> {
  const enrolment = await em.findOne(Enrolment, { cohortId, personId }, { disableIdentityMap: true });
  if (!enrolment) return 'none';
  return enrolment.endedAt && enrolment.endedAt <= at ? 'ended' : 'enrolled';
}

/** A roster is of real names. Throws identity_missing, identity_denied. */
async function identityOf(em: EntityManager, personId: string): Promise<Identity> {
  const identity = await em.findOne(Identity, { personId, statedBy: null }, { disableIdentityMap: true });
  if (!identity) throw new DomainError('identity_missing', 'a roster is of registered people');
  if (identity.authorityStatus === 'denied') throw new DomainError('identity_denied', 'the authority denied this identity');
  return identity;
}

async function enrol({ em, cohort, personId, at }: Place, by: { actorId: string; invitationId: string; ended: boolean }): Promise<void> {
  const { learnerCategory, employer } = await identityOf(em, personId);
  await enrolLearners(em, { actor: actorFor(by.actorId, cohort.institutionId), cohort, at, by: { invitationId: by.invitationId } }, [{ personId, learnerCategory, employer: employer ?? null, note: null, ended: by.ended }]);
}

/** Where this person stands already; null where nothing stands against coming by it. */
async function standing({ em, cohort: { cohortId }, personId }: Place, part: Part, mine: CohortJoining | null): Promise<JoiningState | null> {
  if (part === 'enrolled') return 'enrolled';
  if (await em.count(CohortJoining, { cohortId, personId, state: 'waiting' }) > 0) return 'waiting';
  return mine?.state === 'declined' ? 'declined' : null;
}

/** Of several at once, and twice of one, each counts once: they wait for each other at the cohort. */
async function come(place: Place, invitation: CohortInvitation): Promise<JoiningState> {
  const { em, cohort: { cohortId, institutionId, learners, learnerLimit, state: opening }, personId, at } = place;
  const { id: invitationId, admits } = invitation;
  const part = await partOf(place);
  const mine = await em.findOne(CohortJoining, { invitationId, personId }, { disableIdentityMap: true });
  const before = await standing(place, part, mine);
  if (before) return before;
  await requireOpenInvitation(em, invitation, opening, at);
  await identityOf(em, personId);
  const ended = part === 'ended';
  const state = joiningOf({ ended, admits, learners, learnerLimit });
  const joiningId = mine?.id ?? newId(at.getTime());
  if (mine) await em.nativeUpdate(CohortJoining, { id: joiningId }, { state, askedAt: at, decidedBy: null, decidedAt: null });
  else await em.insert(CohortJoining, { id: joiningId, institutionId, cohortId, invitationId, personId, state, askedAt: at, decidedBy: null, decidedAt: null });
  await appendEvent(em, actorFor(personId, institutionId), `cohort:${cohortId}`, 'joining:asked', at, { cohortId, joiningId, invitationId, personId, state });
  if (state === 'enrolled') await enrol(place, { actorId: personId, invitationId, ended });
  return state;
}

/** Throws not_found, invitation_over, identity_missing, identity_denied. */
export async function joinCohort({ orm, now, log }: Deps, personId: string, code: string): Promise<Joining> {
  const known = await invitationByCode(orm, code);
  const { institutionId, cohortId } = known;
  // Whoever comes is of no institution yet, or of another: what is read and written here is of the one that invited them.
  return withinInstitutions([institutionId], () => unitOfWork(orm, actorFor(personId, institutionId), async (em) => {
    const at = now();
    const cohort = await holdCohort(em, cohortId, at);
    // Read again now that it is held: it may have been revoked meanwhile.
    const invitation = await invitationOfCohort(em, cohortId, known.id);
    const state = await come({ em, cohort, personId, at }, invitation);
    log.info({ cohortId, personId, state }, 'somebody came by an invitation');
    return { state, cohort: cohort.title };
  }));
}

export interface OfJoining { asker: string; cohortId: string; joiningId: string }
/** Whoever was enrolled another way meanwhile is enrolled, and no fact says so twice. Throws not_found, joining_decided, invitation_over, identity_missing, identity_denied. */
export async function decideJoining({ orm, now }: Deps, { asker, cohortId, joiningId }: OfJoining, accept: boolean): Promise<CohortInvitations> {
  const known = await requireRunCohort(orm.em.fork(), asker, cohortId);
  const actor = actorFor(asker, known.institutionId);
  return unitOfWork(orm, actor, async (em) => {
    const at = now();
    const cohort = await holdCohort(em, cohortId, at);
    const joining = await em.findOne(CohortJoining, { id: joiningId, cohortId }, { disableIdentityMap: true });
    if (!joining) throw new DomainError('not_found', 'nobody asked');
    if (joining.state !== 'waiting') throw new DomainError('joining_decided', `it is ${joining.state}`);
    const { personId, invitationId } = joining;
    const place = { em, cohort, personId, at };
    if (accept) requireNotOver(cohort);
    const part = await partOf(place);
    if (accept && part !== 'enrolled') await enrol(place, { actorId: asker, invitationId, ended: part === 'ended' });
    await em.nativeUpdate(CohortJoining, { id: joiningId }, { state: accept ? 'enrolled' : 'declined', decidedBy: asker, decidedAt: at });
    await appendEvent(em, actor, `cohort:${cohortId}`, accept ? 'joining:accepted' : 'joining:declined', at, { cohortId, joiningId, invitationId, personId });
    return invitationsView(em, known, at);
  });
}
