// The timetable: places, holidays, lessons planned together, what was changed of a plan, what people were told of it, and calendars that read it.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { CalendarPart } from '#contracts/calendar.ts';
import type { LessonChangeKind, NoticeKind, NoticeParts } from '#domain/timetable/changes.ts';

export const Place = defineEntity({
  name: 'Place',
  properties: { id: p.uuid().primary(), institutionId: p.uuid(), name: p.text(), createdAt: p.datetime(), retiredAt: p.datetime().nullable() },
});
/** Days off and make-up working days, as the office enters them. */
export const Holiday = defineEntity({
  name: 'Holiday',
  properties: { id: p.uuid().primary(), institutionId: p.uuid(), day: p.text(), kind: p.text().$type<'off' | 'work'>(), name: p.text() },
});
export const TimetableSetting = defineEntity({
  name: 'TimetableSetting',
  properties: { institutionId: p.uuid().primary(), travelGapMinutes: p.integer() },
});
/** `rrule`: what it was planned by; its lessons are rows of their own and may have moved since. */
export const LessonSeries = defineEntity({
  name: 'LessonSeries',
  properties: { id: p.uuid().primary(), institutionId: p.uuid(), cohortId: p.uuid(), title: p.text(), rrule: p.text(), createdBy: p.uuid(), createdAt: p.datetime() },
});
/** Never changed once written. */
export const LessonChange = defineEntity({
  name: 'LessonChange',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), kind: p.text().$type<LessonChangeKind>(), at: p.datetime(), personId: p.uuid(), reason: p.text(),
    before: p.json().$type<ChangedPlan>(), after: p.json().$type<ChangedPlan>(),
  },
});
/** What of the plan was changed, before and after it. */
export interface ChangedPlan { startsAt?: string; closesAt?: string; placeId?: string | null; personId?: string; status?: string }
/** `aboutAt`: the start of the lesson it tells of. */
export const Notice = defineEntity({
  name: 'Notice',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid().nullable(), personId: p.uuid(), lessonId: p.uuid().nullable(), kind: p.text().$type<NoticeKind>(), aboutAt: p.datetime(),
    parts: p.json().$type<NoticeParts>(), createdAt: p.datetime(), readAt: p.datetime().nullable(),
  },
});
/** The secret of its address is kept as a hash. */
export const CalendarFeed = defineEntity({
  name: 'CalendarFeed',
  properties: { id: p.uuid().primary(), personId: p.uuid(), part: p.text().$type<CalendarPart>(), tokenHash: p.text(), createdAt: p.datetime(), revokedAt: p.datetime().nullable(), lastReadAt: p.datetime().nullable() },
});

export type LessonChange = InferEntity<typeof LessonChange>;
