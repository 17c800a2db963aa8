// REST of questions and answers: the same in class and after it.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { ask, countOf, listOf, reply, setSolved } from './service.ts';

type Mine = 'GET /api/lessons/:lessonId/qa' | 'GET /api/lessons/:lessonId/qa/count' | 'POST /api/lessons/:lessonId/qa' | 'POST /api/qa/:threadId/posts' | 'PUT /api/qa/:threadId/solved';

export function qaRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  return {
    'GET /api/lessons/:lessonId/qa': ({ person, params }) => listOf(deps, person.personId, params.lessonId),
    'GET /api/lessons/:lessonId/qa/count': ({ person, params }) => countOf(deps, person.personId, params.lessonId),
    'POST /api/lessons/:lessonId/qa': ({ person, params, body }) => ask(deps, person.personId, params.lessonId, body),
    'POST /api/qa/:threadId/posts': ({ person, params, body }) => reply(deps, person.personId, params.threadId, body),
    'PUT /api/qa/:threadId/solved': ({ person, params, body }) => setSolved(deps, person.personId, params.threadId, body.solved),
  };
}
