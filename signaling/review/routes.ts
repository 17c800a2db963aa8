// REST of review: the queue, a learner's case, decisions, and learners' own appeals.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { makeAppeal, ownAppeals } from './appeals.ts';
import { reviewCase } from './case.ts';
import { decideAppeal, decideCheck, decideSignals } from './decide.ts';
import { decideExamCheck, makeExamAppeal, ownExamAppeals } from './exam-appeals.ts';
import { reviewQueue } from './queue.ts';

type Mine = 'GET /api/review' | 'GET /api/lessons/:lessonId/review/:personId' | 'POST /api/lessons/:lessonId/review/:personId/decisions'
  | 'GET /api/exam-attempts/:attemptId/appeals' | 'POST /api/exam-attempts/:attemptId/appeals' | 'POST /api/exam-attempts/:attemptId/checks/:checkId/decisions'
  | 'POST /api/checks/:checkId/decisions' | 'POST /api/appeals/:appealId/decisions' | 'GET /api/lessons/:lessonId/appeals' | 'POST /api/lessons/:lessonId/appeals';

export function checkReviewRoutes(deps: Deps): Pick<RouteHandlers, Mine> {
  return {
    'GET /api/review': ({ person, query }) => reviewQueue(deps, person.personId, query),
    'GET /api/lessons/:lessonId/review/:personId': ({ person, params }) => reviewCase(deps, person.personId, params),
    'POST /api/lessons/:lessonId/review/:personId/decisions': ({ person, params, body }) => decideSignals(deps, person.personId, params, body),
    'POST /api/checks/:checkId/decisions': ({ person, params, body }) => decideCheck(deps, person.personId, params.checkId, body),
    'POST /api/appeals/:appealId/decisions': ({ person, params, body }) => decideAppeal(deps, person.personId, params.appealId, body),
    'GET /api/lessons/:lessonId/appeals': ({ person, params }) => ownAppeals(deps, person.personId, params.lessonId),
    'POST /api/lessons/:lessonId/appeals': ({ person, params, body }) => makeAppeal(deps, person.personId, params.lessonId, body),
    'GET /api/exam-attempts/:attemptId/appeals': ({ person, params }) => ownExamAppeals(deps, person.personId, params.attemptId),
    'POST /api/exam-attempts/:attemptId/appeals': ({ person, params, body }) => makeExamAppeal(deps, person.personId, params.attemptId, body),
    'POST /api/exam-attempts/:attemptId/checks/:checkId/decisions': ({ person, params, body }) => decideExamCheck(deps, person.personId, params, body),
  };
}
