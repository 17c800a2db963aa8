// REST of questions in class: their pictures.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { sharedBytes } from '../http/shared-bytes.ts';
import { askedPicture } from './pictures.ts';

export function quizRoutes(deps: Deps): Pick<RouteHandlers, 'GET /api/lessons/:lessonId/question-pictures/:pictureId'> {
  const bytes = sharedBytes(deps.storage);
  return {
    'GET /api/lessons/:lessonId/question-pictures/:pictureId': ({ person, params }) => askedPicture({ deps, bytes }, person.personId, params.lessonId, params.pictureId),
  };
}
