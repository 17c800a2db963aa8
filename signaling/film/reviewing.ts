// A person's look at what was made of a film: watermark, rights, content. Only then may it be shown (R134, R135).
import type { Film, FilmReviewBody } from '#contracts/film-routes.ts';
import { Film as FilmRow } from '#db/entities/film.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { keptFilm } from '#db/queries/films.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import { filmView } from './service.ts';

/** Throws bad_request. */
function requireWhole({ watermark, rights, note, publish }: FilmReviewBody): void {
  if (publish && rights === 'unclear') throw new DomainError('bad_request', 'a film of unclear rights is not published');
  if (publish && watermark === 'present' && note.trim() === '') throw new DomainError('bad_request', 'say in the note why a film with a watermark is published');
  if (!publish && note.trim() === '') throw new DomainError('bad_request', 'say in the note why the film is not published');
}

/** What was published stays so; the last review of one that waits counts. Throws not_found, film_not_ready, bad_request. */
export async function reviewFilm(deps: Deps, personId: string, filmId: string, body: FilmReviewBody): Promise<Film> {
  const { watermark, rights, publish } = body;
  requireWhole(body);
  const at = deps.now();
  return unitOfWork(deps.orm, actorFor(personId, null), async (em) => {
    await keptFilm(em, personId, filmId);
    // The worker may settle it in this moment, or a colleague look at it.
    await em.execute('select 1 from film where id = ? for update', [filmId]);
    const film = await keptFilm(em, personId, filmId);
    if (film.status !== 'review') throw new DomainError('film_not_ready', `the film is ${film.status}`);
    await em.nativeUpdate(FilmRow, { id: filmId }, {
      status: publish ? 'ready' : 'refused', refusal: publish ? null : 'reviewed', reviewedBy: personId, reviewedAt: at, settledAt: at, review: { watermark, rights, note: body.note.trim(), published: publish },
    });
    const { institutionId, courseId, sha256 } = film;
    // Ids and figures only: the note is a text, and stays in its row.
    await appendEvent(em, actorFor(personId, institutionId), `institution:${institutionId}`, 'film:reviewed', at, { filmId, courseId, sha256, watermark, rights, published: publish });
    return filmView(em, await keptFilm(em, personId, filmId), personId);
  });
}
