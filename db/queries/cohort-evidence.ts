// What an evidence file of a cohort, or of one certificate, is made of.
import { Certificate } from '../entities/certificate.ts';
import type { EntityManager } from '../orm.ts';
import type { WantedEvidence, WantedFile } from './evidence-export.ts';

const filesSql = `
select 'unit' as what, r.id::text as subject from replay r join lesson l on l.id = r.lesson_id where l.cohort_id = ? and r.sha256 is not null
union all select 'sheet', s.attachment_id::text from offline_sheet s join lesson l on l.id = s.lesson_id where l.cohort_id = ? and s.attachment_id is not null
union all select 'dossier', o.dossier_id::text from cohort_opening o where o.cohort_id = ? and o.dossier_id is not null
order by 1, 2`;

/** Facts of the cohort and its lessons, hashes of its recorded units, signed sheets and course file, and its certificates with what is printed on them. */
export async function cohortEvidence(em: EntityManager, cohortId: string, held: readonly number[] = []): Promise<WantedEvidence> {
  const lessons = await em.execute<{ id: string }[]>('select id from lesson where cohort_id = ? order by starts_at, id', [cohortId]);
  const files = await em.execute<{ what: WantedFile['what']; subject: string }[]>(filesSql, [cohortId, cohortId, cohortId]);
  const certificates = await em.find(Certificate, { cohortId }, { disableIdentityMap: true, orderBy: { serial: 'asc' } });
  return {
    about: { cohort: cohortId }, heads: 'all', held, streams: [`cohort:${cohortId}`, ...lessons.map(({ id }) => `lesson:${id}`)],
    files: [...files, ...certificates.map(({ serial, printed }): WantedFile => ({ what: 'certificate', subject: serial, content: printed }))],
  };
}

/** One certificate with what is printed on it. `held`: sizes of heads somebody has on paper. */
export const certificateEvidence = ({ serial, printed }: Pick<Certificate, 'serial' | 'printed'>, held: readonly number[]): WantedEvidence =>
  ({ about: { certificate: serial }, heads: 'few', held, streams: [], files: [{ what: 'certificate', subject: serial, content: printed }] });
