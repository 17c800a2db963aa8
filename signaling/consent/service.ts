// Consents and the way a learner is checked: every decision is a row of its own, the latest counts.
import type { Static } from 'typebox';
import type { CheckWayBody, ConsentBody, ConsentState } from '#contracts/check.ts';
import type { ConsentList, WithdrawBody } from '#contracts/identity.ts';
import { CheckWay, FaceEnrolment } from '#db/entities/check.ts';
import { Consent } from '#db/entities/people.ts';
import { appendEvent, tellFact, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import { activeEnrolment } from '#db/queries/face-enrolments.ts';
import { identityOf } from '#db/queries/identities.ts';
import { withdrawFace } from '#db/queries/face-withdrawal.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { consentVersion } from '#domain/consent.ts';
import { DomainError } from '#domain/errors.ts';
import { faceStanding } from '#domain/face-enrolment.ts';
import { faceModelId } from '#domain/face-model.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';

type Way = { way: 'face' | 'alternative'; reason: 'no_camera' | 'refused' | null };

/** The new face in place of an active one, while it waits for the institution or when it was refused; null in every other state. */
function replacementOf({ status, createdAt, decidedAt, decisionReason }: FaceEnrolment): ConsentState['replacement'] {
  if (status !== 'awaiting_approval' && status !== 'refused') return null;
  return { status, sentAt: createdAt.toISOString(), decidedAt: decidedAt?.toISOString() ?? null, reason: decisionReason ?? null };
}

/** What stands today. With an active face a newer enrolment shows only while it is being verified; its rejection keeps its reason. */
export async function consentState(em: EntityManager, personId: string): Promise<ConsentState> {
  const decided = await checkWayOf(em, personId);
  const latest = await em.findOne(
    FaceEnrolment, { personId, status: { $ne: 'replaced' } }, { orderBy: { createdAt: 'desc', id: 'desc' }, disableIdentityMap: true },
  );
  const active = await activeEnrolment(em, personId);
  const known = await identityOf(em, personId);
  return {
    recordingNoticed: decided.recordingNoticed, face: decided.faceConsent, faceEnrolment: faceStanding(active, latest, faceModelId), replacement: latest && replacementOf(latest),
    rejectReason: latest?.status === 'rejected' ? (latest.rejectReason ?? null) : null,
    checkWay: decided.way, identity: known ? (known.authorityStatus === 'denied' ? 'denied' : 'registered') : 'missing', versions: { recording: consentVersion.recording, face: consentVersion.face },
  };
}

async function setWay(em: EntityManager, personId: string, { way, reason }: Way, at: Date): Promise<void> {
  await em.upsert(CheckWay, { personId, way, reason, at });
  await tellFact(em, { type: 'checkWay:changed', personId });
}

/** What a decision about faces brings with it: the way of checking, and without consent the end of pictures and vectors. */
async function settleFace(em: EntityManager, actor: Actor, personId: string, given: boolean, at: Date): Promise<void> {
  await setWay(em, personId, given ? { way: 'face', reason: null } : { way: 'alternative', reason: 'refused' }, at);
  if (given) return;
  const withdrawn = await withdrawFace(em, personId, at);
  if (withdrawn.enrolments + withdrawn.pictures > 0) await appendEvent(em, actor, `person:${personId}`, 'face:withdrawn', at, { personId, ...withdrawn });
}

/** Consenting to faces chooses the way `face`, refusing the way `alternative`. Throws bad_request for a text that is not today's. */
export async function decideConsent(deps: Deps, personId: string, body: Static<typeof ConsentBody>): Promise<ConsentState> {
  const { purpose, version, given } = body;
  if (version !== consentVersion[purpose]) throw new DomainError('bad_request', `the text of ${purpose} is version ${consentVersion[purpose]}: read it again`);
  const now = deps.now();
  const actor = actorFor(personId, null);
  return unitOfWork(deps.orm, actor, async (em) => {
    await em.insert(Consent, { id: newId(now.getTime()), personId, purpose, version, given, at: now });
    if (purpose === 'face') await settleFace(em, actor, personId, given, now);
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

/** Every decision of this person, latest first. */
export async function consentHistory(em: EntityManager, personId: string): Promise<ConsentList> {
  const rows = await em.find(Consent, { personId }, { orderBy: { at: 'desc', id: 'desc' }, disableIdentityMap: true });
  return { consents: rows.map(({ purpose, version, given, at }) => ({ purpose, version, given, at: at.toISOString() })), current: { ...consentVersion } };
}

/** Takes back what stands, to whatever version of its text; where nothing stands nothing changes. */
export async function withdrawConsent(deps: Deps, personId: string, { purpose }: Static<typeof WithdrawBody>): Promise<ConsentList> {
  const now = deps.now();
  const actor = actorFor(personId, null);
  return unitOfWork(deps.orm, actor, async (em) => {
    const latest = await em.findOne(Consent, { personId, purpose }, { orderBy: { at: 'desc', id: 'desc' }, disableIdentityMap: true });
    if (latest?.given) {
      await em.insert(Consent, { id: newId(now.getTime()), personId, purpose, version: consentVersion[purpose], given: false, at: now });
      if (purpose === 'face') await settleFace(em, actor, personId, false, now);
      await appendEvent(em, actor, `person:${personId}`, 'consent:withdrawn', now, { personId, purpose, version: latest.version });
    }
    return consentHistory(em, personId);
  });
}
