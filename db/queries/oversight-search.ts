// Finding learners for whoever oversees their institutions: numbers exactly by keyed hash, names by their beginning, both in an index (R31, R115, R145).
import { Certificate } from '../entities/certificate.ts';
import { Identity } from '../entities/identity.ts';
import { minutesOf } from '#domain/attendance.ts';
import { afterBeginning, searchLimits, soughtIn, type SearchedBy, type Sought } from '#domain/oversight-search.ts';
import { shanghaiDay } from '#domain/day.ts';
import type { EntityManager } from '../orm.ts';
import type { Vault } from '../vault.ts';
import { numberHashOf } from './identities.ts';
import { arrayOf } from './lesson-access.ts';

/** One learner in one class. Numbers are masked; `creditedMinutes` and `attendance` (0..1) null until the ledger has the learner. */
export interface FoundLearner {
  personId: string; cohortId: string; name: string; numberMask: string | null; institutionId: string; institutionName: string; cohortTitle: string; courseTitle: string;
  enrolledAt: string; creditedMinutes: number | null; attendance: number | null; certificate: string | null;
}
/** `more`: there are more than these. */
export interface FoundLearners { by: SearchedBy; learners: FoundLearner[]; more: boolean }

interface Row {
  person_id: string; cohort_id: string; name: string; number_mask: string | null; institution_id: string; institution_name: string; cohort_title: string; course_title: string;
  enrolled_at: string; credited_ms: number | null; attendance: number | null; certificate: string | null;
}
/** Around `found (cohort_id, person_id)`: what is told of each. */
const toldSql = `
  select e.person_id, e.cohort_id, p.name, d.number_mask, e.institution_id, i.name as institution_name, c.title as cohort_title, k.title as course_title, e.created_at as enrolled_at,
    l.live_ms + l.made_up_ms as credited_ms, l.attendance,
    (select t.serial from certificate t where t.cohort_id = e.cohort_id and t.person_id = e.person_id order by t.revoked_at nulls first, t.issued_at desc limit 1) as certificate
  from found join enrolment e on e.cohort_id = found.cohort_id and e.person_id = found.person_id join person p on p.id = e.person_id join institution i on i.id = e.institution_id
    join cohort c on c.id = e.cohort_id join course k on k.id = c.course_id left join identity d on d.person_id = e.person_id
    left join ledger_learner l on l.cohort_id = e.cohort_id and l.person_id = e.person_id
  order by p.name using ~<~, p.id, e.created_at desc, e.cohort_id`;

const endOfNames = '\u{10ffff}'.repeat(20);
/** The statement of a search by name (beginning, end, institutions, limit); its own so that a test may look at its plan. */
export const nameSql = `
  with found as materialized (select l.cohort_id, l.person_id from ledger_learner l where l.name ~>=~ ?::text and l.name ~<~ ?::text and l.institution_id = any(?::uuid[])
    order by l.name using ~<~, l.institution_id, l.person_id, l.cohort_id limit ?) ${toldSql}`;
export const nameValues = (name: string, institutionIds: readonly string[], limit: number): unknown[] => [name, afterBeginning(name) ?? endOfNames, arrayOf(institutionIds), limit];
/** The same of people who are known (`people`, institutions, limit). */
export const peopleSql = `
  with found as materialized (select e.cohort_id, e.person_id from enrolment e where e.person_id = any(?::uuid[]) and e.institution_id = any(?::uuid[]) order by e.created_at desc limit ?) ${toldSql}`;

const learnerOf = (row: Row): FoundLearner => ({
  personId: row.person_id, cohortId: row.cohort_id, name: row.name, numberMask: row.number_mask, institutionId: row.institution_id, institutionName: row.institution_name, cohortTitle: row.cohort_title,
  courseTitle: row.course_title, enrolledAt: new Date(row.enrolled_at).toISOString(), creditedMinutes: row.credited_ms === null ? null : minutesOf(row.credited_ms),
  attendance: row.attendance === null ? null : row.attendance / 1000, certificate: row.certificate,
});

/** Nobody where the number is no one's. */
async function peopleBehind(em: EntityManager, vault: Vault, sought: Exclude<Sought, { by: 'name' }>, institutionIds: readonly string[]): Promise<string[]> {
  if (sought.by === 'unclear') return [];
  if (sought.by === 'certificate') {
    const found = await em.find(Certificate, { serial: sought.serial, institutionId: { $in: [...institutionIds] } }, { fields: ['personId'], disableIdentityMap: true });
    return found.map(({ personId }) => personId);
  }
  const documents = sought.documents.map(({ kind, number }) => ({ documentKind: kind, numberHash: numberHashOf(vault, kind, number) }));
  return (await em.find(Identity, { $or: documents }, { fields: ['personId'], disableIdentityMap: true })).map(({ personId }) => personId);
}

/**
 * Learners of these institutions: by the number of a certificate (all classes of whoever holds it) or of a document, exactly, or by how their name begins, in the order of names.
 * What somebody is called or registered as elsewhere is not told. Throws nothing.
 */
export async function searchLearners(em: EntityManager, vault: Vault, { institutionIds, text, now }: { institutionIds: readonly string[]; text: string; now: Date }): Promise<FoundLearners> {
  const sought = soughtIn(text, shanghaiDay(now));
  const limit = searchLimits.rows + 1;
  const rows = sought.by === 'name'
    ? await em.execute<Row[]>(nameSql, nameValues(sought.name, institutionIds, limit))
    : await em.execute<Row[]>(peopleSql, [arrayOf(await peopleBehind(em, vault, sought, institutionIds)), arrayOf(institutionIds), limit]);
  return { by: sought.by, learners: rows.slice(0, searchLimits.rows).map(learnerOf), more: rows.length > searchLimits.rows };
}
