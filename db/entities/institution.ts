// What an institution states of itself now, and every change of it; who was a member.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { FactChange, InstitutionKind, PlatformRight } from '#domain/institution.ts';
import type { MembershipRole } from '#domain/roles.ts';

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
/** A membership that ended: its row is gone, so that nobody who asks for memberships has to think of it. */
export const FormerMembership = defineEntity({
  name: 'FormerMembership',
  properties: { id: p.uuid().primary(), institutionId: p.uuid(), personId: p.uuid(), role: p.text().$type<MembershipRole>(), since: p.datetime(), until: p.datetime(), endedBy: p.uuid(), reason: p.text() },
});
export type InstitutionProfile = InferEntity<typeof InstitutionProfile>;
