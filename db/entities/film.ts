// Films that were uploaded for a course: their pieces as they came, and the files of units that were made of them.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { FilmReview } from '#contracts/film-routes.ts';
import type { HoldReason, QualityReport, ReplayFiles } from '#contracts/recording.ts';
import type { FilmKind, FilmRefusal, FilmStatus } from '#domain/film.ts';

export const Film = defineEntity({
  name: 'Film',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), courseId: p.uuid(), title: p.text(),
    /** SHA-256 of the file's beginning, size and date: what an upload is gone on with by. */
    mark: p.text(), uploadedBy: p.uuid(), sizeBytes: p.bigint('number'), receivedBytes: p.bigint('number'),
    kind: p.text().$type<FilmKind>().nullable(), status: p.text().$type<FilmStatus>(), refusal: p.text().$type<FilmRefusal>().nullable(),
    /** Of the whole file as it came. */
    sha256: p.text().nullable(), durationMs: p.integer().nullable(), progress: p.double().nullable(), secondsLeft: p.integer().nullable(),
    createdAt: p.datetime(), heardAt: p.datetime(), madeAt: p.datetime().nullable(), settledAt: p.datetime().nullable(),
    reviewedBy: p.uuid().nullable(), reviewedAt: p.datetime().nullable(), review: p.json().$type<FilmReview>().nullable(),
    /** The pieces are gone. */
    cleanedAt: p.datetime().nullable(), removedAt: p.datetime().nullable(),
  },
});
export const FilmPiece = defineEntity({
  name: 'FilmPiece',
  properties: { filmId: p.uuid().primary(), ordinal: p.integer().primary(), institutionId: p.uuid(), sizeBytes: p.integer(), sha256: p.text(), receivedAt: p.datetime() },
});
/** A file as a replay's is: the `part`th of `parts` of unit `unit`; `ordinal` counts all files of the film from 1. */
export const FilmFile = defineEntity({
  name: 'FilmFile',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), filmId: p.uuid(), ordinal: p.integer(), unit: p.integer(), part: p.integer(), parts: p.integer(),
    durationMs: p.integer(), sizeBytes: p.bigint('number'), sha256: p.text(), width: p.integer(), height: p.integer(),
    quality: p.json().$type<QualityReport>(), holdReasons: p.json().$type<HoldReason[]>(), files: p.json().$type<ReplayFiles>(), createdAt: p.datetime(),
  },
});
export type Film = InferEntity<typeof Film>;
export type FilmFile = InferEntity<typeof FilmFile>;
