// Files kept as evidence: whose, of what, what they are, and whether they still stand.
import { defineEntity, p, type InferEntity } from '@mikro-orm/postgresql';
import type { AttachmentKind, AttachmentSubject, AttachmentType } from '#domain/attachment.ts';

export const Attachment = defineEntity({
  name: 'Attachment',
  properties: {
    id: p.uuid().primary(), institutionId: p.uuid(), kind: p.text().$type<AttachmentKind>(), subjectType: p.text().$type<AttachmentSubject>(), subjectId: p.uuid(),
    fileName: p.text(), contentType: p.text().$type<AttachmentType>(), sizeBytes: p.integer(), sha256: p.text(),
    uploadedBy: p.uuid(), uploadedAt: p.datetime(),
    withdrawnAt: p.datetime().nullable(), withdrawnBy: p.uuid().nullable(), withdrawReason: p.text().nullable(),
  },
});
export type Attachment = InferEntity<typeof Attachment>;
