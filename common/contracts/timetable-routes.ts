// Routes of the timetable. All of an office answer not_found for what is of an institution the asker does not plan for.
import { Closed, Empty, Uuid } from './shapes.ts';
import { LessonDetail } from './lesson.ts';
import {
  Day, GapBody, HolidaysBody, LessonChanges, MoveBody, Notices, PlaceBody, PlanBody, PlanPreview, PlanReply, PreviewBody, SeriesCancelBody, SubstituteBody, Timetable, TimetableOptions, TimetableQuery,
} from './timetable.ts';

const planners = ['admin', 'institution'] as const;
const OneLesson = Closed({ lessonId: Uuid });
const OneInstitution = Closed({ institutionId: Uuid });

export const timetableRoutes = {
  /** Lessons of the institutions one plans for that begin within [from, to), by start. Errors: bad_request (empty, or over 366 days). */
  'GET /api/timetable': { by: planners, query: TimetableQuery, reply: Timetable },
  'GET /api/timetable-options': { by: planners, reply: TimetableOptions },
  /** Every lesson as it would be, with what stands in its way. Writes nothing. Errors: not_found (cohort, place), bad_request (a rule, day or time nobody has; foreign teachers), timetable_too_long. */
  'POST /api/timetable/preview': { by: planners, body: PreviewBody, bodyMaxBytes: 64_000, reply: PlanPreview },
  /** All or none. Errors as before, and timetable_conflict (a teacher or place is taken and no `override` says why; two of the plan overlap), bad_request (one would be over already). */
  'POST /api/timetable': { by: planners, body: PlanBody, bodyMaxBytes: 64_000, reply: PlanReply },
  /** Another time or place for a lesson that has not been opened. Errors: not_found, lesson_move_refused, timetable_conflict, bad_request (over already, or nothing changes). */
  'POST /api/lessons/:lessonId/moves': { by: planners, params: OneLesson, body: MoveBody, reply: LessonDetail },
  /** Another teacher or assistant, before the lesson is live. Errors: not_found (nobody of this lesson), bad_request (no teacher of the institution, or of this lesson already), lesson_move_refused, teacher_in_class, timetable_conflict. */
  'POST /api/lessons/:lessonId/substitutions': { by: planners, params: OneLesson, body: SubstituteBody, reply: LessonDetail },
  /** What was changed of a plan, newest first; for staff and whoever oversees it. Errors: not_found, forbidden (learners). */
  'GET /api/lessons/:lessonId/changes': { by: 'account', params: OneLesson, reply: LessonChanges },
  /** All lessons of a series that have not been opened and begin at `from` or later. Errors: not_found, lesson_move_refused (none is left). */
  'POST /api/lesson-series/:seriesId/cancellation': { by: planners, params: Closed({ seriesId: Uuid }), body: SeriesCancelBody, reply: PlanReply },
  /** Errors: not_found, bad_request (the name is there). */
  'POST /api/places': { by: planners, body: PlaceBody, reply: TimetableOptions },
  /** No longer offered; lessons keep it. */
  'DELETE /api/places/:placeId': { by: planners, params: Closed({ placeId: Uuid }), reply: TimetableOptions },
  /** Each day from `from` to `to`, at most 31; what was entered for a day before is replaced. Errors: not_found, bad_request. */
  'POST /api/institutions/:institutionId/holidays': { by: planners, params: OneInstitution, body: HolidaysBody, reply: TimetableOptions },
  'DELETE /api/institutions/:institutionId/holidays/:day': { by: planners, params: Closed({ institutionId: Uuid, day: Day }), reply: TimetableOptions },
  /** Minutes a person needs between two places. */
  'PUT /api/institutions/:institutionId/travel-gap': { by: planners, params: OneInstitution, body: GapBody, reply: TimetableOptions },
  /** One's own. */
  'GET /api/notices': { by: 'account', reply: Notices },
  /** All of one's own are read. */
  'POST /api/notices/reading': { by: 'account', body: Empty, reply: Notices },
} as const;
