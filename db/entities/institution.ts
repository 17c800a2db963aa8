// What an institution states of itself now, and every change of it.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { FactChange, InstitutionKind, PlatformRight } from '#domain/institution.ts';

export const InstitutionProfile = defineEntity({
  name: 'InstitutionProfile',
  properties: {
    institutionId: p.uuid().primary(), revision: p.integer(), changedAt: p.datetime(), changedBy: p.uuid(),
    kinds: p.json().$type<InstitutionKind[]>(), creditCode: p.text(), filingNumber: p.text(), filingFrom: p.date().nullable(), filingUntil: p.date().nullable(), filingRevokedOn: p.date().nullable(),
    seatRegion: p.text().nullable(), trainingRegions: p.json().$type<string[]>(), responsiblePerson: p.text(), responsiblePost: p.text(), phone: p.text(), address: p.text(), email: p.text(), website: p.text(),
    hotline: p.text(), hotlineHours: p.text(), administrator: p.text(), administratorPhone: p.text(),
    platformRight: p.text().$type<PlatformRight>().nullable(), platformProvider: p.text(), platformFrom: p.date().nullable(), platformUntil: p.date().nullable(),
  },
});
export const InstitutionChange = defineEntity({
  name: 'InstitutionChange',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), at: p.datetime(), changedBy: p.uuid(), changes: p.json().$type<FactChange[]>(),
    /** Something the filing was granted on. */
    condition: p.boolean(), reportedOn: p.date().nullable(), reportedAt: p.datetime().nullable(), reportedBy: p.uuid().nullable(),
  },
});
export type InstitutionProfile = InferEntity<typeof InstitutionProfile>;
