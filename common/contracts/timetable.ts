// The timetable of an office: planning one lesson or many with a look at conflicts first, moving, substituting, cancelling; places and holidays; what people are told of it (R141, R151).
import Type, { type Static } from 'typebox';
import { lessonStatuses } from '#domain/lesson.ts';
import { lessonKinds } from '#domain/lesson-kind.ts';
import { lessonChangeKinds, noticeKinds } from '#domain/timetable/changes.ts';
import { conflictKinds } from '#domain/timetable/conflicts.ts';
import { mostOccurrences } from '#domain/timetable/recurrence.ts';
import { PersonBrief } from './person.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

export const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Reason = Type.String({ minLength: 1, maxLength: 500 });
const Title = Type.String({ minLength: 1, maxLength: 120 });
/** A reason to plan it in spite of conflicts; kept as a fact. */
const Override = Type.Optional(Reason);

const plan = {
  cohortId: Uuid, title: Title, plannedMinutes: Type.Integer({ minimum: 1, maximum: 600 }), teacherIds: Type.Array(Uuid, { minItems: 1, maxItems: 8 }),
  assistantIds: Type.Optional(Type.Array(Uuid, { maxItems: 8 })), recorded: Type.Optional(Type.Boolean()),
  /** Absent or null: online. */
  placeId: Type.Optional(Nullable(Uuid)),
  /** Held at the place by a signed sheet, with no classroom and no recording; needs a place. */
  offline: Type.Optional(Type.Boolean()),
};
/** Every start, ascending or not. */
const Starts = Type.Array(Instant, { minItems: 1, maxItems: mostOccurrences });
/** `rrule`: FREQ=DAILY or WEEKLY with INTERVAL, BYDAY, and COUNT or UNTIL (a date); from `firstDay` on, at `time` (`HH:MM`), in Shanghai. */
export const RecurrenceBody = Closed({ rrule: Type.String({ minLength: 1, maxLength: 120 }), firstDay: Day, time: Type.String({ pattern: '^\\d{2}:\\d{2}$' }) });
/** Either `recurrence` or `starts`. `lessonId`: this lesson is what would move, so it stands in nobody's way. */
export const PreviewBody = Closed({ ...plan, title: Type.Optional(Title), recurrence: Type.Optional(RecurrenceBody), starts: Type.Optional(Starts), lessonId: Type.Optional(Uuid) });
export type PreviewBody = Static<typeof PreviewBody>;
export const PlanBody = Closed({ ...plan, starts: Starts, rrule: Type.Optional(Type.String({ minLength: 1, maxLength: 120 })), override: Override });
export type PlanBody = Static<typeof PlanBody>;

export const PlanConflict = Closed({
  kind: OneOf(conflictKinds),
  /** `never`: not even for a reason. */
  weight: OneOf(['warns', 'refuses', 'never'] as const),
  /** The lesson in the way; null where two of the plan are. */
  lesson: Nullable(Closed({ lessonId: Uuid, title: Type.String(), cohortTitle: Type.String(), startsAt: Instant, plannedMinutes: Type.Integer() })),
  /** Of staff the person, of a place its name, of learners the first ten. */
  names: Type.Array(Type.String(), { maxItems: 10 }), count: Type.Integer({ minimum: 0 }),
});
export type PlanConflict = Static<typeof PlanConflict>;
export const PlannedOccurrence = Closed({
  startsAt: Instant, endsAt: Instant, /** It would be over already. */ past: Type.Boolean(),
  /** `work`: a make-up working day. */
  holiday: Nullable(Closed({ kind: OneOf(['off', 'work'] as const), name: Type.String() })),
  conflicts: Type.Array(PlanConflict),
});
export type PlannedOccurrence = Static<typeof PlannedOccurrence>;
export const PlanPreview = Closed({ occurrences: Type.Array(PlannedOccurrence), units: Type.Integer() });
export type PlanPreview = Static<typeof PlanPreview>;
export const PlanReply = Closed({ seriesId: Nullable(Uuid), lessonIds: Type.Array(Uuid) });

export const MoveBody = Closed({ startsAt: Instant, placeId: Nullable(Uuid), reason: Reason, override: Override });
export type MoveBody = Static<typeof MoveBody>;
export const SubstituteBody = Closed({ fromPersonId: Uuid, toPersonId: Uuid, reason: Reason, override: Override });
export type SubstituteBody = Static<typeof SubstituteBody>;
export const SeriesCancelBody = Closed({ from: Instant, reason: Reason });

const PlaceBrief = Closed({ placeId: Uuid, name: Type.String() });
export const TimetableLesson = Closed({
  lessonId: Uuid, institutionId: Uuid, cohortId: Uuid, title: Type.String(), cohortTitle: Type.String(), courseTitle: Type.String(), startsAt: Instant, plannedMinutes: Type.Integer(), status: OneOf(lessonStatuses),
  place: Nullable(PlaceBrief), seriesId: Nullable(Uuid), staff: Type.Array(Closed({ personId: Uuid, name: Type.String(), role: OneOf(['teacher', 'assistant', 'proctor'] as const) })),
  /** Its plan was changed this often. */
  changes: Type.Integer(),
  /** Absent: live. A recorded one takes nobody's time: it is studied until `closesAt`. */
  kind: Type.Optional(OneOf(lessonKinds)), closesAt: Type.Optional(Instant),
});
export type TimetableLesson = Static<typeof TimetableLesson>;
export const Timetable = Closed({ lessons: Type.Array(TimetableLesson), serverNowMs: Type.Number() });
export type Timetable = Static<typeof Timetable>;
export const TimetableQuery = Closed({ from: Instant, to: Instant });

export const LessonChangeView = Closed({
  kind: OneOf(lessonChangeKinds), at: Instant, by: PersonBrief, reason: Type.String(),
  fromStartsAt: Nullable(Instant), toStartsAt: Nullable(Instant), fromPlace: Nullable(Type.String()), toPlace: Nullable(Type.String()), fromPerson: Nullable(Type.String()), toPerson: Nullable(Type.String()),
});
export const LessonChanges = Closed({ changes: Type.Array(LessonChangeView) });
export type LessonChanges = Static<typeof LessonChanges>;

export const HolidayView = Closed({ day: Day, kind: OneOf(['off', 'work'] as const), name: Type.String() });
/** Of each institution one plans for. */
export const TimetableOptions = Closed({
  institutions: Type.Array(Closed({
    institutionId: Uuid, name: Type.String(), travelGapMinutes: Type.Integer(), places: Type.Array(PlaceBrief), holidays: Type.Array(HolidayView),
    cohorts: Type.Array(Closed({ cohortId: Uuid, title: Type.String(), courseTitle: Type.String(), learnerCount: Type.Integer() })), teachers: Type.Array(PersonBrief),
  })),
});
export type TimetableOptions = Static<typeof TimetableOptions>;
export const PlaceBody = Closed({ institutionId: Uuid, name: Type.String({ minLength: 1, maxLength: 60 }) });
export const HolidaysBody = Closed({ from: Day, to: Day, kind: OneOf(['off', 'work'] as const), name: Type.String({ minLength: 1, maxLength: 40 }) });
export const GapBody = Closed({ minutes: Type.Integer({ minimum: 0, maximum: 480 }) });

export const NoticeView = Closed({
  noticeId: Uuid, lessonId: Nullable(Uuid), kind: OneOf(noticeKinds), createdAt: Instant, read: Type.Boolean(),
  parts: Closed({
    title: Type.String(), startsAt: Instant, place: Nullable(Type.String()), count: Type.Optional(Type.Integer()), fromStartsAt: Type.Optional(Instant), fromPlace: Type.Optional(Nullable(Type.String())),
    until: Type.Optional(Instant), teacher: Type.Optional(Type.String()), fromTeacher: Type.Optional(Type.String()),
  }),
});
export type NoticeView = Static<typeof NoticeView>;
/** The newest fifty; `unread` counts all. */
export const Notices = Closed({ notices: Type.Array(NoticeView), unread: Type.Integer(), serverNowMs: Type.Number() });
export type Notices = Static<typeof Notices>;
