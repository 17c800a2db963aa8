// Reports of trouble as their asker and a desk read them, and how fast a desk answers.
import type { DeskTicket, HelpFigures, HelpTicket as TicketView } from '#contracts/help-routes.ts';
import { answerLeftMs, type HelpCategory, type HelpSeverity, type HelpState } from '#domain/help.ts';
import type { EntityManager } from '../orm.ts';
import { arrayOf } from './lesson-access.ts';

const mostShown = 200;
const figureDays = 30;

/** A desk: of these institutions, or the platform's own. Institutions' tickets that were handed up stay with both. */
export type Desk = { institutionIds: readonly string[] } | 'platform';
const ofDesk = (desk: Desk): { sql: string; values: unknown[] } => (desk === 'platform'
  ? { sql: '(t.institution_id is null or t.handed_up_at is not null)', values: [] }
  : { sql: 't.institution_id = any(?::uuid[])', values: [arrayOf(desk.institutionIds)] });

interface Row {
  id: string; institution_id: string | null; institution_name: string | null; person_id: string | null; asker: string | null; category: HelpCategory; severity: HelpSeverity; state: HelpState; words: string;
  diagnostics: DeskTicket['diagnostics']; call_back: boolean; asked_at: string; due_at: string; first_answered_at: string | null; handed_up_at: string | null; assigned_to: string | null; assignee: string | null;
  lesson_id: string | null; lesson_title: string | null; incident_id: string | null;
}
const rowsSql = `select t.*, i.name as institution_name, a.name as asker, s.name as assignee, l.title as lesson_title from help_ticket t
  left join institution i on i.id = t.institution_id left join person a on a.id = t.person_id left join person s on s.id = t.assigned_to left join lesson l on l.id = t.lesson_id`;

interface PostRow { id: string; ticket_id: string; by_desk: boolean; words: string; at: string; name: string }
async function postsOf(em: EntityManager, ticketIds: readonly string[]): Promise<Map<string, TicketView['posts']>> {
  const rows = await em.execute<PostRow[]>('select o.id, o.ticket_id, o.by_desk, o.words, o.at, p.name from help_post o join person p on p.id = o.person_id where o.ticket_id = any(?::uuid[]) order by o.at, o.id', [arrayOf(ticketIds)]);
  const found = new Map<string, TicketView['posts']>();
  for (const row of rows) found.set(row.ticket_id, [...(found.get(row.ticket_id) ?? []), { postId: row.id, name: row.name, byDesk: row.by_desk, text: row.words, at: new Date(row.at).toISOString() }]);
  return found;
}

const iso = (at: string): string => new Date(at).toISOString();
function viewOf(row: Row, posts: TicketView['posts'], now: Date): TicketView {
  const dueAt = new Date(row.due_at);
  return {
    ticketId: row.id, category: row.category, severity: row.severity, state: row.state, text: row.words, askedAt: iso(row.asked_at), dueAt: dueAt.toISOString(),
    leftMs: answerLeftMs({ state: row.state, answered: row.first_answered_at !== null, dueAt }, now), firstAnsweredAt: row.first_answered_at && iso(row.first_answered_at), posts,
    institutionName: row.institution_name, handedUp: row.handed_up_at !== null,
  };
}

/** Newest first. */
export async function ownTickets(em: EntityManager, personId: string, now: Date): Promise<TicketView[]> {
  const rows = await em.execute<Row[]>(`${rowsSql} where t.person_id = ? order by t.asked_at desc, t.id limit ${mostShown}`, [personId]);
  const posts = await postsOf(em, rows.map(({ id }) => id));
  return rows.map((row) => viewOf(row, posts.get(row.id) ?? [], now));
}

/** Open ones first, of these the one due soonest; solved ones newest first. `phoneOf`: of whoever wants to be called. */
export async function deskTickets(em: EntityManager, desk: Desk, now: Date, phoneOf: (personId: string) => Promise<string | null>): Promise<DeskTicket[]> {
  const { sql, values } = ofDesk(desk);
  const rows = await em.execute<Row[]>(
    `${rowsSql} where ${sql} order by t.state = 'solved', case when t.state <> 'solved' and t.first_answered_at is null then t.due_at end nulls last, t.asked_at desc, t.id limit ${mostShown}`, values);
  const posts = await postsOf(em, rows.map(({ id }) => id));
  return Promise.all(rows.map(async (row): Promise<DeskTicket> => ({
    ...viewOf(row, posts.get(row.id) ?? [], now), asker: row.person_id ? { personId: row.person_id, name: row.asker ?? '' } : null,
    callBack: row.call_back && row.person_id && row.state !== 'solved' ? await phoneOf(row.person_id) : null, assignee: row.assigned_to ? { personId: row.assigned_to, name: row.assignee ?? '' } : null,
    diagnostics: row.diagnostics, lesson: row.lesson_id && row.lesson_title !== null ? { lessonId: row.lesson_id, title: row.lesson_title } : null, incidentId: row.incident_id,
  })));
}

interface FigureRow { tickets: number; median: number | null; late: number; overdue: number; open: number }
/** Of what was reported within thirty days; median of those that were answered. */
export async function helpFigures(em: EntityManager, desk: Desk, now: Date): Promise<HelpFigures> {
  const { sql, values } = ofDesk(desk);
  const [row] = await em.execute<FigureRow[]>(
    `select count(*)::int as tickets, percentile_cont(0.5) within group (order by extract(epoch from t.first_answered_at - t.asked_at) * 1000) as median,
       (count(*) filter (where t.first_answered_at > t.due_at))::int as late, (count(*) filter (where t.first_answered_at is null and t.state <> 'solved' and t.due_at < ?))::int as overdue,
       (count(*) filter (where t.state <> 'solved'))::int as open
     from help_ticket t where ${sql} and t.asked_at > ?::timestamptz - interval '${figureDays} days'`, [now, ...values, now]);
  return { tickets: row?.tickets ?? 0, medianAnswerMs: row?.median ?? null, answeredLate: row?.late ?? 0, overdue: row?.overdue ?? 0, open: row?.open ?? 0 };
}

/** The institution somebody has most lately to do with, as learner before as member; null: with none. */
export async function newestInstitutionOf(em: EntityManager, personId: string): Promise<string | null> {
  const [row] = await em.execute<{ institution_id: string }[]>(
    `select institution_id from (select institution_id, 0 as rank, created_at from enrolment where person_id = ? and ended_at is null
       union all select institution_id, 1, created_at from membership where person_id = ?) k order by rank, created_at desc limit 1`, [personId, personId]);
  return row?.institution_id ?? null;
}

interface LineRow { institution_id: string; name: string; hotline: string; hotline_hours: string }
/** Of the institutions in reach, those that state a hotline first. */
export async function institutionLines(em: EntityManager, institutionIds: readonly string[]): Promise<{ institutionId: string; name: string; hotline: string; hours: string }[]> {
  const rows = await em.execute<LineRow[]>(
    `select i.id as institution_id, i.name, coalesce(p.hotline, '') as hotline, coalesce(p.hotline_hours, '') as hotline_hours from institution i left join institution_profile p on p.institution_id = i.id
     where i.id = any(?::uuid[]) order by coalesce(p.hotline, '') = '', i.name, i.id`, [arrayOf(institutionIds)]);
  return rows.map((row) => ({ institutionId: row.institution_id, name: row.name, hotline: row.hotline, hours: row.hotline_hours }));
}
