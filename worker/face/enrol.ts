// Job face-enrol: two pictures become the learner's enrolled face, or wait for approval in place of one, or get a reason why not. Doing it twice changes nothing.
import { LockMode } from '@mikro-orm/postgresql';
import { DomainError } from '#domain/errors.ts';
import type { RejectReason } from '#domain/face-enrolment.ts';
import { FaceEnrolment } from '#db/entities/check.ts';
import { appendEvent, platform, tellFact, unitOfWork, type EntityManager } from '#db/orm.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import { activeEnrolment, lockFace, releasePictures, replaceEnrolments } from '#db/queries/face-enrolments.ts';
import type { FaceDeps } from './deps.ts';
import type { Analysis, FaceEngine } from './engine.ts';
import { judgeEnrolment, rounded } from './judge.ts';
import { nearest } from './measure.ts';
import { enrolledVectors, openPicture, packVectors } from './sealed.ts';

interface Outcome {
  reason: RejectReason | null; measures: Record<string, number>; vectors: Float32Array[];
  /** How far it is from the face it would replace; null where there is none, or its pictures are gone. */
  formerDistance: number | null;
}
const rejected = (reason: RejectReason): Outcome => ({ reason, measures: {}, vectors: [], formerDistance: null });

/** What the engine sees on each picture; null where one cannot be opened or read. */
async function analyseAll(deps: FaceDeps, em: EntityManager, engine: FaceEngine, pictureIds: readonly string[]): Promise<Analysis[] | null> {
  const analyses: Analysis[] = [];
  for (const pictureId of pictureIds) {
    const bytes = await openPicture(deps, em, pictureId);
    if (!bytes) return null;
    try {
      analyses.push(await engine.analyse(bytes, 'later'));
    } catch (error) {
      if (error instanceof DomainError && error.code === 'picture_invalid') return null;
      throw error;
    }
  }
  return analyses;
}

const vectorsOf = (analyses: readonly Analysis[]): Float32Array[] => analyses.flatMap(({ main }) => (main ? [main.vector] : []));

/** To the active enrolment. Vectors of another model are never compared: the pictures of such a one are looked at again. */
async function distanceToFormer(deps: FaceDeps, em: EntityManager, engine: FaceEngine, personId: string, vectors: readonly Float32Array[]): Promise<number | null> {
  const former = await activeEnrolment(em, personId);
  if (!former) return null;
  const stored = await enrolledVectors(deps, em, personId, engine.modelId);
  const known = stored ?? vectorsOf((await analyseAll(deps, em, engine, former.pictureIds)) ?? []);
  return known.length > 0 ? rounded(nearest(known, vectors)) : null;
}

async function judge(deps: FaceDeps, em: EntityManager, enrolment: FaceEnrolment): Promise<Outcome> {
  const { engine } = deps;
  const { personId } = enrolment;
  if (!engine) return rejected('engine_missing');
  if ((await checkWayOf(em, personId)).faceConsent !== 'given') return rejected('consent_missing');
  const analyses = await analyseAll(deps, em, engine, enrolment.pictureIds);
  if (!analyses) return rejected('picture_invalid');
  const judged = judgeEnrolment(analyses, engine.thresholds);
  const vectors = vectorsOf(analyses);
  return { ...judged, vectors, formerDistance: judged.reason ? null : await distanceToFormer(deps, em, engine, personId, vectors) };
}

/**
 * Where the platform has no engine the learner goes on by the alternative way at once (reason null: not the learner's choice), for
 * a face is never the only way to attend. The enrolment says `engine_missing`, never `active`: nothing was verified.
 */
async function takeOtherWay(em: EntityManager, personId: string, at: Date): Promise<void> {
  await em.execute(
    `insert into check_way (person_id, way, reason, at) values (?, 'alternative', null, ?)
     on conflict (person_id) do update set way = 'alternative', reason = null, at = excluded.at where check_way.way <> 'alternative'`, [personId, at]);
  await tellFact(em, { type: 'checkWay:changed', personId });
}

/**
 * What passed the gate becomes the active face where there never was one. Else it waits for a person, and the former stays active; also where the former ended with a
 * consent that was taken back: else taking it back and giving it again would be a way to replace a face alone.
 * One that is judged later than a newer one is not taken any more.
 */
async function accept(deps: FaceDeps, em: EntityManager, enrolment: FaceEnrolment, { vectors, formerDistance }: Outcome): Promise<void> {
  const { personId, createdAt } = enrolment;
  const newer = await em.count(FaceEnrolment, { personId, status: { $in: ['active', 'awaiting_approval'] }, createdAt: { $gt: createdAt } });
  const former = await activeEnrolment(em, personId);
  if (newer === 0) await replaceEnrolments(em, personId, 'awaiting_approval');
  const sealedVectors = await deps.vault.seal(em, personId, packVectors(vectors));
  const hadOne = former !== null || (await em.count(FaceEnrolment, { personId, status: 'replaced', modelId: { $ne: null } })) > 0;
  const status = newer > 0 ? 'replaced' : hadOne ? 'awaiting_approval' : 'active';
  Object.assign(enrolment, { status, modelId: deps.engine?.modelId ?? null, sealedVectors, formerDistance });
}

const eventOf = { rejected: 'face:rejected', awaiting_approval: 'face:awaiting', active: 'face:enrolled', replaced: 'face:overtaken' } as const;

async function settle(deps: FaceDeps, { id: enrolmentId, personId }: Pick<FaceEnrolment, 'id' | 'personId'>, outcome: Outcome): Promise<void> {
  const at = deps.now();
  const { reason, measures } = outcome;
  await unitOfWork(deps.orm, platform, async (em) => {
    // The person's lock comes before rows, as for whoever decides or withdraws: else two would wait for each other.
    await lockFace(em, personId);
    const enrolment = await em.findOne(FaceEnrolment, { id: enrolmentId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (enrolment?.status !== 'verifying') return;
    if (reason) Object.assign(enrolment, { status: 'rejected', rejectReason: reason });
    else await accept(deps, em, enrolment, outcome);
    if (reason === 'engine_missing') await takeOtherWay(em, personId, at);
    Object.assign(enrolment, { settledAt: at, measures });
    await em.flush();
    await releasePictures(em, personId, at);
    const { status, modelId, formerDistance } = enrolment;
    const payload = { enrolmentId, personId, measures, ...(reason ? { reason } : { modelId, formerDistance, thresholds: deps.engine?.thresholds.enrol }) };
    await appendEvent(em, platform, `person:${personId}`, eventOf[status as keyof typeof eventOf], at, payload);
    await tellFact(em, { type: 'face:enrolled', personId });
    deps.log.info({ enrolmentId, personId, status, reason }, 'face enrolment settled');
  });
}

export async function enrolFace(deps: FaceDeps, { enrolmentId }: { enrolmentId: string }): Promise<void> {
  const em = deps.orm.em.fork();
  const enrolment = await em.findOne(FaceEnrolment, { id: enrolmentId });
  if (enrolment?.status !== 'verifying') return;
  await settle(deps, enrolment, await judge(deps, em, enrolment));
}

/** After the last failed attempt: the learner is told and may send new pictures. */
export async function giveUpEnrolment(deps: FaceDeps, { enrolmentId }: { enrolmentId: string }): Promise<void> {
  const enrolment = await deps.orm.em.fork().findOne(FaceEnrolment, { id: enrolmentId });
  if (enrolment) await settle(deps, enrolment, rejected('engine_failed'));
}
