// REST of the public corner: what everybody reads, and its desk.
import type { cornerRoutes as table } from '#contracts/corner-routes.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { decidePost, takePostDown, writePost } from './posts.ts';
import { readCorner, readDesk, readPage, readPost, readResource } from './reading.ts';
import { addResource, withdrawResource } from './resources.ts';

export function cornerHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof table> {
  return {
    'GET /api/corner': () => readCorner(deps),
    'GET /api/corner/posts': ({ query }) => readPage(deps, query.kind, Number(query.page)),
    'GET /api/corner/posts/:postId': ({ params }) => readPost(deps, params.postId),
    'GET /api/corner/resources/:resourceId/file': ({ params }) => readResource(deps, params.resourceId),
    'GET /api/corner-desk': ({ person }) => readDesk(deps, person.personId),
    'POST /api/institutions/:institutionId/corner-posts': ({ person, params, body }) => writePost(deps, person.personId, params.institutionId, body),
    'POST /api/corner/posts/:postId/decision': ({ person, params, body }) => decidePost(deps, person.personId, params.postId, body),
    'POST /api/corner/posts/:postId/taking-down': ({ person, params, body }) => takePostDown(deps, person.personId, params.postId, body.reason),
    'POST /api/corner/resources': ({ person, query, body }) => addResource(deps, person.personId, query, body),
    'POST /api/corner/resources/:resourceId/withdrawal': async ({ person, params, body }) => { await withdrawResource(deps, person.personId, params.resourceId, body.reason); return {}; },
  };
}
