// What is left of films: uploads nobody went on with, pieces of films that were settled long ago, all of those that were taken away.
import { filmFileKey } from '#contracts/places.ts';
import { replayFileNames } from '#contracts/recording.ts';
import { Film, FilmFile } from '#db/entities/film.ts';
import { platform, unitOfWork, type Orm } from '#db/orm.ts';
import { removeFilmPieces } from '#db/queries/films.ts';
import { abandonedFilmMs } from '#domain/film.ts';
import type { Storage } from '#runtime/storage.ts';

export interface LeftFilms { orm: Orm; storage: Storage; now: () => Date; filmUploadDays: number }
const batch = 100;
const dayMs = 86_400_000;

/** Answers how many. */
async function removeAbandoned({ orm, storage, now }: LeftFilms): Promise<number> {
  const left = { status: 'uploading' as const, heardAt: { $lt: new Date(now().getTime() - abandonedFilmMs) } };
  let removed = 0;
  for (const film of await orm.em.fork().find(Film, left, { limit: batch })) {
    // The row first: who goes on in this moment finds no upload, rather than one with a hole.
    const gone = await unitOfWork(orm, platform, (em) => em.nativeDelete(Film, { ...left, id: film.id }));
    if (!gone) continue;
    await removeFilmPieces(storage, film);
    removed++;
  }
  return removed;
}

/** Pieces have served when a person has decided and some days have passed, so that a mistake can be mended; of a film that was taken away all goes. */
async function cleanSettled({ orm, storage, now, filmUploadDays }: LeftFilms): Promise<number> {
  const served = new Date(now().getTime() - filmUploadDays * dayMs);
  const films = await orm.em.fork().find(Film, { cleanedAt: null, status: { $ne: 'uploading' }, $or: [{ removedAt: { $ne: null } }, { settledAt: { $lt: served } }] }, { limit: batch });
  for (const film of films) {
    await removeFilmPieces(storage, film);
    if (film.removedAt) {
      for (const { ordinal } of await orm.em.fork().find(FilmFile, { filmId: film.id })) for (const name of replayFileNames) await storage.remove(filmFileKey(film.id, ordinal, name));
    }
    await unitOfWork(orm, platform, (em) => em.nativeUpdate(Film, { id: film.id }, { cleanedAt: now() }));
  }
  return films.length;
}

export const removeLeftFilms = async (deps: LeftFilms): Promise<number> => (await removeAbandoned(deps)) + (await cleanSettled(deps));
