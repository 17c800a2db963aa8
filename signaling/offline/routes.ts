// REST of lessons held at a place: reading a sheet, keeping one.
import type { offlineRoutes as table } from '#contracts/offline-routes.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { keepSheet, readSheet } from './service.ts';

export function offlineRoutes(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  return {
    'GET /api/lessons/:lessonId/sheet': ({ person, params }) => readSheet(deps, person.personId, params.lessonId),
    'POST /api/lessons/:lessonId/sheet': ({ person, params, body }) => keepSheet(deps, person.personId, params.lessonId, body),
  };
}
