// Job face-compare: is a new face alike that of another identity of the same institution? Pairs that are alike are put before a person; nobody is
// refused for it (R103, R158). Vectors are opened in batches, compared and forgotten: nothing of them is kept in clear.
import { appendEvent, platform, unitOfWork, type EntityManager } from '#db/orm.ts';
import { institutionsSql, uncomparedSql } from '#db/queries/face-enrolments.ts';
import { arrayOf } from '#db/queries/lesson-access.ts';
import { raiseSignal } from '#db/queries/signals.ts';
import type { Later } from '#runtime/queues.ts';
import type { FaceDeps } from './deps.ts';
import type { FaceEngine } from './engine.ts';
import { rounded } from './judge.ts';
import { nearest } from './measure.ts';
import { unpackVectors } from './sealed.ts';

/** Enrolments compared in one walk through the others: whoever enrols while one walk runs shares the next. */
const mostAtOnce = 64;
/** Opened at a time: 2 MB. */
const batchSize = 500;
const againMs = 2_000;

interface Row { id: string; person_id: string; sealed_vectors: Buffer; pictures: number; institutions: string[] | null }
interface Face { id: string; personId: string; institutions: string[]; vectors: Float32Array[] }
interface Pair { face: Face; other: Face; apart: number; institutionId: string }

const faceColumns = `e.id, e.person_id, e.sealed_vectors, jsonb_array_length(e.picture_ids) as pictures, ${institutionsSql('e.person_id')} as institutions`;

async function opened(deps: FaceDeps, em: EntityManager, rows: readonly Row[]): Promise<Face[]> {
  const bytes = await deps.vault.openMany(em, rows.map((row) => ({ personId: row.person_id, bytes: row.sealed_vectors })));
  return rows.flatMap((row, index) => {
    const found = bytes[index];
    return found ? [{ id: row.id, personId: row.person_id, institutions: row.institutions ?? [], vectors: unpackVectors(found, row.pictures) }] : [];
  });
}

/** Those that stand and were compared, or are compared now; of this model only, and of these institutions. */
async function* others(deps: FaceDeps, em: EntityManager, modelId: string, now: readonly Face[]): AsyncGenerator<Face[]> {
  const institutions = [...new Set(now.flatMap((face) => face.institutions))];
  const of = arrayOf(institutions);
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const rows = await em.execute<Row[]>(
      `select ${faceColumns} from face_enrolment e where e.id > ? and e.model_id = ? and e.status in ('active', 'awaiting_approval') and e.sealed_vectors is not null
         and (e.compared_at is not null or e.id = any(?::uuid[]))
         and (exists (select from membership m where m.person_id = e.person_id and m.institution_id = any(?::uuid[]))
           or exists (select from enrolment n where n.person_id = e.person_id and n.institution_id = any(?::uuid[])))
       order by e.id limit ${batchSize}`, [after, modelId, arrayOf(now.map(({ id }) => id)), of, of]);
    if (rows.length === 0) return;
    yield opened(deps, em, rows);
    after = rows.at(-1)!.id;
  }
}

/** Of two that are compared now, the younger one compares: each pair once. */
function pairsOf(now: readonly Face[], batch: readonly Face[], match: number): Pair[] {
  const waiting = new Set(now.map(({ id }) => id));
  return now.flatMap((face) => batch.flatMap((other): Pair[] => {
    if (other.personId === face.personId || (waiting.has(other.id) && other.id > face.id)) return [];
    const institutionId = face.institutions.find((id) => other.institutions.includes(id));
    if (!institutionId) return [];
    const apart = nearest(face.vectors, other.vectors);
    return apart <= match ? [{ face, other, apart, institutionId }] : [];
  }));
}

/** The nearer, the stronger: 0.5 at the threshold, where a check would pass as that person, 1 for the same picture. */
async function report(em: EntityManager, engine: FaceEngine, { face, other, apart, institutionId }: Pair, at: Date): Promise<void> {
  const { match } = engine.thresholds;
  await raiseSignal(em, platform, {
    institutionId, personId: face.personId, kind: 'same_face', strength: 1 - Math.max(0, apart) / (2 * match), lessonId: null, checkId: null, otherPersonIds: [other.personId],
    facts: { distance: rounded(apart), matchAt: match, modelId: engine.modelId, enrolmentId: face.id, otherEnrolmentId: other.id }, at,
  });
}

async function walk(deps: FaceDeps, em: EntityManager, engine: FaceEngine, rows: readonly Row[]): Promise<void> {
  const at = deps.now();
  const now = await opened(deps, em, rows);
  let [compared, alike] = [0, 0];
  for await (const batch of others(deps, em, engine.modelId, now)) {
    const pairs = pairsOf(now, batch, engine.thresholds.match);
    for (const pair of pairs) await report(em, engine, pair, at);
    compared += batch.length;
    alike += pairs.length;
  }
  await em.execute('update face_enrolment set compared_at = ? where id = any(?::uuid[])', [at, arrayOf(rows.map(({ id }) => id))]);
  for (const row of rows) {
    await appendEvent(em, platform, `person:${row.person_id}`, 'face:compared', at, { enrolmentId: row.id, personId: row.person_id, modelId: engine.modelId, matchAt: engine.thresholds.match });
  }
  deps.log.info({ enrolments: rows.length, compared, alike }, 'faces compared');
}

/** True while an enrolment that passed the gate was not compared with others yet. */
export async function waitsToBeCompared({ orm, engine }: Pick<FaceDeps, 'orm' | 'engine'>, enrolmentId: string): Promise<boolean> {
  const rows = await orm.em.fork().execute<unknown[]>(`select 1 from face_enrolment e where e.id = ? and e.model_id = ? and ${uncomparedSql}`, [enrolmentId, engine?.modelId ?? '']);
  return rows.length > 0;
}

/**
 * Compares this enrolment, and those that wait beside it, with all that stand in their institutions. One walk at a time over all workers, so that
 * of two enrolments the second always meets the first; another one comes again later. Does nothing without an engine, or when it was compared.
 */
export async function compareFace(deps: FaceDeps, { enrolmentId }: { enrolmentId: string }): Promise<void | Later> {
  const { engine } = deps;
  if (!engine) return;
  return unitOfWork(deps.orm, platform, async (em): Promise<void | Later> => {
    const [turn] = await em.execute<{ ours: boolean }[]>(`select pg_try_advisory_xact_lock(hashtextextended('faces compared', 0)) as ours`);
    if (!turn?.ours) return { laterMs: againMs };
    const rows = await em.execute<Row[]>(
      `select ${faceColumns} from face_enrolment e where ${uncomparedSql} and e.model_id = ? order by (e.id = ?) desc, e.id limit ${mostAtOnce}`, [engine.modelId, enrolmentId]);
    if (rows.some(({ id }) => id === enrolmentId)) await walk(deps, em, engine, rows);
  });
}
