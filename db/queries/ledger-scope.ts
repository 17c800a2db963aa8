// Whose ledger a person sees: all of the institutions they run or oversee; as a teacher there, the cohorts they teach or assist in.
import type { LedgerScopes } from '#contracts/ledger.ts';
import { DomainError } from '#domain/errors.ts';
import { packFor } from '#domain/rules/packs.ts';
import type { EntityManager } from '../orm.ts';

/** SQL for whether institution `i` is this person's to run or oversee (`?` once). */
const wholeSql = `exists (select from membership m where m.institution_id = i.id and m.person_id = ? and m.role in ('admin', 'institution', 'regulator'))`;
/** SQL for whether this person teaches in cohort `c` (`?` once), and still belongs to its institution as a teacher. */
const teachesSql = `exists (select from lesson l join lesson_staff s on s.lesson_id = l.id and s.role in ('teacher', 'assistant')
  join membership m on m.person_id = s.person_id and m.institution_id = c.institution_id and m.role = 'teacher' where l.cohort_id = c.id and s.person_id = ?)`;

interface Row { institution_id: string; name: string; whole: boolean; rule_pack: string | null; cohort_id: string | null; title: string; course_id: string; course_title: string }
const rowsOf = (em: EntityManager, personId: string): Promise<Row[]> => em.execute<Row[]>(
  `select s.*, c.id as cohort_id, c.title, k.id as course_id, k.title as course_title
   from (select i.id as institution_id, i.name, i.rule_pack, ${wholeSql} as whole from institution i join membership mine on mine.institution_id = i.id and mine.person_id = ? and mine.role <> 'student' group by i.id) s
     left join cohort c on c.institution_id = s.institution_id and (s.whole or ${teachesSql}) left join course k on k.id = c.course_id
   where s.whole or c.id is not null order by s.name, s.institution_id, c.created_at desc, c.id`, [personId, personId, personId]);

export async function ledgerScopes(em: EntityManager, personId: string): Promise<LedgerScopes> {
  const groups = Map.groupBy(await rowsOf(em, personId), (row) => row.institution_id);
  return { institutions: [...groups].map(([institutionId, rows]) => {
    const { name, whole, rule_pack: institution } = rows[0]!;
    const { attendanceLowBelowPercent, accuracyLowBelowPercent } = packFor({ cohort: null, institution }).attendance;
    return {
      institutionId, name, whole, attendanceLowBelowPercent, accuracyLowBelowPercent,
      cohorts: rows.flatMap(({ cohort_id: cohortId, title, course_id: courseId, course_title: courseTitle }) => (cohortId ? [{ cohortId, title, courseId, courseTitle }] : [])),
    };
  }) };
}

/** `cohortIds` null: all of the institution. */
export interface Scope { institutionId: string; cohortIds: string[] | null }

/** All of an institution, else the cohorts one teaches. Throws not_found for an institution, cohort or course that is not within. */
export async function requireScope(em: EntityManager, personId: string, { institutionId = null, cohortId = null, courseId = null }: { [K in 'institutionId' | 'cohortId' | 'courseId']?: string | null | undefined }): Promise<Scope> {
  const cohortsSql = `select from cohort c where c.institution_id = s.id and (s.whole or ${teachesSql})`;
  const [chosen] = await em.execute<{ id: string; whole: boolean }[]>(
    `select s.id, s.whole from (select i.id, i.name, ${wholeSql} as whole from institution i where i.id in (select m.institution_id from membership m where m.person_id = ? and m.role <> 'student')) s
     where (?::uuid is null or s.id = ?::uuid) and (s.whole or exists (${cohortsSql})) and (?::uuid is null or exists (${cohortsSql} and c.id = ?::uuid)) and (?::uuid is null or exists (${cohortsSql} and c.course_id = ?::uuid))
     order by s.name, s.id limit 1`, [personId, personId, institutionId, institutionId, personId, cohortId, personId, cohortId, courseId, personId, courseId]);
  if (!chosen) throw new DomainError('not_found', 'no ledger of these');
  if (chosen.whole) return { institutionId: chosen.id, cohortIds: null };
  const taught = await em.execute<{ id: string }[]>(`select c.id from cohort c where c.institution_id = ? and ${teachesSql}`, [chosen.id, personId]);
  return { institutionId: chosen.id, cohortIds: taught.map(({ id }) => id) };
}

/** Whether this person sees the ledger of a learner of this cohort: their own, or one within their scope. */
export async function seesLearner(em: EntityManager, askerId: string, { cohortId, personId }: { cohortId: string; personId: string }): Promise<boolean> {
  if (askerId === personId) return true;
  const [row] = await em.execute<{ sees: boolean }[]>(`select ${wholeSql} or ${teachesSql} as sees from cohort c join institution i on i.id = c.institution_id where c.id = ?`, [askerId, askerId, cohortId]);
  return row?.sees ?? false;
}
