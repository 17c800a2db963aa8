// Institutions, persons, their accounts, memberships and enrolments.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { ConsentPurpose } from '#domain/consent.ts';
import type { OpeningState, Programme } from '#domain/cohort.ts';
import type { LearnerCategory } from '#domain/identity/learner-category.ts';
import type { MembershipRole } from '#domain/roles.ts';

export const Institution = defineEntity({
  name: 'Institution',
  /** `rulePack`: id of the pack chosen; null where the default binds. */
  properties: { id: p.uuid().primary(), name: p.text(), rulePack: p.text().nullable(), createdAt: p.datetime() },
});
/** One legal identity on the platform; belongs to no institution. */
export const Person = defineEntity({ name: 'Person', properties: { id: p.uuid().primary(), name: p.text(), createdAt: p.datetime() } });
export const Account = defineEntity({
  name: 'Account',
  properties: {
    id: p.uuid().primary(), personId: p.uuid(), login: p.text(), passwordHash: p.text(), locale: p.text().$type<'zh' | 'en'>(),
    createdAt: p.datetime(),
    /** `closedAt`: by its person; with `disabledAt` alone somebody else switched it off. */
    disabledAt: p.datetime().nullable(), closedAt: p.datetime().nullable(),
  },
});
/** A login: the cookie holds a random token, the row only its SHA-256. */
export const LoginSession = defineEntity({
  name: 'LoginSession',
  properties: {
    id: p.uuid().primary(), tokenHash: p.blob(), accountId: p.uuid(), createdAt: p.datetime(), expiresAt: p.datetime(), lastUsedAt: p.datetime(),
  },
});
export const Membership = defineEntity({
  name: 'Membership',
  /** `oversightId`: follows from overseeing a region; null where somebody was appointed here. */
  properties: { id: p.uuid().primary(), personId: p.uuid(), institutionId: p.uuid(), role: p.text().$type<MembershipRole>(), createdAt: p.datetime(), oversightId: p.uuid().nullable() },
});
export const Course = defineEntity({
  name: 'Course', properties: { id: p.uuid().primary(), institutionId: p.uuid(), title: p.text(), createdAt: p.datetime() },
});
export const Cohort = defineEntity({
  name: 'Cohort',
  /** `rulePack`: id of the pack chosen; null where the institution's binds. `programme`: null where none was asked for. */
  properties: { id: p.uuid().primary(), institutionId: p.uuid(), courseId: p.uuid(), title: p.text(), rulePack: p.text().nullable(), programme: p.text().$type<Programme>().nullable(), createdAt: p.datetime(), opening: p.text().$type<OpeningState>().default('opened') },
});
export const Enrolment = defineEntity({
  name: 'Enrolment',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), cohortId: p.uuid(), personId: p.uuid(), createdAt: p.datetime(), endedAt: p.datetime().nullable(),
    /** What the institution said of the learner in this cohort; null where nobody was asked. */
    note: p.text().nullable(), learnerCategory: p.text().$type<LearnerCategory>().nullable(), employer: p.text().nullable(), endReason: p.text().nullable(), endedBy: p.uuid().nullable(),
    /** Whose learner this is (甲方); null: nobody's. */
    clientId: p.uuid().nullable(),
  },
});
export const Consent = defineEntity({
  name: 'Consent',
  properties: {
    id: p.uuid().primary(), personId: p.uuid(), purpose: p.text().$type<ConsentPurpose>(), version: p.integer(), given: p.boolean(), at: p.datetime(),
  },
});
/** The learner's data key, wrapped by the master key: deleting the row deletes the learner's pictures and vectors. */
export const LearnerKey = defineEntity({
  name: 'LearnerKey',
  /** `keyVersion`: of the master key that wraps it; null for keys from before versions were kept. */
  properties: { personId: p.uuid().primary(), wrappedKey: p.blob(), createdAt: p.datetime(), keyVersion: p.text().nullable() },
});

export type Account = InferEntity<typeof Account>;
export type Person = InferEntity<typeof Person>;
export type Membership = InferEntity<typeof Membership>;
export type Enrolment = InferEntity<typeof Enrolment>;
