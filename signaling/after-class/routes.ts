// REST of a class after it is over: for staff of the lesson and those who oversee it.
import type { AfterClass } from '#contracts/after-class.ts';
import { roleInLesson } from '#db/queries/lesson-access.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { afterClassOf } from './service.ts';

type Mine = 'GET /api/lessons/:lessonId/after-class';

/** Throws not_found for whoever has no role in the lesson, forbidden for a learner. */
async function forStaff(deps: Deps, personId: string, lessonId: string, query: { page?: string; search?: string }): Promise<AfterClass> {
  const role = await roleInLesson(deps.orm.em.fork(), personId, lessonId);
  if (!role) throw new DomainError('not_found', 'no such lesson');
  if (role === 'student') throw new DomainError('forbidden', 'the page after class is for staff');
  return afterClassOf(deps, lessonId, { page: Number(query.page ?? 1), search: query.search ?? '' });
}

export function afterClassRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  return {
    'GET /api/lessons/:lessonId/after-class': ({ person, params, query }) => forStaff(deps, person.personId, params.lessonId, query),
  };
}
