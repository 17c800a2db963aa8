// Thrown where a film is not taken: the reason is stored and told in words; nothing is tried again.
import type { FilmRefusal } from '#domain/film.ts';

export class RefusedFilm extends Error {
  readonly refusal: FilmRefusal;
  constructor(refusal: FilmRefusal, message: string) {
    super(message);
    this.name = 'RefusedFilm';
    this.refusal = refusal;
  }
}
