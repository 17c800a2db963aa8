// What time does to seats: leases that run out, cut people who do not come back, a lead who is gone.
import { leadGoneAfterMs, seatKeptMs, seatLeaseMs } from '#domain/seat.ts';
import { newId } from '#domain/id.ts';
import { platform, unitOfWork } from '#db/orm.ts';
import { heldSeatsSql, seatStreamSql } from '#db/queries/held-seats.ts';
import { endInterruption, startInterruption } from '#db/queries/interruptions.ts';
import type { Live, Seat } from './context.ts';
import { due, type Due } from './due-look.ts';
import { tellLead } from './lead.ts';
import { giveUp, tellParticipant } from './seats.ts';

interface Gone { lesson_id: string; institution_id: string; person_id: string }

const silentSql = 'select id from connection where left_at is null and last_seen_at < ?';
const silentBefore = (live: Live): Date => new Date(live.deps.now().getTime() - seatLeaseMs);
export const seatsSilent = (live: Live): Due => due(`exists (${silentSql})`, silentBefore(live));

/** Seats whose process died: closed at their last sign of life; true where one was. Those held here live, however late their rows are. */
export async function closeExpiredSeats(live: Live, held: Seat[]): Promise<boolean> {
  const { orm, log } = live.deps;
  const before = silentBefore(live);
  const silent = await orm.em.fork().execute<{ id: string }[]>(silentSql, [before]);
  const here = new Set(held.map((seat) => seat.connectionId));
  const gone = silent.filter(({ id }) => !here.has(id)).map(({ id }) => id);
  if (gone.length === 0) return false;
  const closed = await unitOfWork(orm, platform, (em) => em.execute<(Gone & { id: string })[]>(
    `with gone as (select * from jsonb_to_recordset(?::jsonb) as v(id uuid, event uuid)),
       held as materialized (${heldSeatsSql('id in (select id from gone)')}), closed as (
       update connection c set left_at = last_seen_at, left_reason = 'lease_expired' from gone join held using (id)
       where c.id = gone.id and c.last_seen_at < ? returning c.id, c.lesson_id, c.institution_id, c.person_id, c.role, c.left_at, gone.event), told as (
       insert into event (id, stream, type, at, payload, institution_id, actor_id)
       select event, ${seatStreamSql}, 'seat:left', left_at, jsonb_build_object('connectionId', id, 'lessonId', lesson_id, 'personId', person_id, 'reason', 'lease_expired'), institution_id, null from closed)
     select id, lesson_id, institution_id, person_id from closed`,
    [JSON.stringify(gone.map((id) => ({ id, event: newId() }))), before]));
  for (const row of closed) {
    log.warn({ connectionId: row.id, lessonId: row.lesson_id, personId: row.person_id }, 'seat without a sign of life closed');
    await tellParticipant(live, row.lesson_id, row.person_id, true);
  }
  return closed.length > 0;
}

/** SQL: seat `c` was cut in a span, and its person is not back. */
const cutSql = `c.left_at > ? and c.left_at <= ? and c.left_reason in ('cut', 'lease_expired')
       and not exists (select from connection n where n.lesson_id = c.lesson_id and n.person_id = c.person_id and n.left_at is null)`;
export interface CutSpan { from: Date; to: Date }
/** A seat that this very round closes, as nobody vouches for it, was left in that span too. */
export const cutSeatsDue = (live: Live, { from, to }: CutSpan): Due =>
  due(`exists (select from connection c where ${cutSql}) or exists (${silentSql})`, from, to, silentBefore(live));

/** People who were cut between `from` and `to` and are not back: hand, stage and media are given up. */
export async function giveUpCutSeats(live: Live, { from, to }: CutSpan): Promise<void> {
  // Of a class that was cut off hardly anybody has something to give up.
  const rows = await live.deps.orm.em.fork().execute<(Gone & { holds: boolean })[]>(
    `select distinct c.lesson_id, c.institution_id, c.person_id, exists (select from media_seat m where m.room_id = c.lesson_id and m.person_id = c.person_id)
       or exists (select from lesson_session s join hand h on h.session_id = s.id and h.person_id = c.person_id and h.lowered_at is null where s.lesson_id = c.lesson_id and s.ended_at is null)
       or exists (select from lesson_session s join stage_visit v on v.session_id = s.id and v.person_id = c.person_id and v.left_at is null where s.lesson_id = c.lesson_id and s.ended_at is null)
       as holds
     from connection c where ${cutSql}`, [from, to]);
  for (const row of rows) {
    if (row.holds) await giveUp(live, { lessonId: row.lesson_id, institutionId: row.institution_id, personId: row.person_id });
    await tellParticipant(live, row.lesson_id, row.person_id, true);
  }
}

/** The span of left seats whose time is up since the last tick; reaches back at first, for what a restart overslept. */
export const keptUntil = (now: Date): Date => new Date(now.getTime() - seatKeptMs);

interface LeadRow { id: string; lesson_id: string; institution_id: string; started_at: string; gone_since: string | null; present: boolean; interrupted: boolean }

/** Starts an interruption where the lead is away too long, and ends it where the lead is there again. */
export async function watchLeads(live: Live): Promise<void> {
  const { orm, now } = live.deps;
  const rows = await orm.em.fork().execute<LeadRow[]>(
    `select s.id, s.lesson_id, s.institution_id, s.started_at,
       (select max(c.left_at) from connection c where c.lesson_id = s.lesson_id and c.person_id = s.lead_person_id) as gone_since,
       exists (select from connection c where c.lesson_id = s.lesson_id and c.person_id = s.lead_person_id and c.left_at is null) as present,
       exists (select from interruption i where i.session_id = s.id and i.ended_at is null and i.reason = 'lead_gone') as interrupted
     from lesson_session s where s.ended_at is null`);
  for (const row of rows) {
    const session = { id: row.id, lessonId: row.lesson_id, institutionId: row.institution_id };
    const goneSince = new Date(row.gone_since ?? row.started_at);
    const gone = !row.present && now().getTime() - goneSince.getTime() > leadGoneAfterMs;
    if (gone === row.interrupted || (!gone && !row.present)) continue;
    const changed = await unitOfWork(orm, platform, (em) => (gone
      ? startInterruption(em, session, 'lead_gone', goneSince)
      : endInterruption(em, session, 'lead_gone', now())));
    if (changed) await tellLead(live, row.lesson_id);
  }
}
