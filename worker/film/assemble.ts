// The pieces of an upload become one file again, each held against the hash it came with.
import { createHash } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { filmPieceKey } from '#contracts/places.ts';
import { Film, FilmPiece } from '#db/entities/film.ts';
import { unitOfWork } from '#db/orm.ts';
import { filmPieces } from '#db/queries/films.ts';
import { DomainError } from '#domain/errors.ts';
import type { FilmDeps } from './deps.ts';
import { RefusedFilm } from './refused.ts';

/** Throws RefusedFilm for a piece that is not there or not as it came. */
async function readPiece({ storage }: FilmDeps, filmId: string, ordinal: number, sha256: string | undefined): Promise<Buffer> {
  const bytes = await storage.read(filmPieceKey(filmId, ordinal)).catch((error: unknown) => {
    if (error instanceof DomainError && error.code === 'not_found') throw new RefusedFilm('damaged', `piece ${ordinal} is not there`);
    throw error;
  });
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new RefusedFilm('damaged', `piece ${ordinal} is not as it came`);
  return bytes;
}

/** Answers the hash of the whole. */
async function joinPieces(deps: FilmDeps, film: Film, path: string, signal: AbortSignal): Promise<string> {
  const hashes = new Map((await deps.orm.em.fork().find(FilmPiece, { filmId: film.id })).map(({ ordinal, sha256 }) => [ordinal, sha256]));
  const hash = createHash('sha256');
  const file = await open(path, 'w', 0o600);
  try {
    for (let ordinal = 0; ordinal < filmPieces(film.sizeBytes); ordinal++) {
      signal.throwIfAborted();
      const bytes = await readPiece(deps, film.id, ordinal, hashes.get(ordinal));
      hash.update(bytes);
      await file.writeFile(bytes);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

const placeOf = (folder: string): string => join(folder, 'original');
/** Whether it stands from a run before. */
export async function isAssembled(film: Film, folder: string): Promise<boolean> {
  const found = await stat(placeOf(folder)).catch(() => null);
  return found?.size === film.sizeBytes && Boolean(film.sha256);
}

/** The whole film as a file in its work folder; one that stands there already is taken. Its hash is on the row before it stands. Throws RefusedFilm. */
export async function assembleFilm(deps: FilmDeps, film: Film, folder: string, signal: AbortSignal): Promise<string> {
  const path = placeOf(folder);
  if (await isAssembled(film, folder)) return path;
  const part = `${path}.part`;
  await rm(part, { force: true });
  const sha256 = await joinPieces(deps, film, part, signal);
  await unitOfWork(deps.orm, { personId: null, institutionId: film.institutionId }, (em) => em.nativeUpdate(Film, { id: film.id }, { sha256 }));
  await rename(part, path);
  return path;
}
