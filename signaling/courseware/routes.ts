// REST of courseware: the list, uploads in pieces, removal, and pages as pictures.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { sharedBytes } from '../http/shared-bytes.ts';
import { pageFile } from './pages.ts';
import { listCourseware, removeCourseware } from './service.ts';
import { beginUpload, takePiece } from './uploading.ts';

type Mine = 'GET /api/lessons/:lessonId/courseware' | 'POST /api/lessons/:lessonId/courseware' | 'PUT /api/lessons/:lessonId/courseware/:coursewareId/pieces/:piece'
  | 'DELETE /api/lessons/:lessonId/courseware/:coursewareId' | 'GET /api/lessons/:lessonId/courseware/:coursewareId/pages/:page/:size';

export function coursewareRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  const bytes = sharedBytes(deps.storage);
  return {
    'GET /api/lessons/:lessonId/courseware': ({ person, params }) => listCourseware(deps, person.personId, params.lessonId),
    'POST /api/lessons/:lessonId/courseware': ({ person, params, body }) => beginUpload(deps, person.personId, params.lessonId, body),
    'PUT /api/lessons/:lessonId/courseware/:coursewareId/pieces/:piece': ({ person, params, body }) =>
      takePiece(deps, person.personId, { ...params, piece: Number(params.piece) }, body),
    'DELETE /api/lessons/:lessonId/courseware/:coursewareId': async ({ person, params }) => {
      await removeCourseware(deps, person.personId, params);
      return {};
    },
    'GET /api/lessons/:lessonId/courseware/:coursewareId/pages/:page/:size': ({ person, params }) =>
      pageFile({ deps, bytes }, person.personId, { ...params, page: Number(params.page) }),
  };
}
