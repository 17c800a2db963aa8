// REST of courses: dossiers, versions, content reviews, instructors.
import type { courseRoutes } from '#contracts/course-routes.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { addCourse, editDossier } from './drafting.ts';
import { addInstructor, editInstructor, listInstructors } from './instructors.ts';
import { listCourses, readDossier } from './reading.ts';
import { readReviews, reviewContent } from './reviewing.ts';
import { submitDossier } from './submitting.ts';
import { listVersions, readVersion } from './versions.ts';

export function courseHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof courseRoutes> {
  return {
    'GET /api/courses': ({ person }) => listCourses(deps, person.personId),
    'POST /api/courses': ({ person, body }) => addCourse(deps, person.personId, body),
    'GET /api/courses/:courseId/dossier': ({ person, params }) => readDossier(deps, person.personId, params.courseId),
    'PUT /api/courses/:courseId/dossier': ({ person, params, body }) => editDossier(deps, person.personId, params.courseId, body),
    'POST /api/courses/:courseId/dossier/submission': ({ person, params, body }) => submitDossier(deps, person.personId, params.courseId, body.revision),
    'GET /api/courses/:courseId/dossier/versions': ({ person, params }) => listVersions(deps, person.personId, params.courseId),
    'GET /api/courses/:courseId/dossier/versions/:version': ({ person, params }) => readVersion(deps, person.personId, params.courseId, Number(params.version)),
    'GET /api/courses/:courseId/content-reviews': ({ person, params }) => readReviews(deps, person.personId, params.courseId),
    'POST /api/courses/:courseId/content-reviews': ({ person, params, body }) => reviewContent(deps, person.personId, params.courseId, body),
    'GET /api/instructors': ({ person }) => listInstructors(deps, person.personId),
    'POST /api/instructors': ({ person, body }) => addInstructor(deps, person.personId, body),
    'PUT /api/instructors/:instructorId': ({ person, params, body }) => editInstructor(deps, person.personId, params.instructorId, body),
  };
}
