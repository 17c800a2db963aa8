// Uploads of films in pieces, each with its hash and stored whole before its row says so: a cut loses one piece at most, and another day goes on where this one ended.
import { createHash } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { LockMode } from '@mikro-orm/postgresql';
import type { Film, FilmBody } from '#contracts/film-routes.ts';
import { filmPieceKey } from '#contracts/places.ts';
import { Film as FilmRow, FilmPiece } from '#db/entities/film.ts';
import { Course } from '#db/entities/people.ts';
import { appendEvent, unitOfWork, type EntityManager } from '#db/orm.ts';
import { requireCourse } from '#db/queries/course-access.ts';
import { keptFilm } from '#db/queries/films.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { acrossInstitutions } from '#db/tenancy.ts';
import { DomainError } from '#domain/errors.ts';
import { filmKindOf, filmPieceBytes, filmRoomBytes, mostFilms } from '#domain/film.ts';
import { newId } from '#domain/id.ts';
import { objectStoreSettings } from '#runtime/open-storage.ts';
import type { Deps } from '../deps.ts';
import type { BytesUpload } from '../http/uploads.ts';
import { filmView, maxFilmBytes } from './service.ts';

/** Of what is begun and not finished, also by others: its pieces that are still to come, and the work on it. */
const promisedSql = "select coalesce(sum(3 * size_bytes - received_bytes), 0)::float8 as bytes from film where status in ('uploading', 'checking', 'making') and removed_at is null";

/** Throws film_no_room. Lessons that are live need the disk more: so much as they are warned below stays free. */
async function requireRoom({ orm, config }: Deps, sizeBytes: number): Promise<void> {
  // Pieces are then on another machine, and so is the worker, which waits until it has room.
  if (objectStoreSettings(config)) return;
  const { bavail, bsize } = await statfs(config.DATA_DIR);
  // The disk is everybody's: uploads of other institutions take of it too, and no more than their sum is learnt of them.
  const [promised] = await acrossInstitutions(() => orm.em.fork().execute<{ bytes: number }[]>(promisedSql));
  const free = bavail * bsize - config.DISK_LOW_MB * 1_000_000 - (promised?.bytes ?? 0);
  if (free < filmRoomBytes(sizeBytes)) throw new DomainError('film_no_room', `${Math.round(free / 1e6)} MB are free for films, ${Math.round(filmRoomBytes(sizeBytes) / 1e6)} MB are needed`);
}

/** What this person began of this file. */
const begunOf = (em: EntityManager, courseId: string, personId: string, { mark, sizeBytes }: FilmBody): Promise<FilmRow | null> =>
  em.findOne(FilmRow, { courseId, uploadedBy: personId, mark, sizeBytes, status: 'uploading', removedAt: null });

/** Throws not_found, film_too_large, film_full, film_no_room. */
export async function beginFilm(deps: Deps, personId: string, courseId: string, body: FilmBody): Promise<Film> {
  const { title, sizeBytes, mark } = body;
  const asked = deps.orm.em.fork();
  await requireCourse(asked, personId, courseId);
  if (sizeBytes > maxFilmBytes(deps)) throw new DomainError('film_too_large', `a film has at most ${maxFilmBytes(deps)} bytes`);
  if (!(await begunOf(asked, courseId, personId, body))) await requireRoom(deps, sizeBytes);
  const at = deps.now();
  return unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
    const { institutionId } = await requireCourse(em, personId, courseId);
    // One after the other in a course: a second try of the same file finds the first, and the count is right.
    await em.findOneOrFail(Course, { id: courseId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    const begun = await begunOf(em, courseId, personId, body);
    if (begun) return filmView(em, begun, personId);
    if (await em.count(FilmRow, { courseId, removedAt: null }) >= mostFilms) throw new DomainError('film_full', `a course has at most ${mostFilms} films`);
    const id = newId(at.getTime());
    await em.insert(FilmRow, {
      id, institutionId, courseId, title, mark, uploadedBy: personId, sizeBytes, receivedBytes: 0, kind: null, status: 'uploading', refusal: null, sha256: null, durationMs: null, progress: null, secondsLeft: null,
      createdAt: at, heardAt: at, madeAt: null, settledAt: null, reviewedBy: null, reviewedAt: null, review: null, cleanedAt: null, removedAt: null,
    });
    return filmView(em, await em.findOneOrFail(FilmRow, { id }), personId);
  });
}

export interface PieceOf { filmId: string; piece: number; sha256: string }

/** What of the film is there counts, or the next piece is read; null where it is there already. Throws film_offset, film_piece_damaged, bad_request. */
async function nextPiece(film: FilmRow, { piece, sha256 }: PieceOf, body: BytesUpload): Promise<Buffer | null> {
  const offset = piece * filmPieceBytes;
  if (film.status !== 'uploading' || offset < film.receivedBytes) return null;
  if (offset > film.receivedBytes || offset >= film.sizeBytes) throw new DomainError('film_offset', `piece ${film.receivedBytes / filmPieceBytes} comes next`);
  const bytes = await body.read(Math.min(filmPieceBytes, film.sizeBytes - offset));
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw new DomainError('film_piece_damaged', 'the piece came with other bytes than it was sent with');
  return bytes;
}

/** Writes down that the piece is there; whoever comes second with the same one changes nothing. */
async function noteReceived(deps: Deps, film: FilmRow, { piece, sha256 }: PieceOf, bytes: Buffer): Promise<FilmRow> {
  const at = deps.now();
  const { id, institutionId, courseId, sizeBytes, uploadedBy } = film;
  const receivedBytes = film.receivedBytes + bytes.length;
  const whole = receivedBytes === sizeBytes;
  const kind = piece === 0 ? filmKindOf(bytes) : film.kind;
  const actor = actorFor(uploadedBy, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    const noted = await em.nativeUpdate(FilmRow, { id, status: 'uploading', receivedBytes: film.receivedBytes }, { receivedBytes, heardAt: at, kind, ...(whole && { status: 'checking' as const }) });
    if (noted) await em.insert(FilmPiece, { filmId: id, ordinal: piece, institutionId, sizeBytes: bytes.length, sha256, receivedAt: at });
    if (noted && whole) await appendEvent(em, actor, `institution:${institutionId}`, 'film:uploaded', at, { filmId: id, courseId, kind, sizeBytes });
    const after = await em.findOne(FilmRow, { id });
    if (!after) throw new DomainError('not_found', 'the upload was thrown away meanwhile');
    return after;
  });
}

/** Throws not_found, forbidden, film_type, film_offset, film_piece_damaged, bad_request. */
export async function takeFilmPiece(deps: Deps, personId: string, wish: PieceOf, body: BytesUpload): Promise<Film> {
  const em = deps.orm.em.fork();
  const film = await keptFilm(em, personId, wish.filmId);
  if (film.uploadedBy !== personId) throw new DomainError('forbidden', 'somebody else sends this film');
  const bytes = await nextPiece(film, wish, body);
  if (!bytes) return filmView(em, film, personId);
  if (wish.piece === 0 && !filmKindOf(bytes)) {
    await em.nativeDelete(FilmRow, { id: film.id, status: 'uploading', receivedBytes: 0 });
    throw new DomainError('film_type', 'no film of a known kind, by its content');
  }
  await deps.storage.putBytes(filmPieceKey(film.id, wish.piece), bytes);
  const after = await noteReceived(deps, film, wish, bytes);
  if (after.status === 'checking') {
    await deps.queues.add('film-make', after.id, { filmId: after.id }).catch((error: unknown) => deps.log.warn({ err: error, filmId: after.id }, 'job not added: the reconciler will'));
  }
  return filmView(deps.orm.em.fork(), after, personId);
}
