// Legal holds as they are shown, set and ended; what they keep is said by the database's held_by.
import type { Holdable, LegalHold } from '#contracts/retention-routes.ts';
import type { HoldScope } from '#domain/retention.ts';
import type { EntityManager } from '../orm.ts';

const subjectSql: Readonly<Record<HoldScope, string>> = {
  person: 'select p.name from person p where p.id = h.subject_id', cohort: 'select c.title from cohort c where c.id = h.subject_id',
  lesson: 'select l.title from lesson l where l.id = h.subject_id', institution: 'select i.name from institution i where i.id = h.subject_id',
};
interface Row { id: string; scope: HoldScope; subject_id: string; subject: string | null; reason: string; set_by: string; from_at: string; ended_at: string | null; ended_by: string | null; end_reason: string | null }

/** Those that stand first, newest first; at most 200. */
export async function legalHolds(em: EntityManager, institutionId: string): Promise<LegalHold[]> {
  const rows = await em.execute<Row[]>(
    `select h.id, h.scope, h.subject_id, case h.scope ${Object.entries(subjectSql).map(([scope, sql]) => `when '${scope}' then (${sql})`).join(' ')} end as subject, h.reason, s.name as set_by, h.from_at, h.ended_at, e.name as ended_by, h.end_reason
     from legal_hold h join person s on s.id = h.set_by left join person e on e.id = h.ended_by where h.institution_id = ? order by h.ended_at is not null, h.from_at desc, h.id limit 200`, [institutionId]);
  return rows.map((row) => ({
    holdId: row.id, scope: row.scope, subjectId: row.subject_id, subject: row.subject ?? '', reason: row.reason, setBy: row.set_by, fromAt: new Date(row.from_at).toISOString(),
    endedAt: row.ended_at && new Date(row.ended_at).toISOString(), endedBy: row.ended_by, endReason: row.end_reason,
  }));
}

const ofInstitutionSql: Readonly<Record<HoldScope, string>> = {
  person: 'select from enrolment where person_id = ? and institution_id = ?', cohort: 'select from cohort where id = ? and institution_id = ?',
  lesson: 'select from lesson where id = ? and institution_id = ?', institution: 'select from institution where id = ? and id = ?',
};
/** Whether there is such a thing at this institution. */
export async function mayBeHeld(em: EntityManager, institutionId: string, scope: HoldScope, subjectId: string): Promise<boolean> {
  const [row] = await em.execute<{ there: boolean }[]>(`select exists (${ofInstitutionSql[scope]}) as there`, [subjectId, institutionId]);
  return row!.there;
}

const findSql: Readonly<Record<Exclude<HoldScope, 'institution'>, string>> = {
  person: `select p.id as "subjectId", p.name, string_agg(distinct c.title, '、' order by c.title) as about, null as at from enrolment e join person p on p.id = e.person_id join cohort c on c.id = e.cohort_id
    where e.institution_id = ? and strpos(lower(p.name), lower(?)) > 0 group by p.id order by p.name, p.id limit 20`,
  cohort: `select c.id as "subjectId", c.title as name, k.title as about, null as at from cohort c join course k on k.id = c.course_id where c.institution_id = ? and strpos(lower(c.title), lower(?)) > 0 order by c.created_at desc, c.id limit 20`,
  lesson: `select l.id as "subjectId", l.title as name, c.title as about, l.starts_at as at from lesson l join cohort c on c.id = l.cohort_id where l.institution_id = ? and strpos(lower(l.title), lower(?)) > 0 order by l.starts_at desc, l.id limit 20`,
};
/** By a part of the name, whatever the case; of this institution. */
export async function holdable(em: EntityManager, institutionId: string, scope: Exclude<HoldScope, 'institution'>, text: string): Promise<Holdable> {
  const rows = await em.execute<Holdable['found']>(findSql[scope], [institutionId, text.trim()]);
  return { found: rows.map((row) => ({ ...row, at: row.at && new Date(row.at).toISOString() })) };
}
