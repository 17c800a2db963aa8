// Films as rows: what upload and worker would have made.
import { filmFileKey } from '#contracts/places.ts';
import type { QualityReport } from '#contracts/recording.ts';
import { Film, FilmFile } from '#db/entities/film.ts';
import type { Orm } from '#db/orm.ts';
import type { FilmStatus } from '#domain/film.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';
import { storeReplayFiles } from './replay-files.ts';
import type { School } from './school.ts';

export const cleanReport: QualityReport = {
  avOffsetMs: null, loudness: { integratedLufs: -16, rangeLu: 5, truePeakDb: -2 }, clippedShare: 0, humDb: -5, silentShare: 0.1, black: [], frozen: [], gaps: [], packets: { received: 0, lost: 0, recovered: 0 },
  sourceHeight: 1080, share720: 1, width: 1280, height: 720, sizeBytes: 400_000_000, durationMs: 46 * 60_000, warnings: ['sound_off_picture'],
};

type OfSchool = Pick<School, 'institutionId' | 'courseId' | 'teacher'>;

async function addFilmRow(orm: Orm, school: OfSchool, at: Date, status: FilmStatus): Promise<string> {
  const id = newId();
  const { institutionId, courseId, teacher: { personId } } = school;
  const settled = status === 'ready' ? { settledAt: at, reviewedBy: personId, reviewedAt: at, review: { watermark: 'none' as const, rights: 'own' as const, note: '', published: true } } : { settledAt: null, reviewedBy: null, reviewedAt: null, review: null };
  await orm.em.fork().insert(Film, {
    id, institutionId, courseId, title: '焊接安全.mp4', mark: 'ab'.repeat(32), uploadedBy: personId, sizeBytes: 1000, receivedBytes: 1000, kind: 'mov', status, refusal: null, sha256: 'cd'.repeat(32),
    durationMs: 46 * 60_000, progress: null, secondsLeft: null, createdAt: at, heardAt: at, madeAt: at, ...settled, cleanedAt: null, removedAt: null,
  });
  return id;
}

/** Of the school's course, with one file. */
export async function addMadeFilm(orm: Orm, school: OfSchool, at: Date, { status = 'ready' }: { status?: FilmStatus } = {}): Promise<string> {
  const id = await addFilmRow(orm, school, at, status);
  await orm.em.fork().insert(FilmFile, {
    id: newId(), institutionId: school.institutionId, filmId: id, ordinal: 1, unit: 1, part: 1, parts: 1, durationMs: 46 * 60_000, sizeBytes: 400_000_000, sha256: 'ef'.repeat(32), width: 1280, height: 720,
    quality: cleanReport, holdReasons: [], files: { sizes: {}, sha256: {}, thumbnails: null }, createdAt: at,
  });
  return id;
}

/** A published film of units that last so many seconds, each one file that can be played. */
export async function addPlayableFilm({ orm, storage }: Pick<Deps, 'orm' | 'storage'>, school: OfSchool, at: Date, seconds: readonly number[]): Promise<string> {
  const filmId = await addFilmRow(orm, school, at, 'ready');
  for (const [index, one] of seconds.entries()) {
    const ordinal = index + 1;
    const files = await storeReplayFiles(storage, filmId, one, (name) => filmFileKey(filmId, ordinal, name));
    await orm.em.fork().insert(FilmFile, {
      id: newId(), institutionId: school.institutionId, filmId, ordinal, unit: ordinal, part: 1, parts: 1, durationMs: one * 1000, sizeBytes: 5000, sha256: 'ef'.repeat(32), width: 1280, height: 720, quality: cleanReport, holdReasons: [], files, createdAt: at,
    });
  }
  return filmId;
}
