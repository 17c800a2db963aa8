// What a snapshot shows beside its verdict: signals that it may be a fake, for a person to look at. No verdict depends on them.
import type { FaceCheck } from '#db/entities/check.ts';
import { unitOfWork, type EntityManager } from '#db/orm.ts';
import { raiseSignal, type NewSignal } from '#db/queries/signals.ts';
import { alikeLater, alikeOfOthers, keepPrint, nearestOwn, type AlikeSnapshot, type CameraFacts, type LookFor } from '#db/queries/snapshot-prints.ts';
import { livenessStrength, repeatStrength, sameFaceStrength, trialScale } from '#domain/signal-rules.ts';
import type { SignalFacts, SignalKind } from '#domain/signals.ts';
import type { FaceDeps } from './deps.ts';
import type { Analysis } from './engine.ts';
import { fingerprint } from './fingerprint.ts';
import type { Judgement } from './judge.ts';
import { distance } from './measure.ts';
import { unpackVectors } from './sealed.ts';

/** What the judge had before it; null where it did not get so far. */
export interface Seen { bytes: Uint8Array | null; analysis: Analysis | null }
export interface Suspicion { kind: SignalKind; strength: number; otherPersonIds: string[]; facts: SignalFacts }

type Found = Omit<NewSignal, 'institutionId'>;

/** Other learners a strange face is compared with, at most: those who were there first, and before them those of the same browser. */
const mostCompared = 100;
const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;

function ofCamera(told: CameraFacts | null): Suspicion[] {
  if (!told?.camera) return [];
  const { camera, strength, width, height, facing } = told;
  return [{ kind: 'virtual_camera', strength, otherPersonIds: [], facts: { camera, width, height, facing, trial: told.trial } }];
}

function ofAlike(whose: 'own' | 'others', found: Pick<AlikeSnapshot, 'checkId' | 'personId' | 'apart' | 'identical'> | null): Suspicion[] {
  const strength = found && repeatStrength({ ...found, whose });
  if (!found || strength === null || strength === undefined) return [];
  const { apart, identical, checkId } = found;
  const kind = identical && whose === 'own' ? 'frozen_picture' : 'repeated_picture';
  return [{ kind, strength, otherPersonIds: whose === 'own' ? [] : [found.personId], facts: { apart, identical, earlierCheckId: checkId, whose } }];
}

/**
 * The same picture, shown again later and judged earlier: the signal belongs to the later one, as if they had been judged in their order. Told twice it is one, for it
 * carries the same moment. The trial's scale is this snapshot's: one platform has one.
 */
async function ofLaterOnes(em: EntityManager, look: LookFor, earlier: { checkId: string }): Promise<Found[]> {
  return (await alikeLater(em, look)).flatMap(({ checkId, lessonId, personId, takenAt, apart, identical }) =>
    ofAlike(personId === look.personId ? 'own' : 'others', { checkId: earlier.checkId, personId: look.personId, apart, identical })
      .map((suspicion) => ({ ...suspicion, personId, lessonId, checkId, at: takenAt })));
}

async function ofPictures(em: EntityManager, look: LookFor): Promise<Suspicion[]> {
  const own = ofAlike('own', await nearestOwn(em, look));
  const others = (await alikeOfOthers(em, look)).flatMap((found) => ofAlike('others', found));
  return [...own, ...others];
}

function ofLiveness({ analysis }: Seen): Suspicion[] {
  const main = analysis?.main;
  const strength = main ? livenessStrength(main.live) : null;
  return main && strength !== null ? [{ kind: 'low_liveness', strength, otherPersonIds: [], facts: { live: rounded(main.live), print: rounded(main.print), replay: rounded(main.replay) } }] : [];
}

interface Classmate { person_id: string; sealed_vectors: Buffer; pictures: number }
/** Learners of the lesson with an enrolled face, nearest first: same browser, then seen in the lesson, then the rest. */
const classmates = (em: EntityManager, check: FaceCheck, modelId: string): Promise<Classmate[]> => em.execute<Classmate[]>(
  `with own as (select left(c.device_id, 14) as browser from connection c where c.lesson_id = ? and c.person_id = ? and c.device_id ~ '^b[0-9a-f]{12}-' order by c.connected_at desc limit 1)
   select n.person_id, e.sealed_vectors, jsonb_array_length(e.picture_ids) as pictures from lesson l join enrolment n on n.cohort_id = l.cohort_id and (n.ended_at is null or n.ended_at > l.starts_at)
   join face_enrolment e on e.person_id = n.person_id and e.status = 'active' and e.model_id = ? and e.sealed_vectors is not null
   left join lateral (select max(case when left(c.device_id, 14) = (select browser from own) then 2 else 1 end) as near
     from connection c where c.lesson_id = l.id and c.person_id = n.person_id) seen on true
   where l.id = ? and n.person_id <> ? order by seen.near desc nulls last, n.person_id limit ${mostCompared}`,
  [check.lessonId, check.personId, modelId, check.lessonId, check.personId]);

/** Whose face it is, where it is not the learner's: the nearest of the class, if near enough. */
async function ofStrangeFace(deps: FaceDeps, em: EntityManager, check: FaceCheck, { analysis }: Seen): Promise<Suspicion[]> {
  const { engine } = deps;
  const main = analysis?.main;
  if (!engine || !main) return [];
  const people = await classmates(em, check, engine.modelId);
  // With one question for all keys: a learner waits for the verdict.
  const opened = await deps.vault.openMany(em, people.map((one) => ({ personId: one.person_id, bytes: one.sealed_vectors })));
  let nearest: { personId: string; apart: number } | null = null;
  for (const [index, { person_id: personId, pictures }] of people.entries()) {
    const bytes = opened[index];
    for (const vector of bytes ? unpackVectors(bytes, pictures) : []) {
      const apart = distance(vector, main.vector);
      if (!nearest || apart < nearest.apart) nearest = { personId, apart };
    }
  }
  const strength = nearest && sameFaceStrength(nearest.apart, engine.thresholds.match);
  if (!nearest || strength === null) return [];
  return [{ kind: 'same_face', strength, otherPersonIds: [nearest.personId], facts: { distance: rounded(nearest.apart), compared: people.length, at: 'check' } }];
}

interface Judged extends Pick<Judgement, 'verdict'> { seen: Seen; told: CameraFacts | null; look: LookFor | null }

async function suspicionsOf(deps: FaceDeps, em: EntityManager, check: FaceCheck, { seen, told, look, verdict }: Judged): Promise<Found[]> {
  const { id: checkId, lessonId, personId } = check;
  const here = [...ofCamera(told), ...ofLiveness(seen), ...(look ? await ofPictures(em, look) : []), ...(verdict === 'mismatched' ? await ofStrangeFace(deps, em, check, seen) : [])];
  const at = check.answeredAt ?? deps.now();
  return [...here.map((one): Found => ({ ...one, personId, lessonId, checkId, at })), ...(look ? await ofLaterOnes(em, look, { checkId }) : [])];
}

/**
 * Raises what this snapshot gives reason to look at; the same snapshot judged again raises nothing new. A failure here is logged and never keeps a
 * verdict from being settled.
 */
export async function raiseSuspicions(deps: FaceDeps, check: FaceCheck, seen: Seen, { verdict }: Judgement): Promise<void> {
  const { id: checkId, pictureId, institutionId, personId } = check;
  if (!seen.bytes || !pictureId) return;
  const actor = { personId: null, institutionId };
  try {
    const print = await fingerprint(seen.bytes);
    // By itself, so that of two that are judged in one moment at least one sees the other.
    const told = await unitOfWork(deps.orm, actor, (em) => keepPrint(em, pictureId, print));
    const look = print && { pictureId, institutionId, personId, takenAt: check.answeredAt ?? deps.now(), ...print };
    const scale = told?.trial && told.camera === 'test_browser' ? trialScale : 1;
    await unitOfWork(deps.orm, actor, async (em) => {
      for (const found of await suspicionsOf(deps, em, check, { seen, told, look, verdict })) {
        await raiseSignal(em, actor, { ...found, institutionId, strength: rounded(found.strength * scale) });
      }
    });
  } catch (error) {
    deps.log.error({ err: error, checkId }, 'signals of a snapshot could not be raised');
  }
}
