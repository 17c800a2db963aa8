// REST of lessons: timetable, one lesson, scheduling, cancelling.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { lessonReader } from './read-detail.ts';
import { scheduleLesson, schedulingOptions } from './schedule.ts';
import { cancelLesson, timetable } from './service.ts';

type Mine = 'GET /api/lessons' | 'POST /api/lessons' | 'GET /api/scheduling' | 'GET /api/lessons/:lessonId' | 'POST /api/lessons/:lessonId/cancel';

export function lessonRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  const read = lessonReader(deps);
  return {
    'GET /api/lessons': async ({ person, query }) => ({
      lessons: await timetable(deps, person.personId, query), serverNowMs: deps.now().getTime(),
    }),
    'POST /api/lessons': ({ person, body }) => scheduleLesson(deps, person.personId, body),
    'GET /api/scheduling': ({ person }) => schedulingOptions(deps, person.personId),
    'GET /api/lessons/:lessonId': ({ person, params }) => read(person.personId, params.lessonId),
    'POST /api/lessons/:lessonId/cancel': ({ person, params, body }) => cancelLesson(deps, person.personId, params.lessonId, body.reason),
  };
}
