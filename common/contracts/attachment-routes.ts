// Attachments: what they look like, and their routes. The institution stands in the address; what the file belongs to has to be that institution's own.
import Type, { type Static } from 'typebox';
import { attachmentKinds, attachmentSubjects, attachmentTypes } from '#domain/attachment.ts';
import { Closed, Instant, Nullable, OneOf, Uuid } from './shapes.ts';

const Subject = { subjectType: OneOf(attachmentSubjects), subjectId: Uuid };

export const Attachment = Closed({
  attachmentId: Uuid, ...Subject, kind: OneOf(attachmentKinds), fileName: Type.String(), contentType: OneOf(attachmentTypes), sizeBytes: Type.Integer(),
  /** Of the bytes as they came, in hexadecimal digits. */
  sha256: Type.String(), uploadedBy: Type.String(), uploadedAt: Instant,
  /** Null while it stands. It stays readable: it was evidence once. */
  withdrawn: Nullable(Closed({ by: Type.String(), at: Instant, reason: Type.String() })),
});
export type Attachment = Static<typeof Attachment>;
/** Those that stand first, each part newest first. `mayChange`: the asker is of the office. */
export const AttachmentList = Closed({ attachments: Type.Array(Attachment), mayChange: Type.Boolean() });
export type AttachmentList = Static<typeof AttachmentList>;

export const AttachmentQuery = Closed(Subject);
export type AttachmentQuery = Static<typeof AttachmentQuery>;
/** `sizeBytes`: exactly so many follow as the body. */
export const AttachmentUpload = Closed({
  ...Subject, kind: OneOf(attachmentKinds), fileName: Type.String({ minLength: 1, maxLength: 255 }), sizeBytes: Type.String({ pattern: '^[1-9]\\d{0,8}$' }),
});
export type AttachmentUpload = Static<typeof AttachmentUpload>;
export const AttachmentReason = Closed({ reason: Type.String({ minLength: 2, maxLength: 500, pattern: '\\S' }) });

const office = ['admin', 'institution'] as const;
const readers = ['admin', 'institution', 'regulator'] as const;
const OfInstitution = Closed({ institutionId: Uuid });
const OneAttachment = Closed({ institutionId: Uuid, attachmentId: Uuid });

export const attachmentRoutes = {
  /** Of one subject. Errors: not_found (an institution one has no part in, or a subject that is not its own). */
  'GET /api/institutions/:institutionId/attachments': { by: readers, params: OfInstitution, query: AttachmentQuery, reply: AttachmentList },
  /**
   * The file is stored before its row says so. The same bytes of the same kind sent again are the same attachment. Errors: not_found, attachment_type (by content: PDF, JPEG or PNG),
   * picture_invalid (cannot be read), attachment_too_large, attachment_full, bad_request (another number of bytes).
   */
  'POST /api/institutions/:institutionId/attachments': { by: office, params: OfInstitution, query: AttachmentUpload, body: 'bytes', reply: Attachment },
  /** As a file to be kept, under its name. Errors: not_found. */
  'GET /api/institutions/:institutionId/attachments/:attachmentId': { by: readers, params: OneAttachment, reply: 'file' },
  /** Nothing is deleted. One that is withdrawn already stays as it is. Errors: not_found. */
  'POST /api/institutions/:institutionId/attachments/:attachmentId/withdrawal': { by: office, params: OneAttachment, body: AttachmentReason, reply: Attachment },
} as const;
