// The end of an account: nobody gets in any more, consents and faces end, the phone is forgotten. What training was had stays on record as long as the law has it kept.
import { Account, Consent, Enrolment, LoginSession, Membership } from '#db/entities/people.ts';
import { Identity } from '#db/entities/identity.ts';
import { appendEvent, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { withdrawFace } from '#db/queries/face-withdrawal.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { requireOwnPassword } from '#db/queries/passwords.ts';
import { consentVersion, withdrawablePurposes } from '#domain/consent.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Attempts } from '#runtime/attempts.ts';
import type { Deps } from '../deps.ts';
import type { KnownPerson } from './session.ts';

/** What stands is taken back; name and document stay with the records (consent `identity` said so). */
async function withdrawAll(em: EntityManager, actor: Actor, personId: string, now: Date): Promise<void> {
  for (const purpose of withdrawablePurposes) {
    const latest = await em.findOne(Consent, { personId, purpose }, { orderBy: { at: 'desc', id: 'desc' }, disableIdentityMap: true });
    if (!latest?.given) continue;
    await em.insert(Consent, { id: newId(now.getTime()), personId, purpose, version: consentVersion[purpose], given: false, at: now });
    await appendEvent(em, actor, `person:${personId}`, 'consent:withdrawn', now, { personId, purpose, version: latest.version });
  }
  const withdrawn = await withdrawFace(em, personId, now);
  if (withdrawn.enrolments + withdrawn.pictures > 0) await appendEvent(em, actor, `person:${personId}`, 'face:withdrawn', now, { personId, ...withdrawn });
}

/** Seats end with the access; the minutes until now stay as observed. */
async function endSeats(em: EntityManager, personId: string, now: Date): Promise<void> {
  const seats = await em.execute<{ id: string; lesson_id: string; institution_id: string }[]>(
    `update connection set left_at = ?, left_reason = 'left' where person_id = ? and left_at is null returning id, lesson_id, institution_id`, [now, personId]);
  for (const seat of seats) {
    await appendEvent(em, actorFor(personId, seat.institution_id), `lesson:${seat.lesson_id}`, 'seat:left', now, { connectionId: seat.id, personId, reason: 'left' });
  }
}

/** Throws password_wrong, too_many_attempts, forbidden: whoever works for an institution leaves through it. */
export async function closeAccount(deps: Deps, attempts: Attempts, { personId, accountId }: KnownPerson, password: string): Promise<void> {
  await requireOwnPassword(deps, attempts, accountId, password);
  const now = deps.now();
  const actor = actorFor(personId, null);
  await unitOfWork(deps.orm, actor, async (em) => {
    if (await em.count(Membership, { personId, role: { $ne: 'student' } }) > 0) throw new DomainError('forbidden', 'accounts of staff are closed by their institution');
    await em.nativeUpdate(Account, { personId }, { disabledAt: now, closedAt: now });
    await em.nativeDelete(LoginSession, { accountId });
    await endSeats(em, personId, now);
    await em.nativeUpdate(Enrolment, { personId, $or: [{ endedAt: null }, { endedAt: { $gt: now } }] }, { endedAt: now });
    await withdrawAll(em, actor, personId, now);
    await em.nativeUpdate(Identity, { personId }, { sealedPhone: null, phoneHash: null, phoneMask: null, authorityNextAt: null, changedAt: now });
    await em.execute('delete from phone_code where person_id = ?', [personId]);
    await appendEvent(em, actor, `person:${personId}`, 'account:closed', now, { personId });
  });
  deps.log.info({ personId }, 'an account was closed by its person');
}
