// REST of exams.
import type { examRoutes } from '#contracts/exam-routes.ts';
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { beginOrGoOn } from './begin.ts';
import { answerByCode, askAgain, pulse, sendCode } from './checks.ts';
import { examQueue, markQueue, markText } from './marking.ts';
import { paperPicture } from './pictures.ts';
import { previewPaper } from './preview.ts';
import { endExam, extendWindow, publishExam } from './publishing.ts';
import { examOptions, listExams, readExam } from './reading.ts';
import { ownExams, readResult } from './results.ts';
import { decideHold, readReview } from './review.ts';
import { readScores, scoresFile } from './scores.ts';
import { saveAnswers, submit } from './saving.ts';
import { addExam, copyExam, editExam, removeExam } from './settings.ts';

export function examHandlers(deps: Deps): Pick<RouteHandlers, keyof typeof examRoutes> {
  return {
    'GET /api/exams': ({ person }) => listExams(deps, person.personId),
    'GET /api/exam-options': ({ person }) => examOptions(deps, person.personId),
    'POST /api/exams': ({ person, body }) => addExam(deps, person.personId, body),
    'GET /api/exams/:examId': ({ person, params }) => readExam(deps, person.personId, params.examId),
    'PUT /api/exams/:examId': ({ person, params, body }) => editExam(deps, person.personId, params.examId, body),
    'DELETE /api/exams/:examId': ({ person, params }) => removeExam(deps, person.personId, params.examId),
    'POST /api/exams/:examId/publication': ({ person, params }) => publishExam(deps, person.personId, params.examId),
    'PUT /api/exams/:examId/window': ({ person, params, body }) => extendWindow(deps, person.personId, params.examId, body.closesAt),
    'POST /api/exams/:examId/ending': ({ person, params, body }) => endExam(deps, person.personId, params.examId, body),
    'GET /api/exams/:examId/preview': ({ person, params, query }) => previewPaper(deps, person.personId, params.examId, Number(query.draw)),
    'POST /api/exams/:examId/copies': ({ person, params }) => copyExam(deps, person.personId, params.examId),
    'GET /api/my-exams': ({ person }) => ownExams(deps, person.personId),
    'POST /api/exams/:examId/attempts': ({ person, params, body }) => beginOrGoOn(deps, person.personId, params.examId, body.deviceId),
    'POST /api/exam-attempts/:attemptId/pulses': ({ person, params, body }) => pulse(deps, person.personId, params.attemptId, body.turn),
    'PUT /api/exam-attempts/:attemptId/answers': ({ person, params, body }) => saveAnswers(deps, person.personId, params.attemptId, body),
    'POST /api/exam-attempts/:attemptId/submission': ({ person, params, body }) => submit(deps, person.personId, params.attemptId, body),
    'GET /api/exam-attempts/:attemptId/result': ({ person, params }) => readResult(deps, person.personId, params.attemptId),
    'GET /api/exam-attempts/:attemptId/pictures/:ordinal': ({ person, params }) => paperPicture(deps, person.personId, params.attemptId, Number(params.ordinal)),
    'POST /api/exam-attempts/:attemptId/check': ({ person, params, body }) => askAgain(deps, person.personId, params.attemptId, body.turn),
    'POST /api/exam-attempts/:attemptId/phone-code': ({ person, params, body }) => sendCode(deps, person, params.attemptId, body.turn),
    'POST /api/exam-attempts/:attemptId/phone-answer': ({ person, params, body }) => answerByCode(deps, person.personId, params.attemptId, body.code),
    'GET /api/exams/:examId/scores': ({ person, params }) => readScores(deps, person.personId, params.examId),
    'GET /api/exams/:examId/scores.xlsx': ({ person, params, query }) => scoresFile(deps, person.personId, params.examId, query.locale ?? person.locale),
    'GET /api/exam-queue': ({ person }) => examQueue(deps, person.personId),
    'GET /api/exams/:examId/marking': ({ person, params, query }) => markQueue(deps, person.personId, params.examId, query),
    'POST /api/exam-attempts/:attemptId/marks': ({ person, params, body }) => markText(deps, person.personId, params.attemptId, body),
    'GET /api/exam-attempts/:attemptId/review': ({ person, params }) => readReview(deps, person.personId, params.attemptId),
    'POST /api/exam-attempts/:attemptId/decisions': ({ person, params, body }) => decideHold(deps, person.personId, params.attemptId, body),
  };
}
