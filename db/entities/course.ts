// Courses as they are applied for: dossiers in versions, instructors with their papers, reviews of content.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { ClassFinding } from '#domain/course/content-review.ts';
import type { DossierContent } from '#domain/course/dossier.ts';
import type { Credential } from '#domain/course/instructor.ts';

export const CourseDossier = defineEntity({
  name: 'CourseDossier',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), courseId: p.uuid(), version: p.integer(),
    /** Rises with each save of the draft. */
    revision: p.integer(), content: p.json().$type<DossierContent>(),
    /** Persons who saved this draft: none of them reviews it. */
    authors: p.json().$type<string[]>(), createdAt: p.datetime(), changedBy: p.uuid(), changedAt: p.datetime(),
    /** Null while it is a draft, as all below. */
    submittedBy: p.uuid().nullable(), submittedAt: p.datetime().nullable(), rulePack: p.text().nullable(),
    /** All the hash is of. */
    frozen: p.json().$type<FrozenDossier>().nullable(), sha256: p.text().nullable(),
  },
});
export const Instructor = defineEntity({
  name: 'Instructor',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), personId: p.uuid().nullable(), name: p.text(), trade: p.text(), rank: p.text(), phone: p.text(), email: p.text(), history: p.text(), awards: p.text(),
    credentials: p.json().$type<Credential[]>(), revision: p.integer(), createdAt: p.datetime(), changedBy: p.uuid(), changedAt: p.datetime(), retiredAt: p.datetime().nullable(),
  },
});
/** Only added to: the newest of a course counts, and only for the content it is of. */
export const ContentReview = defineEntity({
  name: 'ContentReview',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), courseId: p.uuid(), dossierId: p.uuid(), contentSha256: p.text(), findings: p.json().$type<ClassFinding[]>(), clean: p.boolean(), note: p.text(),
    commitmentVersion: p.integer(), signature: p.text(), commitmentSha256: p.text(), reviewerId: p.uuid(), reviewedAt: p.datetime(),
  },
});
export interface FrozenInstructor { instructorId: string; name: string; trade: string; rank: string; history: string; awards: string; credentials: Credential[] }
/** Telephone numbers and addresses stay in the instructor's row, where they can be deleted. */
export interface FrozenDossier {
  courseId: string; version: number; content: DossierContent; instructors: FrozenInstructor[]; files: { coursewareId: string; sha256: string }[]; attachments: { attachmentId: string; kind: string; sha256: string }[];
  rules: { pack: string; onlineAtMostPercent: number | null; publicAtLeastHours: number; unitMinutes: number }; review: { reviewId: string; contentSha256: string; commitmentSha256: string };
}
export type CourseDossier = InferEntity<typeof CourseDossier>;
export type Instructor = InferEntity<typeof Instructor>;
export type ContentReview = InferEntity<typeof ContentReview>;
