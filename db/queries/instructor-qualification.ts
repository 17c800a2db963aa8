// Who of these teachers may teach a course by their papers: what opening a class and placing a lesson ask (R38).
import { shanghaiDay } from '#domain/day.ts';
import { isQualified } from '#domain/course/instructor.ts';
import { Instructor } from '../entities/course.ts';
import type { EntityManager } from '../orm.ts';
import { submittedDossier } from './course-dossiers.ts';

/**
 * By the dossier that was handed in last, on that day: `qualified`, `unqualified`, or `unknown` where the person is no instructor of the institution; null where nothing was handed in yet.
 * Whoever asks has to be of the institution.
 */
export type Qualification = 'qualified' | 'unqualified' | 'unknown';
export async function qualificationOf(
  em: EntityManager, { institutionId, courseId }: { institutionId: string; courseId: string }, personIds: readonly string[], at: Date,
): Promise<Map<string, Qualification> | null> {
  const dossier = await submittedDossier(em, institutionId, courseId);
  if (!dossier) return null;
  const rows = await em.find(Instructor, { institutionId, personId: { $in: [...personIds] }, retiredAt: null }, { disableIdentityMap: true });
  return new Map(personIds.map((personId): [string, Qualification] => {
    const row = rows.find((one) => one.personId === personId);
    if (!row) return [personId, 'unknown'];
    return [personId, isQualified(row.credentials, dossier.content, shanghaiDay(at)) ? 'qualified' : 'unqualified'];
  }));
}
