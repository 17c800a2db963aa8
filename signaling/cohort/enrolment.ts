// One learner of a roster: ending an enrolment, beginning it again, putting right what was stated before they registered.
import type { StatementBody } from '#contracts/cohort.ts';
import { Identity } from '#db/entities/identity.ts';
import { Enrolment, Person } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { requireRunCohort } from '#db/queries/cohort-access.ts';
import { statedPhoneOf } from '#db/queries/identities.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { phoneHashOf } from '#db/queries/phone-codes.ts';
import { DomainError } from '#domain/errors.ts';
import { phoneOf } from '#domain/identity/document.ts';
import { nameFault, plainName } from '#domain/identity/registration.ts';
import type { Deps } from '../deps.ts';

interface OfRoster { asker: string; cohortId: string; personId: string }

async function requireEnrolled(em: EntityManager, { cohortId, personId }: OfRoster): Promise<{ id: string; endedAt?: Date | null | undefined }> {
  const enrolment = await em.findOne(Enrolment, { cohortId, personId }, { disableIdentityMap: true });
  if (!enrolment) throw new DomainError('not_found', 'not of this cohort');
  return enrolment;
}

/** The reason stays in its row; the fact says that there is one. Ended twice is ended once. Throws not_found. */
export async function endEnrolment({ orm, now }: Deps, one: OfRoster, reason: string): Promise<void> {
  const { institutionId } = await requireRunCohort(orm.em.fork(), one.asker, one.cohortId);
  const actor = actorFor(one.asker, institutionId);
  await unitOfWork(orm, actor, async (em) => {
    const { id } = await requireEnrolled(em, one);
    const at = now();
    const ended = await em.nativeUpdate(Enrolment, { id, $or: [{ endedAt: null }, { endedAt: { $gt: at } }] }, { endedAt: at, endReason: reason.trim(), endedBy: one.asker });
    if (ended > 0) await appendEvent(em, actor, `cohort:${one.cohortId}`, 'enrolment:ended', at, { cohortId: one.cohortId, personId: one.personId });
  });
}

/** Throws not_found. */
export async function returnToCohort({ orm, now }: Deps, one: OfRoster): Promise<void> {
  const { institutionId } = await requireRunCohort(orm.em.fork(), one.asker, one.cohortId);
  const actor = actorFor(one.asker, institutionId);
  await unitOfWork(orm, actor, async (em) => {
    const { id, endedAt } = await requireEnrolled(em, one);
    const back = await em.nativeUpdate(Enrolment, { id, endedAt: { $ne: null } }, { endedAt: null, endReason: null, endedBy: null });
    if (back > 0) await appendEvent(em, actor, `cohort:${one.cohortId}`, 'enrolment:returned', now(), { cohortId: one.cohortId, personId: one.personId, endedAt: endedAt?.toISOString() ?? null });
  });
}

/** Throws not_found, bad_request, phone_invalid, identity_taken. */
export async function correctStatement({ orm, vault, now }: Deps, one: OfRoster, body: StatementBody): Promise<void> {
  const { institutionId } = await requireRunCohort(orm.em.fork(), one.asker, one.cohortId);
  const fault = nameFault(body.name);
  if (fault) throw new DomainError('bad_request', `name: ${fault}`);
  const phone = phoneOf(body.phone);
  if (!phone) throw new DomainError('phone_invalid', 'not a mobile number of the mainland');
  const actor = actorFor(one.asker, institutionId);
  await unitOfWork(orm, actor, async (em) => {
    await requireEnrolled(em, one);
    const identity = await em.findOne(Identity, { personId: one.personId, statedBy: institutionId }, { disableIdentityMap: true });
    if (!identity) throw new DomainError('identity_taken', 'this learner has registered, or was stated by another institution');
    const others = await em.count(Identity, { personId: { $ne: one.personId }, $or: [{ phoneHash: phoneHashOf(vault, phone) }, { statedBy: institutionId, statedPhoneHash: phoneHashOf(vault, phone) }] });
    if (others > 0) throw new DomainError('identity_taken', 'the phone is another learner’s');
    const at = now();
    const changed = await em.nativeUpdate(Identity, { personId: one.personId, statedBy: institutionId }, { ...statedPhoneOf(vault, institutionId, one.personId, phone, at), changedAt: at });
    if (changed === 0) throw new DomainError('identity_taken', 'this learner has registered');
    const name = plainName(body.name);
    const renamed = await em.nativeUpdate(Person, { id: one.personId, name: { $ne: name } }, { name });
    await appendEvent(em, actor, `person:${one.personId}`, 'identity:stated_again', at, { personId: one.personId, institutionId, renamed: renamed > 0 });
  });
}
