// Uploaded films of a course: what they look like, and their routes. They belong to the course; its office and its teachers keep them.
import Type, { type Static } from 'typebox';
import { filmRefusals, filmRights, filmStatuses } from '#domain/film.ts';
import { HoldReason, QualityReport, Review, ReviewBody } from './recording.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

/** One file of a unit, made of the film; `unit`, `part` from 1. */
export const FilmFile = Closed({
  unit: Type.Integer(), part: Type.Integer(), parts: Type.Integer(), durationMs: Type.Integer(), sizeBytes: Type.Integer(), report: QualityReport, holdReasons: Type.Array(HoldReason),
});
export type FilmFile = Static<typeof FilmFile>;
/** What a person said who looked at all of it: watermark (R135), rights to what is shown (R134). */
export const FilmReviewBody = Closed({ ...ReviewBody.properties, rights: OneOf(filmRights) });
export type FilmReviewBody = Static<typeof FilmReviewBody>;
export const FilmReview = Closed({ ...Review.properties, rights: OneOf(filmRights) });
export type FilmReview = Static<typeof FilmReview>;

export const Film = Closed({
  filmId: Uuid, title: Type.String(), status: OneOf(filmStatuses), refusal: Nullable(OneOf(filmRefusals)),
  sizeBytes: Type.Integer(), receivedBytes: Type.Integer(), uploadedAt: Instant, uploadedBy: Type.String(),
  /** True where the asking person began the upload: nobody else goes on with it. */
  own: Type.Boolean(),
  /** Known once it was looked at; ms. */
  durationMs: Nullable(Type.Integer()),
  /** Of the whole file as it came. */
  sha256: Nullable(Type.String()),
  /** While it is made: 0..1, and whole seconds as far as they can be known. */
  progress: Nullable(Type.Number()), secondsLeft: Nullable(Type.Integer()),
  files: Type.Array(FilmFile), review: Nullable(Closed({ ...FilmReview.properties, reviewerName: Type.String(), at: Instant })),
});
export type Film = Static<typeof Film>;
/** Newest first. Files of more than `maxBytes` are not begun; pieces are `pieceBytes` long, the last may be shorter. */
export const FilmList = Closed({ courseTitle: Type.String(), films: Type.Array(Film), maxBytes: Type.Integer(), pieceBytes: Type.Integer() });
export type FilmList = Static<typeof FilmList>;
export const FilmBody = Closed({
  title: Type.String({ minLength: 1, maxLength: 200 }), sizeBytes: Type.Integer({ minimum: 1 }),
  /** SHA-256 of the file's beginning, size and date: the same person with the same file goes on where they were cut off, also on another day. */
  mark: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type FilmBody = Static<typeof FilmBody>;

const OfCourse = Closed({ courseId: Uuid });
const OneFilm = Closed({ filmId: Uuid });

export const filmRoutes = {
  /** Errors of all of these: not_found (a course or film one does not look after). */
  'GET /api/courses/:courseId/films': { by: 'account', params: OfCourse, reply: FilmList },
  /** Begins an upload, or finds the one this person was cut off in. Errors: film_too_large, film_full, film_no_room (too little space on the server's disk). */
  'POST /api/courses/:courseId/films': { by: 'account', params: OfCourse, body: FilmBody, reply: Film },
  'GET /api/films/:filmId': { by: 'account', params: OneFilm, reply: Film },
  /**
   * Piece `piece` (from 0), whole, with its SHA-256. One that is there already changes nothing: the answer says from where to go on. The last one hands the film to the worker.
   * Errors: film_type (by content, at the first piece: the upload is gone then), film_offset (pieces are missing before it), film_piece_damaged (its hash is another), bad_request (another length than it has to have),
   * forbidden (begun by somebody else).
   */
  'PUT /api/films/:filmId/pieces/:piece/:sha256': {
    by: 'account', params: Closed({ filmId: Uuid, piece: Type.String({ pattern: '^\\d{1,5}$' }), sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }), body: 'bytes', reply: Film,
  },
  /** Takes it away; an upload is thrown away, work on it stops. Errors: film_in_use (a lesson is studied from it). */
  'DELETE /api/films/:filmId': { by: 'account', params: OneFilm, reply: Empty },
  /** Errors: film_not_ready (there is nothing to look at), bad_request (a watermark, or a no, without a note; unclear rights are not published). */
  'POST /api/films/:filmId/review': { by: 'account', params: OneFilm, body: FilmReviewBody, reply: Film },
  /** The `ordinal`th file of the film, from 1, to be looked at: MP4 with ranges, or its poster. Errors: film_not_ready. */
  'GET /api/films/:filmId/files/:ordinal/:name': {
    by: 'account', params: Closed({ filmId: Uuid, ordinal: Type.String({ pattern: '^[1-9]\\d?$' }), name: OneOf(['unit.mp4', 'poster.jpg'] as const) }), reply: 'file',
  },
} as const;
