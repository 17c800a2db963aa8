// Uploaded films as those who look after the course may have them; and the pieces of an upload in the storage, which follow from its rows.
import { filmPieceKey } from '#contracts/places.ts';
import { DomainError } from '#domain/errors.ts';
import { filmPieceBytes } from '#domain/film.ts';
import type { Storage } from '#runtime/storage.ts';
import { Film } from '../entities/film.ts';
import type { EntityManager } from '../orm.ts';
import { keepsCourseSql } from './course-access.ts';

/** Throws not_found for a film that is not there, is removed, or whose course this person does not look after. */
export async function keptFilm(em: EntityManager, personId: string, filmId: string): Promise<Film> {
  const [known] = await em.execute<{ id: string }[]>(`select f.id from film f join course co on co.id = f.course_id where f.id = ? and f.removed_at is null and ${keepsCourseSql}`, [filmId, personId, personId]);
  const film = known && await em.findOne(Film, { id: filmId }, { refresh: true });
  if (!film) throw new DomainError('not_found', 'no such film');
  return film;
}

/** Whether a lesson that was not given up is studied from it. */
export async function isLent(em: EntityManager, filmId: string): Promise<boolean> {
  const [row] = await em.execute<{ lent: boolean }[]>(`select exists (select from replay r join lesson l on l.id = r.lesson_id where r.film_id = ? and l.status not in ('cancelled', 'missed')) as lent`, [filmId]);
  return row?.lent === true;
}

/** How many pieces a film comes in. */
export const filmPieces = (sizeBytes: number): number => Math.ceil(sizeBytes / filmPieceBytes);

/** Removes those that are there, and one that may have come without its row. */
export async function removeFilmPieces(storage: Storage, { id, receivedBytes }: Pick<Film, 'id' | 'receivedBytes'>): Promise<void> {
  for (let ordinal = 0; ordinal <= filmPieces(receivedBytes); ordinal++) await storage.remove(filmPieceKey(id, ordinal));
}
