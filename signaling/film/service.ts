// Films of a course as those who look after it see them: the list, one, its files, taking it away.
import type { Film, FilmFile, FilmList } from '#contracts/film-routes.ts';
import { filmFileKey } from '#contracts/places.ts';
import { Film as FilmRow, FilmFile as FilmFileRow } from '#db/entities/film.ts';
import { Person } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { requireCourse } from '#db/queries/course-access.ts';
import { isLent, keptFilm, removeFilmPieces } from '#db/queries/films.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import { filmPieceBytes } from '#domain/film.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer, Redirect } from '../http/file-answer.ts';

export const maxFilmBytes = ({ config }: Deps): number => config.FILM_MAX_MB * 1_000_000;

const fileView = ({ unit, part, parts, durationMs, sizeBytes, quality, holdReasons }: FilmFileRow): FilmFile => ({ unit, part, parts, durationMs, sizeBytes, report: quality, holdReasons });

/** In their order, with names and files. */
async function views(em: EntityManager, rows: readonly FilmRow[], personId: string): Promise<Film[]> {
  const people = [...new Set(rows.flatMap(({ uploadedBy, reviewedBy }) => [uploadedBy, ...(reviewedBy ? [reviewedBy] : [])]))];
  const names = new Map((await em.find(Person, { id: { $in: people } })).map(({ id, name }) => [id, name]));
  const files = Map.groupBy(await em.find(FilmFileRow, { filmId: { $in: rows.map(({ id }) => id) } }, { orderBy: { ordinal: 'asc' } }), ({ filmId }) => filmId);
  return rows.map((row): Film => {
    const { id, title, status, refusal = null, sizeBytes, receivedBytes, uploadedBy, durationMs = null, sha256 = null, progress = null, secondsLeft = null, review, reviewedBy, reviewedAt } = row;
    return {
      filmId: id, title, status, refusal, sizeBytes, receivedBytes, durationMs, sha256, progress: status === 'making' && progress !== null ? Number(progress) : null, secondsLeft: status === 'making' ? secondsLeft : null,
      uploadedAt: row.createdAt.toISOString(), uploadedBy: names.get(uploadedBy) ?? '', own: uploadedBy === personId, files: (files.get(id) ?? []).map(fileView),
      review: review && reviewedBy && reviewedAt ? { ...review, reviewerName: names.get(reviewedBy) ?? '', at: reviewedAt.toISOString() } : null,
    };
  });
}
export const filmView = async (em: EntityManager, row: FilmRow, personId: string): Promise<Film> => (await views(em, [row], personId))[0]!;

/** Throws not_found. */
export async function listFilms(deps: Deps, personId: string, courseId: string): Promise<FilmList> {
  const em = deps.orm.em.fork();
  const { title } = await requireCourse(em, personId, courseId);
  const rows = await em.find(FilmRow, { courseId, removedAt: null }, { orderBy: { createdAt: 'desc', id: 'desc' } });
  return { courseTitle: title, films: await views(em, rows, personId), maxBytes: maxFilmBytes(deps), pieceBytes: filmPieceBytes };
}

/** Throws not_found. */
export async function readFilm(deps: Deps, personId: string, filmId: string): Promise<Film> {
  const em = deps.orm.em.fork();
  return filmView(em, await keptFilm(em, personId, filmId), personId);
}

/** Throws not_found, film_in_use. */
export async function removeFilm(deps: Deps, personId: string, filmId: string): Promise<void> {
  const at = deps.now();
  const dropped = await unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
    const { institutionId, courseId } = await keptFilm(em, personId, filmId);
    const film = (await em.execute<{ status: string; received: number }[]>('select status, received_bytes::float8 as received from film where id = ? for update', [filmId]))[0]!;
    if (film.status === 'uploading') {
      // Nobody ever saw anything of it.
      await em.nativeDelete(FilmRow, { id: filmId });
      return { id: filmId, receivedBytes: film.received };
    }
    if (await isLent(em, filmId)) throw new DomainError('film_in_use', 'a lesson is studied from this film');
    await em.nativeUpdate(FilmRow, { id: filmId }, { removedAt: at });
    await appendEvent(em, actorFor(personId, institutionId), `institution:${institutionId}`, 'film:removed', at, { filmId, courseId });
    return null;
  });
  if (dropped) await removeFilmPieces(deps.storage, dropped);
}

const types = { 'unit.mp4': 'video/mp4', 'poster.jpg': 'image/jpeg' } as const;
const linkSeconds = 2 * 3600;

/** Throws not_found, film_not_ready. */
export async function filmFile(deps: Deps, personId: string, { filmId, ordinal, name }: { filmId: string; ordinal: string; name: keyof typeof types }): Promise<FileAnswer | Redirect> {
  const em = deps.orm.em.fork();
  const { status } = await keptFilm(em, personId, filmId);
  const file = await em.findOne(FilmFileRow, { filmId, ordinal: Number(ordinal) });
  if (!file) throw status === 'review' || status === 'ready' ? new DomainError('not_found', 'the film has no such file') : new DomainError('film_not_ready', `the film is ${status}`);
  const key = filmFileKey(filmId, file.ordinal, name);
  const link = await deps.storage.link(key, { seconds: linkSeconds, contentType: types[name] });
  if (link) return { redirectTo: link };
  const found = await deps.storage.stat(key);
  if (!found) throw new DomainError('not_found', 'the film has no such file');
  return { type: types[name], sizeBytes: found.sizeBytes, etag: `"${file.files.sha256[name] ?? file.sha256}"`, open: (range) => deps.storage.stream(key, range) };
}
