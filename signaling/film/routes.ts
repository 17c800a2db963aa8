// REST of uploaded films: the list of a course, uploads in pieces, looking at what was made, removal.
import type { filmRoutes as table } from '#contracts/film-routes.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { reviewFilm } from './reviewing.ts';
import { filmFile, listFilms, readFilm, removeFilm } from './service.ts';
import { beginFilm, takeFilmPiece } from './uploading.ts';

export function filmRoutes(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  return {
    'GET /api/courses/:courseId/films': ({ person, params }) => listFilms(deps, person.personId, params.courseId),
    'POST /api/courses/:courseId/films': ({ person, params, body }) => beginFilm(deps, person.personId, params.courseId, body),
    'GET /api/films/:filmId': ({ person, params }) => readFilm(deps, person.personId, params.filmId),
    'PUT /api/films/:filmId/pieces/:piece/:sha256': ({ person, params, body }) => takeFilmPiece(deps, person.personId, { ...params, piece: Number(params.piece) }, body),
    'DELETE /api/films/:filmId': async ({ person, params }) => {
      await removeFilm(deps, person.personId, params.filmId);
      return {};
    },
    'POST /api/films/:filmId/review': ({ person, params, body }) => reviewFilm(deps, person.personId, params.filmId, body),
    'GET /api/films/:filmId/files/:ordinal/:name': ({ person, params }) => filmFile(deps, person.personId, params),
  };
}
