// Invitations to cohorts, who came by them, and messages with them to phones of a roster.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { Admission, JoiningState } from '#domain/invitation.ts';

export const CohortInvitation = defineEntity({
  name: 'CohortInvitation',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), cohortId: p.uuid(),
    /** As it stands in the link. */
    code: p.text(), admits: p.text().$type<Admission>(), most: p.integer(), createdBy: p.uuid(), createdAt: p.datetime(), expiresAt: p.datetime(), revokedBy: p.uuid().nullable(), revokedAt: p.datetime().nullable(),
  },
});
export const CohortJoining = defineEntity({
  name: 'CohortJoining',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), cohortId: p.uuid(), invitationId: p.uuid(), personId: p.uuid(), state: p.text().$type<JoiningState>(), askedAt: p.datetime(),
    /** Null where it was decided by the invitation itself, or is not yet. */
    decidedBy: p.uuid().nullable(), decidedAt: p.datetime().nullable(),
  },
});
export const InvitationMessage = defineEntity({
  name: 'InvitationMessage',
  properties: { id: p.uuid().primary(), institutionId: p.uuid(), cohortId: p.uuid(), invitationId: p.uuid(), personId: p.uuid(), sentBy: p.uuid(), sentAt: p.datetime() },
});
export type CohortInvitation = InferEntity<typeof CohortInvitation>;
export type CohortJoining = InferEntity<typeof CohortJoining>;
