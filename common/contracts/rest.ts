// Every REST route in one table: who may ask, what is sent, what comes back. A route that is not here does not exist.
import Type, { type TSchema } from 'typebox';
import type { MembershipRole } from '#domain/roles.ts';
import { CheckWayBody, ConsentBody, ConsentState, FaceEnrolmentReply, SnapshotReply } from './check.ts';
import { CancelBody, LessonBody, LessonDetail, LessonList, SchedulingOptions } from './lesson.ts';
import { LocaleBody, LoginBody, Me } from './person.ts';
import { LessonReplay, LessonReport, PositionBody } from './report.ts';
import { Closed, Empty, Instant, OneOf, Uuid } from './shapes.ts';

/** `anyone` needs no login; `account` any login, then the service asks for the right to the row; a list names memberships. */
export type RouteAccess = 'anyone' | 'account' | readonly MembershipRole[];
export interface RouteSpec {
  by: RouteAccess;
  params?: TSchema; query?: TSchema;
  /** JSON body; `picture` is raw image bytes, `pictures` a multipart form with files named `picture`. */
  body?: TSchema | 'picture' | 'pictures';
  /** JSON reply; `file` is bytes (range requests answered for units). */
  reply: TSchema | 'file';
}

const schedulers = ['admin', 'institution'] as const;
const OneLesson = Closed({ lessonId: Uuid });

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
  'GET /api/lessons/:lessonId/replay': { by: 'account', params: OneLesson, reply: LessonReplay },
  'PUT /api/units/:unitId/position': { by: 'account', params: Closed({ unitId: Uuid }), body: PositionBody, reply: Empty },
  'GET /api/units/:unitId/files/:name': {
    by: 'account', params: Closed({ unitId: Uuid, name: OneOf(['unit.mp4', 'index.m3u8', 'stream.m4s', 'poster.jpg'] as const) }), reply: 'file',
  },
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
} as const satisfies Record<string, RouteSpec>;
export type RestRoutes = typeof restRoutes;
export type RouteName = keyof RestRoutes;
