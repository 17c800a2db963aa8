// Rows of a film while it is made: that work began, how far it is, what came of it. Whoever finds it removed or settled writes nothing.
import { Film, FilmFile } from '#db/entities/film.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { filmFileKey } from '#contracts/places.ts';
import type { HoldReason, QualityReport, ReplayFileName } from '#contracts/recording.ts';
import type { FilmPart, FilmRefusal } from '#domain/film.ts';
import { newId } from '#domain/id.ts';
import { join } from 'node:path';
import type { PartFacts, PartFiles } from '../recording/model.ts';
import type { FilmDeps } from './deps.ts';

export interface MadeFile { part: FilmPart; facts: PartFacts; files: PartFiles; quality: QualityReport; holdReasons: HoldReason[] }

const open = { status: { $in: ['checking', 'making'] as ('checking' | 'making')[] }, removedAt: null };
const actorOf = ({ institutionId }: Film) => ({ personId: null, institutionId });

/** Null where nobody waits for it any more. */
export const openFilm = (deps: FilmDeps, filmId: string): Promise<Film | null> => deps.orm.em.fork().findOne(Film, { id: filmId, ...open });

export async function noteMaking(deps: FilmDeps, film: Film, part: { durationMs?: number; progress: number; secondsLeft: number | null }): Promise<void> {
  await unitOfWork(deps.orm, actorOf(film), (em) => em.nativeUpdate(Film, { id: film.id, ...open }, { status: 'making', ...part }));
}

export async function refuseFilm(deps: FilmDeps, film: Film, refusal: FilmRefusal, durationMs: number | null = null): Promise<void> {
  const at = deps.now();
  await unitOfWork(deps.orm, actorOf(film), async (em) => {
    const refused = await em.nativeUpdate(Film, { id: film.id, ...open }, { status: 'refused', refusal, settledAt: at, progress: null, secondsLeft: null, ...(durationMs !== null && { durationMs }) });
    if (refused) await appendEvent(em, actorOf(film), `institution:${film.institutionId}`, 'film:refused', at, { filmId: film.id, courseId: film.courseId, refusal });
  });
}

/**
 * Moves the files into the storage and writes their rows, all at once: from then on a person may look at them. A crash in between leaves files that no row names,
 * under the keys the next run writes to. Answers false where it was removed or settled meanwhile.
 */
export async function keepFilm(deps: FilmDeps, film: Film, made: readonly MadeFile[]): Promise<boolean> {
  const at = deps.now();
  return unitOfWork(deps.orm, actorOf(film), async (em) => {
    await em.execute('select 1 from film where id = ? for update', [film.id]);
    const { institutionId, courseId } = film;
    if (!(await em.findOne(Film, { id: film.id, ...open }))) return false;
    const told: Record<string, unknown>[] = [];
    for (const [index, { part: { unit, part, parts }, facts, files, quality, holdReasons }] of made.entries()) {
      const ordinal = index + 1;
      for (const name of Object.keys(files.files.sizes) as ReplayFileName[]) await deps.storage.move(filmFileKey(film.id, ordinal, name), join(files.folder, name));
      await em.insert(FilmFile, { id: newId(at.getTime()), institutionId, filmId: film.id, ordinal, unit, part, parts, ...facts, quality, holdReasons, files: files.files, createdAt: at });
      told.push({ ordinal, unit, part, parts, durationMs: facts.durationMs, sizeBytes: facts.sizeBytes, holdReasons, sha256: files.files.sha256 });
    }
    await em.nativeUpdate(Film, { id: film.id }, { status: 'review', madeAt: at, progress: null, secondsLeft: null });
    await appendEvent(em, actorOf(film), `institution:${institutionId}`, 'film:made', at, { filmId: film.id, courseId, files: told });
    return true;
  });
}
