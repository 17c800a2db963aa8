// Questions learners asked about a lesson, and what was written under them; kept with the lesson.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

export const QaThread = defineEntity({
  name: 'QaThread',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), personId: p.uuid(), askedAt: p.datetime(), lastAt: p.datetime(), lastByStaff: p.boolean(),
    solvedAt: p.datetime().nullable(), solvedBy: p.uuid().nullable(),
  },
});
/** Only added to. */
export const QaPost = defineEntity({
  name: 'QaPost',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), threadId: p.uuid(), personId: p.uuid(), byStaff: p.boolean(), text: p.text(), at: p.datetime(),
  },
});
export type QaThread = InferEntity<typeof QaThread>;
export type QaPost = InferEntity<typeof QaPost>;
