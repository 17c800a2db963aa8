// Face pictures, enrolments and checks. Verdicts and pictures are kept apart: verdicts for years, pictures briefly.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { CheckKind, CheckStatus, Verdict } from '#domain/check.ts';

export const FacePicture = defineEntity({
  name: 'FacePicture',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid().nullable(), personId: p.uuid(), storageKey: p.text(), contentType: p.text(),
    sizeBytes: p.integer(), takenAt: p.datetime(), deleteAfter: p.datetime().nullable(),
  },
});
export const FaceEnrolment = defineEntity({
  name: 'FaceEnrolment',
  properties: {
    id: p.uuid().primary(), personId: p.uuid(), status: p.text().$type<'verifying' | 'active' | 'rejected' | 'replaced'>(),
    rejectReason: p.text().nullable(), pictureIds: p.json().$type<string[]>(), modelId: p.text().nullable(),
    /** Vectors as one Float32 array, encrypted under the learner's key. */
    sealedVectors: p.blob().nullable(), createdAt: p.datetime(), settledAt: p.datetime().nullable(),
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
  },
});
export type FaceCheck = InferEntity<typeof FaceCheck>;
export type FaceEnrolment = InferEntity<typeof FaceEnrolment>;
