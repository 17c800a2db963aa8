// Consents and the way a learner is checked: every decision is a row of its own, the latest counts.
import type { Static } from 'typebox';
import type { CheckWayBody, ConsentBody, ConsentState } from '#contracts/check.ts';
import { CheckWay, FaceEnrolment } from '#db/entities/check.ts';
import { Consent } from '#db/entities/people.ts';
import { appendEvent, tellFact, unitOfWork, type EntityManager } from '#db/orm.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { consentVersion } from '#domain/consent.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';

type Way = { way: 'face' | 'alternative'; reason: 'no_camera' | 'refused' | null };

/** What stands today. With an active face a newer enrolment shows only while it is being verified; its rejection keeps its reason. */
export async function consentState(em: EntityManager, personId: string): Promise<ConsentState> {
  const decided = await checkWayOf(em, personId);
  const latest = await em.findOne(
    FaceEnrolment, { personId, status: { $ne: 'replaced' } }, { orderBy: { createdAt: 'desc', id: 'desc' }, disableIdentityMap: true },
  );
  const shown = latest?.status === 'verifying' ? 'verifying' : decided.faceEnrolled ? 'active' : latest?.status === 'rejected' ? 'rejected' : 'none';
  return {
    recordingNoticed: decided.recordingNoticed, face: decided.faceConsent, faceEnrolment: shown,
    rejectReason: latest?.status === 'rejected' ? (latest.rejectReason ?? null) : null,
    checkWay: decided.way, versions: { ...consentVersion },
  };
}

async function setWay(em: EntityManager, personId: string, { way, reason }: Way, at: Date): Promise<void> {
  await em.upsert(CheckWay, { personId, way, reason, at });
  await tellFact(em, { type: 'checkWay:changed', personId });
}

/** Consenting to faces chooses the way `face`, refusing the way `alternative`. Throws bad_request for a text that is not today's. */
export async function decideConsent(deps: Deps, personId: string, body: Static<typeof ConsentBody>): Promise<ConsentState> {
  const { purpose, version, given } = body;
  if (version !== consentVersion[purpose]) throw new DomainError('bad_request', `the text of ${purpose} is version ${consentVersion[purpose]}: read it again`);
  const now = deps.now();
  const actor = actorFor(personId, null);
  return unitOfWork(deps.orm, actor, async (em) => {
    await em.insert(Consent, { id: newId(now.getTime()), personId, purpose, version, given, at: now });
    if (purpose === 'face') await setWay(em, personId, given ? { way: 'face', reason: null } : { way: 'alternative', reason: 'refused' }, now);
    await appendEvent(em, actor, `person:${personId}`, given ? 'consent:given' : 'consent:refused', now, { personId, purpose, version });
    return consentState(em, personId);
  });
}

/** Takes the other way, or comes back to faces. Throws consent_missing for faces without consent. */
export async function chooseWay(deps: Deps, personId: string, body: Static<typeof CheckWayBody>): Promise<ConsentState> {
  const now = deps.now();
  const actor = actorFor(personId, null);
  return unitOfWork(deps.orm, actor, async (em) => {
    const chosen: Way = { way: body.way, reason: body.way === 'face' ? null : body.reason };
    if (body.way === 'face' && (await checkWayOf(em, personId)).faceConsent !== 'given') throw new DomainError('consent_missing', 'consent to faces first');
    await setWay(em, personId, chosen, now);
    await appendEvent(em, actor, `person:${personId}`, 'checkWay:chosen', now, { personId, ...chosen });
    return consentState(em, personId);
  });
}
