// REST of replays: a lesson's parts, files, captions, and watching with proof.
import type { Deps } from '../deps.ts';
import type { RouteHandlers } from '../http/route-handlers.ts';
import { captionsFile, putCaptions } from './captions.ts';
import { replayCourseware } from './courseware.ts';
import { replayFile } from './files.ts';
import { answerQuestion, questionPicture, questionsOfFilm, showQuestion } from './film-questions.ts';
import { heartbeat } from './heartbeats.ts';
import { answerByCode, askAgain, beginMakeUp, sendCode } from './make-up.ts';
import { moveQuestion, placeQuestion, takeAwayQuestion } from './placed-questions.ts';
import { masterPlaylist, mediaPlaylist } from './playlists.ts';
import { segmentBytes, segmentLink } from './segments.ts';
import { lessonReplay } from './service.ts';
import { beginViewing } from './viewings.ts';
import { watchDeps } from './watch-deps.ts';

type Mine = 'GET /api/replays/:replayId/courseware' | 'GET /api/lessons/:lessonId/replay' | 'GET /api/replays/:replayId/files/:name' | 'PUT /api/replays/:replayId/captions' | 'GET /api/replays/:replayId/captions/:locale'
  | 'POST /api/replays/:replayId/make-up' | 'POST /api/viewings/:viewingId/check' | 'POST /api/viewings/:viewingId/phone-code' | 'POST /api/viewings/:viewingId/phone-answer'
  | 'POST /api/replays/:replayId/viewings' | 'GET /api/viewings/:viewingId/playlist' | 'GET /api/viewings/:viewingId/playlist/:rendition'
  | 'GET /api/viewings/:viewingId/segments/:rendition/:number' | 'GET /api/segments/:token' | 'POST /api/viewings/:viewingId/heartbeats'
  | 'GET /api/replays/:replayId/questions' | 'POST /api/replays/:replayId/questions' | 'PUT /api/replays/:replayId/questions/:questionId' | 'DELETE /api/replays/:replayId/questions/:questionId'
  | 'POST /api/viewings/:viewingId/questions/:questionId/showing' | 'POST /api/viewings/:viewingId/questions/:questionId/answer' | 'GET /api/viewings/:viewingId/questions/:questionId/picture';

export function replayRoutes(given: Deps): Pick<RouteHandlers, Mine> {
  const deps = watchDeps(given);
  return {
    'GET /api/lessons/:lessonId/replay': ({ person, params }) => lessonReplay(deps, person.personId, params.lessonId),
    'GET /api/replays/:replayId/courseware': ({ person, params }) => replayCourseware(deps, person.personId, params.replayId),
    'GET /api/replays/:replayId/files/:name': ({ person, params }) => replayFile(deps, person.personId, params.replayId, params.name),
    'PUT /api/replays/:replayId/captions': async ({ person, params, body }) => {
      await putCaptions(deps, person.personId, params.replayId, body);
      return {};
    },
    'GET /api/replays/:replayId/captions/:locale': ({ person, params }) => captionsFile(deps, person.personId, params.replayId, params.locale),
    'POST /api/replays/:replayId/viewings': ({ person, params }) => beginViewing(deps, person.personId, params.replayId),
    'POST /api/replays/:replayId/make-up': ({ person, params }) => beginMakeUp(deps, person.personId, params.replayId),
    'POST /api/viewings/:viewingId/check': ({ person, params }) => askAgain(deps, person.personId, params.viewingId),
    'POST /api/viewings/:viewingId/phone-code': ({ person, params }) => sendCode(deps, person, params.viewingId),
    'POST /api/viewings/:viewingId/phone-answer': ({ person, params, body }) => answerByCode(deps, person.personId, params.viewingId, body.code),
    'GET /api/viewings/:viewingId/playlist': ({ person, params }) => masterPlaylist(deps, person.personId, params.viewingId),
    'GET /api/viewings/:viewingId/playlist/:rendition': ({ person, params }) => mediaPlaylist(deps, person.personId, params.viewingId, params.rendition),
    'GET /api/viewings/:viewingId/segments/:rendition/:number': ({ person, params }) => segmentLink(deps, person.personId, params),
    'GET /api/segments/:token': ({ person, params }) => segmentBytes(deps, person.personId, params.token),
    'POST /api/viewings/:viewingId/heartbeats': ({ person, params, body }) => heartbeat(deps, person.personId, params.viewingId, body),
    'GET /api/replays/:replayId/questions': ({ person, params }) => questionsOfFilm(deps, person.personId, params.replayId),
    'POST /api/replays/:replayId/questions': ({ person, params, body }) => placeQuestion(deps, person.personId, params.replayId, body),
    'PUT /api/replays/:replayId/questions/:questionId': ({ person, params, body }) => moveQuestion(deps, person.personId, { ...params, ...body }),
    'DELETE /api/replays/:replayId/questions/:questionId': ({ person, params }) => takeAwayQuestion(deps, person.personId, params),
    'POST /api/viewings/:viewingId/questions/:questionId/showing': ({ person, params }) => showQuestion(deps, { personId: person.personId, ...params }),
    'POST /api/viewings/:viewingId/questions/:questionId/answer': ({ person, params, body }) => answerQuestion(deps, { personId: person.personId, ...params }, body),
    'GET /api/viewings/:viewingId/questions/:questionId/picture': ({ person, params }) => questionPicture(deps, { personId: person.personId, ...params }),
  };
}
