// The log of incidents as those read it who may: lessons and reports of other institutions are not named.
import type { Incident as IncidentView, Incidents } from '#contracts/help-routes.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

const mostShown = 200;
interface Row {
  id: string; institution_id: string | null; institution_name: string | null; found: string | null; from_at: string; until_at: string | null; what: string; whom: string; cause: string; measures: string; reported_at: string | null;
  revision: number; changed_at: string; changed_by_name: string; lessons: { lessonId: string; title: string }[]; ticket_ids: string[];
}
const iso = (at: string): string => new Date(at).toISOString();

/** Those of these institutions, and the platform's, newest first. `operator`: changes the platform's, and sees which reports belong to it; `offices`: whose incidents may be changed. */
export async function incidentsOf(em: EntityManager, institutionIds: readonly string[], { operator, offices }: { operator: boolean; offices: ReadonlySet<string> }): Promise<IncidentView[]> {
  const rows = await em.execute<Row[]>(
    `select n.*, i.name as institution_name, p.name as changed_by_name,
       coalesce((select jsonb_agg(jsonb_build_object('lessonId', l.id, 'title', l.title) order by l.starts_at, l.id) from lesson l where jsonb_exists(n.lesson_ids, l.id::text)), '[]') as lessons,
       array(select t.id from help_ticket t where t.incident_id = n.id order by t.asked_at)::text[] as ticket_ids
     from incident n left join institution i on i.id = n.institution_id join person p on p.id = n.changed_by
     where n.institution_id is null or n.institution_id = any(?::uuid[]) order by n.from_at desc, n.id limit ${mostShown}`, [arrayOf(institutionIds)]);
  return rows.map((row) => {
    const mayChange = row.institution_id === null ? operator : offices.has(row.institution_id);
    return {
      incidentId: row.id, institutionId: row.institution_id, institutionName: row.institution_name, found: row.found, from: iso(row.from_at), until: row.until_at && iso(row.until_at), what: row.what, whom: row.whom,
      cause: row.cause, measures: row.measures, reportedAt: row.reported_at && iso(row.reported_at), lessonIds: row.lessons.map(({ lessonId }) => lessonId), lessons: row.lessons,
      ticketIds: mayChange ? row.ticket_ids : [], revision: row.revision, changedAt: iso(row.changed_at), changedBy: row.changed_by_name, mayChange,
    };
  });
}

/** Who is named for the daily running of each (R154); those without a name have an empty one. */
export async function administratorsOf(em: EntityManager, institutionIds: readonly string[]): Promise<Incidents['administrators']> {
  const rows = await em.execute<{ id: string; institution_name: string; name: string; phone: string }[]>(
    `select i.id, i.name as institution_name, coalesce(p.administrator, '') as name, coalesce(p.administrator_phone, '') as phone from institution i left join institution_profile p on p.institution_id = i.id
     where i.id = any(?::uuid[]) order by i.name, i.id`, [arrayOf(institutionIds)]);
  return rows.map((row) => ({ institutionId: row.id, institutionName: row.institution_name, name: row.name, phone: row.phone }));
}
