// Real names: sealed documents and phones beside their masks, one-time codes, and every look at what is sealed.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { AuthorityStatus } from '#domain/identity/authority.ts';
import type { DocumentKind } from '#domain/identity/document.ts';
import type { IdentityPart } from '#domain/identity/reveal.ts';
import type { LearnerCategory } from '#domain/identity/learner-category.ts';
import type { PhonePurpose } from '#domain/identity/phone-code.ts';

/** The name is the person's. Birth date and phone are sealed like the number; region and category are what reports count by. */
export const Identity = defineEntity({
  name: 'Identity',
  properties: {
    personId: p.uuid().primary(), documentKind: p.text().$type<DocumentKind>(), sealedNumber: p.blob(), numberHash: p.blob(), numberMask: p.text(),
    sealedBirthDate: p.blob().nullable(), regionCode: p.text().nullable(), 
    /** Null where none is on file: then no code can be sent. */
    sealedPhone: p.blob().nullable(), phoneHash: p.blob().nullable(), phoneMask: p.text().nullable(),
    learnerCategory: p.text().$type<LearnerCategory>(), employer: p.text().nullable(), keyVersion: p.text(),
    authorityStatus: p.text().$type<AuthorityStatus>(), authorityAt: p.datetime().nullable(),
    /** How often an authority gave no answer, and when it is asked again; null while it is not. */
    authorityTries: p.integer().default(0), authorityNextAt: p.datetime().nullable(), createdAt: p.datetime(), changedAt: p.datetime(),
    /** Stated by this institution and not registered yet; null for whoever registered. */
    statedBy: p.uuid().nullable(), statedAt: p.datetime().nullable(), sealedStatedPhone: p.blob().nullable(), statedPhoneHash: p.blob().nullable(), statedPhoneMask: p.text().nullable(),
  },
});
export const PhoneCode = defineEntity({
  name: 'PhoneCode',
  properties: {
    id: p.uuid().primary(), purpose: p.text().$type<PhonePurpose>(), personId: p.uuid().nullable(), phoneHash: p.blob(), codeHash: p.blob(),
    tries: p.integer(), createdAt: p.datetime(), expiresAt: p.datetime(), usedAt: p.datetime().nullable(),
  },
});
/** Append-only. */
export const IdentityView = defineEntity({
  name: 'IdentityView',
  properties: {
    id: p.uuid().primary(), personId: p.uuid(), viewerId: p.uuid(), institutionId: p.uuid(), fields: p.json().$type<IdentityPart[]>(), reason: p.text(), at: p.datetime(),
  },
});
export const MasterKey = defineEntity({
  name: 'MasterKey', properties: { version: p.text().primary(), state: p.text().$type<'current' | 'next' | 'old'>(), at: p.datetime() },
});
export type Identity = InferEntity<typeof Identity>;
