// What an attachment may belong to: the row of each kind of subject, and that it is the institution's own. A new kind of subject is a line in the domain's list and one here.
import type { AttachmentSubject } from '#domain/attachment.ts';
import { DomainError } from '#domain/errors.ts';
import type { EntityManager } from '../orm.ts';

/** SQL for whether subject `?` is of institution `?`, in this order. */
const belongs: Record<AttachmentSubject, string> = {
  institution: 'select from institution i where i.id = ? and i.id = ?',
  course: 'select from course co where co.id = ? and co.institution_id = ?',
  /** A row of the institution's instructors, or by person: whoever teaches there. */
  instructor: `select from (select ?::uuid as id, ?::uuid as institution_id) k where exists (select from instructor i where i.id = k.id and i.institution_id = k.institution_id)
    or exists (select from membership m where m.person_id = k.id and m.institution_id = k.institution_id and m.role = 'teacher')`,
  cohort: 'select from cohort c where c.id = ? and c.institution_id = ?',
  lesson: 'select from lesson l where l.id = ? and l.institution_id = ?',
};

/** Throws not_found for a subject that is not there or of another institution. */
export async function requireAttachmentSubject(em: EntityManager, institutionId: string, subjectType: AttachmentSubject, subjectId: string): Promise<void> {
  const [row] = await em.execute<{ there: boolean }[]>(`select exists (${belongs[subjectType]}) as there`, [subjectId, institutionId]);
  if (!row?.there) throw new DomainError('not_found', `no such ${subjectType}`);
}
