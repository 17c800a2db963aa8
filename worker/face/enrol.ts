// Job face-enrol: two pictures become the learner's enrolled face, or a reason why not. Doing it twice changes nothing.
import { LockMode } from '@mikro-orm/postgresql';
import { DomainError } from '#domain/errors.ts';
import { FaceEnrolment } from '#db/entities/check.ts';
import { appendEvent, platform, tellFact, unitOfWork, type EntityManager } from '#db/orm.ts';
import { checkWayOf } from '#db/queries/check-way.ts';
import type { FaceDeps } from './deps.ts';
import type { Analysis } from './engine.ts';
import { judgeEnrolment, type RejectReason } from './judge.ts';
import { openPicture, packVectors } from './sealed.ts';

interface Outcome { reason: RejectReason | null; measures: Record<string, number>; vectors: Float32Array[] }
const rejected = (reason: RejectReason): Outcome => ({ reason, measures: {}, vectors: [] });

async function judge(deps: FaceDeps, em: EntityManager, enrolment: FaceEnrolment): Promise<Outcome> {
  const { engine } = deps;
  if (!engine) return rejected('engine_missing');
  if ((await checkWayOf(em, enrolment.personId)).faceConsent !== 'given') return rejected('consent_missing');
  const analyses: Analysis[] = [];
  for (const pictureId of enrolment.pictureIds) {
    const bytes = await openPicture(deps, em, pictureId);
    if (!bytes) return rejected('picture_invalid');
    try {
      analyses.push(await engine.analyse(bytes));
    } catch (error) {
      if (error instanceof DomainError && error.code === 'picture_invalid') return rejected('picture_invalid');
      throw error;
    }
  }
  return { ...judgeEnrolment(analyses, engine.thresholds), vectors: analyses.flatMap(({ main }) => (main ? [main.vector] : [])) };
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

/** Makes it the one active enrolment, unless a newer one is active already. */
async function activate(deps: FaceDeps, em: EntityManager, enrolment: FaceEnrolment, vectors: Float32Array[]): Promise<void> {
  const { personId, createdAt } = enrolment;
  const newer = await em.count(FaceEnrolment, { personId, status: 'active', createdAt: { $gt: createdAt } });
  await em.nativeUpdate(FaceEnrolment, { personId, status: 'active', createdAt: { $lte: createdAt } }, { status: 'replaced' });
  const sealedVectors = await deps.vault.seal(em, personId, packVectors(vectors));
  Object.assign(enrolment, { status: newer > 0 ? 'replaced' : 'active', modelId: deps.engine?.modelId ?? null, sealedVectors });
}

/** Pictures of enrolments that do not stand have no purpose left: the reconciler removes them. */
async function releasePictures(em: EntityManager, personId: string, at: Date): Promise<void> {
  await em.execute(
    `update face_picture set delete_after = ? where delete_after is null and person_id = ? and exists (select from face_enrolment e
       where e.person_id = face_picture.person_id and e.status in ('rejected', 'replaced') and e.picture_ids @> to_jsonb(face_picture.id::text))`, [at, personId]);
}

async function settle(deps: FaceDeps, enrolmentId: string, { reason, measures, vectors }: Outcome): Promise<void> {
  const at = deps.now();
  await unitOfWork(deps.orm, platform, async (em) => {
    const enrolment = await em.findOne(FaceEnrolment, { id: enrolmentId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (enrolment?.status !== 'verifying') return;
    const { personId } = enrolment;
    await em.execute('select pg_advisory_xact_lock(hashtextextended(?, 0))', [`face:${personId}`]);
    if (reason) Object.assign(enrolment, { status: 'rejected', rejectReason: reason });
    else await activate(deps, em, enrolment, vectors);
    if (reason === 'engine_missing') await takeOtherWay(em, personId, at);
    enrolment.settledAt = at;
    await em.flush();
    await releasePictures(em, personId, at);
    const payload = { enrolmentId, personId, measures, ...(reason ? { reason } : { modelId: enrolment.modelId, thresholds: deps.engine?.thresholds.enrol }) };
    await appendEvent(em, platform, `person:${personId}`, reason ? 'face:rejected' : 'face:enrolled', at, payload);
    await tellFact(em, { type: 'face:enrolled', personId });
    deps.log.info({ enrolmentId, personId, reason }, 'face enrolment settled');
  });
}

export async function enrolFace(deps: FaceDeps, { enrolmentId }: { enrolmentId: string }): Promise<void> {
  const em = deps.orm.em.fork();
  const enrolment = await em.findOne(FaceEnrolment, { id: enrolmentId });
  if (enrolment?.status !== 'verifying') return;
  await settle(deps, enrolmentId, await judge(deps, em, enrolment));
}

/** After the last failed attempt: the learner is told and may send new pictures. */
export const giveUpEnrolment = (deps: FaceDeps, { enrolmentId }: { enrolmentId: string }): Promise<void> => settle(deps, enrolmentId, rejected('engine_failed'));
