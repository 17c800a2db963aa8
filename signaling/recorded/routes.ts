// REST of lessons that are studied from films: planning them, changing their period.
import type { recordedRoutes as table } from '#contracts/recorded-routes.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { changePeriod } from './period.ts';
import { planOf, planRecorded } from './planning.ts';

export const recordedRoutes = (deps: Deps): Pick<RouteHandlers, keyof typeof table> => ({
  'GET /api/courses/:courseId/recorded-lessons': ({ person, params }) => planOf(deps, person.personId, params.courseId),
  'POST /api/recorded-lessons': ({ person, body }) => planRecorded(deps, person.personId, body),
  'PUT /api/recorded-lessons/:lessonId/period': ({ person, params, body }) => changePeriod(deps, person.personId, params.lessonId, body),
});
