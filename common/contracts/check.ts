// Face checks and face enrolment: asked over the socket, pictures uploaded over REST.
import Type, { type Static } from 'typebox';
import { cameraLabelMost } from '#domain/cameras.ts';
import { askedWays, checkKinds, checkStatuses, codeStates, verdicts } from '#domain/check.ts';
import { lessonPurposes } from '#domain/consent.ts';
import { faceStandings, replaceReasons } from '#domain/face-enrolment.ts';
import { staffRoles } from '#domain/roles.ts';
import { Closed, Empty, Instant, Nullable, OneOf, Uuid } from './shapes.ts';
import type { EventTable, RequestTable } from './request-table.ts';

/** A check waiting for this learner. The nonce belongs to this check and goes back with the answer. */
export const AskedCheck = Closed({
  checkId: Uuid, kind: OneOf(checkKinds), way: OneOf(askedWays), nonce: Type.String(), askedAt: Instant, deadlineAt: Instant,
  /** From 1; a further attempt says what became of the one before. */
  attempt: Type.Integer({ minimum: 1 }), because: Nullable(OneOf(verdicts)),
  /** The phone code of the other way; null where a picture is wanted. */
  code: Nullable(OneOf(codeStates)),
});
export type AskedCheck = Static<typeof AskedCheck>;

export const CheckBrief = Closed({
  checkId: Uuid, personId: Uuid, name: Type.String(), kind: OneOf(checkKinds), status: OneOf(checkStatuses),
  /** The verdict as it counts, also after a person decided. */
  askedAt: Nullable(Instant), deadlineAt: Nullable(Instant), answeredAt: Nullable(Instant), verdict: Nullable(OneOf(verdicts)), hasPicture: Type.Boolean(),
  way: OneOf(askedWays), attempt: Type.Integer({ minimum: 1 }), code: Nullable(OneOf(codeStates)),
  /** Who looked, when, and whether they saw the learner; null before, and always on the way of the face. */
  look: Nullable(Closed({ seen: Type.Boolean(), by: Type.String(), at: Instant })),
});
export type CheckBrief = Static<typeof CheckBrief>;
/** The sign-in of this learner that was asked last; null before the first one. Whether time counts by it: `signedIn` of the domain. */
export const SignIn = Closed({ checkId: Uuid, answered: Type.Boolean(), verdict: Nullable(OneOf(verdicts)) });
export type SignIn = Static<typeof SignIn>;
const OwnCheck = { checkId: Uuid, nonce: Type.String({ minLength: 1, maxLength: 128 }) };

export const checkRequests = {
  /** Checks of this session, newest first. */
  'check:list': { by: staffRoles, data: Empty, reply: Closed({ checks: Type.Array(CheckBrief) }) },
  /** A leader asks one learner, or all present when `personId` is left out, now: for a picture, or on the other way. */
  'check:ask': { by: ['teacher', 'assistant', 'proctor'], data: Closed({ personId: Type.Optional(Uuid) }), reply: Closed({ asked: Type.Integer() }) },
  /**
   * The learner wants the sign-in that failed or was missed asked again, now: as its second attempt, then as often as the pack says.
   * Errors: check_not_asked (there was none yet), check_waiting (one is open), check_settled (passed, or a person decides), too_many_attempts, lesson_not_live, lesson_ended.
   */
  'check:again': { by: ['student'], data: Empty, reply: Closed({ checkId: Uuid }) },
  /**
   * The code once more, at the earliest a minute after the last one. Errors: not_found, forbidden (another's), check_not_asked (void, or a picture is wanted), nonce_mismatch,
   * check_settled, check_late, phone_missing, phone_unavailable, too_many_attempts, lesson_not_live, lesson_ended.
   */
  'check:code': { by: ['student'], data: Closed(OwnCheck), reply: Empty },
  /** The learner types the code in. Errors: those of `check:code` but phone_missing and phone_unavailable, and phone_code_wrong, phone_code_expired. Sent twice, the second is check_settled. */
  'check:answer': { by: ['student'], data: Closed({ ...OwnCheck, code: Type.String({ pattern: '^\\d{6}$' }) }), reply: Closed({ status: OneOf(checkStatuses) }) },
  /** Staff say whether they saw the learner who waits. Errors: not_found, forbidden (oneself), check_not_asked, check_settled, check_late, lesson_not_live, lesson_ended. */
  'check:look': { by: staffRoles, data: Closed({ checkId: Uuid, seen: Type.Boolean() }), reply: Closed({ status: OneOf(checkStatuses) }) },
} as const satisfies RequestTable;
export const checkEvents = {
  /** Told again when the open check changes: its way, its code. */
  'check:asked': AskedCheck,
  /** To staff: somebody waits for a look, or the code was typed in. */
  'check:waiting': CheckBrief,
  /** To the learner and to staff: the picture came, and waits for its verdict. */
  'check:answered': CheckBrief,
  /** To the learner (with `verdict`) and to staff; told again where a person decided otherwise. */
  'check:settled': CheckBrief,
} as const satisfies EventTable;

/** POST /api/checks/:checkId/snapshot?nonce=… with the picture as the body (image/jpeg, image/png or image/webp). */
/**
 * What the browser says of the camera, as JSON in `camera=…`: its word, no proof. `device`: first half of a SHA-256 of its id; sizes in pixels. The label is
 * looked up and not kept.
 */
export const CameraTold = Closed({
  label: Type.String({ maxLength: cameraLabelMost }), device: Nullable(Type.String({ pattern: '^[0-9a-f]{16}$' })),
  width: Type.Integer({ minimum: 0, maximum: 16_384 }), height: Type.Integer({ minimum: 0, maximum: 16_384 }), facing: Nullable(OneOf(['user', 'environment'] as const)),
});
export type CameraTold = Static<typeof CameraTold>;
export const SnapshotReply = Closed({ checkId: Uuid, status: OneOf(checkStatuses) });
export const ConsentBody = Closed({ purpose: OneOf(lessonPurposes), version: Type.Integer({ minimum: 1 }), given: Type.Boolean() });
export const ConsentState = Closed({
  recordingNoticed: Type.Boolean(), face: OneOf(['given', 'refused', 'undecided'] as const),
  faceEnrolment: OneOf(faceStandings), rejectReason: Nullable(Type.String()),
  /** A new face in place of the active one: waiting for the institution, or refused by it. The active one counts all the while. */
  replacement: Nullable(Closed({ status: OneOf(['awaiting_approval', 'refused'] as const), sentAt: Instant, decidedAt: Nullable(Instant), reason: Nullable(Type.String()) })),
  checkWay: OneOf(['face', 'alternative', 'undecided'] as const),
  /** `denied`: an authority says that name and document do not belong together. */
  identity: OneOf(['missing', 'denied', 'registered'] as const),
  versions: Closed({ recording: Type.Integer(), face: Type.Integer() }),
});
export type ConsentState = Static<typeof ConsentState>;
/** POST /api/face-enrolment?why=…, multipart with two files named `picture`; `why` is asked of those whose face is enrolled already. */
export const EnrolmentQuery = Closed({ why: Type.Optional(OneOf(replaceReasons)) });
export const FaceEnrolmentReply = Closed({ enrolmentId: Uuid, status: OneOf(['verifying'] as const) });
/** POST /api/check-way: a learner without a camera takes the other way. */
export const CheckWayBody = Closed({ way: OneOf(['alternative', 'face'] as const), reason: OneOf(['no_camera', 'refused'] as const) });
