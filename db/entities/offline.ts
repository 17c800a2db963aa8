// Sheets of lessons held at a place, who was there by them, and what was signed there by phone. Rows are only added.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';

export const OfflineSheet = defineEntity({
  name: 'OfflineSheet',
  properties: { lessonId: p.uuid().primary(), institutionId: p.uuid(), attachmentId: p.uuid().nullable(), keptBy: p.uuid(), keptAt: p.datetime() },
});
export const OfflinePresence = defineEntity({
  name: 'OfflinePresence',
  properties: { id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), personId: p.uuid(), fromAt: p.datetime(), toAt: p.datetime(), keptBy: p.uuid(), keptAt: p.datetime() },
});
/** What a learner signed by phone there. */
export const SiteSign = defineEntity({
  name: 'SiteSign',
  properties: { id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), personId: p.uuid(), at: p.datetime(), deviceId: p.text() },
});
export type OfflineSheet = InferEntity<typeof OfflineSheet>;
export type OfflinePresence = InferEntity<typeof OfflinePresence>;
