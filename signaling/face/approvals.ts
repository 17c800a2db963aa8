// A new face in place of an active one: institution staff see what waits, look at pictures where they must, and approve or refuse (R19, R60).
import { LockMode } from '@mikro-orm/postgresql';
import type { Static } from 'typebox';
import type { FaceDecisionBody, FaceReplacement, FaceReplacements, ReplacementPicture } from '#contracts/face-approval.ts';
import { FaceEnrolment } from '#db/entities/check.ts';
import { appendEvent, tellFact, unitOfWork, type Actor, type EntityManager } from '#db/orm.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import { activeEnrolment, institutionDeciding, lockFace, releasePictures, replaceEnrolments } from '#db/queries/face-enrolments.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { showPicture } from '../http/kept-picture.ts';
import { replacementRows } from './replacement-rows.ts';

const mostShown = 100;
const decidedMs = 30 * 86_400_000;

/** Throws not_found for nobody of this person's institutions, forbidden for one's own face. */
async function requireDeciding(em: EntityManager, staffId: string, enrolmentId: string): Promise<{ enrolment: FaceEnrolment; actor: Actor }> {
  const enrolment = await em.findOne(FaceEnrolment, { id: enrolmentId });
  const institutionId = enrolment && (await institutionDeciding(em, staffId, enrolment.personId));
  if (!enrolment || !institutionId) throw new DomainError('not_found', 'no such enrolment');
  if (enrolment.personId === staffId) throw new DomainError('forbidden', 'somebody else decides about your face');
  return { enrolment, actor: actorFor(staffId, institutionId) };
}

/** What waits for this member of staff, and what was decided of late. */
export async function listReplacements(deps: Deps, staffId: string): Promise<FaceReplacements> {
  const em = deps.orm.em.fork();
  const waiting = await replacementRows(em, staffId, { status: 'awaiting_approval', most: mostShown });
  const decided = await replacementRows(em, staffId, { decidedSince: new Date(deps.now().getTime() - decidedMs), most: mostShown });
  return { waiting: waiting.rows, waitingCount: waiting.count, decided: decided.rows };
}

async function settle(em: EntityManager, actor: Actor, enrolmentId: string, approve: boolean, reason: string | null, now: Date): Promise<void> {
  const enrolment = await em.findOneOrFail(FaceEnrolment, { id: enrolmentId }, { lockMode: LockMode.PESSIMISTIC_WRITE, refresh: true });
  const { personId, modelId, formerDistance } = enrolment;
  if (enrolment.status !== 'awaiting_approval') throw new DomainError('face_decided', `the enrolment is ${enrolment.status}`);
  if (approve && (await checkWayOf(em, personId)).faceConsent !== 'given') throw new DomainError('consent_missing', 'the learner withdrew the consent meanwhile');
  const former = await activeEnrolment(em, personId);
  if (approve) await replaceEnrolments(em, personId, 'active');
  // What was refused is compared with nothing: its vectors go as its pictures do.
  Object.assign(enrolment, { status: approve ? 'active' : 'refused', decidedBy: actor.personId, decidedAt: now, decisionReason: reason, ...(!approve && { sealedVectors: null }) });
  await em.flush();
  await releasePictures(em, personId, now);
  await appendEvent(em, actor, `person:${personId}`, approve ? 'face:approved' : 'face:refused', now, { enrolmentId, personId, formerId: former?.id ?? null, formerDistance, modelId });
  await tellFact(em, { type: 'face:enrolled', personId });
}

/**
 * Approved, the new face is the active one at once; refused, the former one stays. Nothing happens without a decision.
 * Throws not_found, forbidden (one's own), face_decided, consent_missing, bad_request for a refusal without a reason.
 */
export async function decideReplacement(deps: Deps, staffId: string, enrolmentId: string, body: Static<typeof FaceDecisionBody>): Promise<FaceReplacement> {
  const { approve } = body;
  const reason = body.reason.trim() || null;
  const { enrolment: { personId }, actor } = await requireDeciding(deps.orm.em.fork(), staffId, enrolmentId);
  if (!approve && !reason) throw new DomainError('bad_request', 'say why: the learner reads it');
  const now = deps.now();
  await unitOfWork(deps.orm, actor, async (em) => {
    await lockFace(em, personId);
    await settle(em, actor, enrolmentId, approve, reason, now);
  });
  deps.log.info({ enrolmentId, personId, approve }, 'face replacement decided');
  const { rows } = await replacementRows(deps.orm.em.fork(), staffId, { enrolmentId, most: 1 });
  if (!rows[0]) throw new DomainError('not_found', 'no such enrolment');
  return rows[0];
}

/** A picture of the new face or of the one it would replace, only while that is undecided. Throws not_found, forbidden (one's own). */
export async function viewReplacementPicture(deps: Deps, staffId: string, enrolmentId: string, which: ReplacementPicture): Promise<FileAnswer> {
  const em = deps.orm.em.fork();
  const { enrolment, actor } = await requireDeciding(em, staffId, enrolmentId);
  if (enrolment.status !== 'awaiting_approval') throw new DomainError('not_found', 'it is decided: its pictures are shown no more');
  const [whose, number] = which.split('-');
  const shown = whose === 'new' ? enrolment : await activeEnrolment(em, enrolment.personId);
  const look = { stream: `person:${enrolment.personId}` as const, payload: { enrolmentId, which } };
  return showPicture(deps, actor, shown?.pictureIds[Number(number) - 1], look);
}
