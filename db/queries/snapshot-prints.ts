// Fingerprints of snapshots: what the browser told of its camera when a snapshot came, and which earlier snapshots look the same.
import { bandedMost, printBands } from '#domain/picture-print.ts';
import type { EntityManager } from '../orm.ts';

/** Kept of what a browser says of its camera; the label itself is not, for it may carry a name. */
export interface CameraFacts {
  /** Code of a program known to pretend to be a camera (domain/cameras.ts), and what its name is worth; null for any other label. */
  camera: string | null; strength: number;
  /** A digest of the browser's own id of the device, for telling cameras of one learner apart. */
  device: string | null; width: number; height: number; facing: 'user' | 'environment' | null;
  /** The platform is only tried out, on the machine it runs on. */
  trial: boolean;
}
export interface TakenSnapshot { pictureId: string; institutionId: string; lessonId: string; checkId: string; personId: string; takenAt: Date }

/** Beside the picture's own row, in its transaction. */
export async function addSnapshotPrint(em: EntityManager, taken: TakenSnapshot, camera: CameraFacts | null): Promise<void> {
  const { pictureId, institutionId, lessonId, checkId, personId, takenAt } = taken;
  await em.execute(
    `insert into snapshot_print (picture_id, institution_id, lesson_id, check_id, person_id, taken_at, camera) values (?, ?, ?, ?, ?, ?, ?::jsonb) on conflict do nothing`,
    [pictureId, institutionId, lessonId, checkId, personId, takenAt, camera && JSON.stringify(camera)]);
}

/** Keeps the print of a snapshot; answers what was told of its camera. */
export async function keepPrint(em: EntityManager, pictureId: string, print: { hash: string; digest: string } | null): Promise<CameraFacts | null> {
  const [row] = await em.execute<{ camera: CameraFacts | null }[]>(
    `update snapshot_print set hash = ('x' || ?::text)::bit(64), bands = ?::int[], digest = ? where picture_id = ? returning camera`,
    [print?.hash ?? null, print && `{${printBands(print.hash).join(',')}}`, print?.digest ?? null, pictureId]);
  return row?.camera ?? null;
}

export interface AlikeSnapshot { pictureId: string; checkId: string; lessonId: string; personId: string; takenAt: Date; apart: number; identical: boolean }
interface Row { picture_id: string; check_id: string; lesson_id: string; person_id: string; taken_at: string; apart: number; identical: boolean }
const alike = (row: Row): AlikeSnapshot => ({
  pictureId: row.picture_id, checkId: row.check_id, lessonId: row.lesson_id, personId: row.person_id, takenAt: new Date(row.taken_at), apart: row.apart, identical: row.identical,
});

export interface LookFor { pictureId: string; institutionId: string; personId: string; takenAt: Date; hash: string; digest: string }
/** As far back as is looked, and the most that is looked at. */
const windowDays = 180;
const mostOwn = 2_000;
const mostOthers = 20;

/** The learner's own earlier snapshot most like this one; identical ones first. */
export async function nearestOwn(em: EntityManager, { pictureId, personId, takenAt, hash, digest }: LookFor): Promise<AlikeSnapshot | null> {
  const [row] = await em.execute<Row[]>(
    `select picture_id, check_id, lesson_id, person_id, taken_at, bit_count(hash # ('x' || ?::text)::bit(64))::int as apart, digest = ? as identical
     from (select * from snapshot_print where person_id = ? and picture_id <> ? and hash is not null and taken_at <= ? and taken_at > ?::timestamptz - interval '${windowDays} days'
       order by taken_at desc limit ${mostOwn}) earlier
     order by identical desc, apart, taken_at desc limit 1`, [hash, digest, personId, pictureId, takenAt, takenAt]);
  return row ? alike(row) : null;
}

/** Snapshots of other learners of the institution that differ in at most `bandedMost` bits, nearest first, one for each learner. */
export async function alikeOfOthers(em: EntityManager, { personId, institutionId, takenAt, hash, digest }: LookFor): Promise<AlikeSnapshot[]> {
  const rows = await em.execute<Row[]>(
    `select * from (select distinct on (person_id) picture_id, check_id, lesson_id, person_id, taken_at, apart, identical from (
       select *, bit_count(hash # ('x' || ?::text)::bit(64))::int as apart, digest = ? as identical from snapshot_print
       where bands && ?::int[] and institution_id = ? and person_id <> ? and taken_at <= ? and taken_at > ?::timestamptz - interval '${windowDays} days') near
       where apart <= ${bandedMost} order by person_id, identical desc, apart, taken_at desc) each
     order by identical desc, apart limit ${mostOthers}`,
    [hash, digest, `{${printBands(hash).join(',')}}`, institutionId, personId, takenAt, takenAt]);
  return rows.map(alike);
}

/**
 * Snapshots of the institution, the learner's own too, that were taken later and judged already, as after a standstill of the workers: they looked for this one before it
 * had a print. Nearest first.
 */
export async function alikeLater(em: EntityManager, { pictureId, institutionId, takenAt, hash, digest }: LookFor): Promise<AlikeSnapshot[]> {
  const rows = await em.execute<Row[]>(
    `select * from (select picture_id, check_id, lesson_id, person_id, taken_at, bit_count(hash # ('x' || ?::text)::bit(64))::int as apart, digest = ? as identical from snapshot_print
       where bands && ?::int[] and institution_id = ? and picture_id <> ? and taken_at > ? and taken_at < ?::timestamptz + interval '${windowDays} days') near
     where apart <= ${bandedMost} order by identical desc, apart, taken_at limit ${mostOthers}`, [hash, digest, `{${printBands(hash).join(',')}}`, institutionId, pictureId, takenAt, takenAt]);
  return rows.map(alike);
}

/** Prints past their use. Answers how many went. */
export async function deleteOldPrints(em: EntityManager, now: Date): Promise<number> {
  const gone = await em.execute<{ picture_id: string }[]>(`delete from snapshot_print where taken_at < ?::timestamptz - interval '${windowDays} days' returning picture_id`, [now]);
  return gone.length;
}
