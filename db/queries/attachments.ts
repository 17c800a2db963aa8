// Attachments as they are read: of a subject, with who sent and who withdrew them.
import type { Attachment as AttachmentView } from '#contracts/attachment-routes.ts';
import type { AttachmentKind, AttachmentSubject, AttachmentType } from '#domain/attachment.ts';
import type { EntityManager } from '../orm.ts';

interface Row {
  id: string; kind: AttachmentKind; subject_type: AttachmentSubject; subject_id: string; file_name: string; content_type: AttachmentType; size_bytes: number; sha256: string;
  uploaded_by: string; uploaded_at: string; withdrawn_by: string | null; withdrawn_at: string | null; withdraw_reason: string | null;
}
const select = `select a.id, a.kind, a.subject_type, a.subject_id, a.file_name, a.content_type, a.size_bytes, a.sha256, u.name as uploaded_by, a.uploaded_at,
  w.name as withdrawn_by, a.withdrawn_at, a.withdraw_reason from attachment a join person u on u.id = a.uploaded_by left join person w on w.id = a.withdrawn_by`;

const viewOf = (row: Row): AttachmentView => ({
  attachmentId: row.id, subjectType: row.subject_type, subjectId: row.subject_id, kind: row.kind, fileName: row.file_name, contentType: row.content_type, sizeBytes: row.size_bytes, sha256: row.sha256,
  uploadedBy: row.uploaded_by, uploadedAt: new Date(row.uploaded_at).toISOString(),
  withdrawn: row.withdrawn_at === null ? null : { by: row.withdrawn_by ?? '', at: new Date(row.withdrawn_at).toISOString(), reason: row.withdraw_reason ?? '' },
});

export interface SubjectOf { institutionId: string; subjectType: AttachmentSubject; subjectId: string }

/** Those that stand first, each part newest first. Whether the asker may is asked before. */
export async function attachmentsOf(em: EntityManager, { institutionId, subjectType, subjectId }: SubjectOf): Promise<AttachmentView[]> {
  const rows = await em.execute<Row[]>(
    `${select} where a.institution_id = ? and a.subject_type = ? and a.subject_id = ? order by a.withdrawn_at is not null, a.uploaded_at desc, a.id desc`, [institutionId, subjectType, subjectId]);
  return rows.map(viewOf);
}

/** Null where the institution has no such one. */
export async function attachmentOf(em: EntityManager, institutionId: string, attachmentId: string): Promise<AttachmentView | null> {
  const [row] = await em.execute<Row[]>(`${select} where a.institution_id = ? and a.id = ?`, [institutionId, attachmentId]);
  return row ? viewOf(row) : null;
}

/** How many of a kind stand: what an application needs is asked with it. */
export async function standingAttachments(em: EntityManager, { institutionId, subjectType, subjectId }: SubjectOf): Promise<Partial<Record<AttachmentKind, number>>> {
  const rows = await em.execute<{ kind: AttachmentKind; n: number }[]>(
    'select kind, count(*)::int as n from attachment where institution_id = ? and subject_type = ? and subject_id = ? and withdrawn_at is null group by kind', [institutionId, subjectType, subjectId]);
  return Object.fromEntries(rows.map(({ kind, n }) => [kind, n]));
}
