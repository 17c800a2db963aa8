// Lessons, their units, staff and live sessions, and what was observed of who was there.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { DoorState } from '#domain/door.ts';
import type { LessonStatus } from '#domain/lesson.ts';
import type { LessonKind } from '#domain/lesson-kind.ts';
import type { LeftReason } from '#domain/presence/facts.ts';
import type { RecordingLayout } from '#domain/recording/layout.ts';
import type { LessonRole } from '#domain/roles.ts';

export const Lesson = defineEntity({
  name: 'Lesson',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), cohortId: p.uuid(), title: p.text(), startsAt: p.datetime(),
    plannedMinutes: p.integer(), recorded: p.boolean(), status: p.text().$type<LessonStatus>(),
    cancelReason: p.text().nullable(), createdAt: p.datetime(),
    kind: p.text().$type<LessonKind>().default('live'),
    /** Of a lesson with a period: `startsAt` is when it opens. */
    closesAt: p.datetime().nullable(),
    /** Who is new comes in, waits, or stays out. */
    door: p.text().$type<DoorState>().default('open'),
    /** Planned together with others. */
    seriesId: p.uuid().nullable(), placeId: p.uuid().nullable(),
    /** Counts what changed of its plan, as calendars want it. */
    sequence: p.integer().default(0),
    /** The start people were reminded of, a day and half an hour before: another start is told again. */
    remindedDayFor: p.datetime().nullable(), remindedSoonFor: p.datetime().nullable(),
  },
});
export const Unit = defineEntity({
  name: 'Unit',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), ordinal: p.integer(), plannedStartAt: p.datetime(),
    plannedMinutes: p.integer(), startedAt: p.datetime().nullable(), endedAt: p.datetime().nullable(),
  },
});
export const LessonStaff = defineEntity({
  name: 'LessonStaff',
  properties: { id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), personId: p.uuid(), role: p.text().$type<'teacher' | 'assistant' | 'proctor'>() },
});
/** One live run of a lesson. The seed draws the face checks; its hash is published at the start, the seed after the end. */
export const LessonSession = defineEntity({
  name: 'LessonSession',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), roomId: p.uuid(), leadPersonId: p.uuid().nullable(),
    checkSeed: p.text(), checkSeedHash: p.text(), startedAt: p.datetime(), endedAt: p.datetime().nullable(),
    endReason: p.text().$type<'teacher' | 'self' | 'recovered'>().nullable(),
    /** How screen and camera stand in the recording from now on; earlier choices are in the timeline. */
    layout: p.text().$type<RecordingLayout>().default('inset'),
    /** Rule pack and version the session is held under, as `default@1`. */
    rulePack: p.text().default('default@1'),
    /** No learner's microphone opens until a leader takes it back. */
    microphonesLocked: p.boolean().default(false),
  },
});
/** Time lost by teacher or platform; it leaves both sums of attendance. */
export const Interruption = defineEntity({
  name: 'Interruption',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), sessionId: p.uuid(), startedAt: p.datetime(), endedAt: p.datetime().nullable(),
    reason: p.text().$type<'lead_gone' | 'platform'>(),
  },
});
/** One seat taken by one device: the raw fact of presence. `lastSeenAt` is written in batches every 5 s. */
export const Connection = defineEntity({
  name: 'Connection',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), sessionId: p.uuid().nullable(), personId: p.uuid(),
    role: p.text().$type<LessonRole>(), deviceId: p.text(), connectedAt: p.datetime(), lastSeenAt: p.datetime(),
    leftAt: p.datetime().nullable(), leftReason: p.text().$type<LeftReason>().nullable(), visible: p.boolean(),
  },
});
export const Observation = defineEntity({
  name: 'Observation',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), connectionId: p.uuid(), personId: p.uuid(),
    type: p.text().$type<ObservationType>(), at: p.datetime(), value: p.double().nullable(),
  },
});
export type ObservationType = 'visible' | 'hidden' | 'active' | 'playing' | 'stalled' | 'media_connected' | 'media_disconnected' | 'rtt' | 'broadcast';

export type Lesson = InferEntity<typeof Lesson>;
export type Unit = InferEntity<typeof Unit>;
export type LessonSession = InferEntity<typeof LessonSession>;
export type Connection = InferEntity<typeof Connection>;
