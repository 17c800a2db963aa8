// Job face-verify: compares a learner's snapshot with the enrolled face and stores the verdict. Doing it twice changes nothing.
import { LockMode } from '@mikro-orm/postgresql';
import { DomainError } from '#domain/errors.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { appendEvent, tellFact, unitOfWork, type EntityManager } from '#db/orm.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import type { FaceDeps } from './deps.ts';
import type { Analysis } from './engine.ts';
import { judgeCheck, type Judgement } from './judge.ts';
import { enrolledVectors, openPicture } from './sealed.ts';

/** For a person to look at, with the reason why the engine did not decide. */
const toReview = (why: 'engineMissing' | 'engineFailed' | 'pictureMissing' | 'consentMissing'): Judgement => ({ verdict: 'review', measures: { [why]: 1 } });

async function judge(deps: FaceDeps, em: EntityManager, check: FaceCheck): Promise<Judgement> {
  const { engine } = deps;
  if (!engine) return toReview('engineMissing');
  // Withdrawn while the picture waited: a face is not worked on without consent.
  if ((await checkWayOf(em, check.personId)).faceConsent !== 'given') return toReview('consentMissing');
  const bytes = await openPicture(deps, em, check.pictureId);
  if (!bytes) return toReview('pictureMissing');
  let analysis: Analysis;
  try {
    analysis = await engine.analyse(bytes);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'picture_invalid') return { verdict: 'poor_quality', measures: { undecodable: 1 } };
    throw error;
  }
  return judgeCheck(analysis, await enrolledVectors(deps, em, check.personId, engine.modelId), engine.thresholds);
}

async function settle(deps: FaceDeps, checkId: string, judgement: Judgement): Promise<void> {
  const at = deps.now();
  const { verdict, measures } = judgement;
  await unitOfWork(deps.orm, { personId: null, institutionId: null }, async (em) => {
    const check = await em.findOne(FaceCheck, { id: checkId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (check?.status !== 'verifying') return;
    const { lessonId, personId, sessionId, institutionId } = check;
    const modelId = deps.engine?.modelId ?? null;
    Object.assign(check, { status: 'settled', settledAt: at, verdict, measures, modelId });
    await em.flush();
    await appendEvent(em, { personId: null, institutionId }, `lesson:${lessonId}`, 'check:settled', at, { checkId, personId, sessionId, verdict, modelId, measures });
    await tellFact(em, { type: 'check:settled', lessonId, checkId });
    deps.log.info({ checkId, lessonId, personId, verdict }, 'face check settled');
  });
}

export async function verifyCheck(deps: FaceDeps, { checkId }: { checkId: string }): Promise<void> {
  const em = deps.orm.em.fork();
  const check = await em.findOne(FaceCheck, { id: checkId });
  if (check?.status !== 'verifying') return;
  await settle(deps, checkId, await judge(deps, em, check));
}

/** After the last failed attempt: a person decides, so that no check waits for ever. */
export const giveUpCheck = (deps: FaceDeps, { checkId }: { checkId: string }): Promise<void> => settle(deps, checkId, toReview('engineFailed'));
