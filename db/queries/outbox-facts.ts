// The next facts of an outbox with what they say and whom they are about, as a mapping takes them.
import type { SourceFact } from '#domain/connector/mapping.ts';
import type { EntityManager } from '../orm.ts';

interface Row {
  fact_id: string; sequence: string; kind: string; subject_id: string; at: string; day: string; refusals: number; due: boolean; payload: Record<string, unknown> | null;
  institution_id: string | null; institution_name: string | null; credit_code: string | null; filing_number: string | null;
  lesson_id: string | null; lesson_title: string | null; starts_at: string | null; ends_at: string | null; cohort_id: string | null; cohort_title: string | null; person_id: string | null; person_name: string | null;
}
/** `due` false: it was refused a moment ago, and what comes after it waits too. `source` null: what it said is not there any more. */
export interface WaitingFact { id: string; sequence: number; refusals: number; due: boolean; source: SourceFact | null }

const uuid = (text: string): string => `case when ${text} ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (${text})::uuid end`;
/** The event by id and instant, so that only its month is looked into. */
const nextSql = `
with next as (
  select o.fact_id, o.sequence, o.kind, o.subject_id, o.at, o.day, o.refusals, o.next_at is null or o.next_at <= now() as due, coalesce(o.payload, e.payload) as payload, e.institution_id, e.actor_id
  from outbox o left join event e on o.payload is null and e.id = o.fact_id and e.at = o.at where o.connector_id = ? and o.state = 'waiting' and o.sequence is not null order by o.sequence limit ?),
named as (
  select n.*, coalesce(${uuid(`n.payload ->> 'lessonId'`)}, case when n.subject_id like 'lesson:%' then ${uuid('substr(n.subject_id, 8)')} end) as lesson, ${uuid(`n.payload ->> 'personId'`)} as person,
    coalesce(${uuid(`n.payload ->> 'cohortId'`)}, case when n.subject_id like 'cohort:%' then ${uuid('substr(n.subject_id, 8)')} end) as cohort from next n)
select n.fact_id, n.sequence, n.kind, n.subject_id, to_char(n.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, to_char(n.day, 'YYYY-MM-DD') as day, n.refusals, n.due, n.payload,
  i.id as institution_id, i.name as institution_name, nullif(f.credit_code, '') as credit_code, nullif(f.filing_number, '') as filing_number,
  l.id as lesson_id, l.title as lesson_title, l.starts_at, l.starts_at + l.planned_minutes * interval '1 minute' as ends_at, c.id as cohort_id, c.title as cohort_title, p.id as person_id, p.name as person_name
from named n left join lesson l on l.id = n.lesson left join cohort c on c.id = coalesce(n.cohort, l.cohort_id) left join person p on p.id = n.person
left join institution i on i.id = coalesce(n.institution_id, l.institution_id, c.institution_id) left join institution_profile f on f.institution_id = i.id order by n.sequence`;

const iso = (at: string | null): string => new Date(at ?? 0).toISOString();
function sourceOf(row: Row): SourceFact | null {
  if (!row.payload) return null;
  return {
    id: row.fact_id, kind: row.kind, subject: row.subject_id, at: row.at, day: row.day, institutionId: row.institution_id, payload: row.payload,
    institution: row.institution_id === null ? null : { name: row.institution_name ?? '', creditCode: row.credit_code, filingNumber: row.filing_number },
    lesson: row.lesson_id === null ? null : { id: row.lesson_id, title: row.lesson_title ?? '', startsAt: iso(row.starts_at), endsAt: iso(row.ends_at) },
    cohort: row.cohort_id === null ? null : { id: row.cohort_id, title: row.cohort_title ?? '' }, person: row.person_id === null ? null : { id: row.person_id, name: row.person_name ?? '' },
  };
}

/** The first `most` that wait, in their order, whether they are due or not. */
export async function nextFacts(em: EntityManager, connectorId: string, most: number): Promise<WaitingFact[]> {
  const rows = await em.execute<Row[]>(nextSql, [connectorId, most]);
  return rows.map((row) => ({ id: row.fact_id, sequence: Number(row.sequence), refusals: row.refusals, due: row.due, source: sourceOf(row) }));
}
