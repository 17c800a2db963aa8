// Messages with a link to phones of a roster: to those who have not registered, a few at once, none twice a day.
import type { Static } from 'typebox';
import type { InvitationMessages } from '#contracts/invitation.ts';
import { Identity } from '#db/entities/identity.ts';
import { InvitationMessage } from '#db/entities/invitation.ts';
import { Institution } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { requireRunCohort, type KnownCohort } from '#db/queries/cohort-access.ts';
import { holdCohort, invitationOfCohort, requireOpenInvitation } from '#db/queries/invitations.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import type { Vault } from '#db/vault.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import { invitationPath, messagesAtOnce } from '#domain/invitation.ts';
import type { PhoneInvitation, PhoneProvider } from '#runtime/phone-provider.ts';
import type { Deps } from '../deps.ts';
import { publicOrigin } from '../http/public-origin.ts';
import { unregisteredOf } from './unregistered.ts';

interface Ordered { messageId: string; message: PhoneInvitation }
interface Order { asker: string; invitationId: string; at: Date; origin: string }

/** Rows first: whoever asks in the same moment finds that these were written to. */
async function order(em: EntityManager, vault: Vault, known: KnownCohort, { asker, invitationId, at, origin }: Order): Promise<Ordered[]> {
  const { cohortId, institutionId } = known;
  // Cohorts of one institution share their learners' phones.
  await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`invitation messages:${institutionId}`]);
  const { state } = await holdCohort(em, cohortId, at);
  const invitation = await invitationOfCohort(em, cohortId, invitationId);
  await requireOpenInvitation(em, invitation, state, at);
  const next = (await unregisteredOf(em, known, at)).filter(({ due }) => due).slice(0, messagesAtOnce).map(({ personId }) => personId);
  const identities = await em.find(Identity, { personId: { $in: next }, statedBy: institutionId }, { disableIdentityMap: true });
  const { name: institution } = await em.findOneOrFail(Institution, { id: institutionId });
  const ordered = identities.map(({ personId, sealedStatedPhone }) => ({
    personId, messageId: newId(at.getTime()), message: { phone: vault.openField({ personId, field: 'phone' }, sealedStatedPhone!), link: `${origin}${invitationPath(invitation.code)}`, institution },
  }));
  await em.insertMany(InvitationMessage, ordered.map(({ personId, messageId }) => ({ id: messageId, institutionId, cohortId, invitationId, personId, sentBy: asker, sentAt: at })));
  return ordered;
}

const sideBySide = 5;
/** Those that were not taken over. Where none of a handful was, the gateway is down, and the rest is not tried. */
async function send(phone: PhoneProvider, ordered: readonly Ordered[]): Promise<string[]> {
  const failed: string[] = [];
  for (let from = 0; from < ordered.length; from += sideBySide) {
    const part = ordered.slice(from, from + sideBySide);
    const outcomes = await Promise.allSettled(part.map(({ message }) => phone.invite(message)));
    const lost = part.filter((_one, at) => outcomes[at]!.status === 'rejected').map(({ messageId }) => messageId);
    failed.push(...lost);
    if (lost.length === part.length) return [...failed, ...ordered.slice(from + sideBySide).map(({ messageId }) => messageId)];
  }
  return failed;
}

/** What was not sent is taken back and counts against no limit. Throws not_found, invitation_over, phone_unavailable. */
export async function sendMessages({ orm, now, vault, phone, config, log }: Deps, asker: string, cohortId: string, invitationId: string): Promise<Static<typeof InvitationMessages>> {
  const known = await requireRunCohort(orm.em.fork(), asker, cohortId);
  const actor = actorFor(asker, known.institutionId);
  const at = now();
  const ordered = await unitOfWork(orm, actor, (em) => order(em, vault, known, { asker, invitationId, at, origin: publicOrigin(config) }));
  const failed = await send(phone, ordered);
  const sent = ordered.length - failed.length;
  await unitOfWork(orm, actor, async (em) => {
    if (failed.length > 0) await em.nativeDelete(InvitationMessage, { id: { $in: failed } });
    if (sent > 0) await appendEvent(em, actor, `cohort:${cohortId}`, 'invitation:messaged', at, { cohortId, invitationId, sent });
  });
  log.info({ cohortId, invitationId, sent, failed: failed.length }, 'invitations were sent to phones');
  if (sent === 0 && failed.length > 0) throw new DomainError('phone_unavailable', 'no message could be sent');
  return { sent, left: (await unregisteredOf(orm.em.fork(), known, at)).filter(({ due }) => due).length };
}
