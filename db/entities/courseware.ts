// Courseware of a course; which page of it stood on the stage of a session; lines drawn on its pages.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { CoursewareKind, CoursewareRefusal, CoursewareStatus } from '#domain/courseware.ts';
import type { StrokeColour } from '#domain/stroke.ts';

export const Courseware = defineEntity({
  name: 'Courseware',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), courseId: p.uuid(), title: p.text(),
    /** SHA-256 of the file's beginning: what an upload is gone on with by. */
    mark: p.text(), uploadedBy: p.uuid(),
    sizeBytes: p.bigint('number'), receivedBytes: p.bigint('number'), kind: p.text().$type<CoursewareKind>().nullable(), status: p.text().$type<CoursewareStatus>(),
    refusal: p.text().$type<CoursewareRefusal>().nullable(), pageCount: p.integer().nullable(),
    /** Of the whole file as it came. */
    sha256: p.text().nullable(),
    createdAt: p.datetime(), heardAt: p.datetime(), settledAt: p.datetime().nullable(), removedAt: p.datetime().nullable(),
  },
});
export const CoursewareUse = defineEntity({
  name: 'CoursewareUse',
  properties: {
    sessionId: p.uuid().primary(), coursewareId: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(),
    page: p.integer(), furthest: p.integer(), turn: p.integer(), open: p.boolean(), changedAt: p.datetime(),
  },
});
export const CoursewareStroke = defineEntity({
  name: 'CoursewareStroke',
  properties: {
    id: p.uuid().primary(), sessionId: p.uuid(), coursewareId: p.uuid(), institutionId: p.uuid(), page: p.integer(), drawnBy: p.uuid(),
    colour: p.text().$type<StrokeColour>(), width: p.integer(), points: p.json().$type<number[]>(), pointCount: p.integer(),
    drawnAt: p.datetime(), erasedAt: p.datetime().nullable(),
  },
});
export type Courseware = InferEntity<typeof Courseware>;
export type CoursewareUse = InferEntity<typeof CoursewareUse>;
