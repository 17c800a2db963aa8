// REST of the timetable: planning, changing, what an office plans with, notices.
import type { timetableRoutes } from '#contracts/timetable-routes.ts';
import { noticesOf, readNotices } from '#db/queries/notices.ts';
import { plannedInstitutions, timetableOf } from '#db/queries/timetable.ts';
import { unitOfWork } from '#db/orm.ts';
import { instantOf } from '#domain/day.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { cancelSeries, historyFor, moveLesson, substitute } from './changing.ts';
import { addPlace, enterHolidays, optionsFor, removeHoliday, retirePlace, setTravelGap } from './offices.ts';
import { planLessons, previewPlan } from './planning.ts';

const longestSpanMs = 366 * 86_400_000;

function spanOf({ from, to }: { from: string; to: string }): [Date, Date] {
  const span: [Date, Date] = [instantOf(from), instantOf(to)];
  const lengthMs = span[1].getTime() - span[0].getTime();
  if (lengthMs <= 0 || lengthMs > longestSpanMs) throw new DomainError('bad_request', 'from is before to, at most 366 days');
  return span;
}

export function timetableHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof timetableRoutes> {
  const notices = (personId: string) => noticesOf(deps.orm.em.fork(), personId, deps.now());
  return {
    'GET /api/timetable': async ({ person, query }) => {
      const em = deps.orm.em.fork();
      return { lessons: await timetableOf(em, await plannedInstitutions(em, person.personId), ...spanOf(query)), serverNowMs: deps.now().getTime() };
    },
    'GET /api/timetable-options': ({ person }) => optionsFor(deps, person.personId),
    'POST /api/timetable/preview': ({ person, body }) => previewPlan(deps, person.personId, body),
    'POST /api/timetable': ({ person, body }) => planLessons(deps, person.personId, body),
    'POST /api/lessons/:lessonId/moves': ({ person, params, body }) => moveLesson(deps, person.personId, params.lessonId, body),
    'POST /api/lessons/:lessonId/substitutions': ({ person, params, body }) => substitute(deps, person.personId, params.lessonId, body),
    'GET /api/lessons/:lessonId/changes': ({ person, params }) => historyFor(deps, person.personId, params.lessonId),
    'POST /api/lesson-series/:seriesId/cancellation': ({ person, params, body }) => cancelSeries(deps, person.personId, params.seriesId, body),
    'POST /api/places': ({ person, body }) => addPlace(deps, person.personId, body),
    'DELETE /api/places/:placeId': ({ person, params }) => retirePlace(deps, person.personId, params.placeId),
    'POST /api/institutions/:institutionId/holidays': ({ person, params, body }) => enterHolidays(deps, person.personId, params.institutionId, body),
    'DELETE /api/institutions/:institutionId/holidays/:day': ({ person, params }) => removeHoliday(deps, person.personId, params.institutionId, params.day),
    'PUT /api/institutions/:institutionId/travel-gap': ({ person, params, body }) => setTravelGap(deps, person.personId, params.institutionId, body.minutes),
    'GET /api/notices': ({ person }) => notices(person.personId),
    'POST /api/notices/reading': async ({ person }) => {
      await unitOfWork(deps.orm, { personId: person.personId, institutionId: null }, async (em) => { await readNotices(em, person.personId, deps.now()); });
      return notices(person.personId);
    },
  };
}
