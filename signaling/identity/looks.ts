// Looking at identities: masked for everybody, sealed parts only for a reason, which the person concerned sees (R144, R158).
import type { Static } from 'typebox';
import type { MaskedIdentity, OwnIdentity, PersonIdentity, RevealBody, RevealReply } from '#contracts/identity.ts';
import { IdentityView, type Identity } from '#db/entities/identity.ts';
import { Person } from '#db/entities/people.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { changePhone, identityOf, noteView, officeOver, openIdentity, viewsOf } from '#db/queries/identities.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { takePhoneCode } from '#db/queries/phone-codes.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { plainReason } from '#domain/identity/reveal.ts';
import type { Deps } from '../deps.ts';
import { statedPhone } from './stated.ts';

/** Whoever opens one identity after the other is stopped: a copy of all of them is no day's work. */
const looksPerHour = 100;
const hourMs = 3_600_000;

const masked = (identity: Identity | null): MaskedIdentity | null => identity && {
  documentKind: identity.documentKind, numberMask: identity.numberMask, phoneMask: identity.phoneMask ?? null, learnerCategory: identity.learnerCategory,
  employer: identity.employer ?? null, regionCode: identity.regionCode ?? null, authority: identity.authorityStatus,
  authorityAt: identity.authorityAt?.toISOString() ?? null, registeredAt: identity.createdAt.toISOString(),
};

export async function ownIdentity(deps: Deps, personId: string): Promise<OwnIdentity> {
  const em = deps.orm.em.fork();
  const { name } = await em.findOneOrFail(Person, { id: personId });
  const views = await viewsOf(em, personId);
  return { name, identity: masked(await identityOf(em, personId)), views: views.map((view) => ({ ...view, at: view.at.toISOString() })) };
}

/** The new phone is proven by a code sent to it. Throws identity_missing, identity_taken, phone_invalid and what takePhoneCode throws. */
export async function changeOwnPhone(deps: Deps, personId: string, { phone: text, code }: { phone: string; code: string }): Promise<OwnIdentity> {
  const { orm, vault } = deps;
  const now = deps.now();
  const phone = statedPhone(text);
  if (!await identityOf(orm.em.fork(), personId)) throw new DomainError('identity_missing', 'register first');
  await takePhoneCode(orm.em.fork(), vault, { personId: null, phone, purpose: 'change_phone', code, now });
  const actor = actorFor(personId, null);
  await unitOfWork(orm, actor, async (em) => {
    await changePhone(em, vault, personId, phone, now);
    await appendEvent(em, actor, `person:${personId}`, 'identity:phoneChanged', now, { personId });
  });
  return ownIdentity(deps, personId);
}

/** Throws not_found for a person no office of this viewer has to do with, known or not. */
async function requireOffice(deps: Deps, viewerId: string, personId: string): Promise<string> {
  const institutionId = await officeOver(deps.orm.em.fork(), viewerId, personId);
  if (!institutionId) throw new DomainError('not_found', 'no such person in your institution');
  return institutionId;
}

export async function identityOfPerson(deps: Deps, viewerId: string, personId: string): Promise<PersonIdentity> {
  await requireOffice(deps, viewerId, personId);
  const em = deps.orm.em.fork();
  const { name } = await em.findOneOrFail(Person, { id: personId });
  return { personId, name, identity: masked(await identityOf(em, personId)) };
}

/**
 * Opens parts of an identity. That somebody looked, and why, is written in the same transaction: what is not on record is not shown.
 * Throws bad_request (a reason that says nothing), not_found, identity_missing, too_many_attempts.
 */
export async function reveal(deps: Deps, viewerId: string, personId: string, body: Static<typeof RevealBody>): Promise<Static<typeof RevealReply>> {
  const { orm, vault } = deps;
  const { fields } = body;
  const reason = plainReason(body.reason);
  if (reason === null) throw new DomainError('bad_request', 'reason: say why you have to see it');
  const institutionId = await requireOffice(deps, viewerId, personId);
  const now = deps.now();
  const actor = actorFor(viewerId, institutionId);
  return unitOfWork(orm, actor, async (em) => {
    // One look of a person after the other: of many at once none gets past the count.
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`looks:${viewerId}`]);
    if (await em.count(IdentityView, { viewerId, at: { $gt: new Date(now.getTime() - hourMs) } }) >= looksPerHour) {
      throw new DomainError('too_many_attempts', 'too many identities were opened within an hour');
    }
    const identity = await identityOf(em, personId);
    if (!identity) throw new DomainError('identity_missing', 'this person is not registered');
    const viewId = newId(now.getTime());
    await noteView(em, { id: viewId, personId, viewerId, institutionId, fields, reason, at: now });
    await appendEvent(em, actor, `person:${personId}`, 'identity:revealed', now, { viewId, personId, fields, reason: await vault.digest(em, personId, reason) });
    deps.log.info({ viewerId, personId, viewId }, 'an identity was shown');
    return openIdentity(vault, identity, fields);
  });
}
