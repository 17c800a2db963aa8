// Signing in by phone at the place of a lesson (现场签到), over REST: the code staff show there, and what learners sign with it (R40, R151).
import Type, { type Static } from 'typebox';
import { lessonStatuses } from '#domain/lesson.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const OneLesson = Closed({ lessonId: Uuid });
const Code = Type.String({ pattern: '^[0-9]{6}$' });
const head = { lessonId: Uuid, title: Type.String(), place: Type.String(), startsAt: Instant, plannedMinutes: Type.Integer(), status: OneOf(lessonStatuses), opensAt: Instant, closesAt: Instant };

export const SiteCode = Closed({
  ...head,
  /** Null while nothing is signed: before `opensAt`, from `closesAt` on, and where the lesson is cancelled or has its sheet. Shown until `until`. */
  code: Nullable(Closed({ digits: Code, until: Instant })),
  /** By name; `to` is null where somebody signed once. */
  learners: Type.Array(Closed({ personId: Uuid, name: Type.String(), from: Nullable(Instant), to: Nullable(Instant) })),
});
export type SiteCode = Static<typeof SiteCode>;

/** Of the asker, ascending. */
export const SiteSigns = Closed({ ...head, signs: Type.Array(Instant) });
export type SiteSigns = Static<typeof SiteSigns>;
export const SiteSignBody = Closed({ code: Code, deviceId: Type.String({ minLength: 8, maxLength: 64, pattern: '^[\\w-]+$' }) });
export type SiteSignBody = Static<typeof SiteSignBody>;

export const siteRoutes = {
  /** For staff of the lesson and the office. Errors: not_found (somebody else's, or taught online). */
  'GET /api/lessons/:lessonId/site-code': { by: 'account', params: OneLesson, reply: SiteCode },
  /** For its learners. Errors: not_found. */
  'GET /api/lessons/:lessonId/site-signs': { by: 'account', params: OneLesson, reply: SiteSigns },
  /**
   * Comes, and later leaves; within a minute twice is once. Errors: not_found, site_closed (not the time), lesson_cancelled, sheet_kept, cohort_not_opened, identity_missing, identity_denied, too_many_attempts, site_code_wrong,
   * site_device (this phone signed for somebody else here).
   */
  'POST /api/lessons/:lessonId/site-signs': { by: 'account', params: OneLesson, body: SiteSignBody, reply: SiteSigns },
} as const;
