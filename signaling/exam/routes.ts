// REST of exams.
import type { examRoutes } from '#contracts/exam-routes.ts';
import { DomainError } from '#domain/errors.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';

const later = (): Promise<never> => Promise.reject(new DomainError('internal', 'comes with the next commits'));

export function examHandlers(_deps: Deps): Pick<RouteHandlers, keyof typeof examRoutes> {
  return {
    'GET /api/exams': later,
    'GET /api/exam-options': later,
    'POST /api/exams': later,
    'GET /api/exams/:examId': later,
    'PUT /api/exams/:examId': later,
    'DELETE /api/exams/:examId': later,
    'POST /api/exams/:examId/publication': later,
    'PUT /api/exams/:examId/window': later,
    'POST /api/exams/:examId/ending': later,
    'POST /api/exams/:examId/copies': later,
    'GET /api/my-exams': later,
    'POST /api/exams/:examId/attempts': later,
    'POST /api/exam-attempts/:attemptId/pulses': later,
    'PUT /api/exam-attempts/:attemptId/answers': later,
    'POST /api/exam-attempts/:attemptId/submission': later,
    'GET /api/exam-attempts/:attemptId/result': later,
    'GET /api/exam-attempts/:attemptId/pictures/:ordinal': later,
    'POST /api/exam-attempts/:attemptId/check': later,
    'POST /api/exam-attempts/:attemptId/phone-code': later,
    'POST /api/exam-attempts/:attemptId/phone-answer': later,
    'GET /api/exams/:examId/scores': later,
    'GET /api/exams/:examId/scores.xlsx': later,
    'GET /api/exam-queue': later,
    'GET /api/exams/:examId/marking': later,
    'POST /api/exam-attempts/:attemptId/marks': later,
    'GET /api/exam-attempts/:attemptId/review': later,
    'POST /api/exam-attempts/:attemptId/decisions': later,
  };
}
