// Face checks and face enrolment: asked over the socket, pictures uploaded over REST.
import Type, { type Static } from 'typebox';
import { checkKinds, checkStatuses, verdicts } from '#domain/check.ts';
import { consentPurposes } from '#domain/consent.ts';
import { staffRoles } from '#domain/roles.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

/** A check waiting for this learner's snapshot. The nonce belongs to this check and goes back with the upload. */
export const AskedCheck = Closed({ checkId: Uuid, kind: OneOf(checkKinds), nonce: Type.String(), askedAt: Instant, deadlineAt: Instant });
export type AskedCheck = Static<typeof AskedCheck>;

export const CheckBrief = Closed({
  checkId: Uuid, personId: Uuid, name: Type.String(), kind: OneOf(checkKinds), status: OneOf(checkStatuses),
  askedAt: Nullable(Instant), answeredAt: Nullable(Instant), verdict: Nullable(OneOf(verdicts)), hasPicture: Type.Boolean(),
});
export type CheckBrief = Static<typeof CheckBrief>;

export const checkRequests = {
  /** Checks of this session, newest first. */
  'check:list': { by: staffRoles, data: Empty, reply: Closed({ checks: Type.Array(CheckBrief) }) },
  /** A leader asks one learner, or all present when `personId` is left out, for a snapshot now. */
  'check:ask': { by: ['teacher', 'assistant', 'proctor'], data: Closed({ personId: Type.Optional(Uuid) }), reply: Closed({ asked: Type.Integer() }) },
} as const satisfies RequestTable;
export const checkEvents = {
  'check:asked': AskedCheck,
  /** To the learner (with `verdict`) and to staff. */
  'check:settled': CheckBrief,
} as const satisfies EventTable;

/** POST /api/checks/:checkId/snapshot?nonce=… with the picture as the body (image/jpeg, image/png or image/webp). */
export const SnapshotReply = Closed({ checkId: Uuid, status: OneOf(checkStatuses) });
export const ConsentBody = Closed({ purpose: OneOf(consentPurposes), version: Type.Integer({ minimum: 1 }), given: Type.Boolean() });
export const ConsentState = Closed({
  recordingNoticed: Type.Boolean(), face: OneOf(['given', 'refused', 'undecided'] as const),
  faceEnrolment: OneOf(['none', 'verifying', 'active', 'rejected'] as const), rejectReason: Nullable(Type.String()),
  checkWay: OneOf(['face', 'alternative', 'undecided'] as const),
  versions: Closed({ recording: Type.Integer(), face: Type.Integer() }),
});
export type ConsentState = Static<typeof ConsentState>;
/** POST /api/face-enrolment, multipart with two files named `picture`. */
export const FaceEnrolmentReply = Closed({ enrolmentId: Uuid, status: OneOf(['verifying', 'active', 'rejected'] as const) });
/** POST /api/check-way: a learner without a camera takes the other way. */
export const CheckWayBody = Closed({ way: OneOf(['alternative', 'face'] as const), reason: OneOf(['no_camera', 'refused'] as const) });
