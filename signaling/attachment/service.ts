// Attachments: taken by content, stored before their row is, never deleted; withdrawn with a reason.
import { createHash } from 'node:crypto';
import { UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import type { Attachment, AttachmentList, AttachmentQuery, AttachmentUpload } from '#contracts/attachment-routes.ts';
import { attachmentKey } from '#contracts/places.ts';
import { Attachment as AttachmentRow } from '#db/entities/attachment.ts';
import { appendEvent, unitOfWork } from '#db/orm.ts';
import { requireAttachmentSubject } from '#db/queries/attachment-subjects.ts';
import { attachmentOf, attachmentsOf } from '#db/queries/attachments.ts';
import { isOffice, officeRoles, requireOffice, requirePart } from '#db/queries/institution-access.ts';
import { actorFor } from '#db/queries/lesson-access.ts';
import { attachmentMaxBytes, attachmentName, mostAttachments } from '#domain/attachment.ts';
import { DomainError } from '#domain/errors.ts';
import { newId } from '#domain/id.ts';
import type { Deps } from '../deps.ts';
import type { FileAnswer } from '../http/file-answer.ts';
import { paperTypeOf } from '../http/paper-type.ts';
import type { BytesUpload } from '../http/uploads.ts';

const readers = [...officeRoles, 'regulator'] as const;
const missing = (): DomainError => new DomainError('not_found', 'no such attachment');

/** Throws not_found. */
export async function listAttachments(deps: Deps, personId: string, institutionId: string, query: AttachmentQuery): Promise<AttachmentList> {
  const em = deps.orm.em.fork();
  const roles = await requirePart(em, personId, institutionId, readers);
  await requireAttachmentSubject(em, institutionId, query.subjectType, query.subjectId);
  return { attachments: await attachmentsOf(em, { institutionId, ...query }), mayChange: isOffice(roles) };
}

/** Throws not_found, attachment_type, picture_invalid, attachment_too_large, attachment_full, bad_request. */
export async function addAttachment(deps: Deps, personId: string, institutionId: string, wish: AttachmentUpload, upload: BytesUpload): Promise<Attachment> {
  const { subjectType, subjectId, kind } = wish;
  const em = deps.orm.em.fork();
  await requireOffice(em, personId, institutionId);
  await requireAttachmentSubject(em, institutionId, subjectType, subjectId);
  const sizeBytes = Number(wish.sizeBytes);
  if (sizeBytes > attachmentMaxBytes) throw new DomainError('attachment_too_large', `a file has at most ${attachmentMaxBytes} bytes`);
  const bytes = await upload.read(sizeBytes);
  const contentType = await paperTypeOf(bytes);
  const subject = { institutionId, subjectType, subjectId };
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const known = async (): Promise<Attachment | null> => (await attachmentsOf(deps.orm.em.fork(), subject)).find((one) => one.kind === kind && one.sha256 === sha256 && !one.withdrawn) ?? null;
  const before = await known();
  if (before) return before;
  const uploadedAt = deps.now();
  const row = { id: newId(uploadedAt.getTime()), ...subject, kind, fileName: attachmentName(wish.fileName, contentType), contentType, sizeBytes, sha256, uploadedBy: personId, uploadedAt };
  const key = attachmentKey(institutionId, row.id);
  await deps.storage.putBytes(key, bytes);
  try {
    await insert(deps, row);
  } catch (error) {
    const twice = error instanceof UniqueConstraintViolationException;
    // Where the database did not say that there is no row, the file stays: one without a row harms nobody, a row without its file does.
    if (twice || error instanceof DomainError) await deps.storage.remove(key).catch((cause: unknown) => deps.log.error({ err: cause, key }, 'a file without a row stays'));
    // Sent twice in the same moment: whoever was first has the row.
    const first = twice ? await known() : null;
    if (!first) throw error;
    return first;
  }
  deps.log.info({ institutionId, attachmentId: row.id, kind, sizeBytes }, 'attachment added');
  return (await attachmentOf(deps.orm.em.fork(), institutionId, row.id))!;
}

type NewRow = Omit<AttachmentRow, 'withdrawnAt' | 'withdrawnBy' | 'withdrawReason' | symbol>;
async function insert(deps: Deps, row: NewRow): Promise<void> {
  const { institutionId, subjectType, subjectId, kind, sizeBytes, sha256 } = row;
  const actor = actorFor(row.uploadedBy, institutionId);
  await unitOfWork(deps.orm, actor, async (em) => {
    // Asked again where it is written: who left the office meanwhile writes nothing.
    await requireOffice(em, row.uploadedBy, institutionId);
    await requireAttachmentSubject(em, institutionId, subjectType, subjectId);
    if (await em.count(AttachmentRow, { institutionId, subjectType, subjectId }) >= mostAttachments) throw new DomainError('attachment_full', `at most ${mostAttachments} files belong to one subject`);
    await em.insert(AttachmentRow, { ...row, withdrawnAt: null, withdrawnBy: null, withdrawReason: null });
    await appendEvent(em, actor, `institution:${institutionId}`, 'attachment:added', row.uploadedAt, { attachmentId: row.id, subjectType, subjectId, kind, sizeBytes, sha256 });
  });
}

/** Throws not_found. It is never changed under its id. */
export async function readAttachment(deps: Deps, personId: string, institutionId: string, attachmentId: string): Promise<FileAnswer> {
  const em = deps.orm.em.fork();
  await requirePart(em, personId, institutionId, readers);
  const found = await attachmentOf(em, institutionId, attachmentId);
  if (!found) throw missing();
  const bytes = await deps.storage.read(attachmentKey(institutionId, attachmentId));
  return {
    type: found.contentType, sizeBytes: bytes.length, fileName: found.fileName, etag: `"${found.sha256}"`, open: (range) => (range ? bytes.subarray(range.start, range.end + 1) : bytes),
  };
}

/** Throws not_found. The first reason stays. */
export async function withdrawAttachment(deps: Deps, personId: string, institutionId: string, attachmentId: string, reason: string): Promise<Attachment> {
  const actor = actorFor(personId, institutionId);
  return unitOfWork(deps.orm, actor, async (em) => {
    await requireOffice(em, personId, institutionId);
    const at = deps.now();
    const changed = await em.nativeUpdate(AttachmentRow, { id: attachmentId, institutionId, withdrawnAt: null }, { withdrawnAt: at, withdrawnBy: personId, withdrawReason: reason.trim() });
    if (changed > 0) await appendEvent(em, actor, `institution:${institutionId}`, 'attachment:withdrawn', at, { attachmentId });
    const found = await attachmentOf(em, institutionId, attachmentId);
    if (!found) throw missing();
    return found;
  });
}
