// Every REST route in one table: who may ask, what is sent, what comes back. A route that is not here does not exist.
import Type, { type TSchema } from 'typebox';
import type { MembershipRole } from '#domain/roles.ts';
import { CheckWayBody, ConsentBody, ConsentState, FaceEnrolmentReply, SnapshotReply } from './check.ts';
import { CancelBody, LessonBody, LessonDetail, LessonList, SchedulingOptions } from './lesson.ts';
import { LiveStreamState, StreamSegmentName } from './live-stream.ts';
import { DrainBody, OperatorLive } from './operator.ts';
import { LocaleBody, LoginBody, Me } from './person.ts';
import { QualityAnswer, replayFileNames, ReviewBody } from './recording.ts';
import { CaptionsBody, Heartbeat, HeartbeatReply, LessonReplay, replayLocale, replayRenditions, ViewingStart } from './replay.ts';
import { LessonReport } from './report.ts';
import { NodeId } from './sfu-control.ts';
import { Closed, Empty, Instant, OneOf, Uuid } from './shapes.ts';

/** `anyone` needs no login; `account` any login, then the service asks for the right to the row; a list names memberships. */
export type RouteAccess = 'anyone' | 'account' | readonly MembershipRole[];
export interface RouteSpec {
  by: RouteAccess;
  params?: TSchema; query?: TSchema;
  /** JSON body; `picture` is raw image bytes, `pictures` a multipart form with files named `picture`. */
  body?: TSchema | 'picture' | 'pictures';
  /** Of the JSON body; 64 KB without it. */
  bodyMaxBytes?: number;
  /** JSON reply; `file` is bytes (range requests answered for units), or the way to them. */
  reply: TSchema | 'file';
}

const schedulers = ['admin', 'institution'] as const;
const OneLesson = Closed({ lessonId: Uuid });
const OneReplay = Closed({ replayId: Uuid });
const OneViewing = Closed({ viewingId: Uuid });
const Rendition = Closed({ viewingId: Uuid, rendition: OneOf(replayRenditions) });

export const restRoutes = {
  'GET /api/health': { by: 'anyone', reply: Closed({ ok: Type.Boolean() }) },
  'POST /api/session': { by: 'anyone', body: LoginBody, reply: Me },
  'DELETE /api/session': { by: 'anyone', reply: Empty },
  'GET /api/me': { by: 'account', reply: Me },
  'PUT /api/me/locale': { by: 'account', body: LocaleBody, reply: Empty },
  /** Lessons this person teaches, learns in, or oversees; default from 7 days ago to 30 days ahead, by start. */
  'GET /api/lessons': { by: 'account', query: Closed({ from: Type.Optional(Instant), to: Type.Optional(Instant) }), reply: LessonList },
  'POST /api/lessons': { by: schedulers, body: LessonBody, reply: LessonDetail },
  'GET /api/scheduling': { by: schedulers, reply: SchedulingOptions },
  'GET /api/lessons/:lessonId': { by: 'account', params: OneLesson, reply: LessonDetail },
  'POST /api/lessons/:lessonId/cancel': { by: schedulers, params: OneLesson, body: CancelBody, reply: LessonDetail },
  /** Staff of the lesson, its institution and regulators see all rows, a learner only the own one. */
  'GET /api/lessons/:lessonId/report': { by: 'account', params: OneLesson, reply: LessonReport },
  'GET /api/lessons/:lessonId/report.xlsx': { by: 'account', params: OneLesson, query: Closed({ locale: Type.Optional(OneOf(['zh', 'en'] as const)) }), reply: 'file' },
  /**
   * Asks for the delayed broadcast, for everybody in the lesson; asked again it says how far it is.
   * Errors: not_found (no part in the lesson), lesson_not_live, live_stream_unavailable (not offered here, or it failed a moment ago).
   */
  'POST /api/lessons/:lessonId/live-stream': { by: 'account', params: OneLesson, reply: LiveStreamState },
  /** Not kept by anybody; asking for it keeps the broadcast going. Errors: not_found, live_stream_unavailable (not begun, or over). */
  'GET /api/lessons/:lessonId/live-stream/playlist': { by: 'account', params: OneLesson, reply: 'file' },
  'GET /api/lessons/:lessonId/live-stream/segments/:name': { by: 'account', params: Closed({ lessonId: Uuid, name: StreamSegmentName }), reply: 'file' },
  'GET /api/lessons/:lessonId/replay': { by: 'account', params: OneLesson, reply: LessonReplay },
  /** `poster.jpg` and `thumbnails.jpg` for everybody in the lesson, the rest for its staff. */
  'GET /api/replays/:replayId/files/:name': { by: 'account', params: Closed({ replayId: Uuid, name: OneOf(replayFileNames) }), reply: 'file' },
  /** Begins to watch; what this person watched elsewhere ends. Errors: replay_not_ready. */
  'POST /api/replays/:replayId/viewings': { by: 'account', params: OneReplay, reply: ViewingStart },
  'GET /api/viewings/:viewingId/playlist': { by: 'account', params: OneViewing, reply: 'file' },
  'GET /api/viewings/:viewingId/playlist/:rendition': { by: 'account', params: Rendition, reply: 'file' },
  /** Sends on to a signed link to these 4 s. Errors: viewing_over, segment_too_early (more than 60 s ahead of the position). */
  'GET /api/viewings/:viewingId/segments/:rendition/:number': {
    by: 'account', params: Closed({ ...Rendition.properties, number: Type.String({ pattern: '^(init|\\d{1,5})$' }) }), reply: 'file',
  },
  /** The bytes behind a signed link, for whom it was signed. Errors: link_expired. */
  'GET /api/segments/:token': { by: 'account', params: Closed({ token: Type.String({ maxLength: 400 }) }), reply: 'file' },
  /** Errors: heartbeat_invalid (signature, nonce), heartbeat_late, viewing_over. */
  'POST /api/viewings/:viewingId/heartbeats': { by: 'account', params: OneViewing, body: Heartbeat, reply: HeartbeatReply },
  /** Staff; replaces captions of that language. Errors: captions_invalid. */
  'PUT /api/replays/:replayId/captions': { by: 'account', params: OneReplay, body: CaptionsBody, bodyMaxBytes: 2_000_000, reply: Empty },
  'GET /api/replays/:replayId/captions/:locale': { by: 'account', params: Closed({ replayId: Uuid, locale: replayLocale }), reply: 'file' },
  /** For staff of the lesson and its institution. */
  'GET /api/replays/:replayId/quality': { by: 'account', params: OneReplay, reply: QualityAnswer },
  /** Publishes a held file, or only says what was seen. Errors: replay_not_held. */
  'POST /api/replays/:replayId/review': { by: 'account', params: OneReplay, body: ReviewBody, reply: QualityAnswer },
  'GET /api/consents': { by: 'account', reply: ConsentState },
  'POST /api/consents': { by: 'account', body: ConsentBody, reply: ConsentState },
  'POST /api/check-way': { by: 'account', body: CheckWayBody, reply: ConsentState },
  'POST /api/face-enrolment': { by: 'account', body: 'pictures', reply: FaceEnrolmentReply },
  /** Errors: check_not_asked, check_late, check_settled, nonce_mismatch, picture_invalid, picture_too_large, forbidden (not one's own). */
  'POST /api/checks/:checkId/snapshot': {
    by: 'account', params: Closed({ checkId: Uuid }), query: Closed({ nonce: Type.String({ minLength: 1, maxLength: 128 }) }), body: 'picture', reply: SnapshotReply,
  },
  /** The learner's own picture or, for staff of the lesson, a learner's. */
  'GET /api/checks/:checkId/picture': { by: 'account', params: Closed({ checkId: Uuid }), reply: 'file' },
  /** The running platform, for whoever operates it; asked every two seconds. */
  'GET /api/operator': { by: ['admin'], reply: OperatorLive },
  /** Takes a media node out of service (what is on it goes on), or back in. Errors: not_found. */
  'PUT /api/operator/nodes/:nodeId': { by: ['admin'], params: Closed({ nodeId: NodeId }), body: DrainBody, reply: Empty },
} as const satisfies Record<string, RouteSpec>;
export type RestRoutes = typeof restRoutes;
export type RouteName = keyof RestRoutes;
