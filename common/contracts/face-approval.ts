// A new face in place of an active one, as institution staff see and decide it. Never a picture, never a vector.
import Type, { type Static } from 'typebox';
import { decisionReasonMax, replaceReasons } from '#domain/face-enrolment.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

export const FaceReplacement = Closed({
  enrolmentId: Uuid, personId: Uuid, name: Type.String(), status: OneOf(['awaiting_approval', 'active', 'replaced', 'refused'] as const),
  sentAt: Instant,
  /** Why, as the learner says it. */
  why: Nullable(OneOf(replaceReasons)),
  /** To the face it would replace (0 the same picture); null where that one's pictures are gone. */
  distance: Nullable(Type.Number()),
  /** The smaller figure of both pictures, 0..1: small hints at a print or a screen. */
  live: Nullable(Type.Number()),
  /** Pictures that can be looked at: of the new face and of the former one; none once it is decided. */
  pictures: Type.Integer(), formerPictures: Type.Integer(),
  /** When the former face was enrolled; null once it is decided. */
  formerAt: Nullable(Instant),
  decision: Nullable(Closed({ approved: Type.Boolean(), by: Type.String(), at: Instant, reason: Nullable(Type.String()) })),
});
export type FaceReplacement = Static<typeof FaceReplacement>;

/** At most 100 of each: waiting the longest first, decided within 30 days the newest first. */
export const FaceReplacements = Closed({ waiting: Type.Array(FaceReplacement), waitingCount: Type.Integer(), decided: Type.Array(FaceReplacement) });
export type FaceReplacements = Static<typeof FaceReplacements>;

/** A refusal needs a reason; the learner reads it. */
export const FaceDecisionBody = Closed({ approve: Type.Boolean(), reason: Type.String({ maxLength: decisionReasonMax }) });

/** Which of the pictures of a replacement. */
export const replacementPictures = ['new-1', 'new-2', 'former-1', 'former-2'] as const;
export type ReplacementPicture = (typeof replacementPictures)[number];
