// Face pictures, enrolments and checks. Verdicts and pictures are kept apart: verdicts for years, pictures briefly.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { AskedWay, CheckKind, CheckStatus, CodeState, Verdict } from '#domain/check.ts';
import type { EnrolmentStatus, ReplaceReason } from '#domain/face-enrolment.ts';

export const FacePicture = defineEntity({
  name: 'FacePicture',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid().nullable(), personId: p.uuid(), storageKey: p.text(), contentType: p.text(),
    sizeBytes: p.integer(), takenAt: p.datetime(), deleteAfter: p.datetime().nullable(), /** Of the picture as it was taken; a leaf of the evidence log. */ sha256: p.text().nullable(),
  },
});
export const FaceEnrolment = defineEntity({
  name: 'FaceEnrolment',
  properties: {
    id: p.uuid().primary(), personId: p.uuid(), status: p.text().$type<EnrolmentStatus>(),
    rejectReason: p.text().nullable(), pictureIds: p.json().$type<string[]>(), modelId: p.text().nullable(),
    /** Vectors as one Float32 array, encrypted under the learner's key. */
    sealedVectors: p.blob().nullable(), createdAt: p.datetime(), settledAt: p.datetime().nullable(),
    /** Figures the gate judged by, liveness among them. */
    measures: p.json().$type<Record<string, number>>().nullable(),
    /** Why the learner wants another face, and how far it is from the one before; null where there was none. */
    requestReason: p.text().$type<ReplaceReason>().nullable(), formerDistance: p.double().nullable(),
    /** Who of the institution's staff approved or refused, when, and why. */
    decidedBy: p.uuid().nullable(), decidedAt: p.datetime().nullable(), decisionReason: p.text().nullable(),
    /** When it was compared with the faces of other people; null while it waits for that. */
    comparedAt: p.datetime().nullable(),
  },
});
export const CheckWay = defineEntity({
  name: 'CheckWay',
  properties: {
    personId: p.uuid().primary(), way: p.text().$type<'face' | 'alternative'>(), reason: p.text().$type<'no_camera' | 'refused'>().nullable(), at: p.datetime(),
  },
});
export const FaceCheck = defineEntity({
  name: 'FaceCheck',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), lessonId: p.uuid(), sessionId: p.uuid(), unitId: p.uuid().nullable(), personId: p.uuid(),
    kind: p.text().$type<CheckKind>(), status: p.text().$type<CheckStatus>(), dueAt: p.datetime(), windowMs: p.integer(),
    nonce: p.text().nullable(), askedAt: p.datetime().nullable(), deadlineAt: p.datetime().nullable(), answeredAt: p.datetime().nullable(),
    settledAt: p.datetime().nullable(), verdict: p.text().$type<Verdict>().nullable(), pictureId: p.uuid().nullable(),
    modelId: p.text().nullable(), measures: p.json().$type<Record<string, number>>().nullable(),
    /** Uploads refused as no image, too large or late. */
    refusals: p.integer(),
    /** Drawn from the sealed seed, and not asked by the clock, a leader or the learner. */
    drawn: p.boolean().default(false),
    /** 1 for the first asking; further ones name it, and the verdict that made them. */
    attempt: p.integer().default(1), firstCheckId: p.uuid().nullable(), retryBecause: p.text().$type<Verdict>().nullable(),
    way: p.text().$type<AskedWay>().default('face'),
    /** Of the other way: its phone code, and the look of whoever confirmed or did not. */
    code: p.text().$type<CodeState>().nullable(), codeTriedAt: p.datetime().nullable(), codeSentAt: p.datetime().nullable(),
    seen: p.boolean().nullable(), lookedAt: p.datetime().nullable(), lookedBy: p.uuid().nullable(),
    /** Asked in the replay: in which viewing, and where its clock stood (ms of watching); null in class. */
    viewingId: p.uuid().nullable(), clockMs: p.integer().nullable(),
    /** Asked in an exam: in which attempt. Such a check has no lesson, session and unit: what finds checks by their id alone asks for this first. */
    attemptId: p.uuid().nullable(),
  },
});
export type FaceCheck = InferEntity<typeof FaceCheck>;
export type FaceEnrolment = InferEntity<typeof FaceEnrolment>;
