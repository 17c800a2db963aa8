// Which institutions have findings to answer whose deadline comes near or is over, and telling them: once for each deadline, however many processes look.
import { reminderDays } from '#domain/inspection/inspection.ts';
import type { EntityManager } from '../orm.ts';

/** The earliest deadline of what an institution has to answer, by inspection; `?`: now, now, days. A finding stands as what was said last about it. */
const dueSql = `
  select o.*, case when o.due_at <= ?::timestamptz then 'over' else 'near' end as kind from (
    select n.id as inspection_id, f.institution_id, n.title, n.made_by, min(coalesce((select a.due_at from inspection_answer a where a.finding_id = f.id and a.due_at is not null order by a.ordinal desc limit 1), n.due_at)) as due_at
    from inspection n join inspection_finding f on f.inspection_id = n.id
    where n.status = 'handed' and coalesce((select a.kind from inspection_answer a where a.finding_id = f.id order by a.ordinal desc limit 1), 'returned') = 'returned'
    group by n.id, f.institution_id) o
  where o.due_at <= ?::timestamptz + ? * interval '1 day'`;
const newSql = `select * from (${dueSql}) d where not exists (select from inspection_reminder r where r.inspection_id = d.inspection_id and r.institution_id = d.institution_id and r.kind = d.kind and r.due_at = d.due_at)`;
const values = (now: Date): unknown[] => [now, now, reminderDays];

/** True where somebody is to be told, as a condition and its values. */
export const inspectionsDue = (now: Date): { sql: string; values: unknown[] } => ({ sql: `exists (${newSql})`, values: values(now) });

/** Answers of how many institutions. */
export async function remindOfFindings(em: EntityManager, now: Date): Promise<number> {
  const [row] = await em.execute<{ told: number }[]>(
    `with d as (${newSql}), claimed as (insert into inspection_reminder (inspection_id, institution_id, kind, due_at, at) select inspection_id, institution_id, kind, due_at, ? from d on conflict do nothing returning inspection_id, institution_id),
       told as (insert into notice (id, institution_id, person_id, lesson_id, kind, about_at, parts, created_at)
         select gen_random_uuid(), d.institution_id, p.person_id, null, case d.kind when 'over' then 'inspection_overdue' else 'inspection_due' end, d.due_at,
           jsonb_build_object('title', d.title, 'startsAt', to_char(d.due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'place', null), ?
         from d join claimed using (inspection_id, institution_id),
           lateral (select m.person_id from membership m where m.institution_id = d.institution_id and m.role = 'institution' union select d.made_by where d.kind = 'over') p)
     select count(*)::int as told from claimed`, [...values(now), now, now]);
  return row?.told ?? 0;
}
