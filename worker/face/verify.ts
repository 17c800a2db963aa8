// Job face-verify: compares a learner's snapshot with the enrolled face and stores the verdict. Doing it twice changes nothing.
import { LockMode } from '@mikro-orm/postgresql';
import { deservesRetry } from '#domain/check.ts';
import { DomainError } from '#domain/errors.ts';
import { FaceCheck } from '#db/entities/check.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { withdrawFace } from '#db/queries/face-withdrawal.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import { checkStream, tellCheck } from '#db/queries/checks.ts';
import type { FaceDeps } from './deps.ts';
import type { Analysis } from './engine.ts';
import { judgeCheck, type Judgement } from './judge.ts';
import { enrolledVectors, openPicture } from './sealed.ts';
import { raiseSuspicions, type Seen } from './suspicions.ts';

/** For a person to look at, with the reason why the engine did not decide. */
const toReview = (why: 'engineMissing' | 'engineFailed' | 'pictureMissing' | 'consentMissing'): Judgement => ({ verdict: 'review', measures: { [why]: 1 } });

/** `seen` takes what was seen on the way. */
async function judge(deps: FaceDeps, em: EntityManager, check: FaceCheck, seen: Seen): Promise<Judgement> {
  const { engine } = deps;
  if (!engine) return toReview('engineMissing');
  // Withdrawn while the picture waited: a face is not worked on without consent.
  if ((await checkWayOf(em, check.personId)).faceConsent !== 'given') return toReview('consentMissing');
  const bytes = await openPicture(deps, em, check.pictureId);
  if (!bytes) return toReview('pictureMissing');
  seen.bytes = bytes;
  let analysis: Analysis;
  try {
    analysis = await engine.analyse(bytes, 'now');
  } catch (error) {
    if (error instanceof DomainError && error.code === 'picture_invalid') return { verdict: 'poor_quality', measures: { undecodable: 1 } };
    throw error;
  }
  seen.analysis = analysis;
  return judgeCheck(analysis, await enrolledVectors(deps, em, check.personId, engine.modelId), engine.thresholds);
}

/** A verdict takes a second or two; so long after the picture it was the platform that was slow. */
const lateMs = 60_000;

/** A first attempt that failed is asked once more. Where that cannot be any more because the verdict came so late, a person decides what became of it. */
async function fairlyLate(em: EntityManager, { id, attempt, answeredAt, viewingId, attemptId }: FaceCheck, judgement: Judgement, at: Date): Promise<Judgement> {
  if (attempt > 1 || viewingId || attemptId || !deservesRetry(judgement.verdict) || !answeredAt || at.getTime() - answeredAt.getTime() < lateMs) return judgement;
  const [over] = await em.execute<{ over: boolean }[]>(
    `select s.ended_at is not null or (f.kind = 'sign_in' and u.ended_at is not null) as over
     from face_check f join lesson_session s on s.id = f.session_id left join unit u on u.id = f.unit_id where f.id = ?`, [id]);
  return over?.over ? { verdict: 'review', measures: { ...judgement.measures, tooLate: 1 } } : judgement;
}

async function settle(deps: FaceDeps, checkId: string, judgement: Judgement): Promise<void> {
  const at = deps.now();
  await unitOfWork(deps.orm, { personId: null, institutionId: null }, async (em) => {
    const check = await em.findOne(FaceCheck, { id: checkId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (check?.status !== 'verifying') return;
    const { lessonId, personId, sessionId, institutionId } = check;
    const { verdict, measures } = await fairlyLate(em, check, judgement, at);
    const modelId = deps.engine?.modelId ?? null;
    Object.assign(check, { status: 'settled', settledAt: at, verdict, measures, modelId });
    await em.flush();
    // A picture that came while the consent was taken back ends with the others.
    if (measures['consentMissing']) await withdrawFace(em, personId, at);
    await appendEvent(em, { personId: null, institutionId }, checkStream(check), 'check:settled', at, { checkId, personId, sessionId, verdict, modelId, measures });
    await tellCheck(em, 'check:settled', [check]);
    deps.log.info({ checkId, lessonId, personId, verdict }, 'face check settled');
  });
}

export async function verifyCheck(deps: FaceDeps, { checkId }: { checkId: string }): Promise<void> {
  const em = deps.orm.em.fork();
  const check = await em.findOne(FaceCheck, { id: checkId });
  if (check?.status !== 'verifying') return;
  const seen: Seen = { bytes: null, analysis: null };
  const judgement = await judge(deps, em, check, seen);
  // Before the verdict: whoever crashes in between does both again, and the same signal raised twice is one.
  await raiseSuspicions(deps, check, seen, judgement);
  await settle(deps, checkId, judgement);
}

/** After the last failed attempt: a person decides, so that no check waits for ever. */
export const giveUpCheck = (deps: FaceDeps, { checkId }: { checkId: string }): Promise<void> => settle(deps, checkId, toReview('engineFailed'));
