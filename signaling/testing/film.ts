// Films as rows: what upload and worker would have made.
import type { QualityReport } from '#contracts/recording.ts';
import { Film, FilmFile } from '#db/entities/film.ts';
import type { Orm } from '#db/orm.ts';
import type { FilmStatus } from '#domain/film.ts';
import { newId } from '#domain/id.ts';
import type { School } from './school.ts';

export const cleanReport: QualityReport = {
  avOffsetMs: null, loudness: { integratedLufs: -16, rangeLu: 5, truePeakDb: -2 }, clippedShare: 0, humDb: -5, silentShare: 0.1, black: [], frozen: [], gaps: [], packets: { received: 0, lost: 0, recovered: 0 },
  sourceHeight: 1080, share720: 1, width: 1280, height: 720, sizeBytes: 400_000_000, durationMs: 46 * 60_000, warnings: ['sound_off_picture'],
};

/** Of the school's course, with one file. */
export async function addMadeFilm(orm: Orm, school: Pick<School, 'institutionId' | 'courseId' | 'teacher'>, at: Date, { status = 'ready' }: { status?: FilmStatus } = {}): Promise<string> {
  const id = newId();
  const { institutionId, courseId, teacher: { personId } } = school;
  const settled = status === 'ready' ? { settledAt: at, reviewedBy: personId, reviewedAt: at, review: { watermark: 'none' as const, rights: 'own' as const, note: '', published: true } } : { settledAt: null, reviewedBy: null, reviewedAt: null, review: null };
  const em = orm.em.fork();
  await em.insert(Film, {
    id, institutionId, courseId, title: '焊接安全.mp4', mark: 'ab'.repeat(32), uploadedBy: personId, sizeBytes: 1000, receivedBytes: 1000, kind: 'mov', status, refusal: null, sha256: 'cd'.repeat(32),
    durationMs: 46 * 60_000, progress: null, secondsLeft: null, createdAt: at, heardAt: at, madeAt: at, ...settled, cleanedAt: null, removedAt: null,
  });
  await em.insert(FilmFile, {
    id: newId(), institutionId, filmId: id, ordinal: 1, unit: 1, part: 1, parts: 1, durationMs: 46 * 60_000, sizeBytes: 400_000_000, sha256: 'ef'.repeat(32), width: 1280, height: 720,
    quality: cleanReport, holdReasons: [], files: { sizes: {}, sha256: {}, thumbnails: null }, createdAt: at,
  });
  return id;
}
